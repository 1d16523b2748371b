"""Answers of the kinds where named people decide, take turns or report: approval, rota, stand-up."""

import re

from pydantic import JsonValue

from generator import lists
from generator.audience import find_audience
from generator.conditions import find_condition
from generator.dates import find_dates
from generator.durations import find_retention, find_rotation
from generator.found import Found, Leftover
from generator.mentions import find_people
from generator.money import find_currency, find_money
from generator.times import find_times, likely
from generator.titles import LEFT, find_title
from generator.utterance import GAP, Utterance
from generator.weekdays import WEEKDAY, weekday
from templates import rules

Answers = dict[str, JsonValue]

_SEQUENTIAL = re.compile(
    r"\b(?:then|thereafter|subsequently|following that|im anschluss|zun(?:ä|ae)chst|"
    r"erst nach (?:ihrer|seiner|deren|dessen)|once (?:he|she|they|"
    r"@\S+) (?:has|have|is|are|says?)|(?:two|three|2|3)[- ]steps?|zwei stufen|"
    r"after ?wards?|after (?:him|her|that|them)|and after|followed by|"
    r"one after (?:the other|another)|first\b.*\b(?:second|then|next|after)|"
    r"if (?:she|he|they)(?:'s|'re| is| are)? (?:agrees?|fine|ok|okay|happy)|"
    r"sequential\w*|in (?:that|this) order|before (?:it goes to )?@|dann|danach|anschlie(?:ß|ss)end|"
    r"nacheinander|zuerst|erst\b.*\b(?:dann|danach)|der reihe nach|two[- ]stage|zweistufig|next\b.*@)",
    re.I | re.S,
)
_ANY = re.compile(
    r"\b(?:either|one of(?= @)|sonst|otherwise|or else|ersatzweise|any (?:one )?(?:of|one)|any one|whichever|"
    r"(?:doesn'?t|does not|dont|don'?t|no) matter wh?ich|wh?ichever|whoever|"
    r"one of (?:us|them|the two|the three|both) (?:suffices|is enough|will do|can|may|is sufficient)|"
    r"one (?:suffices|is enough|will do|of them)|einer (?:von (?:beiden|ihnen) )?(?:reicht|gen(?:ü|ue)gt)|"
    r"entweder|wer (?:gerade|zuerst)|eine? (?:unterschrift |zustimmung |freigabe )?(?:reicht|"
    r"gen(?:ü|ue)gt)(?! nicht)|egal wer|(?:reicht|gen(?:ü|ue)gt) (?:einer|eine))\b",
    re.I,
)
_ALL = re.compile(
    r"\b(?:both|all (?:of them|of us|three|two|four|must|have to|need)|each of (?:them|us)|every one of|"
    r"(?:two|three|both) (?:people|persons|signatures|managers|of them|together)|zwei (?:personen|leute|"
    r"unterschriften)|"
    r"beide[nrs]?|sowohl|alle (?:drei|zwei|vier|m(?:ü|ue)ssen)|gemeinsam|jointly|two of us|four[- ]eyes|"
    r"vier[- ]augen|(?:gen(?:ü|ue)gt|reicht) nicht|not enough|unanimous\w*|allesamt|s(?:ä|ae)mtliche)\b",
    re.I,
)
_OBLIGED = re.compile(r"\s*(?:must|have to|need to|has to|shall|m(?:ü|ue)ssen|sollen)\b", re.I)
_LIMIT_LEAD = re.compile(
    r"\b(?:over|above|exceed\w*|beyond|more than|greater than|from|at least|costing|worth|if it'?s|"
    r"if they'?re|theyre|they're|are|is|ab|(?:ü|ue)ber|mehr als|von|>=?|when|wenn|sie)\b[\s:]*$|>=?\s*$",
    re.I,
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHORT = r"(?:mo|di|mi|do|fr|sa|so)"
_DAY = rf"(?:{WEEKDAY}|{_SHORT})"
_RANGE = re.compile(rf"\b(?P<first>{_DAY})\s*(?:-|to|through|thru|till|until|bis)\s*(?P<last>{_DAY})(?![\w])", re.I)
_WEEKDAYS = re.compile(
    r"\b(?:(?:except|excluding|without|minus|not|but not)(?: on| the| at)* weekends?|au(?:ß|ss)er am wochenende|"
    r"week ?days?|(?:every|"
    r"each) (?:week|work|working)[- ]?days?|work(?:ing)? ?days?|werktags|"
    r"werkt(?:ä|ae)glich\w*|wochentags|unter der woche|arbeitst(?:ä|ae)glich|jeden (?:werk|arbeits|wochen)tag)\b",
    re.I,
)
_SEVEN = re.compile(
    r"\b(?:seven days a week|every day including weekends|including weekends|auch am wochenende|jeden tag auch)\b", re.I
)
_WEEKEND = re.compile(
    r"\b(?:(?:on|every|each|at) (?:the )?weekends?|weekends(?: only)?|am wochenende|jedes wochenende|an wochenenden)\b",
    re.I,
)
_LISTED = re.compile(rf"\b(?P<days>{_DAY}(?:\s*(?:,|and|und|&|/|\+|\s)\s*(?:every |each |jeden )?{_DAY})*)(?!\w)", re.I)
_EXCEPT = re.compile(
    rf"\b(?:except(?: on| for)?|but not(?: on)?|not on|apart from|au(?:ß|ss)er(?: am)?|bis auf|ohne|"
    rf"nicht am)\s+(?P<days>{_DAY}(?:s\b)?"
    rf"(?:\s*(?:,|and|und|or|oder|&|/)\s*{_DAY})*)\b",
    re.I,
)
_RECURRING = re.compile(
    r"\b(?:every|each|jeden?|on|am|evry|immer|weekly on|"
    rf"w(?:ö|oe)chentlich am)\s+(?P<days>{_DAY}(?:\s*(?:,|and|und|n(?=\s)|&|/|\+)\s*(?:every |each |jeden |"
    rf"on )?{_DAY})*)\b|\b(?P<plural>(?:mon|tues|wednes|thurs|fri|satur|sun)days|"
    r"(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs)(?:\s*(?:,|and|und|"
    r"&)\s*(?P<more>(?:mon|tues|wednes|thurs|fri|satur|sun)days|(?:mon|diens|donners|frei|sams|sonn)tags|"
    r"mittwochs))?",
    re.I,
)
_PROMPT = re.compile(
    r"\b(?:questions?(?: are| being)?|with the questions|fragen(?: sind| lauten)?|entries (?:per person)?|"
    r"namely|n(?:ä|ae)mlich|and asks?|writes?|asks?(?: everyone| them| everybody)?|write|report(?:s|ing)?|post|"
    r"tell (?:us|me)|type|say|schreibt?|schreiben|abfragen|for|on|with|mit|check-?in|status(?:abfrage)?|"
    r"stand-?up|standup)\b\s*[:,-]?\s*",
    re.I,
)
_ASKED = re.compile(
    r"^(?:ask(?:s|ing)?|questions?|fragen|on|about|namely|write|type|post|report|schreiben|zu|"
    r"(?:ü|ue)ber)(?: them| everyone)?"
    r"\s*[:,-]?\s+(?=\w)",
    re.I,
)
_ABOUT_CHECK_IN = re.compile(
    r"stand-?up|check-?in|\bstatus\b|\bdaily\b|\bweekly\b|\bping\b|\basync|\bmeetings?\b|\bbot\b|rückmeldung|"
    r"rueckmeldung|"
    r"\babfrage|bericht\b|\bprompt\b|\bevery\b|\bjede[nrs]?\b|\bplease\b|\bbitte\b|"
    r"\b(?:we|i|wir|ich) (?:need|want|would|never|h)|"
    r"\bstand ab\b|\bremind|\bupdates? from\b|\bfrag (?:mal|bitte)|^from\b|^with\b",
    re.I,
)
_STARTING = re.compile(r"\b(?:from|start\w*|begin\w*|commenc\w*|ab|seit|los|first|as of)\b[^.;]{0,25}$", re.I)
_MORNING = 6


def approval(utterance: Utterance) -> Answers:
    """What is approved, by whom, in which order, above which amount."""
    rest = Leftover(utterance.own)
    people = find_people(utterance, groups=True)
    retention = rest.take(find_retention(rest.text))
    rule = rest.take(find_condition(utterance.bare))
    money = rest.take(find_money(rest.text), _LIMIT_LEAD)
    spoken = rules.parse(rule).currency if rule else ""
    currency = (money.currency if money else "") or spoken or rest.take(find_currency(rest.text))
    for person in people:
        rest.blank(person.start, person.end)
    return {
        "approvers": [person.value for person in people],
        "retention_days": retention,
        "amount_threshold": money.amount if money else None,
        "currency": currency,
        "mode": _mode(utterance) if len(people) != 1 else None,
        "rule": rule,
        "title": find_title("approval", rest.text),
        LEFT: rest.text,
    }


def _mode(utterance: Utterance) -> str | None:
    people = find_people(utterance, groups=True)
    text = utterance.bare
    between = text[people[0].end : people[-1].start] if people else ""
    if _ALL.search(text) and re.search(r"nicht|not enough", text):
        return "all"
    if re.fullmatch(r"\s*-?>\s*", between):
        return "sequential"
    if _SEQUENTIAL.search(text) and (not people or _SEQUENTIAL.search(_about(people, text))):
        return "sequential"
    if _ANY.search(text) or re.search(r"\b(?:or|oder)\b|^\s?/\s?$", between):
        return "any"
    joint = people and re.search(r"(?:\band\b|\bund\b|&)", between) and _OBLIGED.match(text[people[-1].end :])
    return "all" if joint or _ALL.search(text) else None


def _about(people: list[Found[str]], text: str) -> str:
    """From shortly before the first of them on; a "then" further ahead is a consequence, not an order."""
    lead = re.search(
        r"(?:zuerst|zun(?:ä|ae)chst|first|erst|"
        r"sequential\w*|(?:two|three|2|3)[- ]st(?:age|ep)s?|zweistufig|zwei stufen)\b[^@]{0,40}$",
        text[: people[0].start],
        re.I,
    )
    return text[lead.start() if lead else people[0].end :]


def oncall_rota(utterance: Utterance) -> Answers:
    """Who takes turns, how often, from when."""
    rest = Leftover(utterance.own)
    audience = rest.take(find_audience(utterance, named=bool(not find_people(utterance))))
    rotation = find_rotation(rest.text)
    times = find_times(rest.text)
    if times:
        rest.blank(times[0].start, times[0].end) if not re.match(WEEKDAY, rest.text[times[0].start :], re.I) else None
    return {
        "members": [person.value for person in find_people(utterance)],
        "audience": audience,
        "rotation": rotation.value if rotation else None,
        "handoff_time": times[0].value if times else None,
        "start_date": _start(rest.text, utterance),
    }


def _start(text: str, utterance: Utterance) -> str | None:
    """The first day named, unless it only says on which weekday the turn passes on."""
    dates = find_dates(text, utterance.today)
    for date in (*filter(lambda one: _STARTING.search(text[: one.start]), dates), *dates):
        before = text[: date.start]
        passing = re.search(
            r"\b(?:hand-?over|hand-?off|handed over|change ?over|swap\w*|switch\w*|rotat\w*|wechsel|(?:ü|ue)bergabe|"
            r"every|each|jeden)\b[^.;]{0,12}$",
            before,
            re.I,
        )
        if _STARTING.search(before) or not passing:
            return date.value
    return None


def standup(utterance: Utterance) -> Answers:
    """What is asked, when, on which days, whom."""
    rest = Leftover(utterance.own)
    audience = rest.take(find_audience(utterance, handles=True))
    times = find_times(rest.text)
    time = None
    if times:
        day = re.match(
            rf"{_DAY},?\s+|(?:weekdays|werktags|every day|daily)\s+", rest.text[times[0].start : times[0].end], re.I
        )
        time = likely(times[0], rest.text, before=_MORNING)
        rest.blank(times[0].start + (day.end() if day else 0), times[0].end)
    days, spans = _days(rest.text)
    for start, end in spans:
        rest.blank(start, end)
    questions = _questions(rest.text)
    return {"audience": audience, "time": time, "days": list[JsonValue](days), "questions": list[JsonValue](questions)}


def _days(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The days of a check-in, in the order of the week, and where the text says so."""
    if match := _SEVEN.search(text):
        return list(_DAYS), [match.span()]
    if match := _EXCEPT.search(text):
        without = {weekday(word) for word in re.findall(_DAY, match["days"], re.I)}
        week = _DAYS if without & {5, 6} or _SEVEN.search(text) else _DAYS[:5]
        whole = _WEEKDAYS.search(text)
        return [day for at, day in enumerate(week) if at not in without], [
            match.span(),
            *([whole.span()] if whole else []),
        ]
    if match := _RANGE.search(text):
        first, last = weekday(match["first"]), weekday(match["last"])
        if first is not None and last is not None:
            span = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
            return [_DAYS[place] for place in sorted(span)], [match.span()]
    if match := _WEEKDAYS.search(text):
        return list(_DAYS[:5]), [match.span()]
    if match := _WEEKEND.search(text):
        return list(_DAYS[5:]), [match.span()]
    matches = list(_RECURRING.finditer(text)) or [one for one in _LISTED.finditer(text) if _surely(one["days"])]
    said = [word for match in matches for word in re.findall(_DAY, match[0], re.I)]
    places = {place for place in map(weekday, said) if place is not None}
    return [_DAYS[place] for place in sorted(places)], [match.span() for match in matches]


def _surely(days: str) -> bool:
    """One short German "do" or "so" is not a day; two of them, or a long one, are."""
    words = re.findall(r"\w+", days)
    return bool(re.match(WEEKDAY, days, re.I)) or len([one for one in words if weekday(one) is not None]) >= 2


def _questions(text: str) -> list[str]:
    quoted = re.findall(r'"([^"\n]{3,120})"', text)
    if quoted:
        return [one.strip(" .,") for one in quoted]
    asked = re.findall(rf"[^.!?:,\n{GAP}]{{4,120}}\?", text)
    for found in (
        lists.after_colon(text),
        [one.strip(" ,;-") for one in asked] if len(asked) >= 2 else [],
        lists.list_after(text, _PROMPT, 3),
        lists.asked_in_a_row(text),
        lists.longest_run(text),
        lists.list_after(text, _PROMPT),
        lists.pair(text),
    ):
        kept = lists.without_intro(found, _ASKED, _ABOUT_CHECK_IN)
        kept = [one for one in kept if len(one.split()) <= 14]
        if len(kept) >= 2 and not _ABOUT_CHECK_IN.search(kept[0]):
            return kept
    return []
