package slipway.rules.retention_test

import data.slipway.rules.retention

kept(days) := {"app": {"retention_days": days}, "limits": {"retention_days": 365}}

test_ten_years_is_denied if {
	some finding in retention.finding with input as kept(3650)
	finding.decision == "deny"
}

test_a_year_is_fine if {
	count(retention.finding) == 0 with input as kept(365)
}
