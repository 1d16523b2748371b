"""What an app is called or is about: a title the asker gave, else the phrase where such a request names its subject."""

import re

from generator.phrases import phrase, phrase_before, tidy
from generator.subjects import HEADS, SUBJECTS
from generator.utterance import GAP

_NAMED = re.compile(
    r"\b(?:call(?:ed)?(?: it| this| that)?|named|name it|titled?(?: it)?|entitled|heading|headline|"
    r"with the title|under the name|namens|(?:ü|ue)berschrift|titel|hei(?:ß|ss)en|hei(?:ß|ss)t|"
    r"nennen wir (?:es|sie|das)?|nenn(?:t|en)? (?:es|sie|das|wir)|genannt|mit dem titel|unter dem namen|"
    r"name)\b(?: should be| is| soll| it)?[\s:=]*"
    rf"(?:\"(?P<quoted>[^\"\n]+)\"|(?P<plain>[^\s,.;:!?\"{GAP}][^,.;:!?\n\"{GAP}]{{1,50}}))",
    re.I,
)
_BAD_NAME = re.compile(
    r"^(?:of|and|und|should|must|is|ist|on|or|oder|in|to|the (?:person|people)|their|your|email|their names?|"
    r"date|company|firma|e-?mail|a|not|it|visible|them|addresses|for)\b",
    re.I,
)
_QUOTED = re.compile(r'"([^"\n]{2,60})"')

_GENERIC = re.compile(
    r"^(?:it|this|that|them|us|me|you|we|everything|something|anything|they|people|everybody|anybody|who|what|"
    r"one|place|table|form|tool|list|checklist|tracker|survey|quick|please|simple|new|database|approval|"
    r"workflow|"
    r"process|team|teams?|all|app|page|steps|to-?do|to do|each|retro|retrospective|calculator|small|little|"
    r"log|register|liste|tabelle|umfrage|ein|eine|was|wer|es|das|alle|alles|staff|i|he|she|ich|wir|"
    r"sprint retro|team retro|time|us all|numbers?|things?|the|today|result|total|totals?|answer|sum|ergebnis|"
    r"betrag|summe|feedback|kurz\w*|questions?|fragen|requests?|short|anonymous|records?|data|daten|entries|"
    r"work)$",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:party|dinner|lunch|breakfast|brunch|class|course|workshop|seminar|webinar|talk|meeting|training|"
    r"briefing|party|drinks|reception|concert|tour|hike|trip|barbecue|bbq|night|day|evening|bake|quiz|fest|"
    r"feier|kurs|schulung|versammlung|ausflug|grillen|vortrag|turnier|stammtisch|fr(?:ü|ue)hst(?:ü|ue)ck|"
    r"essen|abend|umtrunk|treffen|besichtigung|rundgang|kaffee|tea|walk|run|ride|match|game|tournament|clinic|"
    r"session|offsite|outing|retreat|hackathon|meetup|meet-up|social|picnic|fair|gala|ceremony|dance|do|demo|"
    r"kickoff|kick-off|all[- ]hands|town hall|drill|visit|bowling|karaoke|yoga|football|fussball|probe|lesung|"
    r"konferenz|messe|übung|unterweisung|einweisung|impfung|jab)\b",
    re.I,
)


def find_title(kind: str, text: str, quoted: bool = True) -> str:
    """The title that `text` (own words, what other answers took already being `GAP`s) gives or implies; else empty."""
    if given := _given(text, quoted):
        return given
    for pattern in SUBJECTS.get(kind, ()):
        for match in pattern.finditer(text):
            words = match.groupdict()
            name = phrase(text, match.end()) if "at" in words else _before(kind, match, text)
            if name and not _GENERIC.match(name):
                return name
        if kind in HEADS and pattern is SUBJECTS[kind][0] and (name := _compound(kind, text)):
            return name
    return _event(text) if kind == "rsvp" else ""


def _given(text: str, quoted: bool) -> str:
    for match in _NAMED.finditer(text):
        if match["quoted"]:
            return match["quoted"].strip(" .,;:!?")
        plain = phrase(match["plain"])
        if (
            plain
            and not _BAD_NAME.match(match["plain"])
            and (match["plain"][0].isupper() or re.match(r"(?:call|name it|title|titled)", match[0], re.I))
        ):
            return plain
    if quoted and (named := _QUOTED.search(text)):
        return named[1].strip(" .,;:!?")
    return ""


def _before(kind: str, match: re.Match[str], text: str) -> str:
    end = match.end("np")
    words = phrase_before(text, end)
    return words if words and kind != "rsvp" else tidy(match["np"]) or words


def _compound(kind: str, text: str) -> str:
    """`onboarding` of "onboarding survey"; "workshop feedback" of "feedback after the workshop"."""
    for match in re.finditer(rf"\b{HEADS[kind]}\b", text, re.I):
        if kind == "survey" and (
            after := re.match(
                r"\s*(?:form |survey |questionnaire |bogen )?(?:after|nach|from|for|f(?:ü|ue)rs?|on|(?:ü|ue)ber|"
                r"zu[mr]?)\s+",
                text[match.end() :],
                re.I,
            )
        ):
            name = phrase(text, match.end() + after.end())
            if name and not _GENERIC.match(name):
                linked = re.match(r"(?i)\s*(?:\w+ )?(?:after|nach)\b", text[match.end() :]) and re.search(
                    "feedback", text, re.I
                )
                return f"{name} feedback" if linked else name
        name = phrase_before(text, match.start())
        if name and not _GENERIC.match(name):
            return name
    return ""


def _event(text: str) -> str:
    """The part of the sentence that names an event."""
    parts = [tidy(phrase(part)) for part in re.split(rf"[,.;:!?\n{GAP}]", text)]
    named = [part for part in parts if part and _EVENT.search(part)]
    rest = [part for part in parts if part and not _GENERIC.match(part)]
    return (named or rest or [""])[0]
