package slipway.rules.capability_test

import data.slipway.rules.capability

asks(kind) := {"app": {"capabilities": [{"kind": kind}]}}

test_an_unknown_capability_is_denied if {
	some finding in capability.finding with input as asks("shell")
	finding.decision == "deny"
}

test_known_capabilities_are_fine if {
	every kind in ["store", "notify", "egress", "mail", "schedule"] {
		count(capability.finding) == 0 with input as asks(kind)
	}
}
