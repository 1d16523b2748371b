"""Where something takes place."""

import re

from generator.found import Found
from generator.phrases import phrase
from generator.utterance import GAP

_ROOM = re.compile(
    r"\b(?:in |at |im |in der |auf )?(?:the |dem )?(?P<place>(?:room|raum|bay|halle?|hall|gate|tor|zimmer|"
    r"saal|studio|lecture hall|h(?:ö|oe)rsaal|building|geb(?:ä|ae)ude|floor|konferenzraum|besprechungsraum|"
    r"meeting room|conference room|werkstatt|ward|lab|labor|dock|field|court|platz|pitch)\s+(?:\d[\w.-]*|"
    r"[A-Z][\w.-]*)(?:\s+[A-Z]\w+)?)"
    r"|\b(?:in |at |im )?(?:the |dem |der )?(?P<named>(?:[A-ZÄÖÜ][\w'-]+\s+){1,3}(?:[Rr]oom|[Hh]all|[Cc]entre|"
    r"[Cc]enter|[Pp]ark|[Pp]ub|[Cc]af[eé]|[Bb]ar|[Cc]lub|[Ll]ounge|[Ss]tudio|[Gg]arden|[Hh]ouse|[Ss]chool|"
    r"[Cc]hurch|[Ss]aal|[Rr]aum|[Zz]immer|[Ll]ibrary|[Tt]heatre))\b"
)
_AT = re.compile(
    r"(?:\b(?:in|at|im|in der|in den|in die|am|auf der|auf dem|beim|bei|hinterm|hinter dem|vor dem|vorm|"
    r"on the|over at|location|place|ort|venue|where)\b|"
    rf"@)\s*:?\s*(?P<place>(?:the |der |dem |den )?[^\s,.;:!?{GAP}\"@#][^,.;:!?\n{GAP}\"]{{1,40}})",
    re.I,
)
_NOT_PLACE = re.compile(
    r"^(?:order|general|case|advance|time|person|total|all|it|this|that|which|"
    r"the (?:morning|afternoon|evening|same|end|moment|meantime|list|form|spirit)|a |an |our team|my|you|me|"
    r"us|mind|touch|need|good|writing|least|most|once|first|last|noon|night|uns|dir|mir bitte|besten|liebsten|"
    r"abend|vormittag|nachmittag|morgen|\d|who|how|when|attendance|charge|peace|person|january|february|march|"
    r"april|may|june|july|august|september|october|november|december)\b",
    re.I,
)
_PROPER = re.compile(
    r"^(?:(?:The|Das|Der|Die|Im|Zum|Zur|Gasthof|Gasthaus|Hotel|Restaurant|Cafe|"
    r"Café)\s+)?[A-ZÄÖÜ][\w'&.-]+(?:\s+(?:[A-ZÄÖÜ&][\w'&.-]*|of|the|der|am|im|zum|da|de|und|and)){0,4}$"
)


def find_place(text: str, *, proper: bool) -> Found[str] | None:
    """The first room with a number or name; with `proper`, else what follows "at" or stands alone as a proper name."""
    if match := _ROOM.search(text):
        return Found((match["place"] or match["named"]).strip(), match.start(), match.end())
    if not proper:
        return None
    for match in _AT.finditer(text):
        words = phrase(match["place"]).strip()
        if words and not _NOT_PLACE.match(match["place"]) and len(words.split()) <= 5:
            return Found(words, match.start(), match.end())
    parts = [(part.start(), part[0].strip(" -")) for part in re.finditer(rf"[^,.;:!?\n{GAP}]+", text)]
    for at, part in parts[1:]:
        if _PROPER.match(part) and len(part) > 3:
            return Found(part, at, at + len(part))
    return None
