# METADATA
# title: Only what stands on the shelf
# description: The one rule that allows. Without it, or with any other finding, an app does not pass unseen.
# custom:
#   owner: platform
#   exceptions: false
package slipway.rules.template

finding contains {
	"rule": "template",
	"decision": "deny",
	"field": "app.template",
	"why": sprintf("%v is not a template on the shelf.", [input.app.template]),
	"fix": "Choose a template from the shelf.",
	"owner": "platform",
} if {
	not input.app.template in input.shelf
}

finding contains {
	"rule": "template",
	"decision": "deny",
	"field": "app",
	"why": sprintf("The app asks for more than %v may: %v.", [input.app.template, concat("; ", input.excess)]),
	"fix": "Ask the platform team: no answer of yours can bring this about.",
	"owner": "platform",
} if {
	count(input.excess) > 0
}

finding contains {
	"rule": "template",
	"decision": "allow",
	"field": "app.template",
	"why": sprintf("%v is a template on the shelf, within its limits.", [input.app.template]),
	"fix": "",
	"owner": "platform",
} if {
	input.app.template in input.shelf
	count(input.excess) == 0
}
