package slipway.rules.audience_test

import data.slipway.rules.audience

opened(kind, widens, stage) := {
	"audience": {"kind": kind, "widens": widens, "label": "#finance"},
	"stage": stage,
	"limits": {"public": false},
}

test_its_own_channel_is_fine if {
	count(audience.finding) == 0 with input as opened("channel", false, "live")
}

test_another_channel_needs_approval if {
	some finding in audience.finding with input as opened("channel", true, "live")
	finding.decision == "needs_approval"
}

test_a_preview_is_never_wider if {
	count(audience.finding) == 0 with input as opened("channel", true, "preview")
}

test_the_public_is_denied if {
	some finding in audience.finding with input as opened("public", true, "live")
	finding.decision == "deny"
}
