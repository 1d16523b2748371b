"""Single answers that a clause under an app gives: days, times, numbers, picks, who it is for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pydantic import JsonValue

from generator import counts, flags
from generator.audience import find_audience, opened_to
from generator.clauses import Clause
from generator.durations import find_retention, find_rotation, find_slot
from generator.entries import Edit
from generator.extract_teams import approval, standup
from generator.found import Found, Leftover
from generator.moments import DAY, Known, read_when
from generator.money import find_money
from generator.origin import folded
from generator.places import find_place
from generator.utterance import GAP, Utterance, outside_quotes
from generator.weekdays import LONG_DAY

Reader = Callable[[Leftover, Utterance, Known], JsonValue]
"""Takes an answer's words out of what is left of a clause; None when it says nothing of it."""

DAY_MINUTES = 1440
_LANGUAGE = re.compile(r"\b(?:in(?:to)?|auf|to|ins?)\s+(?P<which>german|deutsche?|english|englische?)\b", re.I)
_NO_LIMIT = re.compile(
    r"\b(?:no (?:more )?(?:limit|maximum|cap)|without (?:a |any )?limit|unlimited|(?:remove|drop) the (?:limit|cap)|"
    r"kein(?:e)? (?:limit|begrenzung|obergrenze)|ohne (?:limit|begrenzung|obergrenze)|unbegrenzt|beliebig viele)\b",
    re.I,
)
_NO_DAY = re.compile(
    r"\b(?:no (?:more )?(?:deadline|end date|due date)|without (?:a |any )?(?:deadline|end)|(?:remove|"
    r"drop) the (?:deadline|due date)|"
    r"kein(?:e)? (?:frist|enddatum|deadline)|ohne (?:frist|enddatum|deadline)|(?:leave|"
    r"keep) it open(?! (?:un)?til)|offen lassen)\b",
    re.I,
)
_ONLY_ME = re.compile(r"\b(?:only|just|nur)\s+(?:for|f(?:ü|ue)r)\s+(?P<me>me|myself|mich)\b", re.I)
_HERE = re.compile(
    r"\b(?:only|just|nur)?\s*(?:for|f(?:ü|ue)r|open to)\s+(?:this channel|(?:the )?people here|us here|"
    r"diesen kanal|alle hier)\b",
    re.I,
)
_KEPT = re.compile(r"\b(?:bewahr|heb)\w*\s+(?P<what>.+?)\s+auf\b", re.I)
_WEEKLY = re.compile(
    r"\b(?:weekly (?:summary|report|digest|roundup)|w(?:ö|oe)chentliche[nr]? (?:zusammenfassung|bericht))\b", re.I
)
_REMIND = re.compile(
    r"\b(?:remind(?:er)?s?|reminding|erinner\w*)\b(?: (?:us|the thread|everyone|uns|den thread|daran))*", re.I
)
_SHOWN = re.compile(
    r"\b(?:every(?:one|body)|all|people|alle) (?:can|may|should|d(?:ü|ue)rfen|k(?:ö|oe)nnen|sollen) (?:also |"
    r"auch )?(?:see |sehen )?(?:the |die )?"
    r"(?:results?|ergebnisse)(?: sehen)?\b|\b(?:share|show) (?:the )?results? (?:with|to) (?:every(?:one|body)|all)\b|"
    r"\bergebnisse f(?:ü|ue)r alle\b",
    re.I,
)
_NOT = re.compile(r"\b(?:no|not|without|don'?t|stop|never|kein\w*|nicht|ohne)\b", re.I)
_PLACE = re.compile(
    r"^(?:(?:it'?s |it is |it will be |es ist |wir treffen uns |we(?:'re| are)? (?:meet(?:ing)? )?|"
    r"(?:the )?(?:location|place|venue|ort|"
    r"treffpunkt)(?: is| ist|:)? |move it (?:to|into) |verleg\w* (?:es|das) (?:in|auf) )(?P<named>.+)|"
    r"(?P<at>(?:in|at|im|auf|beim?)\s.+))$",
    re.I,
)
_THRESHOLD = re.compile(r"\b(?:threshold|limit|grenze|schwelle)\D{0,12}(?P<n>\d{1,7})\b", re.I)
_HOURS = re.compile(
    r"\b(?:from|open(?: from)?|between|von|zwischen)\s+(?P<first>\d{1,2})(?:[:.](?P<m1>\d\d))?\s*(?:uhr)?\s*(?:-|"
    r"to|till|until|and|bis|und)\s*"
    r"(?P<last>\d{1,2})(?:[:.](?P<m2>\d\d))?\s*(?:uhr|h)?(?!\w)",
    re.I,
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WITHOUT = re.compile(
    r"\b(?:leave out|leaving out|skip|drop|without|no|not on|except(?: on)?|ohne|nicht|not|au(?:ß|ss)er(?: am)?)\b",
    re.I,
)
_DAY_WORDS = re.compile(
    rf"\b(?:{LONG_DAY}|(?:every )?(?:week|work)days?|werktags|w(?:ö|oe)chentlich|weekends?|am wochenende)\b", re.I
)


def _flag(yes_no: Sequence[re.Pattern[str]]) -> Reader:
    return lambda rest, _, __: rest.take(flags.find_flag(rest.text, yes_no))


def _switch(words: re.Pattern[str]) -> Reader:
    def read(rest: Leftover, _: Utterance, __: Known) -> JsonValue:
        if found := words.search(rest.text):
            off = _NOT.search(rest.text[: found.start()])
            rest.blank(off.start() if off else found.start(), found.end())
            return not off
        return None

    return read


def _number(find: Callable[[str], Found[int] | None]) -> Reader:
    return lambda rest, _, __: rest.take(find(rest.text))


def _slot(rest: Leftover, _: Utterance, __: Known) -> JsonValue:
    found = find_slot(rest.text)
    if found and found.value >= DAY_MINUTES and not re.search(r"slot|book|buch|each|block|je ", rest.text, re.I):
        return None
    return rest.take(found)


def _language(rest: Leftover, _: Utterance, __: Known) -> JsonValue:
    if found := _LANGUAGE.search(rest.text):
        rest.blank(*found.span())
        return "Deutsch" if found["which"].casefold().startswith(("german", "deutsch")) else "English"
    return None


def _retention(rest: Leftover, _: Utterance, __: Known) -> JsonValue:
    if not (found := _KEPT.search(rest.text)):
        return rest.take(find_retention(rest.text))
    kept = find_retention(f"{found['what']} aufbewahren")
    if kept:
        rest.blank(*found.span())
    return kept.value if kept else None


def _rotation(rest: Leftover, _: Utterance, __: Known) -> JsonValue:
    return rest.take(find_rotation(rest.text))


def _days(rest: Leftover, utterance: Utterance, known: Known) -> JsonValue:
    said = rest.text
    days = standup(replace(utterance, own=said, bare=outside_quotes(said)))["days"]
    if not isinstance(days, list) or not days:
        return None
    without = _WITHOUT.search(said)
    rest.text = _DAY_WORDS.sub(lambda one: GAP * len(one[0]), said)
    if without and isinstance(before := known.get("days"), list) and len(days) <= 2:
        rest.blank(*without.span())
        return [one for one in before if one not in days]
    if re.search(r"\b(?:also|auch|too|as well|add)\b", said, re.I) and isinstance(before := known.get("days"), list):
        return [one for one in DAYS if one in days or one in before]
    return days


def _mode(rest: Leftover, utterance: Utterance, _: Known) -> JsonValue:
    value = approval(replace(utterance, own=rest.text, bare=outside_quotes(rest.text)))["mode"]
    if value:
        rest.blank(0, len(rest.text))
    return value or None


def _amount(rest: Leftover, _: Utterance, __: Known) -> JsonValue:
    if money := rest.take(find_money(rest.text)):
        return money.amount
    if found := _THRESHOLD.search(rest.text):
        rest.blank(*found.span())
        return float(found["n"])
    return None


def _capacity(rest: Leftover, _: Utterance, __: Known) -> JsonValue:
    if fits := rest.take(counts.find_capacity(rest.text)):
        return fits
    if found := re.search(
        r"\b(?:limit|capacity|cap|platz|pl(?:ä|ae)tze|maximum|max\.?)\D{0,20}?(?P<n>\d{1,4})\b(?!\s*(?:eur|usd|"
        r"gbp|€|\$|£))",
        rest.text,
        re.I,
    ):
        rest.blank(*found.span())
        return int(found["n"])
    return None


def _place(rest: Leftover, _: Utterance, known: Known) -> JsonValue:
    text = rest.text.strip()
    was = folded(str(known.get("location") or ""))
    text = re.sub(
        r",?\s*(?:and |und )?(?:not|nicht|instead of|statt)\s+(?:in |at |im |in der )?(?:the |der |"
        r"dem )?(?P<old>[^,]+)$",
        lambda one: "" if was and folded(one["old"]) in was else one[0],
        text,
        flags=re.I,
    )
    if "@" in text:
        return None
    found = _PLACE.match(re.sub(r"\s+\b(?:now|instead|jetzt|stattdessen|please|bitte)$", "", text, flags=re.I))
    place = find_place(found["named"] or found["at"], proper=True) if found and len(text.split()) <= 9 else None
    if place is None:
        return None
    rest.blank(0, len(rest.text))
    return re.sub(r"^(?:the|der|die|das|dem)\s+", "", place.value, flags=re.I)


READERS: Mapping[str, Reader] = {
    "anonymous": _flag(flags.ANONYMOUS),
    "multi_select": _flag(flags.MULTI),
    "plus_ones": _flag(flags.PLUS_ONES),
    "weekly_summary": _switch(_WEEKLY),
    "remind": _switch(_REMIND),
    "share_results": _switch(_SHOWN),
    "language": _language,
    "retention_days": _retention,
    "votes_per_person": _number(counts.find_votes),
    "slot_minutes": _slot,
    "max_per_person": _number(counts.find_per_person),
    "rotation": _rotation,
    "days": _days,
    "amount_threshold": _amount,
    "mode": _mode,
    "num_questions": _number(counts.find_question_count),
}
"""How each answer is read that is one value, in this order; days, hours, places and audiences stand apart."""


def amend(kind: str, clause: Clause, utterance: Utterance, known: Known, names: frozenset[str]) -> tuple[Edit, str]:
    """The single answers that a clause gives, and what is left of its words. `names`: the questions there are."""
    rest = Leftover(clause.own)
    heard = replace(utterance, own=clause.own, bare=clause.bare)
    edit = _limits(Edit(), rest, kind, names)
    edit = _audience(edit, rest, heard, clause, known)
    for name, read in READERS.items():
        if name in names and (value := read(rest, heard, known)) is not None:
            edit.values.setdefault(name, value)
    edit = read_when(edit, rest, kind, heard, known)
    if kind == "rsvp" and "capacity" not in edit.values and (fits := _capacity(rest, heard, known)) is not None:
        edit.values["capacity"] = fits
    if kind == "rsvp" and not edit.values and (place := _place(rest, heard, known)):
        edit.values["location"] = place
    return edit, rest.text


def _limits(edit: Edit, rest: Leftover, kind: str, names: frozenset[str]) -> Edit:
    if kind == "rsvp" and (found := _NO_LIMIT.search(rest.text)):
        rest.blank(*found.span())
        edit.values["capacity"] = None
    if DAY.get(kind) == "deadline" and (found := _NO_DAY.search(rest.text)):
        rest.blank(*found.span())
        edit.values["deadline"] = ""
    if kind == "booking" and (hours := _HOURS.search(rest.text)) and {"opens_at", "closes_at"} <= names:
        rest.blank(*hours.span())
        edit.values["opens_at"] = f"{int(hours['first']):02}:{hours['m1'] or '00'}"
        edit.values["closes_at"] = f"{int(hours['last']):02}:{hours['m2'] or '00'}"
    return edit


def _audience(edit: Edit, rest: Leftover, heard: Utterance, clause: Clause, known: Known) -> Edit:
    was = known.get("audience")
    before = was if isinstance(was, str) else ""
    if found := _ONLY_ME.search(clause.bare):
        rest.blank(*found.span())
        edit.values["audience"] = "me"
    elif found := _HERE.search(clause.bare):
        rest.blank(*found.span())
        edit.values["audience"] = opened_to(before, "", clause.bare)
    elif group := find_audience(heard, handles=True):
        rest.blank(group.start, group.end)
        edit.values["audience"] = opened_to(before, group.value, clause.bare)
    return edit
