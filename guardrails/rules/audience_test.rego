package slipway.rules.audience_test

import data.slipway.rules.audience

opened(kind, widens, stage) := {
	"audience": {"kind": kind, "widens": widens, "label": "#finance"},
	"stage": stage,
	"limits": {"public": false},
	"unknown": [],
}

made_of(unknown, kind) := object.union(opened(kind, false, "live"), {"limits": {"public": true}, "unknown": unknown})

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

test_an_unknown_part_is_never_public if {
	some finding in audience.finding with input as made_of(["template survey@0.9"], "public")
	finding.decision == "deny"
}

test_an_unknown_part_is_fine_among_ourselves if {
	count(audience.finding) == 0 with input as made_of(["template survey@0.9"], "channel")
}

test_what_is_known_may_be_public_where_that_is_allowed if {
	count(audience.finding) == 0 with input as made_of([], "public")
}
