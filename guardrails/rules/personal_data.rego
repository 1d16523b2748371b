# METADATA
# title: Personal data has a steward
# description: A steward knows what may be kept about people, and answers for it.
# custom:
#   owner: privacy
package slipway.rules.personal_data

finding contains {
	"rule": "personal_data",
	"decision": "needs_approval",
	"field": "app.data_class",
	"why": "The app keeps personal data, such as names or e-mail addresses of others.",
	"fix": "Ask a data steward to approve it, or leave those fields out.",
	"owner": "privacy",
	"approvers": "data-stewards",
} if {
	input.stage == "live"
	personal
}

personal if input.app.data_class == "personal"

# A template says what it keeps by itself; what an asker adds to it shows in the fields.
personal if {
	some capability in input.app.capabilities
	some table in capability.tables
	some type in table.fields
	type == "email"
}
