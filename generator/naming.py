"""The kind of app that somebody names outright: "a poll about lunch", "FAQ: parking", "eine Umfrage zum Sommerfest".

The router reads meanings, and may find a survey about dogs to be about dogs. Who names one kind, and begins with it or
asks for one more of it, means it; who speaks of *the* survey, or of two kinds, may mean anything.
"""

import re
from collections.abc import Mapping

from generator.utterance import GAP

_NAMES: Mapping[str, str] = {
    "approval": r"approval (?:flow|workflow|process|app|form|page|tool)|sign-?off (?:flow|workflow|process)|"
    r"freigabe(?:prozess|workflow|verfahren|ablauf)|genehmigungs(?:prozess|workflow|verfahren|ablauf)",
    "booking": r"booking (?:page|tool|app|system|sheet|form|calendar)|reservation (?:page|tool|app|system|sheet)|"
    r"(?:desk|room|parking|car|bike) booking|buchungs(?:seite|tool|kalender|system|app)|"
    r"(?:raum|platz|tisch|parkplatz|fahrrad)buchung",
    "calculator": r"calculator|[a-zäöü]*rechner",
    "checklist": r"check ?-?list|to-?do ?-?list|packing list|checkliste|packliste|to-?do-?liste",
    "faq": r"faqs?|faq page|knowledge (?:base|page)|help page|answers page|wissensseite|hilfeseite",
    "form_tracker": r"(?:[a-z]+ )?tracker|inventory(?: list)?|log ?book|"
    r"inventarliste|fahrtenbuch|"
    r"logbuch|bestandsliste",
    "oncall_rota": r"on-?call (?:rota|rotation|schedule|roster|plan)|(?:duty )?(?:rota|roster)|dienstplan|"
    r"bereitschaftsplan",
    "poll": r"(?:straw )?poll|ballot|abstimmung",
    "retro": r"retro(?:spective)?(?: board)?|retrospektive",
    "rsvp": r"rsvp(?: page| list| form)?|sign-?up (?:sheet|list|page|form)|guest ?list|anmelde(?:liste|seite|formular)",
    "standup": r"(?:daily |async |weekly )?stand-?up|(?:daily|weekly|morning) check-?in",
    "survey": r"survey|questionnaire|umfrage|befragung|fragebogen",
}
_ONE_MORE = r"\b(?:an?|one|another|new|ein|eine|einen|ne|nen|n|neue|neuen|weitere)\s+(?:[\w-]+\s+){0,3}?"
_FIRST = r"^\W*(?:please|pls|bitte|quick|short|anonymous|simple|little|kurze|anonyme|kleine)?\s*"
_SHAPES = {
    kind: re.compile(rf"(?:{_ONE_MORE}|{_FIRST}|\b(?:as an?|als) )(?:{names})(?![\w-])(?!['’]s\b)", re.I)
    for kind, names in _NAMES.items()
}
_ANY = {kind: re.compile(rf"(?<![\w-])(?:{names})s?(?![\w-])", re.I) for kind, names in _NAMES.items()}
_ASKING = re.compile(
    r"^\W*(?:what(?:'s| is| does)|why|who|when|where|how|was|wer|wann|warum|wie|wo|is|are|did|does)\b", re.I
)
_WATCHING = re.compile(
    r"\bpoll (?:the|our|my|this)\b(?! (?:team|staff|crew|group|class|people|office|floor)\b)[^.!?]{0,60}\b(?:every|"
    r"once (?:a|per))\b[^.!?]{0,15}\b(?:s|secs?|seconds?|mins?|"
    r"minutes?|hours?)\b",
    re.I,
)
"""A machine that is asked for its readings: nobody votes."""


def kind_asked_for(text: str) -> str | None:
    """The one kind that the text asks for by its name; None when it names none so, or several, or asks about one."""
    text = _WATCHING.sub(GAP, text)
    asked = [kind for kind, shape in _SHAPES.items() if shape.search(text)]
    named = [kind for kind, shape in _ANY.items() if shape.search(text)]
    return asked[0] if len(asked) == 1 and named == asked and not _ASKING.search(text) else None
