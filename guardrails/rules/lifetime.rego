# METADATA
# title: Every app ends
# description: A lease is renewed when its reminder comes, so nothing needs to run for long unwatched.
# custom:
#   owner: platform
package slipway.rules.lifetime

finding contains {
	"rule": "lifetime",
	"decision": "deny",
	"field": "app.lifecycle.ttl_days",
	"why": sprintf("The app would run for %d days; the longest allowed is %d.", [input.app.lifecycle.ttl_days, input.limits.ttl_days]),
	"fix": sprintf("Ask for %d days or less; it can be kept longer when the reminder comes.", [input.limits.ttl_days]),
	"owner": "platform",
} if {
	input.app.lifecycle.ttl_days > input.limits.ttl_days
}
