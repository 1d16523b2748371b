"""Noun phrases: the few words that name a thing, cut out of a sentence."""

import re

from generator.utterance import GAP

SENTENCE_END = (
    r"[!?]+(?=\s|$)|(?<!\b(?:mr|ms|dr|st|nr|ca|vs))(?<!\b(?:mrs|bzw|z\.b|e\.g|i\.e))(?<!\bprof)"
    r"(?<!\d)\.+(?=\s|$)|"
    r"(?<=\d)\.(?=\s*$|\s+(?!jan|feb|m(?:a|ä|ae)r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|"
    r"(?:des|oder|und|or|and|bis|to)\b|n(?:ä|ae)chste|"
    r"(?:lehrjahr|schuljahr|ausbildungsjahr|jahrgang|klasse|stock|etage|og|quartal|halbjahr|semester|advent|schicht|"
    r"runde|mannschaft)\b)"
    r"[^\W\d])"
)
"""Where a sentence ends: not after "Dr." nor after the day of "3. Dezember". For patterns that ignore case."""
_STOP = re.compile(
    rf"[,;:()\n\"{GAP}]|{SENTENCE_END}|\s[-=]+>?\s|\bw/|\b(?:for|in|at|among|across) (?:the|our|my|this|that|all|"
    rf"everyone)\b|"
    r"\b(?:f(?:ü|ue)r|in|bei) (?:die|den|der|dem|unser\w*|alle)\b|\s/\s|=|"
    r"\b(?:with|where|that|which|who|whom|by|until|till|so|please|"
    r"pls|plz|because|since|whose|when|whenever|while|if|but|then|using|via|"
    r"containing|consisting|including|covering|holding|listing|showing|recording|noting|zur verf(?:ü|ue)gung|"
    r"m(?:ö|oe)chten?|will(?: ich)?|wollen|gehen|geht|bitten|bittet|ersuchen|einzu\w+en|anzu\w+en|herrscht|"
    r"stapel\w+|whos|an?(?= (?:register|list|table|log|form|page)\b)|have|has|having|is|are|was|were|will|would|"
    r"can|could|should|"
    r"must|shall|may|might|does|did|don'?t|doesn'?t|needs?|requires?|goes|went|gets?|wants?|comes?|starts?|joins|"
    r"leaves|between|signed|hosted|held|run by|organi[sz]ed|without|gotta|"
    r"(?-i:[Ii]t|[Uu]s)|they|we|i|you|he|she|them|me|myself|few|my|our|their|your|its|everybody|everyone|"
    r"nobody|people|someone|somebody|"
    r"just|only|also|always|never|already|again|together|finally|anonymous|anonymously|anon|asap|now|today|kindly|"
    r"ofc|lol|tbh|once|as|from|cos|cuz|bc|w|thanks|thx|instead|either|both|not|no|"
    r"mit|bis|bitte|damit|weil|dass|wo|wer|ohne|wenn|aus|durch|m(?:ü|ue)ssen|muss|soll(?:en|ten)?|sind|ist|"
    r"wird|werden|w(?:ü|ue)rden?|k(?:ö|oe)nnen|k(?:ö|oe)nnten|hat|haben|brauchen|braucht|per|anlegen|erstellen|"
    r"einrichten|machen|basteln|bauen|zusammenstellen|aufsetzen|aufbauen|bereitstellen|finden|fanden|findet|gemacht|"
    r"einf(?:ü|ue)hren|abhaken|abgehakt|to be|"
    r"nichts|gibt'?s|erfassen|sammeln|einholen|anonym|von|jeweils|ausrechnen|berechnen|genehmigen|genehmigt|freigeben|approved|"
    r"approval|ich|wir|ihr|sie|es|er|man|uns|euch|mir|dir|nicht|immer|k(?:ü|ue)nftig|danach|sowie|sodass|doch|"
    r"best(?:ä|ae)tigen|nur|erst|zuerst|teilnimmt|"
    r"nochmal|unsere?[mnrs]?|meine?[mnrs]?|ihre?[mnrs]?|entweder|zwischen|zum abhaken|kommt|kommen|beginnt|"
    r"anf(?:ä|ae)ngt|alles|alle|jeder?|each|every|somewhere|anywhere|irgendwo|ein|eine[nmr]?)\b",
    re.I,
)
_PRONOUN = re.compile(
    r"^(?:(?-i:[Ii]t|[Uu]s)|this|that|them|they|before|behalf|aus|mit|f(?:ü|ue)r|von|bei|unter|nach|among|"
    r"on behalf|these|those|me|you|him|her|we|i|he|she|there|here|how|what|who|why|when|where|"
    r"whether|if|from|by|with|holding|listing|showing|recording|noting|including|containing|first|then|and|or|"
    r"not|no|be|is|are|was|do|get|"
    r"es|das hier|sie|ihn|uns|mich|mir|dich|dir|ihr|wir|ich|man|wer|wie|wann|wo|ob|dass|nicht|dann|erst|"
    r"damit|davon|daf(?:ü|ue)r|dazu|dar(?:ü|ue)ber|darauf|daran)\b(?!-)",
    re.I,
)
_LEADING = re.compile(
    r"^(?:f(?:ü|ue)rn|(?:die )?(?:ermittlung|berechnung|bestimmung) (?:des|der|von)|how much|how many|"
    r"wie ?viele?|bevor|before|jemand|the|a|an|our|my|their|your|his|her|this|these|those|"
    r"some|any|all(?![- ]hands)|every|each|another|new little|"
    r"little|small|quick|short|simple|brief|proper|tiny|lil|online|digital|single|whole|entire|upcoming|one|"
    r"der|die|das|den|dem|des|ein|eine|einen|einem|einer|unser|unsere|unseren|unserem|unserer|mein|meine|"
    r"meinen|meinem|meiner|diese|dieser|dieses|diesen|diesem|alle|jede[nrs]?|s[äa]mtliche[nr]?|"
    r"kurze[nrs]?|kleine[nrs]?|einfache[nrs]?|schnelle[nrs]?|anonyme[nrs]?|anonymous|anonymus|anon|async|"
    r"monthly|weekly|daily|'s|nem?|n|ne|nen|neuen app|to|of|for|about|how|f(?:ü|ue)rs?|zur|zum|zu|(?:ü|ue)ber|"
    r"vom|im|am|is|ist|das thema|dem thema|thema|themen|the topic of|topic|subject|called|named|please|pls|bitte|"
    r"thankfully|luckily|fortunately|unfortunately|honestly|finally|basically|obviously|hopefully|really|sadly|"
    r"endlich|leider|"
    r"hoffentlich|(?:yesterday|today|last week|last month|this year|this week|last year)'s|gestrige[nrs]?|letzte[nrs]?|"
    r"on|auf|einladung zu[mr]?|(?:visitors|participants|attendees|users|customers|employees|members|"
    r"teilnehmer|besucher) "
    r"(?:of|from|at|de[rs]|vo[nm])(?: (?:the|our|my|unser\w*))?|dass|if|wenn|when|so+|well|ok|okay|hi|hey|"
    r"hello|hallo|also|gotta|get|make|create|mal|ma|whole)\s+",
    re.I,
)
ARTICLES = re.compile(r"^(?:the|an?|our|my|der|die|das|den|dem|ein(?:e[nmr]?)?|unser\w*)\s+", re.I)
_TRAILING = re.compile(
    r"[\s,]+(?:please|pls|plz|bitte|app|tool|online|thing|thingy|stuff|sachen|kram|irgendwo|somewhere|"
    r"sign[- ]?up(?: sheet)?|form|page|board|and|und|or|oder|for|f(?:ü|ue)rs?|of|in|on|"
    r"at|to|the|(?-i:a)|an|zu[mr]?|im|am|um|an|ab|nach|vor|after|before|from|it|too|also|there|here|asap|ma|mal|only|nur|"
    r"jetzt|ein|eine[nmr]?|next|last|this|über|above|over|den|der|die|das|auf|going|coming|starting|"
    r"everybody|everyone|n|w|w/|at all|tho|though|costing|worth|exceeding|beyond|more than|mehr als|"
    r"unsere?[mnr]?|vom|beim|bei|denn|dann|lol|thx|due|per|kosten|k(?:ü|ue)nftig|gern|gerne|eher|genau|"
    r"like|about|so(?: that)?|into|onto|within|between|zwischen|during|w(?:ä|ae)hrend|around|until|bis|by)$",
    re.I,
)
_HEAD = re.compile(
    rf"[,;:()\n\"{GAP}]\s*|(?:{SENTENCE_END})\s*|\b(?:(?:a|an|the|my|our|your|this|another|ein|eine[nmr]?|ne|nen|"
    r"unsere?[mnr]?|diese[nmrs]?|meine?[nmr]?)(?: (?:new|neue[nrsm]?))?|"
    r"much|many|viele?|for|need|needs|needing|create|make|build|set up|start|want|give|gives|get|gotta|can|could|"
    r"should|would|"
    r"have|run|send|do|does|is|are|as|told|me|us|(?:i|we|you|they)(?:'(?:m|ve|re|d|ll))?|it|please|pls|plz|"
    r"gimme|simple|quick|short|small|little|"
    r"proper|decent|about|that|which|to|with|every|all|any|each|like|love|prepare|arrange|require|provide|"
    r"maintain|launch|organi[sz]e|collect|setup|add|open|hi|hello|hey|kindly|some|just|finally|"
    r"die|der|das|den|dem|des|f(?:ü|ue)rs?|zu[mr]?|im|am|vom|bitte|brauche[nt]?|mach\w*|richten?|richtet|sie|ich|wir|"
    r"erstell\w*|bau\w*|leg\w*|starte\w*|ma|mal|kurze?|kleine?[nr]?|einfache[nrs]?|schnelle?|h(?:ä|ae)tten?|gern\w*|"
    r"m(?:ö|oe)chten?|will|wollen|br(?:ä|ae)uchten?|gib|uns|mir|wer|was|kommt|ob|alle)\b\s*",
    re.I,
)
_FOR_A = re.compile(rf"\b(?:f(?:ü|ue)rs?|for)\s+(?P<np>[^,.;:!?{GAP}]{{2,40}}?)\s+(?:ein(?:e[nmr]?)?|a|an)$", re.I)
_DETERMINER = re.compile(
    r"\b(?:a|an|the|my|our|ein(?:e[nmr]?)?|ne|nen|die|der|das|den|dem|unsere?[nmr]?|this|another)$", re.I
)
_LONGEST = 8


def phrase(text: str, start: int = 0, stop: re.Pattern[str] | None = None) -> str:
    """The noun phrase that begins at `start`: up to what cannot belong to it, without articles."""
    rest = re.sub(
        r"^(?:(?:the|all(?![- ]hands)|die|das|der|den|dem|my|our|your|their|unser\w*|every|each)\s+)+",
        "",
        text[start:].lstrip(" :'\"-"),
        flags=re.I,
    )
    if _PRONOUN.match(rest):
        return ""
    ends = [match.start() for pattern in (_STOP, stop) if pattern and (match := _search_past_head(pattern, rest))]
    return tidy(rest[: min(ends)] if ends else rest)


def _search_past_head(pattern: re.Pattern[str], rest: str) -> re.Match[str] | None:
    return next((match for match in pattern.finditer(rest) if rest[: match.start()].strip()), None)


def tidy(words: str, leading: re.Pattern[str] = _LEADING) -> str:
    """Without articles (or what else is `leading`) before and fillers behind; empty when nothing or far too much "
    "is left."""
    words = " ".join(words.replace(GAP, " ").split()).strip(" .,:;!?'\"-+@")
    for pattern in (leading, _TRAILING):
        while (shorter := pattern.sub("", words).strip(" .,:;!?'\"-+@")) != words:
            words = shorter
    return words if 0 < len(words.split()) <= _LONGEST and re.search(r"\w", words) else ""


def phrase_before(text: str, end: int) -> str:
    """The noun phrase that ends at `end`."""
    before = text[:end].rstrip()
    if match := _FOR_A.search(before):
        return tidy(match["np"])
    if _DETERMINER.search(before):
        return ""
    while (shorter := _TRAILING.sub("", before)) != before:
        before = shorter
    if re.search(rf"[.!?:;,(\n{GAP}]\s*$", before):
        return ""
    ends = [match.end() for match in _HEAD.finditer(before) if before[match.end() :].strip()]
    return tidy(before[max(ends) :] if ends else before)


_FUNCTION = re.compile(
    r"^(?:always|immer|jeweils|at|on|in|by|for|from|with|to|of|and|or|um|am|im|an|bis|ab|the|(?-i:a)|so|is|are|"
    r"it|please|pls|mit|"
    r"f(?:ü|ue)r|zu|"
    r"each|every|on the|nur|only|just|bitte|also|too|etc)$",
    re.I,
)
_LETTER = re.compile(r"\s*[b-z]\b", re.I)


def is_filler(part: str, following: str) -> bool:
    """Whether a part of a list is a word between entries, and none; a lone "a" before a lone "b" is an entry."""
    word = part.strip()
    return bool(_FUNCTION.match(word)) and not (word == "a" and _LETTER.match(following))
