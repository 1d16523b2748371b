# METADATA
# title: Somebody pays for what is live
# description: The tag names the budget that an app's cost is counted against. Previews are free of it.
# custom:
#   owner: platform
package slipway.rules.budget

finding contains {
	"rule": "budget",
	"decision": "deny",
	"field": "app.budget_tag",
	"why": "The app has no billing tag, so nobody would see what it costs.",
	"fix": "Press Change answers and name one; the platform team knows your team's. The preview works without.",
	"owner": "platform",
} if {
	input.stage == "live"
	trim_space(input.app.budget_tag) == ""
}
