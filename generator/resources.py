"""What can be booked."""

import re
from collections.abc import Iterator
from itertools import islice

from generator import lists, numbers
from generator.phrases import ARTICLES, phrase, phrase_before, tidy
from generator.utterance import GAP

_THINGS = re.compile(
    r"\b(?:book(?:ing|able|s)?(?: of| for| out)?|reserv(?:e|ation|ations|ing)(?: of| for)?|share|borrow|"
    r"loans?(?: (?:system|scheme|list|desk))? (?:of|for)|lend out|hire of|buchen|\w*buchung (?:f(?:ü|ue)rs?|von|der)|"
    r"reservier(?:en|ung)(?: von| f(?:ü|ue)rs?| der)?|ausleih\w*|use of|sign out|"
    r"grab)\b\s*:?\s*(?:(?:the|our|my|a|an|die|den|das|der|unser\w*|company's)\s+)?(?:(?:meeting |quiet |"
    r"conference )?rooms?|desks?|spots|spaces|vehicles|pool cars|r(?:ä|ae)ume|schreibtische)?\s*",
    re.I,
)
_BOOKABLE = re.compile(
    r"(?<!\w)(?P<what>[^.;:!?¦\n]{3,60}?)\s*,?\s*\b(?:vorab |im voraus |in advance |(?:was|were|is|are) (?=double)|"
    r"zum |"
    r"get double |gets double |double[- ]|to be |can be |need |"
    r"needs |should be |zu |gets? |get |sollen?(?: in)?[ -]+|"
    r"m(?:ü|ue)ssen ){0,3}(?:book(?:ing|ings|able|ed|in)?|reserv(?:ation|ations|ed|able|e|ieren|ierbar|ierung)|"
    r"rental|loans?|lending|verleih|"
    r"gebucht|reserviert|ausgeliehen|buchen|buchbar|buchung|ausleihen|leihen|claimable|hire|share)\b",
    re.I,
)
_CONTESTED = re.compile(
    r"(?:^|[.,;!?¦]\s*)(?P<what>(?:the|our|die|der|das|unser\w*)?\s*[^.,;:!?¦]{3,40}?)\s+(?:is|are|gets?|ist|"
    r"sind|wird|werden)\s+"
    r"(?:always|constantly|forever|never free|permanently|ever|double|immer|dauernd|st(?:ä|ae)ndig|fought|taken|"
    r"blocked|belegt|in demand|"
    r"(?:a |an |the |ein |der )(?:bottleneck|mess|pain|nightmare|problem|engpass|streitpunkt))\b",
    re.I,
)
_APPOSED = re.compile(
    r",\s*(?P<what>(?:the|our|die|der|das|den|unser\w*)\s+[^.,;:!?¦]{2,40}\s(?:and|und)\s[^.,;:!?¦]{2,40}),\s*"
    r"(?:is|are|gets?|keeps?|ist|sind|wird|werden)\b",
    re.I,
)
"""Two things named behind what they are: "our cars, the Volvo and the van, are always out"."""
_SHARED_THING = re.compile(
    r"\b(?:the|our|der|die|das|den|unser\w*)\s+(?:new |neue[nr]? )?(?P<what>(?:[\w-]+ )?(?:[\w-]*(?:room|raum|"
    r"saal|studio|bus|wagen|"
    r"ger(?:ä|ae)t|platz|scanner|printer|drucker|kitchen|k(?:ü|ue)che|booth|pod|bench|oven|ofen|van|car|bike|"
    r"boat|tent)))\b",
    re.I,
)
_MADE = re.compile(
    r"\b(?:make|makes|machen?|macht|have|get|let people \w+)\s+(?P<what>[^.;:!?¦\n]{3,100}?)\s+"
    r"(?:bookable|reservable|claimable|available|buchbar|reservierbar|verf(?:ü|ue)gbar)\b",
    re.I,
)
_FOUGHT_OVER = re.compile(
    r"\b(?:fight\w*|argu\w*|quarrel\w*|squabbl\w*|streit\w*|zank\w*|zoff|pr(?:ü|ue)gel\w*|battle\w*)\b[^.;!?¦]{0,25}?"
    r"\b(?:over|about|for|um|wegen)\s+(?P<what>[^,.;:!?¦]{3,40})",
    re.I,
)
_ALIKE = re.compile(
    r"\b(?i:room|raum|desk|court|bay|lane|studio|lab|besprechungsraum|saal|platz|halle) [A-ZÄÖÜ][^\W\d]{2,}"
)
_ROW = re.compile(
    r"\b(?i:rooms|desks|courts|bays|lanes|studios|labs|vans|cars|bikes|spots|spaces|seats|r(?:ä|ae)ume|pl(?:ä|"
    r"ae)tze|\w+r(?:ä|ae)ume|"
    r"tische|wagen|fahrzeuge)\s*:?\s+(?=[A-ZÄÖÜ0-9])"
)
_OWNED = re.compile(
    r"\b(?:we(?:'ve)? (?:have|got|own)|wir haben|there (?:is|are)|es gibt)\s+(?P<what>[^,.;:!?¦]{3,40})", re.I
)
_THING_LEAD = re.compile(
    r"^(?:(?:the|our|my|die|der|das|den|unser\w*|meeting|quiet|conference|charging|parking|shared|company|"
    r"staging|test)\s+)*"
    r"(?:\w*(?:r(?:ä|ae)ume|fahrzeuge|pl(?:ä|ae)tze|tische|wagen|ger(?:ä|ae)te|autos)|rooms?|desks?|spots?|"
    r"spaces?|bays?|stations?|vehicles|cars?|r(?:ä|ae)ume|schreibtische|pl(?:ä|ae)tze|parkpl(?:ä|ae)tze|"
    r"poolfahrzeuge|environments)\s*[:,-]?\s+(?=[A-ZÄÖÜ0-9]|[a-z]+[ -]?\d)"
)
_SHORT = 3
"""Words of a name in a row of names with numbers."""
_COUNTED = re.compile(
    rf"^(?:(?:both|beiden?|alle|all|the|die|our|unsere)\s+)*(?:{numbers.COUNT})\s+(?=[^\W\d]{{3,}})|^(?:both|"
    rf"beiden?)\s+",
    re.I,
)
"""How many there are; the name of a thing begins behind it."""
_SAID = re.compile(
    r":\s.*$|\s+(?:may|can|could|should|must|will|are|is|need|needs|keeps?|gets?|always|immer|sollen|soll|k(?:ö|"
    r"oe)nnen|d(?:ü|ue)rfen|sind|ppl|people|one (?:can|may|could))\b.*$",
    re.I,
)
"""What is said of the last thing in the same sentence."""
_ABOUT_BOOKING = re.compile(
    r"rental|\bbook|\breserv|leih|buch(?:en|ung)|\b(?:need|must|we|i|wir|ich|please|bitte|share|two|three|zwei|drei)\b",
    re.I,
)
_TALKS = re.compile(
    r"\b(?:we|i|let|please|need|want|would|like|people|make|set up|bitte|wir|ich|alle|man|brauch\w*|mach|bau|"
    r"ne|einen?|is|are|"
    r"ist|sind|always|immer|can|could|families|colleagues|everyone|users?|able|should|shall|must|may|soll\w*)\b",
    re.I,
)
_NO_THING = re.compile(
    r"^(?:it|them|em|that|system|slots?|appointments?|app|tool|something|mach|den|time|times|"
    r"(?:by )?(?:the )?(?:hour|day)|"
    r"hour|day|people|let people|everyone|we|they|i|bookings?|reservations?|thing|page|n|e|something to|once|at once|"
    r"kann|k(?:ö|oe)nnen|zwar|please|colleagues|staff|members|everybody|n(?:e|en)? buchung|kalender|calendar|way|who|"
    r"use|"
    r"the|of|for|on|to|in|(?-i:a)|einen|wollen|will|want|make|book(?: it)?|reserve|use|eine|ein|"
    r"room reservation|time slots?|out|and|max\w*|only|each)$",
    re.I,
)


def find_resources(text: str) -> list[str]:
    """Their names; one entry when only one thing, or only a kind of thing, is named."""
    for found in (
        lists.after_colon(text),
        lists.parenthesised(text),
        _made_bookable(text),
        _apposed(text),
        _numbered(text),
        lists.list_after(text, _ROW),
        lists.list_after(text, _THINGS),
        _before_booking(text),
        _contested(text),
        lists.without_intro(lists.longest_run(text), _THING_LEAD, _ABOUT_BOOKING),
    ):
        found = found[1:] if len(found) > 2 and _counts(found[0], len(found) - 1) else found
        kept = [tidy(_COUNTED.sub("", _THING_LEAD.sub("", _SAID.sub("", one))), ARTICLES) for one in found]
        if len(kept) >= 2 and all(kept) and not any(_NO_THING.match(one) for one in kept):
            return _alike(kept, text)
    single = (_COUNTED.sub("", one) for one in _single(text))
    one = next((one for one in single if one and not _NO_THING.match(one)), "")
    return lists.items(one) if one else []


def _counts(one: str, rest: int) -> bool:
    """Whether this says how many follow: "three cars, the Volvo, the Polo and the van"."""
    said = re.search(rf"(?<!\w){numbers.COUNT}(?!\w)", one, re.I)
    return said is not None and numbers.count(said[0]) == rest


def _alike(names: list[str], text: str) -> list[str]:
    """In "book Desk A, Desk B and Desk C" the first is a desk as well."""
    first, *others = names
    kinds = {one.partition(" ")[0] for one in others}
    whole = f"{next(iter(kinds))} {first}"
    return [whole, *others] if len(kinds) == 1 and " " in others[0] and whole in text else names


def _before_booking(text: str) -> list[str]:
    """The things named in front of the word: "projector and screen to book"."""
    match = _BOOKABLE.search(re.sub(rf"\s*{GAP}[\s{GAP}]*", " ", text))
    return (
        lists.items(
            re.sub(
                r"^(?:[^,]*\bdass\s+(?:man|wir|alle)|man(?=\s+[A-ZÄÖÜ])|"
                r"(?:k(?:ö|oe)nnten?|k(?:ö|oe)nnt|kann|could|can|let|make|get|sollen)"
                r"(?:\s+(?:man|wir|ihr|sie|we|you|people))?)\s+",
                "",
                match["what"],
                flags=re.I,
            )
        )
        if match
        else []
    )


def _made_bookable(text: str) -> list[str]:
    """The things of "make the van and the trailer bookable"."""
    match = _MADE.search(text)
    return lists.items(match["what"]) if match else []


def _apposed(text: str) -> list[str]:
    """Both things of "our cars, the Volvo and the van, are always out"."""
    match = _APPOSED.search(text)
    return lists.items(match["what"]) if match else []


def _contested(text: str) -> list[str]:
    """Several things that are "always taken"."""
    match = _CONTESTED.search(text)
    return lists.items(match["what"]) if match else []


def _single(text: str) -> Iterator[str]:
    for cue in islice(_THINGS.finditer(text), 12):
        yield phrase(text, cue.end())
    if match := _OWNED.search(text):
        yield phrase(match["what"])
    if match := _FOUGHT_OVER.search(text):
        yield phrase(match["what"])
    if match := _CONTESTED.search(text):
        yield phrase(match["what"])
    if match := _SHARED_THING.search(text):
        yield phrase(match["what"])
    if match := _BOOKABLE.search(text):
        words = tidy(match["what"])
        yield words if len(words.split()) <= 4 and not _TALKS.search(words) else phrase_before(text, match.end("what"))
    if match := re.match(rf"\s*(?P<what>[^,.;:!?\n{GAP}]{{3,40}}?)\s*(?:[,.:{GAP}]|$)", text):
        words = phrase(match["what"])
        yield words if len(words.split()) <= 4 else ""


def _numbered(text: str) -> list[str]:
    """Names in a row that their numbers tell apart: "p1 p2 p3", "crane 1 crane 2"; or "room Oslo and room Rome"."""
    alike = [match[0] for match in _ALIKE.finditer(text)]
    if len(alike) >= 2:
        return alike
    match = re.search(r"(?:\b[A-Za-z]+[ -]?\d+\b[ ,]*(?:and |und )?){2,}", text)
    if not match or re.match(r"[A-ZÄÖÜ]", text[match.end() :]):
        return []
    named = re.findall(r"[A-Za-z]+[ -]?\d+", match[0])
    row = lists.items(lists.passage_from(text, match.start()))
    return row if len(row) > len(named) and all(len(one.split()) <= _SHORT for one in row) else named
