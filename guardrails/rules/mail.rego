# METADATA
# title: Nobody gets mail from an app until a team agrees
# description: What is mailed has left the house for good. Only a grant, made by an approval, lets an app write to a domain.
# custom:
#   owner: platform
package slipway.rules.mail

finding contains {
	"rule": "mail",
	"decision": "needs_approval",
	"field": "app.capabilities",
	"why": sprintf("The app wants to send mail to addresses at %v.", [domain]),
	"fix": "Ask the platform team to approve it, or leave out the mail.",
	"owner": "platform",
	"approvers": "platform-approvers",
} if {
	some capability in input.app.capabilities
	capability.kind == "mail"
	some domain in capability.domains
	not granted(domain)
}

granted(domain) if sprintf("mail:%v", [domain]) in input.grants
