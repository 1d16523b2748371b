# METADATA
# title: A secret needs a way to be used
# description: A secret is put into calls to named hosts, by the broker. An app that calls nobody has no use for one.
# custom:
#   owner: platform
#   exceptions: false
package slipway.rules.secret

finding contains {
	"rule": "secret",
	"decision": "deny",
	"field": "app.secrets",
	"why": sprintf("The app wants the secret %v and calls no host that it could be sent to.", [name]),
	"fix": "Choose a template that calls the host, or one that does without the secret.",
	"owner": "platform",
} if {
	some name in input.app.secrets
	not calls
}

calls if {
	some capability in input.app.capabilities
	capability.kind == "egress"
	count(capability.hosts) > 0
}
