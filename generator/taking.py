"""Days and people taken out of a text, with the words that lead up to them."""

import re

from pydantic import JsonValue

from generator.dates import find_dates
from generator.found import Found, Leftover
from generator.mentions import find_people
from generator.utterance import GAP, Utterance, outside_quotes

DATE_LEAD = re.compile(
    r"[,\s]*(?:\b(?:it |voting |vote |survey |answers? |and |which |should be |must be |that )*(?:closes?|"
    r"closing|close it|open|ends?|ending|finish\w*|done|finished|completed|due|deadline|fällig|bis|by|until|"
    r"till|before|on|from|starting|starts?|startin|start|beginning|begins|commencing|spätestens|am|ab|zum|vom|"
    r"los gehts|los geht's|beginn|for|this|is|ist|at|the|der|dem|den|schluss|erledigt|fertig|latest|zuletzt|"
    r"bitte|läuft|is schluss)\b[:\s]*)+$",
    re.I,
)
_ENDS = re.compile(
    r"\b(?:clos\w+|ends?|ending|finish\w*|done|due|deadline|bis|by|until|till|before|sp(?:ä|ae)testens|latest|frist|"
    r"l(?:ä|ae)uft|open|shuts?|call time)\b[^.;!?]{0,25}$",
    re.I,
)
_OTHER_DAY = re.compile(
    r"\b(?:until|till|by|bis(?: zum)?|before|know|replies|last|of|vom|letzte[nrs]?|since|seit)\s*$", re.I
)
"""A day by which to answer, or of which is spoken, is not the day of the event when there is another."""
_ALONE = re.compile(
    rf"\s*(?:[,.;!?)]|{GAP}|$|(?:latest|please|pls|bitte|at the latest|is (?:the )?deadline|ist schluss|"
    r"would be (?:soon|early) enough)\b)",
    re.I,
)
_HELP = re.compile(
    r"(?:[,;.\s]*\b(?:co-?owners?|owners?|owned by|together with|along with|with|and|me|by|mit|und|managed by|"
    r"kept (?:current|fresh) by|maintained by|looked after by|collaborators?|results (?:with|visible to)|"
    r"gepflegt von|betreut von|verwaltet von|visible to|shared with|gemeinsam|zusammen|frau|herr|as|helping|"
    r"ich)\b[:\s]*)+$",
    re.I,
)
_HELPED = re.compile(
    rf"^[^.,;!?\n{GAP}]{{0,8}}?(?:[ ,]*(?:\b(?:and|und|&)\b ?)?[ ,]*)?(?:\b(?:owns?|maintains?|keeps?|"
    r"looks? after|helping|helps?|hilft|helfen|pflegt|pflegen|will be|is|are|manages?|can edit|may edit|"
    rf"should|soll|sollen|darf|dürfen|too|as well|mit)\b[^.;!?\n{GAP}]{{0,60}})?",
    re.I,
)


def take_date(rest: Leftover, utterance: Utterance, *, closing: bool = False) -> str | None:
    """The first day named, with the words that lead up to it; with `closing`, one that can be a last day."""
    dates = find_dates(outside_quotes(rest.text), utterance.today)
    if closing:
        last = [one for one in dates if _ENDS.search(rest.text[: one.start])]
        dates = last + [one for one in dates if one not in last and _ALONE.match(rest.text[one.end :])]
    else:
        dates = sorted(dates, key=lambda one: _rank(rest.text, one))
    for extra in dates[1:]:
        rest.take(extra, DATE_LEAD)
    return rest.take(dates[0], DATE_LEAD) if dates else None


def _rank(text: str, day: Found[str]) -> tuple[bool, bool]:
    """A day by which to answer comes last, a bare weekday after one with its number, as in "Sunday tea on 7 May"."""
    return bool(_OTHER_DAY.search(text[: day.start])), not re.search(r"\d", text[day.start : day.end])


def take_helpers(rest: Leftover, utterance: Utterance) -> list[JsonValue] | None:
    """Everybody mentioned, with the words that say what they are to do."""
    people = find_people(utterance)
    if not people:
        return None
    for person in people:
        _blank_person(rest, person)
    return [person.value for person in people]


def _blank_person(rest: Leftover, person: Found[str]) -> None:
    before = _HELP.search(rest.text[: person.start])
    after = _HELPED.match(rest.text[person.end :])
    end = person.end + (after.end() if after and after[0].strip(" ,") else 0)
    rest.blank(before.start() if before else person.start, end)
