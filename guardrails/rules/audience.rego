# METADATA
# title: Wider than the channel needs a second pair of eyes
# description: Who may open an app is judged when it goes live; a preview is for the place it was asked in.
# custom:
#   owner: platform
package slipway.rules.audience

finding contains {
	"rule": "audience",
	"decision": "needs_approval",
	"field": "audience",
	"why": sprintf("The app would be open to %v, beyond the place where it was asked for.", [input.audience.label]),
	"fix": "Ask the platform team to approve it, or keep it to this channel.",
	"owner": "platform",
	"approvers": "platform-approvers",
} if {
	input.stage == "live"
	input.audience.widens
	not closed_to_the_public
}

finding contains {
	"rule": "audience",
	"decision": "deny",
	"field": "audience",
	"why": "Apps open to the public are switched off in this organisation.",
	"fix": "Choose a channel, a group or the whole organisation.",
	"owner": "platform",
} if {
	input.audience.kind == "public"
	not input.limits.public
}

finding contains {
	"rule": "audience",
	"decision": "deny",
	"field": "audience",
	"why": sprintf("Nobody can say where a part of the app comes from: %v.", [concat("; ", input.unknown)]),
	"fix": "Keep it to people of the organisation, or ask for it again from the shelf as it is now.",
	"owner": "platform",
} if {
	input.audience.kind == "public"
	count(input.unknown) > 0
}

finding contains {
	"rule": "audience",
	"decision": "deny",
	"field": "audience",
	"why": "Each visitor of this app has entries of their own, and of an app that is open to the public nobody knows who visits.",
	"fix": "Keep it to people of the organisation.",
	"owner": "platform",
} if {
	input.audience.kind == "public"
	some capability in input.app.capabilities
	capability.kind == "store"
	some table in capability.tables
	object.get(table, "per_user", false)
}

closed_to_the_public if {
	input.audience.kind == "public"
	not input.limits.public
}
