"""What the words say that cannot be: a day that no calendar has, an hour that no clock has, a list that is longer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from generator import numbers
from generator.brief import Doubt, Understanding
from generator.dates import MONTH, month_of
from generator.utterance import GAP, Utterance

_LEAD = r"(?:\b(?:on|at|until|till|by|before|from|am|um|bis(?: zum| um)?|vom|ab)\s+(?:the |dem |den )?)?"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_DAYS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_LEAD}\b(?P<said>(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{MONTH}){_YEAR})",
        rf"{_LEAD}\b(?P<said>(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR})(?![\d:])",
        rf"{_LEAD}(?<![\d-])(?P<said>(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d))(?![\d-])",
        rf"{_LEAD}(?<![\d.])(?P<said>(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>20\d\d))(?![\d.])",
    )
)
_TIME = re.compile(rf"{_LEAD}(?<![\d:.])(?P<said>(?P<hour>\d{{1,2}}):(?P<minute>\d\d))(?![\d:])", re.I)
_COUNT = re.compile(
    rf"(?P<said>(?P<number>{numbers.COUNT})\s+(?:\w+\s)?(?:questions?|options?|choices|items|fields|columns|topics|steps|"
    r"fragen|optionen|felder|spalten|punkte|themen|schritte))\s*:",
    re.I,
)
_LEAP = 2028
"""A year in which a day without a year may be: 29 February is one."""
_AHEAD = frozenset({"deadline", "date"})
"""Answers that make no sense as a day that has passed; of a retrospective, they do."""


def without_impossible(utterance: Utterance) -> Utterance:
    """The words with a gap where a day or an hour stands that there is not: no rule reads a half of it."""
    own, bare = utterance.own, utterance.bare
    for match in _impossible(utterance.own):
        gap = GAP * (match.end() - match.start())
        own = own[: match.start()] + gap + own[match.end() :]
        bare = bare[: match.start()] + gap + bare[match.end() :]
    return replace(utterance, own=own, bare=bare)


def doubted(understood: Understanding, utterance: Utterance) -> Understanding:
    """With what was said and could not be taken; days that have passed are taken out of the answers."""
    found = [
        Doubt(kind="time" if match.re is _TIME else "day", said=match["said"]) for match in _impossible(utterance.own)
    ]
    passed = [
        one for one in understood.answers if understood.kind != "retro" and _passed(one.name, one.value, utterance)
    ]
    found += [Doubt(kind="past", said=str(one.value)) for one in passed]
    if count := _COUNT.search(utterance.own):
        number = numbers.count(count["number"])
        lists = [one for one in understood.answers if isinstance(one.value, list) and one.name in _LISTS]
        if len(lists) == 1 and isinstance(lists[0].value, list) and number and len(lists[0].value) > number:
            found.append(Doubt(kind="count", said=count["said"], taken=str(len(lists[0].value))))
    answers = tuple(one for one in understood.answers if one not in passed)
    return understood.model_copy(update={"answers": answers, "doubts": tuple(found)}) if found else understood


_LISTS = frozenset({"questions", "options", "items", "fields", "columns", "topics"})


def _passed(name: str, value: object, utterance: Utterance) -> bool:
    return name in _AHEAD and isinstance(value, str) and value[:10] < utterance.today.isoformat()


def _impossible(text: str) -> Iterator[re.Match[str]]:
    """Every day and hour named that there is not, in the order of the text."""
    found = [match for shape in _DAYS for match in shape.finditer(text) if not _is_day(match)]
    found += [match for match in _TIME.finditer(text) if int(match["hour"]) > 24 or int(match["minute"]) > 59]
    last = -1
    for match in sorted(found, key=lambda one: one.start()):
        if match.start() > last:
            last = match.end()
            yield match


def _is_day(match: re.Match[str]) -> bool:
    month = match["month"]
    try:
        date(int(match["year"] or _LEAP), int(month) if month.isdigit() else month_of(month), int(match["day"]))
    except ValueError:
        return False
    return True
