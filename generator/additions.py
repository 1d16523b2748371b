"""What is added to an app's list: another question, option, step, column or thing."""

import re
from collections.abc import Mapping

from pydantic import JsonValue

from generator.clauses import Clause
from generator.entries import MAIN, Edit, Objection, add, entries_of, named_entries
from generator.moves import is_value

_ADD = re.compile(
    r"^(?:also |auch |noch |now )*(?:(?:add|include|put|append|insert|take|have|throw in|ask(?: them| people|"
    r" everyone)?(?: also| too)?(?: about| for)?|"
    r"f(?:ü|ue)g\w*|erg(?:ä|ae)nz\w*|setz\w*|nimm|nehmt|pack\w*|frag\w*(?: sie| alle)?(?: auch| noch)*(?: bitte|"
    r" auch| noch)*(?: nach(?: dem| der| den)?)?|"
    r"schreib\w*)(?: (?:also|auch|noch|bitte|in|us|uns|mir|me))*(?:\s+|:)|"
    r"(?P<more>(?:also|new|neue[rs]?|another|one more|plus|additionally|in addition|zus(?:ä|ae)tzlich|au(?:ß|"
    r"ss)erdem|noch|"
    r"weitere[rs]?|ferner)(?:\s|:)|\+\s*)|"
    r"(?P<head>(?=(?:an?|another|one more|ein(?:e[nmrs]?)?) (?:\w+ )?(?:question|option|choice|item|step|task|"
    r"topic|column|field|frage|"
    r"punkt|schritt|aufgabe|thema|spalte|feld|m(?:ö|oe)glichkeit)\b)))\s*(?P<what>.+)$",
    re.I,
)
_ADD_LATE = re.compile(
    r"^(?P<what>.+?)\s+(?:bitte |noch |auch )*(?:hinzuf(?:ü|ue)gen|dazunehmen|aufnehmen|erg(?:ä|ae)nzen|dazu|rein|"
    r"hinzu)[.!]*$|"
    r"^(?:noch )?(?P<role>.+?)\s+(?:as an?|als) (?:option|question|choice|item|step|topic|column|field|frage|"
    r"punkt|schritt|thema|"
    r"spalte)[.!]*$",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:to|on|in|zu[rm]?|auf) (?:the|der|die) (?:\w+ )?(?:page|app|form|chart|button|design|board|seite)s?\b", re.I
)
_ABOUT = re.compile(r"^(?:also |auch |noch |now )*(?:ask|frag)", re.I)
_VALUE_LEAD = re.compile(r"^(?:at|um|on|am|every|jeden?|only|nur|until|till|bis|by|from|ab|in|@)\b", re.I)
_COUNTED = re.compile(
    r"\b(?P<n>\d{1,3}|two|three|four|five|six|zwei|drei|vier|f(?:ü|ue)nf|sechs)\s+(?:questions?|options?|columns?|"
    r"items?|steps?|topics?|fragen|optionen|"
    r"spalten|punkte|schritte|themen)\s*:",
    re.I,
)
_NUMBERS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "fuenf": 5,
    "sechs": 6,
}
_HEADED = re.compile(
    r"(?:(?:an?|one|another|one more|ein(?:e[nmrs]?)?)\s+)?(?:question|option|choice|item|step|task|topic|column|"
    r"field|frage|punkt|"
    r"schritt|aufgabe|thema|spalte|feld|m(?:ö|oe)glichkeit)\w*\b|ask\b|frag",
    re.I,
)
_SHORT = 6
"""So many words behind "also" may be names of things."""
_GENERAL = 3
"""Questions that a survey asks when nobody names any."""


def adds_first(clause: Clause) -> bool:
    """Whether "add" or the like begins it, and no value follows: "add a limit of ten" is a value."""
    match = _ADD.match(clause.own)
    return bool(match and not is_value(match["what"]))


def added(kind: str, clause: Clause, known: Mapping[str, JsonValue]) -> Edit:
    """What is added to the list of this kind; nothing where the words name no such thing."""
    main = MAIN.get(kind)
    if main is None or _ELSEWHERE.search(clause.own):
        return Edit()
    late = _ADD_LATE.match(clause.own)
    if late and (late["role"] or clause.wants == "order") and not _ADD.match(clause.own):
        return Edit(add(main, known.get(main), named_entries(kind, late["what"] or late["role"])))
    match = _ADD.match(clause.own)
    if not match or not _meant(match, clause, main):
        return Edit()
    new = named_entries(kind, match["what"])
    edit = Edit(add(main, known.get(main), new)) if new else Edit()
    if new and (said := _said_number(clause.own)) and said != len(new):
        edit = Edit(edit.values, (Objection(main, "counted", f"{said}:{len(new)}"),))
    if kind == "survey" and edit.values:
        _count_up(edit, known, len(new))
    return edit


def _said_number(text: str) -> int:
    """How many were announced: "3 questions: ..."; 0 when no number was."""
    count = _COUNTED.search(text)
    if count is None:
        return 0
    return _NUMBERS.get(count["n"].casefold()) or int(count["n"] if count["n"].isdigit() else 0)


def _meant(match: re.Match[str], clause: Clause, main: str) -> bool:
    """Whether an entry of this list is what "add", "also" and the like are about."""
    if _VALUE_LEAD.match(match["what"]) or (main == "questions" and not _asks(match)):
        return False
    if match["more"]:
        return clause.wants == "order" or _another(match)
    if clause.wants != "order" and match["head"] is None:
        return False
    named = match["head"] is not None or _HEADED.match(match["what"])
    return bool(named or _adding(clause.own) or _ABOUT.match(clause.own))


def _asks(match: re.Match[str]) -> bool:
    """Whether what is added is a question: it is called one, is asked, or has its mark."""
    return bool(
        match["more"]
        or match["head"] is not None
        or _ABOUT.match(match[0].lstrip())
        or "?" in match["what"]
        or '"' in match["what"]
        or re.search(r"\b(?:ask|questions?|fragen?|frag)\b", match[0], re.I)
    )


def _another(match: re.Match[str]) -> bool:
    """Whether "another", "noch" or "also" is followed by what kind of thing it is, or by a colon."""
    rest = match["what"]
    return (
        bool(_HEADED.match(rest))
        or match["more"].strip()[-1:] in (":", "+")
        or bool(re.match(r"[A-ZÄÖÜ\d]", rest) and len(rest.split()) <= _SHORT)
    )


def _adding(text: str) -> bool:
    return bool(
        re.match(r"(?:also |auch |noch |now )*(?:add|include|append|insert|f(?:ü|ue)g|erg(?:ä|ae)nz)", text, re.I)
    ) or bool(re.search(r"\b(?:in|on|to (?:it|the list)|dazu|hinzu|rein|auf|noch)\b", text, re.I))


def _count_up(edit: Edit, known: Mapping[str, JsonValue], more: int) -> None:
    """General questions fill a survey up to its number: one more is one more."""
    count, had = known.get("num_questions"), len(entries_of(known.get("questions")))
    if isinstance(count, int) and count > had:
        edit.values["num_questions"] = count + more
    elif not had:
        edit.values["num_questions"] = _GENERAL + more
