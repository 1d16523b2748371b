"""What somebody says under an app of theirs, clause by clause: which of it wants something, and which is talk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from generator.phrases import SENTENCE_END
from generator.utterance import GAP, Utterance

MOST, LONGEST = 12, 2000
"""Clauses that are read of one utterance, and characters of each; a list of options is one clause."""
Wants = Literal["order", "words", "talk"]
"""`order`: it asks for something. `words`: it may be the bare words for a value, "till Friday". `talk`: neither."""

_VERB = (
    r"(?:make|add|remove|delete|drop|replace|swap|change|rename|call it|name it|set|put|move|extend|shorten|keep|use|"
    r"switch|turn|take|skip|rotate|throw in|leave out|send|schick\w*|have (?=(?:one|another|a|an|some|two)\b)|allow|"
    r"let people|limit|raise|lower|increase|decrease|reduce|assign|open|close|end|start(?! whenever)|"
    r"begin|ask(?! (?:me|us)\b)|include|exclude|translate|show|hide|hand over|push|postpone|delay|cancel|share|"
    r"restrict|invite|merge|"
    r"get rid of|kick|store|retain|cap|give|stop|disable|enable|"
    r"mach\w*|f(?:ü|ue)g\w*|nimm|nehmt|nehmen|streich\w*|l(?:ö|oe)sch\w*|entfern\w*|ersetz\w*|tausch\w*|"
    r"(?:ä|ae)nder\w*|nenn\w*|"
    r"benenn\w*|setz\w*|verschieb\w*|verl(?:ä|ae)nger\w*|verk(?:ü|ue)rz\w*|stell\w*|schalt\w*|frag\w*(?! mich|"
    r" uns)|erlaub\w*|"
    r"bewahr\w*|behalt\w*|heb\w*|begrenz\w*|erh(?:ö|oe)h\w*|senk\w*|beginn\w*|starte?|schlie(?:ß|ss)\w*|lass\b|"
    r"(?:ü|ue)bersetz\w*|erg(?:ä|ae)nz\w*|pack\w*|leg\w*|teil\w*|weise?|schreib\w*)"
)
_NOT_TO_US = (
    r"(?!\s+(?:sure|sense|fun|care|a break|your|ihr|a look|me know|calm|in mind|going|thinking|up|yourselves|"
    r"whatever|was ihr)\b)"
)
_LEAD = re.compile(
    rf"^[\s,.!:{GAP}-]*(?:(?:please|pls|plz|bitte|ok|okay|and|und|oh|ah|hey|hi|hello|hallo|actually|hmm?|so|then|dann|"
    r"mal|doch|nee?|no(?=,| wait)|wait|sorry|kindly|dear slipway|lieber? slipway|maybe|vielleicht|perhaps|better|"
    r"besser|but|aber|yes|ja|yep|great|"
    r"super|thanks|danke|"
    r"eigentlich|nochmal|kurz|daf(?:ü|ue)r|stattdessen|noch was|one more thing|btw|also(?= (?:please|can|could|"
    r"kannst))|"
    r"@?slipway)[\s,.!:-]+)+",
    re.I,
)
_POLITE = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|we|u)(?: please| also| maybe| just)*|would you mind|let'?s|lets|"
    r"lass(?:t)? uns|"
    r"(?:kannst|k(?:ö|oe)nntest|w(?:ü|ue)rdest|magst) du(?: bitte| noch| auch| mal| das| es)*|"
    r"(?:k(?:ö|oe)nnen|k(?:ö|oe)nnten|sollten|wollen) wir(?: bitte| noch| auch| mal)*|"
    r"(?:k(?:ö|oe)nnt ihr|k(?:ö|oe)nnten sie)(?: bitte| noch| auch| mal)*|"
    r"(?:i|we)(?:'d| would)?(?: also| still| really| just)? (?:want|like|need|prefer|love)(?: you)?(?: to)?(?: have)?|"
    r"(?:i|we) think(?: that)?(?: (?:this|it|we|that))?(?: should(?: be)?)?|ich (?:denke|finde|glaube),?(?: wir|"
    r" das| es)?(?: sollten?)?|"
    r"(?:i|we) should|you (?:can|may|should)|(?:this|that|every(?:one|body)?|the (?!question|title|"
    r"name)\w+) (?:should|must)(?: be)?|"
    r"(?:die|der|das) (?!frage|titel|name)\w+ soll(?:te|en)?|"
    r"(?:we|wir) (?:now |jetzt |only |nur )*(?:have|haben)(?: now| jetzt| only| nur| room for)*|"
    r"(?:ich|wir) (?:m(?:ö|oe)chten?|will|wollen|brauchen?|h(?:ä|ae)tten? gerne?)(?: bitte| noch| auch| lieber)*|"
    r"it (?:should|must|has to|needs to|can)|it'?s|it is|they (?:should|must|may|can)|"
    r"(?:es|sie|das) (?:soll(?:te|en)?|muss|darf|kann))\b[\s,]*",
    re.I,
)
"""How an order is dressed: what is left is the order."""
_WISHED = re.compile(
    r"[\s,]+(?:would be|w(?:ä|ae)re|is|ist)(?: auch| noch)? (?:gut|sch(?:ö|oe)n|toll|super|nice|great|good|better|"
    r"besser|fine|ok|perfect)[.!]*$",
    re.I,
)
_TALK = re.compile(
    r"^(?:who|whom|whose|what|when|where|why|how|which|whether|is|are|was|were|does|do|did|has|have|am|should|shall|"
    r"may|might|isn'?t|aren'?t|doesn'?t|didn'?t|any(?:body|one)|"
    r"wer|wem|wen|wessen|was|wann|wo|warum|wieso|wie|welche[rs]?|ist|sind|war|waren|hat|haben|hast|habt|gibt|"
    r"soll(?:en|te)?"
    r"(?= (?:ich|wir|man|das|es|die))|darf(?= (?:ich|man))|wird|werden)\b",
    re.I,
)
"""How a question begins that people ask each other."""
_TOLD = re.compile(
    r"\b(?:said|says|told|wrote|writes|thinks|suggest(?:s|ed)|proposed|asked (?:me|us|for|to)|wants|wanted|"
    r"according to|"
    r"sagte?|schrieb|schreibt|meinte?|findet|fand|h(?:ä|ae)tte gern|will dass|laut)\b",
    re.I,
)
"""Somebody else's wish, told."""
_SELF = re.compile(
    r"^(?!we meet|wir treffen)(?:i|i'm|i'll|i've|im|we|we're|we'll|we've|he|she|they|you|ich|wir|er|sie|ihr|du|"
    r"fyi|my|our|mein|unser\w*)\b",
    re.I,
)
_TO_SOMEBODY = re.compile(
    r"^\W*@[\w.-]+\W*\s*(?:(?:can|could|would|will|do|did|are|have) you|(?:kannst|k(?:ö|oe)nntest|hast|bist|magst|"
    r"willst) du|"
    r"please|pls|plz|bitte|what|when|how|where|who|why|was|wann|wie|wo|wer|thanks?|thx|danke)\b",
    re.I,
)
"""Somebody else is spoken to, who is asked for something."""
_TO_ALL = re.compile(
    r"^(?:(?:everyone|everybody|all|you all|folks|team|people|alle)\W+)?(?:(?:please|pls|bitte)\W+)?"
    r"(?:vote|answer|reply|respond|sign|fill|stimmt|antwortet|antworte|meldet|tragt)\b(?!\s+(?:closes|ends|is|"
    r"should|in))",
    re.I,
)
"""Those who use the app are spoken to."""
WISH = re.compile(
    r"^(?:also |auch |noch |now |jetzt )*(?:make|change|add|remove|delete|drop|replace|rename|set|extend|shorten|"
    r"turn|switch|include|"
    r"translate|close|discard|cancel|limit|mach\w*|(?:ä|ae)nder\w*|f(?:ü|ue)g\w*|erg(?:ä|ae)nz\w*|entfern\w*|"
    r"l(?:ö|oe)sch\w*|"
    r"ersetz\w*|verl(?:ä|ae)nger\w*|setz\w*|stell\w*)\s+(?:(?:bitte|mal|noch|please)\s+)*"
    r"(?:it|this|that|the|them|an?|some|more|another|es|das|die|der|den|dem|ein(?:e[nmrs]?)?|etwas|mehr)\b",
    re.I,
)
"""Words that surely want something of an app, whatever it is."""
_NEED_NOT = re.compile(
    r"^(?:we|i|you) (?:really )?(?:don'?t|do not|no longer|needn'?t) (?:need|want)\b|"
    r"^(?:wir|ich) brauch\w* .*\b(?:nicht|keine?n?)\b|^(?:wir|ich) brauch\w* keine?n?\b",
    re.I,
)
_ORDER = re.compile(
    rf"^(?:(?:also|just|only|nur|auch|noch|now|jetzt|instead|rather|lieber)\s+)*{_VERB}\b{_NOT_TO_US}", re.I
)
_INFINITIVE = re.compile(
    r"(?:\b(?:hinzuf(?:ü|ue)gen|dazunehmen|aufnehmen|rausnehmen|streichen|l(?:ö|oe)schen|entfernen|ersetzen|"
    r"umbenennen|(?:ä|ae)ndern|erh(?:ö|oe)hen|senken|setzen|stellen|verschieben|verl(?:ä|ae)ngern|aufheben|"
    r"aufbewahren|machen|nennen|erg(?:ä|ae)nzen)|"
    r"\b(?:raus|weg|dazu|rein|hinzu|mehr))[.!]*$",
    re.I,
)
_SPLIT = re.compile(
    rf"\s*(?:{SENTENCE_END})\s*|[\n;{GAP}]+|"
    rf",?\s+(?:and|und|but|aber|sowie|then|dann|plus)\s+(?=(?:also |auch |please |bitte |then |dann |it |"
    rf"es )*(?:{_VERB})\b)|"
    rf",\s*(?:and|und)?\s*(?=(?:also |auch |please |bitte )*(?:{_VERB})\b)|"
    r",\s*(?:and |und )?(?=(?:till|until|by|bis|keep|also|auch|not|nicht|no|with|mit|in (?:german|english)|"
    r"auf (?:deutsch|englisch)|anonym\w*|daf(?:ü|ue)r|stattdessen|only|nur|at|um|rename|call|open to|for|f(?:ü|"
    r"ue)r|it|es)\b)|"
    r",?\s+(?:and|und)\s+(?=\S+ (?:weg|raus|dazu|rein)\b|we meet\b|wir treffen\b)",
    re.I,
)


_FILLER = re.compile(
    r"\b(?:leute|personen|daily|t(?:ä|ae)glich|postponed|moved|verschoben|run|laufen|l(?:ä|ae)uft|it|its|it's|is|"
    r"be|should|must|can|may|and|und|or|now|jetzt|too|also|auch|please|pls|plz|bitte|instead|"
    r"only|just|nur|noch|"
    r"for|f(?:ü|ue)r|the|a|an|this|that|das|die|der|den|es|ist|soll|sollen|so|with|mit|at|um|in|on|am|by|to|zu|as|"
    r"well|rather|lieber|doch|"
    r"survey|poll|umfrage|vote|voting|votes|stimmen|answers?|antworten|results?|app|list|liste|open|close[sd]?|"
    r"end[s]?|begins?|starts?|"
    r"beginnt|people|everyone|everybody|alle|jede[rsn]?|each|we|wir|want|need|deadline|frist|due|limit|till|until|"
    r"bis|of|per|pro|person|"
    r"slots?|places?|seats?|every|this|after all|new|date|datum|above|over|(?:ü|ue)ber|ab|von|je|geht|erst|los|"
    r"darf|room|hand-?over|(?:ü|ue)bergabe|minuten|keep|then|dann|aber|but|nee?|not|nicht|better|besser|bekommt|"
    r"gets?|has|hat|agree|have|haben|more|mehr|one|at|most|actually)\b",
    re.I,
)
"""What is said beside a value and says nothing."""


@dataclass(frozen=True)
class Clause:
    """One clause without the words that dress it. `bare` is as long as `own`, with quoted names taken out."""

    own: str
    bare: str
    wants: Wants

    def cut(self, start: int, end: int | None = None) -> "Clause":
        """A part of it."""
        return Clause(self.own[start:end], self.bare[start:end], self.wants)


def clauses(utterance: Utterance) -> Iterator[Clause]:
    """The clauses of an utterance in their order, at most `MOST`."""
    if _TO_SOMEBODY.match(utterance.own):
        return
    hidden = "".join("x" if mask == GAP and sign != GAP else sign for sign, mask in _aligned(utterance))
    start, count = 0, 0
    for end in (*_ends(hidden), (len(hidden), len(hidden))):
        part = utterance.own[start : end[0]]
        # The end sign belongs to its clause: a question is known by it.
        sign = utterance.own[end[0] : end[1]].strip()[:1]
        if re.search(r"\w", part) and count < MOST:
            count += 1
            yield _undressed(part[:LONGEST], utterance.bare[start : end[0]][:LONGEST], sign == "?")
        start = end[1]


def _aligned(utterance: Utterance) -> Iterator[tuple[str, str]]:
    yield from zip(utterance.own, utterance.bare, strict=False)


def _ends(hidden: str) -> Iterator[tuple[int, int]]:
    """Where clauses end; a list of several things is not torn apart at its commas."""
    for match in _SPLIT.finditer(hidden):
        yield match.span()


def _undressed(own: str, bare: str, question: bool) -> Clause:
    """The clause without greetings and politeness, and what it wants."""
    start = lead.end() if (lead := _LEAD.match(own)) else 0
    rest = own[start:].strip()
    start += len(own[start:]) - len(own[start:].lstrip())
    polite = False
    if _NEED_NOT.match(rest):
        return Clause(own[start:].rstrip(), bare[start : start + len(own[start:].rstrip())], "order")
    if not _told(rest):
        while (dress := _POLITE.match(own[start:])) and dress.end():
            polite = True
            start += dress.end()
            if again := _LEAD.match(own[start:]):
                start += again.end()
    text = _WISHED.sub("", own[start:].rstrip())
    wants = _wants(text, polite, question)
    # Of a polite order the sign is part of the politeness.
    sign = "?" if question and (not polite or ":" in text) else ""
    return Clause(text + sign, bare[start : start + len(text)] + sign, wants)


def _told(text: str) -> bool:
    return bool(_TOLD.search(text))


def _wants(text: str, polite: bool, question: bool) -> Wants:
    if _told(text) or _TALK.match(text) or _TO_ALL.match(text):
        return "talk"
    ordered = bool(_ORDER.match(text) or _INFINITIVE.search(text))
    if question and not ordered:
        return "talk"
    if ordered:
        return "order"
    return "talk" if _SELF.match(text) else "words"


def emptied(text: str) -> str:
    """What of a clause says anything still: letters and numbers that no answer took and no filler is."""
    return " ".join(re.findall(r"[^\W_]+", _FILLER.sub(" ", text.replace(GAP, " "))))
