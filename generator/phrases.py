"""Noun phrases: the few words that name a thing, cut out of a sentence."""

import re

from generator.utterance import GAP

_STOP = re.compile(
    rf"[,;:!?()\n\"{GAP}]|\.(?=\s|$)|\s-\s|\s/\s|\b(?:with|where|that|which|who|whom|by|until|till|so|please|"
    r"pls|plz|because|since|whose|when|while|if|but|then|using|via|"
    r"containing|consisting|including|covering|have|has|having|is|are|was|were|will|would|can|could|should|"
    r"must|shall|may|needs?|goes|went|gets?|wants?|"
    r"mit|bis|bitte|damit|weil|dass|wo|wer|ohne|wenn|aus|durch|m(?:ü|ue)ssen|muss|soll(?:en|ten)?|sind|ist|"
    r"wird|werden|w(?:ü|ue)rden?|k(?:ö|oe)nnen|k(?:ö|oe)nnten|hat|haben|brauchen|per|anlegen|erstellen|"
    r"einrichten|machen|finden|fanden|"
    r"erfassen|sammeln|einholen|anonymous|anonymously|anon|anonym|asap|now|today|kindly|ofc|lol|tbh|once|as|"
    r"from|von|each|ausrechnen|berechnen|genehmigen|freigeben|approved|approval)\b",
    re.I,
)
_LEADING = re.compile(
    r"^(?:the|a|an|our|my|their|your|his|her|this|these|those|some|any|all|every|each|another|new little|"
    r"little|small|quick|short|simple|brief|proper|"
    r"der|die|das|den|dem|des|ein|eine|einen|einem|einer|unser|unsere|unseren|unserem|unserer|mein|meine|"
    r"meinen|meinem|meiner|diese|dieser|dieses|diesen|diesem|alle|jede[nrs]?|"
    r"kurze[nrs]?|kleine[nrs]?|einfache[nrs]?|schnelle[nrs]?|anonyme[nrs]?|anonymous|anonymus|anon|async|"
    r"monthly|weekly|daily|'s|nem?|n|ne|nen|neuen app|to|of|for|about|how|f(?:ü|ue)rs?|zur|zum|zu|(?:ü|ue)ber|"
    r"vom|im|am|is|ist)\s+",
    re.I,
)
_TRAILING = re.compile(
    r"[\s,]+(?:please|pls|bitte|app|tool|thing|form|page|board|and|und|or|oder|for|f(?:ü|ue)r|of|in|on|at|to|"
    r"the|a|an|zu|im|am|um|an|ab|nach|vor|after|before|from|it|too|also|there|here|asap|ma|mal|only|nur|jetzt|"
    r"requests?|ein|eine|next|last|this|über|above|over|den|der|die|das|auf|going|coming|starting|run|running|"
    r"everybody|everyone|n|w)$",
    re.I,
)
_LONGEST = 8


def phrase(text: str, start: int = 0, stop: re.Pattern[str] | None = None) -> str:
    """The noun phrase that begins at `start`: up to what cannot belong to it, without articles."""
    rest = text[start:].lstrip(" :'\"-")
    ends = [
        match.start() for pattern in (_STOP, stop) if pattern for match in [_search_past_head(pattern, rest)] if match
    ]
    return tidy(rest[: min(ends)] if ends else rest)


def _search_past_head(pattern: re.Pattern[str], rest: str) -> re.Match[str] | None:
    for match in pattern.finditer(rest):
        if rest[: match.start()].strip():
            return match
    return None


def tidy(words: str) -> str:
    """Without articles before and fillers behind; empty when nothing or far too much is left."""
    words = " ".join(words.replace(GAP, " ").split()).strip(" .,:;!?'\"-+")
    for pattern in (_LEADING, _TRAILING):
        while (shorter := pattern.sub("", words).strip(" .,:;!?'\"-+")) != words:
            words = shorter
    return words if 0 < len(words.split()) <= _LONGEST and re.search(r"\w", words) else ""


def phrase_before(text: str, end: int) -> str:
    """The noun phrase that ends at `end`."""
    head = re.split(
        rf"[,;:.!?()\n\"{GAP}]\s*|\b(?:a|an|the|my|our|for|need|needs|create|make|build|set up|start|want|give|get|"
        r"have|run|send|do|is|as|me|us|please|pls|gimme|another|simple|quick|short|new|"
        r"ein|eine|einen|einem|ne|nen|n|unser\w*|die|der|das|den|dem|f(?:ü|ue)rs?|bitte|brauche[nt]?|mach\w*|"
        r"erstell\w*|bau\w*|ma|mal|kurze?|kleine?)\b\s*",
        text[:end],
        flags=re.I,
    )
    return tidy(head[-1] or "")
