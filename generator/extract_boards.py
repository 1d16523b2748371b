"""Answers of the kinds that people pick, place and join things on: poll, sign-up, retrospective, booking."""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from generator import counts, flags, lists
from generator.audience import find_audience
from generator.choices import find_options, find_question, find_subject, without_options
from generator.dates import find_dates
from generator.durations import find_slot
from generator.found import Found, Leftover
from generator.mentions import find_people
from generator.places import find_place
from generator.resources import find_resources
from generator.rows import quoted_row
from generator.taking import take_date
from generator.times import find_times, likely
from generator.titles import LEFT, find_title, ungreeted
from generator.utterance import GAP, Utterance, outside_quotes

Answers = dict[str, JsonValue]

_CLOSING = re.compile(
    r"\b(?:clos\w+|until|till|by|ende?[st]?|l(?:ä|ae)uft|ending|stops?|runs|deadline|frist|bis|sp(?:ä|"
    r"ae)testens|schluss|due|"
    r"before|latest|lock\w*|settle\w*|shuts?|decid\w+|know|no by|cut-?off)\b[^,.;?!]{0,24}$",
    re.I,
)
_CLOSED = re.compile(r"^\s*(?:is|ist)\s+(?:schluss|deadline|ende|dicht|zu)\b|^\s*(?:deadline|schluss)\b", re.I)
_PREAMBLE = re.compile(
    r"^(?:(?:quick |kurze?[nr]? |secret |straw )?(?:vote|poll|abstimmung|umfrage|ballot|quick one|frage|"
    r"question)\s*(?:on|about|zu[mr]?)?\s*[:,-]\s*|(?:right|ok|okay|well|alright|folks|guys|leute|also|na|team)\s*,\s*|"
    r"(?:hi|hello|hey|ey|hallo|moin|guten tag|dear all|"
    r"so)\b[^,:]{0,20}[,:]\s*)+",
    re.I,
)
_EVENING = re.compile(
    r"\bevening|\bnight|\bnite|\bparty|\bdinner|\bdrinks\b|\bconcert|\bgala|\breception\b|\bfeier|feier\b|"
    r"\bfest\b|abend|"
    r"umtrunk|karaoke|after-?work|ap(?:é|e)ro\b|stammtisch|\bbar\b|\bpub\b|\bdance|\bcinema|\bmovie|\bkino|"
    r"\bkonzert|\btasting|\bsupper|\bquiz|\bgrill|bowling",
    re.I,
)
_DAY_FROM, _EVENING_UNTIL = 7, 12
_COLUMNS = re.compile(
    r"\b(?:columns?(?: are)?|lanes?(?: are)?|spalten(?: sind| hei(?:ß|ss)en(?: bitte)?)?|headings?|categories|"
    r"sections|notes under|"
    r"cards under|under|rubriken|kategorien|bahnen|with|mit|board for [^:,.]{2,30}|"
    r"retro(?:spective|spektive)?)\s*[:,-]?\s*(?:the )?(?:columns?|lanes?|headings?|spalten)?\s*:?\s*",
    re.I,
)
_BEFORE_COLUMNS = re.compile(
    r"\b(?:with|mit|columns?|lanes?|spalten|rubriken|to (?:say|note|share)|headings?|headed|labelled|called|"
    r"namens|under|unter|board|wall|"
    r"cards|karten|into|"
    r"retro(?:spective|spektive)?|sections?|boxes)(?:\s*[,:-])?\s+(?:(?:the|are|sind|for|und|and)\s+)?",
    re.I,
)
_ABOUT_RETRO = re.compile(
    r"\bretro|\blook(?:ing)? back|\breview|\breflect|\bdebrief|r(?:ü|ue)ckblick|zur(?:ü|ue)ck|"
    r"r(?:ü|ue)ckschau|nachbesprech|"
    r"man(?:ö|oe)verkritik|\bboard\b|\blet'?s\b|\blessons\b|"
    r"^(?:after|nach|for|of|on|f(?:ü|ue)rs?|auf|zu[mr]?|about|from|in)\b|"
    r"\b(?:i|we|wir|ich|please|bitte)\b|post-?mortem|\bhindsight",
    re.I,
)


_FAMILIAR = tuple(
    re.compile(r"\b" + r"\b\s*[ /|+-]\s*\b".join(f"({name})" for name in names.split(", ")) + r"\b(?!\s*[/|,])", re.I)
    for names in (
        "start, stop, continue",
        "start, stop, keep",
        "stop, start, continue",
        "start, continue, stop",
        "keep, stop, start",
        "mad, sad, glad",
        "glad, sad, mad",
        "sad, mad, glad",
        "keep, drop, try",
        "keep, problem, try",
        "rose, thorn, bud",
        "rose, bud, thorn",
        "liked, learned, lacked, longed for",
        "drop, add, keep, improve",
        "plus, delta",
    )
)
"""Columns that people name in one breath."""


def poll(utterance: Utterance) -> Answers:
    """The question, its options, one or more picks, until when."""
    rest = Leftover(_PREAMBLE.sub(lambda seen: GAP * len(seen[0]), utterance.own))
    audience = rest.take(find_audience(utterance, handles=True))
    said: Answers = {
        "multi_select": rest.take(flags.find_flag(rest.text, flags.MULTI)),
        "anonymous": rest.take(flags.find_flag(rest.text, flags.ANONYMOUS)),
    }
    deadline = _closing(rest, utterance)
    question = find_question(rest.text)
    at = rest.text.find(question) if question else -1
    options = find_options(rest.text, at + len(question) if question else 0, question)
    question = without_options(question, options) or find_subject(rest.text, options)
    deadline = deadline or _only_day(rest.text, utterance, [question, *options])
    return said | {
        "audience": audience,
        "deadline": deadline,
        "options": list[JsonValue](options),
        "question": question,
    }


def _only_day(text: str, utterance: Utterance, said: Sequence[str]) -> str | None:
    """The one day that is named beside the question and what can be picked: then it says until when."""
    for words in said:
        text = text.replace(words, GAP * len(words)) if words else text
    days = find_dates(text, utterance.today)
    return days[0].value if len(days) == 1 else None


def _closing(rest: Leftover, utterance: Utterance) -> str | None:
    for date in reversed(find_dates(rest.text, utterance.today)):
        if _CLOSING.search(rest.text[: date.start]) or _CLOSED.match(rest.text[date.end :]):
            lead = re.compile(
                r"[,\s]*(?:\b(?:and |it |the )?(?:vot(?:e|ing) )?(?:clos\w+|until|till|by|ende?s?|stops?|runs|"
                r"shuts?|deadline|frist|bis|zum|"
                r"spätestens|schluss|due|cut-?off|on|at|am|the|den|latest|geht|läuft|before|stimmt)\b[:\s]*)+$",
                re.I,
            )
            return rest.take(date, lead)
    return None


def rsvp(utterance: Utterance) -> Answers:
    """What event, when, where, how many, with guests or without."""
    rest = Leftover(utterance.own)
    audience = rest.take(find_audience(utterance, handles=True))
    plus = rest.take(flags.find_flag(rest.text, flags.PLUS_ONES))
    place = find_place(rest.text, proper=False)
    location = rest.take(place)
    time = _take_time(rest)
    date = take_date(rest, utterance)
    capacity = rest.take(counts.find_capacity(rest.text))
    location = location or rest.take(find_place(rest.text, proper=True))
    for person in find_people(utterance):
        rest.blank(person.start, person.end)
    title = find_title("rsvp", rest.text)
    return {
        "audience": audience,
        "plus_ones": plus,
        "time": time,
        "date": date,
        "capacity": capacity,
        "location": location,
        "title": title if title != location else "",
        LEFT: rest.text,
    }


def _take_time(rest: Leftover) -> str | None:
    """When it starts; at an evening event "at seven" is not in the morning."""
    times = find_times(outside_quotes(rest.text))
    before = _EVENING_UNTIL if _EVENING.search(rest.text) else _DAY_FROM
    lead = re.compile(
        r"[,\s]*(?:\b(?:at|um|from|doors|starts?|starting|beginning|start|ab|gegen|on|der|the|@)\b[:\s]*)+$", re.I
    )
    for extra in times[1:]:
        rest.take(extra, lead)
    if not times:
        return None
    first = times[0]
    first = Found(likely(first, rest.text, before=before), first.start, first.end)
    named = re.match(r"(?:weekdays|werktags|[^\W\d]+)\.?,?\s+(?=\d{4}$|\d{1,2}$)", rest.text[first.start : first.end])
    keep_day = named.end() if named else 0
    return rest.take(Found(first.value, first.start + keep_day, first.end), lead if not keep_day else None)


def retro(utterance: Utterance) -> Answers:
    """Columns, votes, names or none, which day, for whom."""
    rest = Leftover(utterance.own)
    answers: Answers = {
        "audience": rest.take(find_audience(utterance, handles=True)),
        "votes_per_person": rest.take(counts.find_votes(rest.text)),
        "anonymous": rest.take(flags.find_flag(rest.text, flags.ANONYMOUS)),
        "date": take_date(rest, utterance),
    }
    columns = (
        _familiar(rest.text)
        or quoted_row(rest.text)
        or lists.after_colon(rest.text)
        or lists.without_intro(
            lists.list_after(rest.text, _COLUMNS, 2)
            or lists.parenthesised(rest.text)
            or lists.after_dash(rest.text)
            or lists.longest_run(rest.text)
            or lists.asked_in_a_row(rest.text),
            _BEFORE_COLUMNS,
            _ABOUT_RETRO,
        )
    )
    columns = [one for one in columns if len(one.split()) <= 6]
    for one in columns:
        at = rest.text.find(one)
        rest.blank(at, at + len(one) if at >= 0 else at)
    return answers | {"columns": list[JsonValue](columns), "title": find_title("retro", rest.text), LEFT: rest.text}


def _familiar(text: str) -> list[str]:
    """Columns so well known that they are named without commas."""
    for names in _FAMILIAR:
        if match := names.search(text):
            return list(match.groups())
    return []


def booking(utterance: Utterance) -> Answers:
    """What can be booked, for how long, how often, by whom."""
    rest = Leftover(ungreeted(utterance.own))
    audience = rest.take(find_audience(utterance, handles=True))
    slot = rest.take(
        find_slot(rest.text),
        re.compile(
            r"(?:[,\s]*\b(?:in|by|for|for up to|each|per|à|je|für|jeweils|dauer|duration|slot length|slots of)\b\s*)+$",
            re.I,
        ),
    )
    limit = rest.take(counts.find_per_person(rest.text))
    rest.text = re.sub(
        r"(?i)\b(?:time )?slots?\b|\bblocks?\b|\bper booking\b|\bje buchung\b|\beach\b|\bat a time\b",
        lambda seen: GAP * len(seen[0]),
        rest.text,
    )
    things = find_resources(rest.text)
    return {"audience": audience, "slot_minutes": slot, "max_per_person": limit, "resources": list[JsonValue](things)}
