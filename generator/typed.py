"""What people are to type in, where a calculator is told of in looser words than `formulas` reads."""

import re
from itertools import islice

from generator.lists import after_colon, items, passage_from

_GIVEN = re.compile(
    r"\b(?:(?:(?:give|plug|punch|pop|throw|chuck|bang|feed|hand|type|put|key|stick|drop|"
    r"enter)s?(?:ing)?)\s+(?:it |them )?(?:in|into it)|"
    r"tells? it|rein(?:\s+kommen)?|eingabe|eingaben|input|gegeben(?: sind)?|known(?: are)?|angegeben werden)\b[:\s]*",
    re.I,
)
_RESULT = re.compile(
    r"\s+(?:and|n|und|&)\s+(?=(?:it|get|see|spit|let|out|have|watch|the (?:answer|result|total)|raus|es|der|die|"
    r"das|dann)\b)|"
    r",\s*(?=(?:the|it|let|get|see|out|and|raus|heraus|der|die|das|show)\b)|"
    r"\s+(?:to get|to see|gives?|kommt|comes?|ergibt|eingeben|eintippen)\b",
    re.I,
)
_PUT_IN = re.compile(
    r"(?:^|[.:;?!]\s+|\b(?:man|jeder|sie|wer|ich|leute|u|you|they|people|ppl|we|i|just|if)\s+)"
    r"(?:(?:put|type|punch|plug|key|pop)s?\s+)?(?P<what>[^.:;?!¦]{3,80}?\s(?:und|and|n|&)\s[^.:;,?!¦]{2,40}?|"
    r"[^.:;?!¦]{3,80},[^.:;,?!¦]{2,40}?)\s+"
    r"(?:eintr(?:ä|ae)gt|eingibt|eintippt|angibt|eintragen k(?:ö|oe)nnte|rein\b(?=.{0,20}\b(?:und|raus|zack))|"
    r"in\b(?=\s*(?:[.;!?]|$|and\b|n\b)))",
    re.I,
)
_WHO = re.compile(
    r"^.*\b(?:man|jeder|sie|ich|leute|wir|you|u|they|people|ppl|we|i|just)\s+(?:(?:put|type|enter|punch|plug|key|pop)s?\s+)?",
    re.I,
)
_IN_OR_OUT = re.compile(
    r"\b(?:from|aus|in|out|rein|raus|heraus|ein|aus|inputs?|outputs?|results?|answer|total|ergebnis\w*|"
    r"eingabe\w*|gives?|show|get|then|"
    r"dann|und|and|enter|type|put)\b|[=*/+?]",
    re.I,
)
_MOST = 6
_MOST_WORDS = 6


def find_put_in(text: str) -> list[str]:
    """The things before the verb: "wo man Länge und Breite einträgt", "put weight n height in"."""
    for match in islice(_PUT_IN.finditer(text), _MOST):
        found = [_plain(one) for one in items(_WHO.sub("", match["what"]))]
        if 2 <= len(found) <= _MOST and all(one and len(one.split()) <= _MOST_WORDS - 2 for one in found):
            return found
    return []


def find_listed(text: str) -> list[str]:
    """A list behind a colon of which no word says what goes in or comes out: "cost: people, minutes, rate"."""
    found = [_plain(one) for one in after_colon(text)]
    plain = 2 <= len(found) <= _MOST and all(one and len(one.split()) <= 3 for one in found)
    return found if plain and not any(_IN_OR_OUT.search(one) for one in found) else []


def find_typed(text: str) -> list[str]:
    """Two or more things that people "plug in", "punch in" or "give in"; else nothing."""
    for match in islice(_GIVEN.finditer(text), _MOST):
        found = [_plain(one) for one in items(_RESULT.split(passage_from(text, match.end()))[0])]
        if 2 <= len(found) <= _MOST and all(one and len(one.split()) <= _MOST_WORDS for one in found):
            return found
    return []


def _plain(one: str) -> str:
    return re.sub(
        r"^(?:the|their|his|her|an?|your|my|our|die|den|das|der|ihre?[nm]?|seine?[nm]?)\s+", "", one, flags=re.I
    )
