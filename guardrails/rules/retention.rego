# METADATA
# title: Entries are not kept for ever
# description: What is not kept cannot leak.
# custom:
#   owner: privacy
package slipway.rules.retention

finding contains {
	"rule": "retention",
	"decision": "deny",
	"field": "app.retention_days",
	"why": sprintf("Entries would be kept for %d days; the longest allowed is %d.", [input.app.retention_days, input.limits.retention_days]),
	"fix": sprintf("Ask for %d days or less.", [input.limits.retention_days]),
	"owner": "privacy",
} if {
	input.app.retention_days > input.limits.retention_days
}
