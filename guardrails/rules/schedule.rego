# METADATA
# title: Not more often than a person would look
# description: An app runs by itself for whoever reads what it says, on days that have a name and a few times a day.
# custom:
#   owner: platform
package slipway.rules.schedule

days := {"day", "weekday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

most := 4

times contains [place, name] if {
	some place, capability in input.app.capabilities
	capability.kind == "schedule"
	some name, _ in capability.times
}

finding contains {
	"rule": "schedule",
	"decision": "deny",
	"field": "app.capabilities",
	"why": sprintf("It wants to run by itself at %v times; %v a day are the most.", [count(times), most]),
	"fix": "Choose fewer times.",
	"owner": "platform",
} if {
	count(times) > most
}

finding contains {
	"rule": "schedule",
	"decision": "deny",
	"field": "app.capabilities",
	"why": sprintf("It wants to run by itself every %v, and nobody has decided that an app may.", [time.every]),
	"fix": "Choose every day, every weekday or one day of the week.",
	"owner": "platform",
} if {
	some capability in input.app.capabilities
	capability.kind == "schedule"
	some time in capability.times
	not time.every in days
}
