package slipway.rules.schedule_test

import data.slipway.rules.schedule

at(hour) := {"every": "day", "at": hour}

asks(capabilities) := {"app": {"capabilities": capabilities}}

few := {"a": at("01:00"), "b": at("02:00"), "c": at("03:00"), "d": at("04:00")}

test_a_few_times_a_day_are_fine if {
	count(schedule.finding) == 0 with input as asks([{"kind": "schedule", "times": few}])
	count(schedule.finding) == 0 with input as asks([{"kind": "store", "tables": {}}])
}

test_more_times_are_denied_however_they_are_split if {
	every capabilities in [
		[{"kind": "schedule", "times": object.union(few, {"e": at("05:00")})}],
		[{"kind": "schedule", "times": few}, {"kind": "schedule", "times": {"a": at("05:00")}}],
	] {
		some finding in schedule.finding with input as asks(capabilities)
		finding.decision == "deny"
	}
}

test_days_of_the_week_are_fine_by_name_and_some_of_them if {
	every days in ["day", "weekday", "monday", "mon", "mon,wed,fri", "sat,sun"] {
		count(schedule.finding) == 0 with input as asks([{"kind": "schedule", "times": {"a": {"every": days, "at": "09:00"}}}])
	}
}

test_an_unknown_day_is_denied if {
	every days in ["second", "", "mon,", "mon,second", "mon, tue", "monday,tuesday"] {
		some finding in schedule.finding with input as asks([{"kind": "schedule", "times": {"a": {"every": days, "at": "00:00"}}}])
		finding.decision == "deny"
	}
}
