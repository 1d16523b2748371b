package slipway.rules.lifetime_test

import data.slipway.rules.lifetime

runs(days) := {"app": {"lifecycle": {"ttl_days": days}}, "limits": {"ttl_days": 180}}

test_a_year_is_denied if {
	some finding in lifetime.finding with input as runs(365)
	finding.decision == "deny"
}

test_half_a_year_is_fine if {
	count(lifetime.finding) == 0 with input as runs(180)
}
