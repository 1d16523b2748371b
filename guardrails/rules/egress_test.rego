package slipway.rules.egress_test

import data.slipway.rules.egress

asks(labels) := {"app": {"labels": labels, "capabilities": [{"kind": "egress", "hosts": ["api.example.com"]}]}, "grants": []}

test_a_host_without_a_grant_needs_approval if {
	some finding in egress.finding with input as asks({})
	finding.decision == "needs_approval"
}

test_a_label_is_no_approval if {
	every value in ["true", "false", "yes"] {
		count(egress.finding) == 1 with input as asks({"allowed_egress": value})
	}
}

test_a_granted_host_is_fine if {
	granted := object.union(asks({}), {"grants": ["egress:api.example.com"]})
	count(egress.finding) == 0 with input as granted
}

test_no_wish_no_finding if {
	count(egress.finding) == 0 with input as {"app": {"labels": {}, "capabilities": []}, "grants": []}
}
