# METADATA
# title: A template names only policies that exist
# description: A template may ask to be judged by more policies. One that nobody knows cannot have judged it.
# custom:
#   owner: platform
#   exceptions: false
package slipway.rules.named_policy

known := {"sandbox/deny-external-egress"}

finding contains {
	"rule": "named_policy",
	"decision": "deny",
	"field": "app.policies",
	"why": sprintf("The template wants to be judged by %v, which does not exist here.", [name]),
	"fix": "Ask the template's owner to correct the name, or choose another template.",
	"owner": "platform",
} if {
	some name in input.app.policies
	not name in known
}
