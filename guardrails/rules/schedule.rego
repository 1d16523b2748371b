# METADATA
# title: Not more often than a person would look
# description: An app runs by itself for whoever reads what it says, on days that have a name and a few times a day.
# custom:
#   owner: platform
package slipway.rules.schedule

days := {"day", "weekday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

short := {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

most := 4

# A day by its name, or some by their first three letters, parted by commas.
named(said) if said in days

named(said) if {
	every part in split(said, ",") {
		part in short
	}
}

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
	"fix": "Choose every day, every weekday or days of the week.",
	"owner": "platform",
} if {
	some capability in input.app.capabilities
	capability.kind == "schedule"
	some time in capability.times
	not named(time.every)
}
