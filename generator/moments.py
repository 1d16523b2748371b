"""Days and hours that a clause under an app names, each where its kind has one."""

import re
from collections.abc import Mapping

from pydantic import JsonValue

from generator.dates import find_dates, no_such_day
from generator.entries import Edit, Objection
from generator.found import Found, Leftover
from generator.taking import DATE_LEAD
from generator.times import find_times, likely
from generator.utterance import Utterance, outside_quotes

Known = Mapping[str, JsonValue]
DAY = {"survey": "deadline", "poll": "deadline", "rsvp": "date", "checklist": "deadline", "oncall_rota": "start_date",
       "retro": "date"}  # fmt: skip  # a table
HOUR = {"rsvp": "time", "standup": "time", "oncall_rota": "handoff_time"}
_ENDS_BEFORE_TODAY = re.compile(
    r"\b(?:yesterday|gestern|vorgestern|last (?:week|month|year)|letzte[rnms]? (?:woche|monats?|jahr))\b", re.I
)


def read_when(edit: Edit, rest: Leftover, kind: str, heard: Utterance, known: Known) -> Edit:
    """The day and the hour, each where this kind has one; a day that there is not, or that is over, is objected to."""
    day, hour = DAY.get(kind), HOUR.get(kind)
    if day and day not in edit.values:
        said = outside_quotes(rest.text)
        dates = find_dates(said, heard.today)
        if wrong := no_such_day(said, heard.today) or _ENDS_BEFORE_TODAY.search(said):
            over = _ENDS_BEFORE_TODAY.search(said)
            rest.blank(*wrong.span())
            edit = Edit(
                edit.values, (*edit.objections, Objection(day, "past" if over else "no_date", wrong[0].strip()))
            )
        elif dates:
            found = dates[-1] if re.search(r"\b(?:from|von|vom)\b", said[: dates[0].start]) else dates[0]
            if found.value < heard.today.isoformat():
                edit = Edit(
                    edit.values, (*edit.objections, Objection(day, "past", said[found.start : found.end].strip()))
                )
            else:
                edit.values[day] = found.value
            for one in dates:
                rest.take(one, DATE_LEAD)
    at = _time(rest, known) if hour or (day and day in edit.values) else None
    if hour and at is not None:
        edit.values[hour] = at
    return edit


def _time(rest: Leftover, known: Known) -> JsonValue:
    times = find_times(outside_quotes(rest.text))
    if not times:
        return None
    evening = bool(re.search(r"party|feier|dinner|drinks|abend|concert|quiz", str(known.get("title", "")), re.I))
    first = times[0]
    return rest.take(
        Found(likely(first, rest.text, before=12 if evening else 6), first.start, first.end),
        re.compile(
            r"[,\s]*(?:\b(?:at|um|ab|from|starts?|starting|beginn\w*|begins?|ask|hand over|der|the|es|it)\b[:\s]*)+$",
            re.I,
        ),
    )
