"""Lists that are changed in words: what is added, taken out or put in another's place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from generator import lists
from generator.clauses import Clause
from generator.columns import column
from generator.mentions import find_people
from generator.origin import folded
from generator.phrases import ARTICLES
from generator.utterance import GAP, Utterance
from templates.answers import headed

MAIN = {
    "survey": "questions", "poll": "options", "checklist": "items", "faq": "topics", "retro": "columns",
    "standup": "questions", "booking": "resources", "form_tracker": "fields", "calculator": "inputs",
}  # fmt: skip  # a table, a line each
"""The list that is meant by a kind when nothing else is said."""
PEOPLE = ("approvers", "members", "assignees", "collaborators")
"""Lists of people that apps have."""
ALSO = re.compile(
    r"\b(?:also|too|as well|auch|add|plus|another|one more|noch|zus(?:ä|ae)tzlich|dazu|hinzu|rein|in)\b", re.I
)
"""Says that something is added and nothing goes."""
_WHOSE = (
    ("approvers", r"approv\w*|freigeb\w*|genehmig\w*|entscheid\w*|decide\w*|zustimm\w*|sign\w* off"),
    (
        "assignees",
        r"assign\w*|zust(?:ä|ae)ndig\w*|zuweis\w*|erledig\w*|tick\w*|abhak\w*|do(?:es)? (?:it|them|this|that)",
    ),
    (
        "members",
        r"rota|turns?|rotation|on[- ]?call|dienst|an der reihe|put|takes? part|dabei|take|nimm|add|remove|drop",
    ),
)
"""People: which list is meant, by what is said beside their names."""
_HEAD = re.compile(
    r"^(?:(?:\d{1,3}|a|an|another|one more|these|the following|diese|folgende|the|one|some|more|two|three|new|further|"
    r"additional|ein(?:e[nmrs]?)?|noch|weitere?[nrs]?|die|den|das|"
    r"zwei|drei|neue?[nrs]?|noch ein(?:e[nmrs]?)?)\s+)*"
    r"(?P<noun>questions?|fragen?|options?|choices?|optionen|option|auswahl|m(?:ö|oe)glichkeit(?:en)?|items?|ones?|"
    r"steps?|tasks?|punkte?|"
    r"schritte?|aufgaben?|topics?|themen|thema|columns?|fields?|spalten?|felder|feld|resources?|answers?|"
    r"antwort(?:en)?)\b"
    r"[\s:,-]*(?P<how>about|on|for|regarding|called|named|whether|if|asking|that asks|namens|zu[mr]?|(?:ü|ue)ber|"
    r"f(?:ü|ue)rs?|nach|ob|"
    r"wie|mit)?\b[\s:,-]*",
    re.I,
)
_KEPT = frozenset({"whether", "if", "ob", "wie"})
_TAIL = re.compile(
    r"[\s,]*\b(?:please|pls|bitte|too|as well|also|auch|noch|hinzu|dazu|rein|auf|hinzuf(?:ü|ue)gen|aufnehmen|"
    r"dazunehmen|wieder|in|now|jetzt|"
    r"to (?:it|the list|the options|the questions|the poll|the survey)|as (?:an? )?(?:option|choice|question|item|"
    r"step|topic|"
    r"column|field)s?|als (?:option|frage|punkt|spalte|thema)\w*|zur liste|mit|instead|stattdessen|out|off|off it|"
    r"again|"
    r"raus|weg|streichen|l(?:ö|oe)schen|entfernen|rausnehmen|any ?more|mehr|from (?:it|the list)|aus der liste|"
    r"at the end|am ende)\b[\s.!]*$",
    re.I,
)
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "last": -1, "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "fünfte": 5, "sechste": 6, "siebte": 7,
    "achte": 8, "neunte": 9, "zehnte": 10, "letzte": -1,
}  # fmt: skip  # a table, a line each
_PLACE = re.compile(
    rf"^(?:the |die |den |das |der )?(?P<word>{'|'.join(_ORDINALS)}|\d{{1,3}}(?=st|nd|rd|th|\.))(?:n|r|s|m|st|nd|"
    rf"rd|th|\.)?"
    r"(?: (?:question|option|item|step|task|topic|column|field|one|frage|punkt|schritt|thema|spalte|feld|m(?:ö|"
    r"oe)glichkeit)\w*)?$|"
    r"^(?:the |die |den )?(?:question|option|item|step|topic|column|field|frage|punkt|schritt|spalte|feld|nr\.?|q|"
    r"no\.?|#) ?"
    r"#?(?P<number>\d{1,3})$",
    re.I,
)
_SHORTEST = 3


@dataclass(frozen=True)
class Objection:
    """Why a wish cannot be met, at the answer `name`. `said` are their words.

    `why`: `absent`; `several`, which one?; `no_date`; `past`; `counted`, `said` is then "3:4"; `cut`; and of the chat:
    `nowhere`, `stranger`, and `one`, where two are wanted; and `quoted`, what no comment of others gives.
    """

    name: str
    why: str
    said: str


@dataclass(frozen=True)
class Edit:
    """What a clause makes of the answers: new values by name, and what it could not do."""

    values: dict[str, JsonValue] = field(default_factory=dict)
    objections: tuple[Objection, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.values or self.objections)


def entries_of(value: JsonValue) -> list[JsonValue]:
    """A list answer, empty when there is none."""
    return list(value) if isinstance(value, list) else []


def name_of(entry: JsonValue) -> str:
    """What an entry is called: itself, or the name of a column."""
    return str(entry.get("name", "")) if isinstance(entry, dict) else str(entry)


def tidied(text: str) -> str:
    """Without what is only said around the thing, such as "please" and "to the list"."""
    text = text.strip(f" \t\n,.:;!-{GAP}")
    while (shorter := _TAIL.sub("", text).strip(f" \t\n,.:;!-{GAP}")) != text:
        text = shorter
    return text


def people_list(known: Mapping[str, JsonValue], said: str) -> str:
    """Which list of people is meant; the collaborators when nothing points elsewhere."""
    return next((name for name, words in _WHOSE if name in known and re.search(words, said, re.I)), "collaborators")


def people_in(clause: Clause, utterance: Utterance) -> list[str]:
    """Everybody whom a clause names with an @, from the asker's own unquoted words."""
    return [one.value for one in find_people(replace(utterance, own=clause.own, bare=clause.bare), groups=True)]


def named_entries(kind: str, text: str) -> list[JsonValue]:
    """The entries that a text names, in the form of this kind's list. One question stays one."""
    head = _HEAD.match(text)
    single = bool(head and not re.search(r"(?:s|n)$", head["noun"], re.I)) or bool(
        head and re.match("frage$", head["noun"], re.I)
    )
    if head and text[head.end() :].strip():
        how = (head["how"] or "").casefold()
        text = text[head.start("how") if how in _KEPT else head.end() :]
    text = tidied(text)
    if not text:
        return []
    quoted = re.findall(r'"([^"\n]+)"', text)
    asks = MAIN.get(kind) == "questions"
    found = quoted or (
        [text] if single or (asks and "?" in text) or (asks and head is None and "," not in text) else lists.items(text)
    )
    if not head or not asks:
        found = [ARTICLES.sub("", one) if not quoted else one for one in found]
    found = [ARTICLES.sub("", one).strip() if head and not quoted else one.strip() for one in found]
    return [column(one) if kind == "form_tracker" else one for one in found if one]


def matches(entries: Sequence[JsonValue], said: str) -> list[int]:
    """The places of the entries that `said` means: by place, by name, or by its words; best readings first only."""
    text = _HEAD.sub("", said) if _HEAD.match(said) and _HEAD.sub("", said).strip() else said
    if place := _PLACE.match(tidied(said)):
        number = (
            int(place["number"] or (place["word"] if place["word"].isdigit() else 0))
            or _ORDINALS[place["word"].casefold()]
        )
        at = len(entries) + number if number < 0 else number - 1
        return [at] if 0 <= at < len(entries) else []
    wanted = folded(ARTICLES.sub("", tidied(text).lstrip("@")))
    names = [folded(name_of(one)) for one in entries]
    if not wanted:
        return []
    for same in (
        lambda name: name == wanted,
        lambda name: _stem(name) == _stem(wanted),
        lambda name: f" {wanted} " in f" {name} ",
        lambda name: len(wanted) > _SHORTEST and f" {_stem(wanted)}" in f" {name}",
    ):
        if found := [at for at, name in enumerate(names) if same(name)]:
            return found
    return []


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|es|s|en|n|e)$", "", word) if len(word) > _SHORTEST + 1 else word


def add(name: str, before: JsonValue, new: Sequence[JsonValue]) -> dict[str, JsonValue]:
    """With the new entries behind the old ones; what is there already is not there twice."""
    kept = entries_of(before)
    there = {folded(name_of(one)) for one in kept}
    fresh = [one if name in PEOPLE else _alike(one, kept) for one in new if folded(name_of(one)) not in there]
    return {name: [*kept, *fresh]} if fresh else {}


def _alike(entry: JsonValue, others: Sequence[JsonValue]) -> JsonValue:
    """Begun with a capital where all others are, or there are none."""
    if not isinstance(entry, str) or any(name_of(one)[:1].islower() for one in others):
        return entry
    return headed(entry)


def remove(name: str, before: JsonValue, said: Sequence[str]) -> Edit:
    """Without the entries that are meant; which of them were not there."""
    kept, gone, objections = entries_of(before), set[int](), list[Objection]()
    for one in said:
        found = matches(kept, one)
        if len(found) == 1:
            gone.add(found[0])
        else:
            objections.append(Objection(name, "several" if found else "absent", ARTICLES.sub("", tidied(one))))
    left: list[JsonValue] = [one for at, one in enumerate(kept) if at not in gone]
    return Edit({name: left} if gone else {}, tuple(objections))


def swap(name: str, before: JsonValue, old: str, new: Sequence[JsonValue]) -> Edit:
    """With the new entries in the old one's place."""
    kept = entries_of(before)
    found = matches(kept, old)
    if len(found) != 1:
        return Edit({}, (Objection(name, "several" if found else "absent", tidied(old)),))
    fresh = [*new] if name in PEOPLE else [_alike(one, kept) for one in new]
    return Edit({name: [*kept[: found[0]], *fresh, *kept[found[0] + 1 :]]})
