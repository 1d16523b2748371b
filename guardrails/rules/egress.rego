# METADATA
# title: The internet is closed until a team opens it
# description: A label is a wish. Only a grant, made by an approval, lets an app call another host.
# custom:
#   owner: platform
package slipway.rules.egress

finding contains {
	"rule": "egress",
	"decision": "needs_approval",
	"field": "app.capabilities",
	"why": sprintf("The app wants to call %v on the internet.", [host]),
	"fix": "Ask the platform team to approve it, or leave out what needs the internet.",
	"owner": "platform",
	"approvers": "platform-approvers",
} if {
	some capability in input.app.capabilities
	capability.kind == "egress"
	some host in capability.hosts
	not granted(host)
}

granted(host) if sprintf("egress:%v", [host]) in input.grants
