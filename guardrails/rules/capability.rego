# METADATA
# title: Only capabilities that somebody has thought about
# description: A new kind of capability is closed until a rule says who may have it.
# custom:
#   owner: platform
#   exceptions: false
package slipway.rules.capability

known := {"store", "notify", "egress", "mail", "schedule"}

finding contains {
	"rule": "capability",
	"decision": "deny",
	"field": "app.capabilities",
	"why": sprintf("The app asks for %v, and nobody has decided what that may do.", [capability.kind]),
	"fix": "Choose a template that does without it.",
	"owner": "platform",
} if {
	some capability in input.app.capabilities
	not capability.kind in known
}
