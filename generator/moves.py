"""What takes one thing's place in a list, what goes, and what a list is to be instead."""

import re
from collections.abc import Mapping

from pydantic import JsonValue

from generator.clauses import Clause
from generator.entries import (
    ALSO,
    MAIN,
    PEOPLE,
    Edit,
    Objection,
    entries_of,
    matches,
    named_entries,
    people_in,
    remove,
    swap,
    tidied,
)
from generator.phrases import ARTICLES
from generator.utterance import Utterance

_SWAPS = tuple(
    re.compile(one, re.I)
    for one in (
        r"^(?:please )?(?:replace|substitute|exchange|swap|switch) (?P<old>.+?) (?:with|by|for|to|"
        r"against) (?P<new>.+)$",
        r"^(?:change|rename|turn) (?P<old>.+?) (?:in)?to (?P<new>.+)$",
        r"^(?:ersetz\w*|tausch\w*) (?:bitte )?(?P<old>.+?) (?:durch|gegen|mit) (?P<new>.+?)(?: aus)?$",
        r"^(?:(?:ä|ae)nder\w*|benenn\w*) (?P<old>.+?) (?:zu|in|auf|um in) (?P<new>.+?)(?: um)?$",
        r"^(?:make|let) (?P<old>the (?:\w+) (?:question|option|step|column|topic)) (?:be )?(?P<new>.+)$",
        r"^(?P<old>.+?)\s*(?:->|=>)\s*(?P<new>.+)$",
        r"^(?:use |take |with |nimm |have )?(?P<new>.+?) (?:instead of|rather than|in place of|anstelle von|"
        r"anstatt|statt) (?P<old>.+)$",
    )
)
_INSTEAD = re.compile(r"^(?:statt|anstatt|anstelle von|instead of)\s+(?P<rest>.+)$", re.I)
_REMOVE = re.compile(
    r"^(?:please )?(?:remove|delete|drop|skip|take (?:out|off)|cut|strike|kick(?: out)?|get rid of|exclude|"
    r"leave out|cancel|lose|"
    r"streich\w*|l(?:ö|oe)sch\w*|entfern\w*|(?:we|i|you) (?:really )?(?:don'?t|do not|no longer|needn'?t) (?:need|"
    r"want)|no(?: more)?|without|ohne|"
    r"(?:wir|ich) brauch\w* keine?n?|keine?n?)\s+(?P<what>.+)$|^(?:wir|ich) brauch\w* (?P<need>.+?) nicht(?: mehr)?$|"
    r"^(?:take|kick|nimm|nehmt|wirf|lass)\s+(?P<between>.+?)\s+(?:out|off(?: it)?|away|raus|weg|heraus)\b.*$|"
    r"^(?P<late>[^,]{1,60}?)\s+(?:kann |soll |k(?:ö|oe)nnen |bitte )*(?:raus|weg|can go|has to go|streichen|l(?:ö|"
    r"oe)schen|"
    r"entfernen|rausnehmen)[.!]*$",
    re.I,
)
_SET = re.compile(
    r"^(?:(?:use|take|nimm|nehmt|make it|have)\s+(?P<list>.+?)\s*(?:instead|stattdessen)$|"
    r"(?:use |take |nimm )?(?:these |the |die |diese |only |nur )?(?:questions?|fragen|options?|optionen|items?|"
    r"punkte|schritte|steps|topics|themen|columns?|"
    r"spalten|fields?|felder)(?: instead| stattdessen)?\s*(?::|should be\b|sollen\b|are\b|sind\b)\s*(?P<listed>.+))$",
    re.I | re.S,
)


def lists_of(kind: str, known: Mapping[str, JsonValue]) -> list[str]:
    """The lists that this kind of app has, the one that is meant when nothing else is said first."""
    main = [MAIN[kind]] if kind in MAIN else []
    return [*main, *(name for name in PEOPLE if name in known)]


def swapped(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    """One thing in another's place; only where the old one is in a list of the app."""
    if away := _INSTEAD.match(clause.own):
        return _instead(kind, away["rest"], known)
    for at, pattern in enumerate(_SWAPS):
        if not (match := pattern.match(clause.own)):
            continue
        old, new = match["old"], match["new"]
        for name in lists_of(kind, known):
            if not matches(entries_of(known.get(name)), old):
                continue
            values = _values(kind, name, new, clause, utterance, match.span("new"))
            return swap(name, known.get(name), old, values) if values else Edit()
        if at in (0, 2) and kind in MAIN:
            return Edit({}, (Objection(MAIN[kind], "absent", tidied(old)),))
    return Edit()


def _instead(kind: str, rest: str, known: Mapping[str, JsonValue]) -> Edit:
    """ "statt Salat lieber Suppe": what comes first is an entry, what comes behind it takes its place."""
    main = MAIN.get(kind, "")
    words = rest.split()
    for at in range(len(words) - 1, 0, -1):
        old = " ".join(words[:at])
        if len(matches(entries_of(known.get(main)), old)) == 1:
            new = re.sub(
                r"^[\s,]*(?:(?:lieber|bitte|besser|jetzt|doch|rather|please|use|nimm|have)\s+)*",
                "",
                " ".join(words[at:]),
                flags=re.I,
            )
            return swap(main, known.get(main), old, named_entries(kind, new))
    return Edit()


def _values(
    kind: str, name: str, said: str, clause: Clause, utterance: Utterance, span: tuple[int, int]
) -> list[JsonValue]:
    """New entries for a list: people only by their handles in the asker's own words."""
    if name in PEOPLE:
        return list[JsonValue](people_in(clause.cut(*span), utterance))
    return named_entries(kind, said)


def set_anew(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    """What a list is to be instead: "use A, B, C instead", "questions: A, B"."""
    match = _SET.match(clause.own)
    if not match or kind not in MAIN or (ALSO.search(clause.own.partition(":")[0]) and match["listed"]):
        return Edit()
    found = named_entries(kind, match["list"] or match["listed"])
    return Edit({MAIN[kind]: found}) if len(found) >= 2 else Edit()


def taken_out(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    """What goes; what is not there, when nothing else can be meant."""
    match = _REMOVE.match(clause.own)
    if not match:
        return Edit()
    what = match["what"] or match["between"] or match["need"] or match["late"]
    said = [tidied(what)] if len(_found(kind, tidied(what), known)) == 1 else _parts(what)
    for name in lists_of(kind, known):
        if any(matches(entries_of(known.get(name)), one) for one in said):
            return _counted_down(kind, remove(name, known.get(name), said), known)
    if all(re.fullmatch(r"(?:it|this|that|them|all|everything|es|das|alles)", one.strip(), re.I) for one in said):
        return Edit()
    strong = bool(match["between"] or (match["what"] and not re.match(r"(?:no|without|ohne)\b", clause.own, re.I)))
    if strong and kind in MAIN and not is_value(what):
        return Edit(
            {}, tuple(Objection(MAIN[kind], "absent", ARTICLES.sub("", tidied(one))) for one in said if tidied(one))
        )
    return Edit()


def _found(kind: str, said: str, known: Mapping[str, JsonValue]) -> list[int]:
    return next((found for name in lists_of(kind, known) if (found := matches(entries_of(known.get(name)), said))), [])


def _parts(what: str) -> list[str]:
    return [one for one in re.split(r",\s*(?:and |und )?|\s+(?:and|und|&)\s+", tidied(what)) if one.strip()]


def is_value(what: str) -> bool:
    """Whether what goes is no entry but a limit, a date or the like."""
    return bool(
        re.search(
            r"\b(?:limit|maximum|cap|deadline|due date|date|frist|begrenzung|names?|namen|anonym\w*|guests?|g(?:ä|"
            r"ae)ste|"
            r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\w+tags?|summary|zusammenfassung|reminders?|"
            r"erinnerung\w*)\b",
            what,
            re.I,
        )
    )


def _counted_down(kind: str, edit: Edit, known: Mapping[str, JsonValue]) -> Edit:
    """A survey that was to have so many questions has as many fewer, for general ones would fill it up again."""
    count, left = known.get("num_questions"), edit.values.get("questions")
    if kind == "survey" and isinstance(count, int) and isinstance(left, list):
        edit.values["num_questions"] = max(len(left), count - (len(entries_of(known.get("questions"))) - len(left)))
    return edit
