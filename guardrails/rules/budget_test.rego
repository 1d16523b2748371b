package slipway.rules.budget_test

import data.slipway.rules.budget

tagged(tag, stage) := {"app": {"budget_tag": tag}, "stage": stage}

test_no_tag_is_denied_when_live if {
	some finding in budget.finding with input as tagged(" ", "live")
	finding.decision == "deny"
}

test_no_tag_is_fine_in_a_preview if {
	count(budget.finding) == 0 with input as tagged("", "preview")
}

test_any_tag_is_fine if {
	count(budget.finding) == 0 with input as tagged("ops", "live")
}
