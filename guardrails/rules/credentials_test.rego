package slipway.rules.credentials_test

import data.slipway.rules.credentials

tracks(name, type) := {"app": {"capabilities": [
	{"kind": "notify"},
	{"kind": "store", "tables": {"entries": {"fields": {"who": "person", name: type}}}},
]}}

test_a_column_for_passwords_is_denied if {
	some finding in credentials.finding with input as tracks("windows_password", "text")
	finding.decision == "deny"
}

test_so_is_one_in_german if {
	count(credentials.finding) == 1 with input as tracks("windowspasswort", "long_text")
}

test_so_is_a_pin_code if {
	count(credentials.finding) == 1 with input as tracks("pin_code", "number")
}

test_whether_it_was_changed_may_be_kept if {
	count(credentials.finding) == 0 with input as tracks("password_changed", "checkbox")
	count(credentials.finding) == 0 with input as tracks("password_changed_on", "date")
}

test_other_words_may_be_kept if {
	count(credentials.finding) == 0 with input as tracks("shipping", "text")
	count(credentials.finding) == 0 with input as tracks("tandem", "text")
}

test_more_of_them_and_numbered_ones_are_denied_too if {
	count(credentials.finding) == 1 with input as tracks("passworter", "text")
	count(credentials.finding) == 1 with input as tracks("password_2", "text")
	count(credentials.finding) == 1 with input as tracks("zugangsdaten", "long_text")
}

test_what_happened_to_one_may_be_kept if {
	count(credentials.finding) == 0 with input as tracks("reset_password", "text")
}

test_a_pin_that_is_worn_may_be_kept if {
	count(credentials.finding) == 0 with input as tracks("pin", "text")
}
