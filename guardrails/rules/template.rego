# METADATA
# title: Only what stands on the shelf
# custom:
#   owner: platform
package slipway.rules.template

known := {"store", "notify", "egress"}

finding contains {
	"rule": "template",
	"decision": "deny",
	"field": "app.template",
	"why": sprintf("%v is not a template on the shelf.", [input.app.template]),
	"fix": "Choose a template from the shelf.",
} if {
	not input.app.template in input.shelf
}

finding contains {
	"rule": "template",
	"decision": "deny",
	"field": "app.capabilities",
	"why": sprintf("Nobody has said what %v may do.", [capability.kind]),
	"fix": "Leave this capability out.",
} if {
	some capability in input.app.capabilities
	not capability.kind in known
}

finding contains {
	"rule": "template",
	"decision": "allow",
	"field": "app.template",
	"why": sprintf("%v is a template on the shelf, within its limits.", [input.app.template]),
	"fix": "",
} if {
	input.app.template in input.shelf
}
