package slipway.rules.named_policy_test

import data.slipway.rules.named_policy

named(policies) := {"app": {"policies": policies}}

test_an_unknown_policy_is_denied if {
	some finding in named_policy.finding with input as named(["sandbox/deny-everything"])
	finding.decision == "deny"
}

test_the_reference_policy_is_known if {
	count(named_policy.finding) == 0 with input as named(["sandbox/deny-external-egress"])
}
