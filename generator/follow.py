"""From what the asker says under an app of theirs to a change of its answers, to nothing, or to "I do not understand".

Rules only: no model, no network, a few milliseconds. What a clause asks for is read in one order: a new name, one thing
in another's place, something taken out, single values, something added. Lists are never overwritten by "add" and "also".
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from generator.amending import amend, emptied
from generator.brief import Answer
from generator.clauses import Clause, clauses
from generator.entries import (
    MAIN,
    Edit,
    Objection,
    add,
    entries_of,
    matches,
    name_of,
    named_entries,
    people_in,
    people_list,
    remove,
    swap,
    tidied,
)
from generator.origin import folded
from generator.utterance import Utterance

PEOPLE = ("approvers", "members", "assignees", "collaborators")
_RENAME = re.compile(
    r"^(?:(?:please |bitte )?(?:rename|retitle|call|name|title) (?:it|this|that|the (?:app|survey|poll|list|page|board))(?: (?:to|as|in(?:to)?))?|"
    r"(?:the |new )?(?:title|name)(?: (?:should|shall) be| is|:| to)|(?:change|set) the (?:title|name) to|"
    r"(?:be )?called|nenn\w* (?:es|das|die umfrage|die liste|sie|ihn)(?: in)?(?: um in)?|(?:benenn\w*|tauf\w*) (?:es|das|sie) (?:um )?(?:in|auf)?|"
    r"(?:der )?(?:neue )?(?:titel|name)(?: soll| ist| lautet|:)|soll (?:jetzt )?(?P<end>)hei(?:ß|ss)en)\s*:?\s*(?P<to>.+)$",
    re.I,
)
_CALLED_LATE = re.compile(r"^(?:soll(?:te)? )?(?:es |das |sie )?(?:soll(?:te)? )?(?:lieber |jetzt |bitte )?(?P<to>.+?) hei(?:ß|ss)en$", re.I)
_SWAPS = tuple(
    re.compile(one, re.I)
    for one in (
        r"^(?:please )?(?:replace|substitute|exchange|swap|switch) (?P<old>.+?) (?:with|by|for|to|against) (?P<new>.+)$",
        r"^(?:change|rename|turn) (?P<old>.+?) (?:in)?to (?P<new>.+)$",
        r"^(?:ersetz\w*|tausch\w*) (?:bitte )?(?P<old>.+?) (?:durch|gegen|mit) (?P<new>.+?)(?: aus)?$",
        r"^(?:(?:ä|ae)nder\w*|benenn\w*) (?P<old>.+?) (?:zu|in|auf|um in) (?P<new>.+?)(?: um)?$",
        r"^(?P<old>.+?)\s*(?:->|=>)\s*(?P<new>.+)$",
        r"^(?:use |take |with |nimm |have )?(?P<new>.+?) (?:instead of|rather than|in place of|anstelle von|anstatt|statt) (?P<old>.+)$",
    )
)
_OTHER = re.compile(r"^(?P<new>.+?)[,\s]+(?:instead of|rather than|in place of|anstelle von|anstatt|statt)\s+.+$", re.I)
_INSTEAD = re.compile(r"^(?:statt|anstatt|anstelle von|instead of)\s+(?P<rest>.+)$", re.I)
_REMOVE = re.compile(
    r"^(?:please )?(?:remove|delete|drop|skip|take (?:out|off)|cut|strike|kick(?: out)?|get rid of|exclude|leave out|cancel|lose|"
    r"streich\w*|l(?:ö|oe)sch\w*|entfern\w*|(?:we|i|you) (?:really )?(?:don'?t|do not|no longer|needn'?t) (?:need|want)|no(?: more)?|without|ohne|"
    r"(?:wir|ich) brauch\w*(?: (?:keine?n?|nicht))?)\s+(?P<what>.+)$|"
    r"^(?:take|kick|nimm|nehmt|wirf|lass)\s+(?P<between>.+?)\s+(?:out|off(?: it)?|away|raus|weg|heraus)\b.*$|"
    r"^(?P<late>[^,]{1,60}?)\s+(?:kann |soll |k(?:ö|oe)nnen |bitte )*(?:raus|weg|streichen|l(?:ö|oe)schen|entfernen|rausnehmen)[.!]*$",
    re.I,
)
_ADD = re.compile(
    r"^(?:also |auch |noch |now )*(?:(?:add|include|put|append|insert|take|have|throw in|ask(?: them| people| everyone)?(?: also| too)?(?: about| for)?|"
    r"f(?:ü|ue)g\w*|erg(?:ä|ae)nz\w*|setz\w*|nimm|nehmt|pack\w*|frag\w*(?: sie| alle)?(?: auch| noch)*(?: bitte| auch| noch)*(?: nach(?: dem| der| den)?)?|"
    r"schreib\w*)(?: (?:also|auch|noch|bitte|in|us|uns|mir|me))*(?:\s+|:)|"
    r"(?P<more>(?:also|another|one more|plus|additionally|in addition|zus(?:ä|ae)tzlich|au(?:ß|ss)erdem|noch|weitere[rs]?|ferner)(?:\s|:))|"
    r"(?P<head>(?=(?:an?|another|one more|ein(?:e[nmrs]?)?) (?:\w+ )?(?:question|option|choice|item|step|task|topic|column|field|frage|"
    r"punkt|schritt|aufgabe|thema|spalte|feld|m(?:ö|oe)glichkeit)\b)))\s*(?P<what>.+)$",
    re.I,
)
_ADD_LATE = re.compile(
    r"^(?P<what>.+?)\s+(?:bitte |noch |auch )*(?:hinzuf(?:ü|ue)gen|dazunehmen|aufnehmen|erg(?:ä|ae)nzen|dazu|rein|hinzu)[.!]*$", re.I
)
_ABOUT = re.compile(r"^(?:also |auch |noch |now )*(?:ask|frag)", re.I)
_SET = re.compile(
    r"^(?:(?:use|take|nimm|nehmt|make it|have)\s+(?P<list>.+?)\s*(?:instead|stattdessen)$|"
    r"(?:use |take |nimm )?(?:these |the |die |diese |only |nur )?(?:questions?|fragen|options?|optionen|items?|punkte|schritte|steps|topics|themen|columns?|"
    r"spalten|fields?|felder)(?: instead| stattdessen)?\s*(?::|should be\b|sollen\b|are\b|sind\b)\s*(?P<listed>.+))$",
    re.I | re.S,
)
_VALUE_LEAD = re.compile(r"^(?:at|um|on|am|every|jeden?|only|nur|until|till|bis|by|from|ab|in|@)\b", re.I)
_ALSO = re.compile(r"\b(?:also|too|as well|auch|add|plus|another|one more|noch|zus(?:ä|ae)tzlich|dazu|hinzu|rein|in)\b", re.I)
_ONLY = re.compile(r"\b(?:only|just|nur)\b", re.I)
_ROLE = re.compile(r"\b(?:with|mit|also|too|as well|auch|add|assign\w*|approv\w*|freigeb\w*|genehmig\w*|mitmach\w*|help\w*|helf\w*|edit\w*|see|sehen|results?|"
                   r"ergebnisse|put|share|teil\w*|include|only|nur|dabei|invite|rein)\b", re.I)
_COUNTED = re.compile(r"\b(?P<n>\d{1,3}|two|three|four|five|six|zwei|drei|vier|f(?:ü|ue)nf|sechs)\s+(?:questions?|options?|columns?|items?|steps?|topics?|fragen|optionen|"
                      r"spalten|punkte|schritte|themen)\s*:", re.I)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "fuenf": 5, "sechs": 6}
_SHORT = 6
"""So many words behind "also" may be names of things."""
_GENERAL = 3
"""Questions that a survey asks when nobody names any."""


@dataclass(frozen=True)
class Followed:
    """What an utterance makes of the answers.

    `answers` holds whole new values, only of what changes. `unclear`: it looks like a wish and was not understood.
    """

    answers: tuple[Answer, ...] = ()
    objections: tuple[Objection, ...] = ()
    unclear: bool = False

    @property
    def nothing(self) -> bool:
        """Whether it asks for nothing: talk, thanks, a question, or what is so already."""
        return not (self.answers or self.objections or self.unclear)


def follow(kind: str, known: Mapping[str, JsonValue], names: Collection[str], utterance: Utterance) -> Followed:
    """Read one utterance of the asker. `known` are the answers by name, `names` all that the template asks. Never raises."""
    now: dict[str, JsonValue] = dict(known)
    objections: list[Objection] = []
    unclear = False
    for clause in clauses(utterance):
        if clause.wants == "talk":
            continue
        edit = _read(kind, clause, utterance, now, frozenset(names))
        unclear = unclear or (edit.empty and clause.wants == "order")
        now |= {name: value for name, value in edit.values.items() if name in names}
        objections += edit.objections
    changed = tuple(
        Answer(name=name, value=value, origin="said")
        for name, value in now.items()
        if not _same(value, known.get(name))
    )
    return Followed(changed, tuple(dict.fromkeys(objections)), unclear and not changed and not objections)


def _same(value: JsonValue, before: JsonValue) -> bool:
    empty = (None, "", [])
    return value == before or (value in empty and before in empty)


def _read(kind: str, clause: Clause, utterance: Utterance, known: dict[str, JsonValue], names: frozenset[str]) -> Edit:
    refused = Edit()
    for read in (_renamed, _swapped, _set, _taken_out):
        edit = read(kind, clause, utterance, known)
        if edit.values:
            return edit
        refused = edit if refused.empty else refused
    if other := _OTHER.match(clause.own):
        clause = replace(clause.cut(0, other.end("new")), wants="order")
    people = _people(clause, utterance, known)
    if not people.empty:
        return people
    if clause.own[:1] == '"' or _adds_first(clause):
        added = _added(kind, clause, known)
        if not added.empty:
            return added
    edit, left = amend(kind, clause, utterance, known, names)
    if not edit.empty and (clause.wants == "order" or not emptied(left) or edit.objections):
        return edit
    return refused if not refused.empty else _added(kind, clause, known)


def _renamed(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    match = _RENAME.match(clause.own) or _CALLED_LATE.match(clause.own)
    to = re.sub(r"\s+(?:sein|lauten|hei(?:ß|ss)en|werden)$", "", tidied(match["to"]).strip("\"' ")) if match else ""
    return Edit({"title": to}) if to and "title" in known or to else Edit()


def _lists(kind: str, known: Mapping[str, JsonValue]) -> list[str]:
    main = [MAIN[kind]] if kind in MAIN else []
    return [*main, *(name for name in PEOPLE if name in known)]


def _swapped(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    """One thing in another's place; only where the old one is in a list of the app."""
    if away := _INSTEAD.match(clause.own):
        return _instead(kind, away["rest"], known)
    for at, pattern in enumerate(_SWAPS):
        if not (match := pattern.match(clause.own)):
            continue
        old, new = match["old"], match["new"]
        for name in _lists(kind, known):
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
            new = re.sub(r"^[\s,]*(?:(?:lieber|bitte|besser|jetzt|doch|rather|please|use|nimm|have)\s+)*", "", " ".join(words[at:]), flags=re.I)
            return swap(main, known.get(main), old, named_entries(kind, new))
    return Edit()


def _values(
    kind: str, name: str, said: str, clause: Clause, utterance: Utterance, span: tuple[int, int]
) -> list[JsonValue]:
    """New entries for a list: people only by their handles in the asker's own words."""
    if name in PEOPLE:
        return list[JsonValue](people_in(clause.cut(*span), utterance))
    return named_entries(kind, said)


def _set(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    match = _SET.match(clause.own)
    if not match or kind not in MAIN or (_ALSO.search(clause.own.partition(":")[0]) and match["listed"]):
        return Edit()
    found = named_entries(kind, match["list"] or match["listed"])
    return Edit({MAIN[kind]: found}) if len(found) >= 2 else Edit()


def _taken_out(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    match = _REMOVE.match(clause.own)
    if not match:
        return Edit()
    what = match["what"] or match["between"] or match["late"]
    said = [tidied(what)] if len(_found(kind, tidied(what), known)) == 1 else _parts(what)
    for name in _lists(kind, known):
        if any(matches(entries_of(known.get(name)), one) for one in said):
            return _counted_down(kind, remove(name, known.get(name), said), known)
    strong = bool(match["between"] or (match["what"] and not re.match(r"(?:no|without|ohne)\b", clause.own, re.I)))
    if strong and kind in MAIN and not _is_value(what):
        return Edit({}, tuple(Objection(MAIN[kind], "absent", tidied(one)) for one in said if tidied(one)))
    return Edit()


def _found(kind: str, said: str, known: Mapping[str, JsonValue]) -> list[int]:
    return next((found for name in _lists(kind, known) if (found := matches(entries_of(known.get(name)), said))), [])


def _parts(what: str) -> list[str]:
    return [one for one in re.split(r",\s*(?:and |und )?|\s+(?:and|und|&)\s+", tidied(what)) if one.strip()]


def _is_value(what: str) -> bool:
    """Whether what goes is no entry but a limit, a date or the like."""
    return bool(
        re.search(
            r"\b(?:limit|maximum|cap|deadline|due date|date|frist|begrenzung|names?|namen|anonym\w*|guests?|g(?:ä|ae)ste|"
            r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\w+tags?|summary|zusammenfassung|reminders?|erinnerung\w*)\b",
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


def _people(clause: Clause, utterance: Utterance, known: dict[str, JsonValue]) -> Edit:
    """Who decides, takes turns, does it, or helps: added unless the words say "only"."""
    named = people_in(clause, utterance)
    if not named or not _ROLE.search(clause.own) or re.search(r"\b(?:for|f(?:ü|ue)r|to) (?:the |die |den )?@", clause.bare, re.I) and not re.search(r"assign|share", clause.own, re.I):
        return Edit()
    name = people_list(known, clause.own)
    if name != "collaborators" and _ONLY.search(clause.own):
        return Edit({name: list[JsonValue](named)})
    return Edit(add(name, known.get(name), named))


def _adds_first(clause: Clause) -> bool:
    """Whether "add" or the like begins it, and no value follows: "add a limit of ten" is a value."""
    match = _ADD.match(clause.own)
    return bool(match and not _is_value(match["what"]))


def _added(kind: str, clause: Clause, known: Mapping[str, JsonValue]) -> Edit:
    main = MAIN.get(kind)
    if main and (late := _ADD_LATE.match(clause.own)) and clause.wants == "order" and not _ADD.match(clause.own):
        return Edit(add(main, known.get(main), named_entries(kind, late["what"])))
    match = _ADD.match(clause.own)
    if not match or main is None or (match["more"] and clause.wants != "order" and not _another(match)):
        return Edit()
    if _VALUE_LEAD.match(match["what"]) or (main == "questions" and not _asks(match)):
        return Edit()
    new = named_entries(kind, match["what"])
    if not new or (match["head"] is None and not match["more"] and not _adding(clause.own) and not _ABOUT.match(clause.own)):
        return Edit()
    edit = Edit(add(main, known.get(main), new))
    count = _COUNTED.search(clause.own)
    if count and (said := _NUMBERS.get(count["n"].casefold()) or int(count["n"] if count["n"].isdigit() else 0)) != len(new):
        edit = Edit(edit.values, (Objection(main, "counted", f"{said}:{len(new)}"),))
    if kind == "survey" and edit.values:
        _count_up(edit, known, len(new))
    return edit


def _asks(match: re.Match[str]) -> bool:
    """Whether what is added is a question: it is called one, is asked, or has its mark."""
    return bool(
        match["more"] or match["head"] is not None or _ABOUT.match(match[0].lstrip()) or "?" in match["what"] or '"' in match["what"]
        or re.search(r"\b(?:ask|question|fragen?|frag)\b", match[0], re.I)
    )


def _another(match: re.Match[str]) -> bool:
    """Whether "another", "noch" or "also" is followed by what kind of thing it is, or by a colon."""
    rest = match["what"]
    return bool(
        re.match(
            r"(?:(?:a|an|one|ein(?:e[nmrs]?)?)\s+)?(?:question|option|choice|item|step|task|topic|column|field|frage|punkt|schritt|"
            r"aufgabe|thema|spalte|feld|m(?:ö|oe)glichkeit)\w*\b|ask\b|frag",
            rest,
            re.I,
        )
    ) or match["more"].strip().endswith(":") or bool(re.match(r"[A-ZÄÖÜ\d]", rest) and len(rest.split()) <= _SHORT)


def _adding(text: str) -> bool:
    return bool(re.match(r"(?:also |auch |noch |now )*(?:add|include|append|insert|f(?:ü|ue)g|erg(?:ä|ae)nz)", text, re.I)) or bool(
        re.search(r"\b(?:in|on|to (?:it|the list)|dazu|hinzu|rein|auf|noch)\b", text, re.I)
    )


def _count_up(edit: Edit, known: Mapping[str, JsonValue], more: int) -> None:
    """General questions fill a survey up to its number: one more is one more."""
    count, had = known.get("num_questions"), len(entries_of(known.get("questions")))
    if isinstance(count, int) and count > had:
        edit.values["num_questions"] = count + more
    elif not had:
        edit.values["num_questions"] = _GENERAL + more


def same_words(one: JsonValue, other: JsonValue) -> bool:
    """Whether two entries are called the same."""
    return folded(name_of(one)) == folded(name_of(other))


Names = Sequence[str]
