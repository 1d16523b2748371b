"""Spans of time: how long something is kept, how long a slot is, how often a turn passes on."""

import re

from generator import numbers
from generator.found import Found

_DAYS = {"d": 1, "t": 1, "w": 7, "m": 30, "q": 90, "y": 365, "j": 365, "f": 14}
_LENGTH = (
    rf"(?P<n>{numbers.COUNT}|\d+[.,]5|an?|one and a half|anderthalb|half a|half an|half|ein(?:e[nmsr]?)?|ein halbes|"
    r"halbes|eine[nm] halben|a full|the|a whole)[- ]?"
    r"(?P<unit>days?|tage?n?s?|weeks?|wks?|wochen?|months?|monate?n?s?|mon|fortnights?|quarters?|quartale?|"
    r"years?|yrs?|jahre?n?s?|(?<=\d)[dwy]|(?<=\d )[dwy])\b"
)
_KEEP = (
    r"(?:ke(?:ep|pt)|stor(?:e[sd]?|ing|age)|retain(?:ed)?|retention|delet(?:e[sd]?|ion)|purge[sd]?|"
    r"eras(?:e[sd]?|ure)|wip(?:e|ed)|hold|held|"
    r"gone|away|removed?|discard\w*|drop(?:ped)?|cleared|shred\w*|expunge\w*|entsorg\w*|verworfen|getilgt|"
    r"dispose\w*|archived?|destroy(?:ed)?|chuck\w*|bin(?:ned)?|trash\w*|scrub|save[sd]?|"
    r"(?:can|may|could) (?:all )?go(?= after\b)|verschwind\w*|stay|expires?|vanish|disappear|forgotten|records? for|"
    r"auf(?:zu)?heben|aufgehoben|auf(?:zu)?bewahr\w*|burn\w*|nuke\w*|get rid|speicher\w*|gespeichert|l(?:ö|"
    r"oe)sch\w*|gel(?:ö|oe)scht|behalten|"
    r"vor(?:zu)?halten|weg|vernicht\w*|verbleiben|verf(?:ä|ae)llt|archivier\w*)"
)
_LINK = r"[^.;!?¦]{0,45}?"
_KEPT = (
    re.compile(
        rf"\b{_KEEP}\b{_LINK}(?<![\w.]){_LENGTH}(?:[^.;,!?¦]{{0,20}}\b(?:l(?:ö|oe)schen|aufheben|aufbewahren|"
        r"speichern|behalten)\b)?",
        re.I,
    ),
    re.compile(
        rf"(?:\b(?:after|for|nach|f(?:ü|ue)r)\s+)?(?<![\w.]){_LENGTH}{_LINK}\b{_KEEP}\b(?:[^.;,!?¦]{{0,12}}\bweg "
        r"damit)?",
        re.I,
    ),
    re.compile(
        r"\b(?:it(?! all\b)|them|everything|answers|responses|entries|data|records|results|alles|daten|antworten|"
        rf"eintr(?:ä|ae)ge)\b[^.;,!?¦\d]{{0,30}}\b(?:after|for|nach|f(?:ü|ue)r)\s+(?<![\w.]){_LENGTH}",
        re.I,
    ),
    re.compile(
        rf"\b(?:retention|aufbewahrung\w*|speicherdauer|l(?:ö|oe)schfrist)\W{{0,3}}(?:of |von )?{_LENGTH}", re.I
    ),
)
_NOT_KEPT = re.compile(r"\b(?:until|open for|offen|slots?|each|jeweils|je|blocks?)\b", re.I)
_SLOT = re.compile(
    rf"(?<!\w)(?P<n>one and a half|{numbers.COUNT}|\d+[.,]5|an?|half an?|halbe?n?|half|eine?|einen|"
    r"ein(?:er)? halbe[nr]?|anderthalb|eineinhalb|viertel|quarter of an|full|whole|ganze[rn]?|halben|"
    r"three quarters of an)(?:[- ]|(?<=\d))"
    r"(?P<unit>minutes?|mins?|minuten|minütig\w*|m\b|hours?|hrs?|hr|h\b|stunden?|std\.?|days?|tage?s?|"
    r"d(?= (?:slots?|each|blocks?|max)\b|\s*[,.;)]|$))(?P<half> and a half)?",
    re.I,
)
_HOURS_AND_MINUTES = re.compile(
    r"\b(?P<hours>\d) ?(?:hours?|hrs?|h|stunden?|std\.?)(?: and| und)? ?(?P<minutes>[1-5]\d)(?: ?min\w*)?\b|"
    r"\bslots? (?:of|von|(?:à|a)) (?P<bare>[1-9]\d)\b(?! ?(?:h|d|tage|days|stunden|people|min))",
    re.I,
)
_SLOT_WORDS = (
    (re.compile(r"\b(?:an hour and a half|one and a half hours?|anderthalb stunden|eineinhalb stunden)\b", re.I), 90),
    (re.compile(r"\b(?:half[- ]hourly|half[- ]hours?|halbst(?:ü|ue)nd\w+|halbstunden\w*|halbe stunde)\b", re.I), 30),
    (re.compile(r"\bviertelst(?:u|ü|ue)nd\w*|\bquarter[- ]hour\w*", re.I), 15),
    (re.compile(r"\b(?:half[- ]days?|halbtag\w*|halbe tage?|halben tag)\b", re.I), 240),
    (re.compile(r"\b(?:hourly|by the hour|per hour|stundenweise|st(?:ü|ue)ndlich|stunden-?takt)\b", re.I), 60),
    (
        re.compile(
            r"\b(?:by the day|per day|daily|day slots?|all[- ]day|whole[- ]day|full[- ]day|tageweise|tagesweise|"
            r"ganzt(?:ä|ae)gig|ganztags|pro tag|t(?:ä|ae)glich)\b",
            re.I,
        ),
        1440,
    ),
)
_ROTATION = {
    "biweekly": (
        r"bi-?weekly|fortnight\w*|(?:every|each|in) (?:two|2|other|second|2nd) weeks?|every other \w+day|"
        r"twice a month|every 14 days|zweiwochen\w*|two[- ]week(?:s|ly)?|2[- ]w(?:ee)?ks?\b\w*|two weeks|"
        r"14 ?-?t(?:ä|ae)g\w*|"
        r"zweiw(?:ö|oe)ch\w*|"
        r"alle (?:zwei|2) wochen|alle (?:14|vierzehn) tage|zwei wochen|jede zweite woche"
    ),
    "daily": (
        r"daily|days? each|(?:every|each|evry|per) ?(?:single )?(?:day|morning|evening|night|nite|shift)|"
        r"a day(?: each| at a time| in turn)|day by day|one day each|t(?:ä|ae)gl(?:ich\w*|\.)|"
        r"jeden (?:tag|morgen|abend)|"
        r"tageweise|einen tag|tageswechsel|tagesrhythmus|a different \w+ (?:every|each) day|everyday|(?:1|one) day"
    ),
    "weekly": (
        r"weekly|(?:every|each|evry|per|a|one|1|ea) ?(?:week|wk)(?:ly)?\b|week by week|w(?:ö|oe)chentlich\w*|"
        r"jede (?:\w+ )?woche|eine woche|wochenweise|wochen(?:rhythmus|takt|wechsel)|every (?:mon|tues|wednes|thurs|"
        r"fri|satur|sun)day|an? (?:mon|tues|wednes|thurs|fri|satur|sun)day each|(?:week|wk)s? (?:each|about|"
        r"on,? week off)|"
        r"jeden (?:mon|diens|donners|frei|sams|sonn)tag|jeden mittwoch|(?:mon|fri|sun)days|montags|freitags|"
        r"week at a time|pro woche|je woche"
    ),
    "monthly": (
        r"monthly|m(?:o?n)?ths? each|(?:every|each|evry|per|a|one|1) ?month\w*|monatlich\w*|jeden monat|einen monat|"
        r"monatsweise|"
        r"monatswechsel|month (?:to|by) month|every (?:4|four) weeks|alle (?:4|vier) wochen|"
        r"monthlong|pro monat|monat"
    ),
}
_ROTATIONS = {name: re.compile(rf"\b(?:{words})", re.I) for name, words in _ROTATION.items()}


def find_retention(text: str) -> Found[int] | None:
    """For how many days something is kept: a month counts 30 days, a year 365."""
    for pattern in _KEPT:
        for match in pattern.finditer(text):
            days = _days(match["n"], match["unit"])
            if days and not _NOT_KEPT.search(match[0]):
                return Found(days, match.start(), match.end())
    return None


def _days(said: str, unit: str) -> int | None:
    factor = _DAYS[unit[0].casefold()]
    word = said.casefold()
    number = 0.5 if re.search(r"half|halb", word) and "and" not in word else numbers.amount(said)
    if re.search(r"one and a half|anderthalb", word):
        number = 1.5
    days = (1 if number is None else number) * factor
    return round(days * 365 / 360) if factor == 30 and days % 360 == 0 else round(days)


def find_slot(text: str) -> Found[int] | None:
    """How many minutes one slot is: a day counts 1440."""
    if exact := _HOURS_AND_MINUTES.search(text):
        return Found(int(exact["hours"] or 0) * 60 + int(exact["minutes"] or exact["bare"]), exact.start(), exact.end())
    for pattern, minutes in _SLOT_WORDS[:4]:
        if word := pattern.search(text):
            return Found(minutes, word.start(), word.end())
    for match in _SLOT.finditer(text):
        if (length := _minutes(match)) and not re.match(
            r"\s*(?:in advance|notice|ahead|im voraus|vorher|a (?:week|day|month)|"
            r"(?:pro|per|je|in der|each|every) (?:woche|week|day|tag|month))",
            text[match.end() :],
        ):
            return Found(length, match.start(), match.end())
    for pattern, minutes in _SLOT_WORDS[4:]:
        if word := pattern.search(text):
            return Found(minutes, word.start(), word.end())
    return None


def _minutes(match: re.Match[str]) -> int | None:
    word, unit = match["n"].casefold(), match["unit"][0].casefold()
    factor = {"m": 1, "h": 60, "s": 60, "d": 1440, "t": 1440}[unit]
    if re.fullmatch(r"quarter of an|viertel", word):
        return factor // 4
    if re.search(r"anderthalb|eineinhalb|and a half", word):
        return factor * 3 // 2
    if re.search(r"three quarters", word):
        return factor * 3 // 4
    if re.search(r"half|halb", word):
        return 240 if factor == 1440 else factor // 2
    number = numbers.amount(word)
    value = (1 if number is None else number) + (0.5 if match["half"] else 0)
    return round(value * factor) or None


def find_rotation(text: str) -> Found[str] | None:
    """How often a turn passes on: `daily`, `weekly`, `biweekly` or `monthly`."""
    for name, pattern in _ROTATIONS.items():
        if match := pattern.search(text):
            return Found(name, match.start(), match.end())
    return None
