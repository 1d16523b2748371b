"""What an app is called or is about: a title the asker gave, else the phrase where such a request names its subject."""

import re
from itertools import islice

from generator.headings import FURTHER, GENERAL, HEADS
from generator.phrases import phrase, phrase_before, tidy
from generator.rows import quoted_row
from generator.subjects import SUBJECTS
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
    r"^(?:it|this|that|them|us|me|you|u|we|everything|something\w*|anything|they|people|everybody|everyone|"
    r"anybody|who|what|"
    r"one|place|table|form|tool|list|checklist|tracker|survey|quick|please|simple|new|database|approval|"
    r"workflow|process|team|teams?|all|app|page|steps|to-?do|to do|each|retro|retrospective|calculator|small|"
    r"little|lil|"
    r"log|register|liste|tabelle|umfrage|fragebogen|ein|eine|was|wer|es|das|alle|alles|staff|i|he|she|ich|wir|"
    r"sprint retro|team retro|time|us all|numbers?|things?|the|today|result|total|totals?|answer|sum|ergebnis|"
    r"betrag|summe|feedback|kurz\w*|questions?|fragen|requests?|short|anonymous|records?|data|daten|entries|"
    r"work|figures?|gotta|need|needs|names?|namen|leute|list of people|headcount|reminder|a lot|lots|stuff|"
    r"someone|anyone|nobody|help|ok|okay|yes|no|thanks|hello|hi|hey|good (?:morning|afternoon|evening|day)|guten \w+|"
    r"(?:nen? )?(?:kleine|einfache|schnelle|neue|praktische)[nrs]?|(?:nen )?mini|always|immer|tick|packing|inventory|"
    r"differences?|differenz|"
    r"outcome|abhaken|every|each|any|two|three|both|beide|zwei|"
    r"save the date(?: \w+)?|kind of|sort of|way|better|first|"
    r"then|price|amount|values?|can|could|would|should|collect|wer kommt|"
    r"sign[- ]?ups?|replies|participants|attendance|anmeldung|zusagen|teilnehmer|eintragen|can u|event|gather|"
    r"establish|make|do|get|let|let people|have|a|an|of|for|to|from|by|von|zu|mir|uns|werkzeug|hilfe|rechner|"
    r"manager|visitors|customers|everyone's|opinions?|meinung\w*|satisfaction|zufriedenheit|dear \w+|board|wall|"
    r"teilnahme|teilnimmt|rota|date|day|list for|show|place to|space|overview|(?:ü|ue)bersicht|department|abteilung|"
    r"pls|plz|bitte|collect answers|same|the same|nothing|anything else|idea|meeting|morning|evening|night|"
    r"mal|doch|nur|not|"
    r"and|und|or|oder|in|on|at|im|am)$",
    re.I,
)
_PLAIN = (
    r"(?:modest|proper|decent|small|little|simple|basic|plain|neat|tidy|clean|central|shared|common|single|running|"
    r"handy|nice|good|quick|short|new|online|digital|friendly|gentle|zentrale[sr]?|gemeinsame[sr]?|"
    r"einfache[sr]?|kleine[sr]?)"
)
_NO_NAME = re.compile(
    rf"^(?:{_PLAIN} )*(?:register|list|log|sheet|table|record|tracker|form|board|page|tool|app|overview|"
    rf"verzeichnis|liste|"
    r"tabelle|(?:ü|ue)bersicht|look|corner|one|place|spot)$|"
    r"^(?:which|what|who|how|that|only|in|at|on|by|with|kindly|half|then|so|yo+|bruh|digga|ey|ok|fam|whether|if|"
    r"must|gotta|lemme|gimme|every1|could|can|would|will|may|might|do|does|is|are|we|you|they|there|sagt|dabei|"
    r"spend|some|bescheid|mrs?|ms|dr|prof|sir|lady|because|theyre|went|takes?|own|nachschlagen|nachlesen|"
    r"eintragen|each|both|nobody|anyone|everyone|someone)\b|"
    r"\b(?:whether|straight away|how many|how much|nobody|anyone|foggiest|zur verf(?:ü|ue)gung|(?:tracker|"
    r"register|list|log|table) of)\b|"
    r"^(?:zahl|anzahl|number|nod|ok|blessing|word|say|consent|place|pl(?:ä|ae)tze)\b(?: (?:of|der|von)\b.*)?$",
    re.I,
)
"""What stands where a subject often does, and is none."""
_PEOPLE = re.compile(
    r"^(?:our |the |all )?(?:\w+ )?(?:newbies|newcomers|new hires|team|staff|crew|visitors|customers|"
    r"participants|attendees|"
    r"employees|colleagues|kolleg\w+|mitarbeiter\w*|kunden|teilnehmer\w*|singers|guests|g(?:ä|ae)ste|parents|eltern|"
    r"members|mitglieder|users|volunteers|people|leute|azubis|students|partners|interns|drivers|reps)$",
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
_COMPOUND_AFTER = 1
LEFT = "what is left"
"""Among what a reader of answers returns, and no answer: the words no answer took, in which the title is sought."""
_OCCASIONS = ("survey", "retro", "checklist")
_OFTEN_UNNAMED = ("faq", "poll")
_GREETING = re.compile(
    r"^\s*(?:(?:dear|hi|hiya|heya|he+y+|howdy|hello|hey|good (?:morning|afternoon|evening|day)|hallo|liebe[rs]?|"
    r"guten (?:morgen|tag|abend)|"
    r"sehr geehrte[rs]?|moin|servus|gr(?:ü|ue)ezi)\b[^,.!:\n]{0,40}(?:[,!.\n]|¦+)|"
    r"(?:yo+|ey+|bruh|bro|dude|fam|ok(?:ay)? (?:fam|team|folks|so)|digga|diggah?|alter|leute|hey(?: team| folks)?|"
    r"fantastic|rejoice|lovely|so|right|well|apparently)\b[,!. ]+)",
    re.I,
)
_MOST_PLACES = 12
_LONGEST_OPENING = 5
_OPENED = {
    "approval": re.compile(r"\b(?:approvals?|requests?|sign[- ]?off|freigabe|genehmigung)\b", re.I),
    "calculator": re.compile(r"\b(?:calculator|calc|rechner|thing|tool|converter)\b", re.I),
    "survey": re.compile(r"\b(?:surveys?|questionn?aire|umfrage|fragebogen|befragung|feedback|evaluation)\b", re.I),
    "retro": re.compile(r"\b(?:retro(?:spective|spektive)?|board|nachbesprechung|r(?:ü|ue)ckblick)\b", re.I),
    "checklist": re.compile(
        r"\b(?:check-?list|list|checkliste|liste|steps|checks?|pr(?:ü|ue)fliste|prep|vorbereitung|aufgaben)\b", re.I
    ),
}
_SHEET = re.compile(
    r"^(?:anmelde\w*|anmeldung|teilnehmer\w*|sign[- ]?ups?|rsvps?|registration|head ?count|guest list|"
    r"attendance)(?: list| sheet)?"
    r"[\s:,-]+(?=\w)",
    re.I,
)
_VERBAL = re.compile(
    r"\b(?:i|we|you|they|need|want|make|create|build|give|gimme|let|can|could|please|set|put|ask|tell|enter|type|types|"
    r"people|ich|wir|sie|mach\w*|bau\w*|brauch\w*|bitte|kannst|k(?:ö|oe)nn\w*|frag\w*|wer|what|how|who|when|"
    r"why|wie|was|"
    r"start|stop|good|bad|mad|sad|glad|hi|hello|hallo|guten|dear|anonymous|anonym\w*|is|are|has|have|went|lief|war|"
    r"kindly|provide|prepare|arrange|establish|will|wollen|m(?:ö|oe)chte|w(?:ü|ue)rde|should|hey|so|ok|zum|"
    r"for|f(?:ü|ue)r|of|man|gebe?n?|send|sende\w*|schick\w*|write|schreib\w*|check|collect|run|open|do|post|"
    r"share|start|"
    r"starte\w*|richte\w*|erstell\w*|leg\w*|these|those|this|that|here|hier|would|be|grateful|happy|glad|like to|"
    r"love to|departs?|leaves|arrives?|joins?|begins|starts|needs|wants|must|may|might)\b",
    re.I,
)


def find_title(kind: str, text: str, quoted: bool = True) -> str:
    """The title that `text` (own words, what other answers took already being `GAP`s) gives or implies; else empty."""
    if given := given_title(text, quoted):
        return given
    told = ungreeted(text)
    return bare_title(kind, _implied(kind, told) or _further(kind, told))


def ungreeted(text: str) -> str:
    """`text` with a `GAP` in place of whom it greets."""
    return _GREETING.sub(lambda words: GAP * len(words[0]), text).replace("->", GAP)


def bare_title(kind: str, name: str) -> str:
    """What is approved is not the request: "many time off requests" are about time off."""
    if kind != "approval":
        return name
    name = re.sub(r"^(?:(?:so |too )?many|several|lots of|viele|mehrere|zu viele)\s+(?=\w)", "", name, flags=re.I)
    return re.sub(r"\s+requests?$", "", name, flags=re.I)


def _implied(kind: str, text: str) -> str:
    for pattern in SUBJECTS.get(kind, ()):
        for match in islice(pattern.finditer(text), _MOST_PLACES):
            words = match.groupdict()
            name = phrase(text, match.end()) if "at" in words else _before(kind, match, text)
            if _names(kind, name):
                return name
        if kind in HEADS and pattern is SUBJECTS[kind][_COMPOUND_AFTER] and (name := _compound(kind, text)):
            return name
    if kind in _OCCASIONS and (name := _occasion(kind, text)):
        return name
    closed = re.sub(rf"[\s,]*{GAP}[\s,{GAP}]*", lambda gap: ", " if "," in gap[0] else " ", text)
    if kind in SUBJECTS and closed != text and not _in_closed(kind, closed):
        return _event(text) if kind == "rsvp" else _opening(kind, text)
    if name := _in_closed(kind, closed) if closed != text else "":
        return name
    return _event(text) if kind == "rsvp" else _opening(kind, text)


def _occasion(kind: str, text: str) -> str:
    names = (phrase(text, match.end()) for pattern in GENERAL for match in islice(pattern.finditer(text), _MOST_PLACES))
    return next((name for name in names if _names(kind, name)), "")


def _further(kind: str, text: str) -> str:
    """The subject where requests in whole sentences let it fall in passing."""
    for pattern in FURTHER if kind not in _OFTEN_UNNAMED else ():
        for match in islice(pattern.finditer(text), _MOST_PLACES):
            words = match.groupdict()
            name = phrase(text, match.end()) if "at" in words else phrase(match["np"])
            if _names(kind, name) and not _VERBAL.search(name):
                return name
    return ""


def _in_closed(kind: str, text: str) -> str:
    """As `find_title`, but across what other answers took: "survey with five questions on noise"."""
    for pattern in SUBJECTS.get(kind, ())[:3]:
        for match in pattern.finditer(text):
            if "at" in match.groupdict() and _names(kind, name := phrase(text, match.end())):
                return name
    return ""


def _names(kind: str, name: str) -> bool:
    return (
        bool(name)
        and not _GENERIC.match(name)
        and not _NO_NAME.search(name)
        and not (kind == "survey" and _PEOPLE.match(name))
    )


def plausible(kind: str, name: str) -> bool:
    """Whether these words can be a title, or are none."""
    return not name or _names(kind, name)


def _opening(kind: str, text: str) -> str:
    """A short noun phrase that stands alone at the beginning, where requests of this kind are often brief."""
    if kind not in _OPENED:
        return ""
    match = re.match(rf"\s*(?P<np>[^,.:;!?\n{GAP}\"@#]{{3,40}}?)\s*(?=[,.:{GAP}]|$|\s(?:for|f(?:ü|ue)r)\b)", text)
    name = tidy(_OPENED[kind].sub(" ", match["np"])) if match else ""
    plain = name and len(name.split()) <= 3 and phrase(name) == name
    return name if plain and _names(kind, name) and not _VERBAL.search(name) else ""


def given_title(text: str, quoted: bool = True) -> str:
    """The title that the asker gave: behind "call it" or, with `quoted`, in quotes."""
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
    if quoted and (named := _QUOTED.search(text)) and not quoted_row(text) and not _said(named, text):
        return named[1].strip(" .,;:!?")
    return ""


def _said(named: re.Match[str], text: str) -> bool:
    """Whether the quoted words are what somebody says, and no name: 'morale is "fine"'."""
    return bool(
        re.search(r"\b(?:is|are|was|were|be|says?|said|told|like|ist|sind|war|sagt)\s*$", text[: named.start()], re.I)
        or re.match(r"\s*(?:is|ist) (?:not|no|nicht|kein)\b", text[named.end() :], re.I)
    )


def _before(kind: str, match: re.Match[str], text: str) -> str:
    whole = tidy(match["np"])
    plain = (
        match.start("np") == match.start() and phrase(whole) == whole and match["np"].rstrip().endswith(whole or GAP)
    )
    plain = plain and len(whole.split()) <= _LONGEST_OPENING
    if text[match.end("np") :].startswith("-"):
        return phrase(re.sub(r"(?<=ung|eit|ion|aft|zug|ang|tag|ieb|nst|ahr)s$", "", match["np"]))
    if kind == "rsvp" or (plain and not _VERBAL.search(whole)):
        return phrase(match["np"])
    return phrase(phrase_before(text, match.end("np")))


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
            if _names(kind, name):
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
    parts = [phrase(tidy(_SHEET.sub("", part.strip()))) for part in re.split(rf"[,.;:!?\n{GAP}]", text)]
    named = [part for part in parts if part and _EVENT.search(part) and not _NO_NAME.search(part)]
    rest = [part for part in parts if _names("rsvp", part)]
    return next(iter(named), "") or _further("rsvp", text) or next(iter(rest), "")
