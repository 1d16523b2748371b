"""Answers of the kinds that people pick, place and join things on: poll, sign-up, retrospective, booking."""

import re

from pydantic import JsonValue

from generator import lists, traits
from generator.audience import find_audience
from generator.choices import find_options, find_question, without_options
from generator.dates import find_dates
from generator.durations import find_slot
from generator.extract_forms import take_date
from generator.found import Found, Leftover
from generator.mentions import find_people
from generator.phrases import phrase, tidy
from generator.places import find_place
from generator.times import find_times
from generator.titles import find_title
from generator.utterance import GAP, Utterance

Answers = dict[str, JsonValue]

_CLOSING = re.compile(
    r"\b(?:clos\w+|until|till|by|ends?|deadline|bis|sp(?:ä|ae)testens|schluss|vot\w+ (?:closes|ends)|due|"
    r"before|latest)\b[^,.;?!]{0,14}$",
    re.I,
)
_CLOSED = re.compile(r"^\s*(?:is|ist)\s+(?:schluss|deadline|ende)\b|^\s*(?:deadline|schluss)\b", re.I)
_PREAMBLE = re.compile(
    r"^(?:(?:quick |kurze?[nr]? |secret |straw )?(?:vote|poll|abstimmung|umfrage|ballot|quick one|frage|"
    r"question)\s*(?:on|about|zu[mr]?)?\s*[:,-]\s*|(?:hi|hello|hey|ey|hallo|moin|guten tag|dear all|"
    r"so)\b[^,:]{0,20}[,:]\s*)+",
    re.I,
)
_COLUMNS = re.compile(
    r"\b(?:columns?(?: are)?|lanes?(?: are)?|spalten(?: sind)?|headings?|categories|sections|notes under|"
    r"cards under|under|kategorien|bahnen|with|mit|board for [^:,.]{2,30}|"
    r"retro(?:spective|spektive)?)\s*[:,-]?\s*(?:the )?(?:columns?|lanes?|headings?|spalten)?\s*:?\s*",
    re.I,
)
_THINGS = re.compile(
    r"\b(?:book(?:ing|able|s)?(?: of| for| out)?|reserv(?:e|ation|ations|ing)(?: of| for)?|share|borrow|"
    r"loan of|lend out|hire of|buchen|buchung (?:f(?:ü|ue)rs?|von|der)|"
    r"reservier(?:en|ung)(?: von| f(?:ü|ue)rs?| der)?|ausleih\w*|use of|sign out|"
    r"grab)\b\s*:?\s*(?:(?:the|our|my|a|an|die|den|das|der|unser\w*|company's)\s+)?(?:(?:meeting |quiet |"
    r"conference )?rooms?|desks?|spots|spaces|vehicles|pool cars|r(?:ä|ae)ume|schreibtische)?\s*",
    re.I,
)


def poll(utterance: Utterance) -> Answers:
    """The question, its options, one or more picks, until when."""
    rest = Leftover(_PREAMBLE.sub(lambda seen: GAP.ljust(len(seen[0])), utterance.own))
    audience = rest.take(find_audience(utterance))
    flags: Answers = {
        "multi_select": rest.take(traits.find_flag(rest.text, traits.MULTI)),
        "anonymous": rest.take(traits.find_flag(rest.text, traits.ANONYMOUS)),
    }
    deadline = _closing(rest, utterance)
    question = find_question(rest.text)
    at = rest.text.find(question) if question else -1
    options = find_options(rest.text, at + len(question) if question else 0, question)
    question = without_options(question, options)
    return flags | {
        "audience": audience,
        "deadline": deadline,
        "options": list[JsonValue](options),
        "question": question,
    }


def _closing(rest: Leftover, utterance: Utterance) -> str | None:
    for date in reversed(find_dates(rest.text, utterance.today)):
        if _CLOSING.search(rest.text[: date.start]) or _CLOSED.match(rest.text[date.end :]):
            lead = re.compile(
                r"[,\s]*(?:\b(?:and |it |the )?(?:vot(?:e|ing) )?(?:clos\w+|until|till|by|ends?|deadline|bis|zum|"
                r"spätestens|schluss|due|on|at|am|the|den|latest|geht|läuft|before|stimmt)\b[:\s]*)+$",
                re.I,
            )
            return rest.take(date, lead)
    return None


def rsvp(utterance: Utterance) -> Answers:
    """What event, when, where, how many, with guests or without."""
    rest = Leftover(utterance.own)
    audience = rest.take(find_audience(utterance))
    plus = rest.take(traits.find_flag(rest.text, traits.PLUS_ONES))
    place = find_place(rest.text, proper=False)
    location = rest.take(place)
    time = _take_time(rest)
    date = take_date(rest, utterance)
    capacity = rest.take(traits.find_capacity(rest.text))
    location = location or rest.take(find_place(rest.text, proper=True))
    for person in find_people(utterance):
        rest.blank(person.start, person.end)
    title = find_title("rsvp", rest.text)
    return {
        "audience": audience, "plus_ones": plus, "time": time, "date": date, "capacity": capacity,
        "location": location, "title": title if title != location else "",
    }  # fmt: skip


def _take_time(rest: Leftover) -> str | None:
    times = find_times(rest.text)
    lead = re.compile(
        r"[,\s]*(?:\b(?:at|um|from|doors|starts?|starting|beginning|start|ab|gegen|on|der|the|@)\b[:\s]*)+$", re.I
    )
    for extra in times[1:]:
        rest.take(extra, lead)
    if not times:
        return None
    first = times[0]
    named = re.match(r"(?:weekdays|werktags|[^\W\d]+)\.?,?\s+(?=\d{4}$|\d{1,2}$)", rest.text[first.start : first.end])
    keep_day = named.end() if named else 0
    return rest.take(Found(first.value, first.start + keep_day, first.end), lead if not keep_day else None)


def retro(utterance: Utterance) -> Answers:
    """Columns, votes, names or none, which day, for whom."""
    rest = Leftover(utterance.own)
    answers: Answers = {
        "audience": rest.take(find_audience(utterance)),
        "votes_per_person": rest.take(traits.find_votes(rest.text)),
        "anonymous": rest.take(traits.find_flag(rest.text, traits.ANONYMOUS)),
        "date": take_date(rest, utterance),
    }
    columns = (
        lists.after_colon(rest.text) or lists.list_after(rest.text, _COLUMNS, 2) or lists.parenthesised(rest.text)
        or lists.after_dash(rest.text) or lists.longest_run(rest.text)
    )  # fmt: skip
    columns = [one for one in columns if len(one.split()) <= 6]
    for one in columns:
        at = rest.text.find(one)
        rest.blank(at, at + len(one) if at >= 0 else at)
    return answers | {"columns": list[JsonValue](columns), "title": find_title("retro", rest.text)}


def booking(utterance: Utterance) -> Answers:
    """What can be booked, for how long, how often, by whom."""
    rest = Leftover(utterance.own)
    audience = rest.take(find_audience(utterance))
    slot = rest.take(
        find_slot(rest.text),
        re.compile(
            r"(?:[,\s]*\b(?:in|by|for|for up to|each|per|à|je|für|jeweils|dauer|duration|slot length|slots of)\b\s*)+$",
            re.I,
        ),
    )
    limit = rest.take(traits.find_per_person(rest.text))
    rest.text = re.sub(
        r"(?i)\b(?:time )?slots?\b|\bblocks?\b|\bper booking\b|\bje buchung\b|\beach\b|\bat a time\b",
        lambda seen: GAP.ljust(len(seen[0])),
        rest.text,
    )
    things = _resources(rest.text)
    return {"audience": audience, "slot_minutes": slot, "max_per_person": limit, "resources": list[JsonValue](things)}


def _resources(text: str) -> list[str]:
    for found in (lists.after_colon(text), lists.list_after(text, _THINGS), lists.longest_run(text), _numbered(text)):
        kept = [tidy(one) for one in found]
        if len(kept) >= 2 and all(kept):
            return kept
    if match := _THINGS.search(text):
        words = phrase(text, match.end())
        return [words] if words else []
    match = re.search(
        r"(?P<what>[^,.;:!?¦]{3,40}?)\s+(?:booking|reservations?|rental|buchen|reservieren|ausleihen|buchbar|bookable)",
        text,
        re.I,
    )
    return [tidy(match["what"])] if match and tidy(match["what"]) else []


def _numbered(text: str) -> list[str]:
    """Names in a row that their numbers tell apart: "p1 p2 p3", "crane 1 crane 2"."""
    match = re.search(r"(?:\b[A-Za-z]+[ -]?\d+\b[ ,]*(?:and |und )?){2,}", text)
    return re.findall(r"[A-Za-z]+[ -]?\d+", match[0]) if match else []
