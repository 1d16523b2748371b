package slipway.rules.personal_data_test

import data.slipway.rules.personal_data

keeps(class, stage) := {"app": {"data_class": class, "capabilities": []}, "stage": stage}

tracks(type) := {
	"app": {
		"data_class": "internal",
		"capabilities": [{"kind": "notify"}, {"kind": "store", "tables": {"entries": {"fields": {"a": "text", "b": type}}}}],
	},
	"stage": "live",
}

test_personal_data_needs_a_steward if {
	some finding in personal_data.finding with input as keeps("personal", "live")
	finding.approvers == "data-stewards"
}

test_a_preview_may_show_it if {
	count(personal_data.finding) == 0 with input as keeps("personal", "preview")
}

test_internal_data_is_fine if {
	count(personal_data.finding) == 0 with input as keeps("internal", "live")
}

test_an_email_field_makes_it_personal if {
	count(personal_data.finding) == 1 with input as tracks("email")
}

test_a_number_does_not if {
	count(personal_data.finding) == 0 with input as tracks("number")
}
