package slipway.rules.audience_test

import data.slipway.rules.audience

opened(kind, widens, stage) := {
	"audience": {"kind": kind, "widens": widens, "label": "#finance"},
	"stage": stage,
	"limits": {"public": false},
	"unknown": [],
	"app": {"capabilities": []},
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

test_the_public_is_an_approval_where_it_is_allowed if {
	document := object.union(opened("public", true, "live"), {"limits": {"public": true}})
	some finding in audience.finding with input as document
	finding.decision == "needs_approval"
}

test_where_the_public_is_denied_nobody_is_asked if {
	every finding in audience.finding {
		finding.decision == "deny"
	} with input as opened("public", true, "live")
}

kept(table, kind) := object.union(made_of([], kind), {"app": {"capabilities": [
	{"kind": "notify"},
	{"kind": "store", "tables": {"votes": table}},
]}})

test_entries_of_one_s_own_are_not_for_the_public if {
	some finding in audience.finding with input as kept({"fields": {}, "per_user": true}, "public")
	finding.decision == "deny"
}

test_entries_of_one_s_own_are_fine_among_ourselves if {
	count(audience.finding) == 0 with input as kept({"fields": {}, "per_user": true}, "org")
}

test_entries_of_everybody_may_be_public if {
	count(audience.finding) == 0 with input as kept({"fields": {}}, "public")
}
