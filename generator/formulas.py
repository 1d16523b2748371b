"""What a calculator takes in and works out."""

import re
from collections.abc import Sequence
from itertools import islice

from generator.lists import items, passage_from
from generator.phrases import tidy
from generator.utterance import GAP

_SIGNS = re.compile(
    rf"(?:(?P<result>[^\W\d_][^=,.;:!?\n\"{GAP}]{{0,50}}?)\s*=\s*)?"
    r"(?P<formula>(?:[\w()%][\w ()%.]*?(?:\s*[*/+×÷^]\s*|\sx\s)|[\w()%][\w ()%.]*?\s+-\s+)[\w ()%.*/+×÷^-]*[\w)%])"
)
_SPOKEN = re.compile(
    r"(?P<formula>[\w%-]+(?: [\w%-]+){0,3}? (?:times|multiplied by|divided by|minus|plus|mal|durch|"
    r"geteilt durch|multipliziert mit|over) [\w%-]+(?: [\w%-]+){0,3}?(?: (?:times|divided by|minus|plus|mal|"
    r"durch|geteilt durch) [\w%-]+)*)(?=\s*[,.;!?¦]|\s+(?:and|und|to|for|gives)|$)",
    re.I,
)
_OPERATOR = re.compile(
    r"\s*(?:[*/+×÷^()]|\s-\s|\sx\s|\b(?:times|multiplied by|divided by|minus|plus|mal|durch|geteilt durch|"
    r"multipliziert mit)\b)\s*"
)
_INPUTS = tuple(
    re.compile(one, re.I)
    for one in (
        r"\binputs?(?: are| is|:)?\s+",
        r"\b(?:einzugeben (?:w(?:ä|ae)ren?|sind|ist)|eingegeben (?:werden|wird)|einzutippen (?:sind|w(?:ä|ae)ren))\s+",
        (
            r"\b(?:enters?|types?(?: in)?|put(?:s|ting)? in|key(?:s|ing)? in|fill(?:s)? in|writes?(?: in)?|inserts?|"
            r"give|feed in|entering|"
            r"typing|punch in)\s+(?:just |only )?(?:the |their |a |an |my |our )?"
        ),
        (
            r"\b(?:man gibt|ich gebe?|gib|geben|tippe?|tippt|"
            r"(?:der|die|das) [\w-]+ (?:gibt|geben|tippt|tippen|tr(?:ä|ae)gt))\s+(?:(?:die|den|das|der) )?"
        ),
        r"\b(?:from|aus|out of|given|based on|anhand von|anhand|using|takes?|nimmt)\s+(?:the |their |dem |der |den )?",
        r"\b(?:with|mit)\s+(?:the |den )?(?:fields |inputs |values |feldern )?",
        r"(?:calculator|calc|rechner|rechenhilfe|tool|thing|calculation|berechnung)\w*\s*[,:-]\s+",
        r":\s+",
        r",\s+(?=[^,.]{2,40} (?:and|und) [^,.]{2,40}(?:[.,;!?¦]|$| in\b))",
    )
)
_MOST_CUES = 12
_TYPED = re.compile(
    r"(?:^|(?<=[.!?:] )|\b(?:ich will|wollen|will|m(?:ö|oe)chten?|soll(?:en)?|kann|k(?:ö|oe)nnen|man|leute|"
    r"wir|ich|jeder|"
    r"alle|mitarbeiter|"
    r"einfach|nur|bitte|,)\s+)(?P<what>(?:(?!\b(?:will|soll|man|ich)\b)[^,.;:!?¦]|,(?! und))*?\s(?:und|"
    r"oder)\s[^,.;:!?¦]{2,40}?)\s+"
    r"(?:eingeben|eintippen|angeben|eintragen|reintippen|eingebe|"
    r"(?:gibt|gebe|geben|tr(?:ä|ae)gt|tippt|tippe|tippen) (?:man|ich|wir|jeder|sie|er) ein|"
    r"(?:werden|wird) (?:eingegeben|eingetippt))\b",
    re.I,
)
_TYPED_ROW = re.compile(
    r"(?:^|[.!?:] )(?P<what>[^.;:!?¦,]{2,40},[^.;:!?¦]{2,60}?)\s+(?:eintippen|eingeben|angeben|eintragen)\b", re.I
)
"""The same with nothing but commas: "Länge, Breite, Höhe eintippen"."""
_END = re.compile(
    r"\s+(?:go(?:es)? in\b|gehen rein\b|(?:and|n|&) (?:get|see|it|shows?|the (?:result|total|number(?! of)|tool)|out|"
    r"receive|have|gives?|tells?|spits?|"
    r"returns? the)\b|(?:die|den|das) \w+ (?:aus|be|er)rechn\w*|in(?:to)?,|in and\b|in$|"
    r"to (?:get|see|find|work|compute|calculate)|"
    r"und (?:der|die|das|es|dann|bekommt|bekomme|sieht|zeigt|ergibt|raus|heraus)\b|gives?\b|eingeb\w*|"
    r"ein(?:,| und\b)|ein$|eintippen|eingegeben|ausrechne\w*|berechne\w*|out\b|please\b|bitte\b|so (?:that|they)\b|"
    r"then\b|should\b|with which\b|comes\b|shows\b)|,\s*(?:get|gives?|out comes|raus|heraus|the result|"
    r"it (?:shows|gives)|result|and (?:the|it|out|then)|den (?:betrag|rest)|shows?|amount out|betrag raus|"
    r"soll)\b",
    re.I,
)


def find_formula(text: str) -> tuple[str, list[str], str]:
    """The formula as written, the names in it that are not numbers, and what it results in; else empty."""
    for match in islice(_SIGNS.finditer(text), _MOST_CUES):
        formula = re.sub(r"\s+(?:als|as|bitte|please|pls|for|f(?:ü|ue)r)\b.*$", "", match["formula"], flags=re.I)
        formula = re.sub(r"^(?:formula|formel|is|as|ist)\s*:?\s+", "", formula.strip(" .-"), flags=re.I)
        names = operands(formula)
        if (
            (match["result"] or len(names) >= 2 or re.search(r"\d ?%?$|^\d", formula))
            and names
            and not re.fullmatch(r"[\w -]+?(?:\w/\w[\w -]*?)+", formula)
        ):
            return formula, names, tidy(match["result"] or "")
    return "", [], ""


def worked_out(formula: str, inputs: Sequence[str]) -> str:
    """The formula without what a sentence says ahead of its first input and behind its last: "it returns C2 * V2"."""
    known = "|".join(re.escape(one) for one in sorted(inputs, key=len, reverse=True))
    operand = rf"(?<!\w)(?:{known}|\d+(?:\.\d+)?%?)(?!\w)"
    parts = list(_OPERATOR.finditer(formula))
    if not (known and parts):
        return formula
    ahead = [match.start() for match in re.finditer(operand, formula[: parts[0].start()], re.I)]
    behind = re.match(operand, formula[parts[-1].end() :], re.I)
    return formula[ahead[-1] if ahead else 0 : parts[-1].end() + behind.end() if behind else None]


def find_inputs(text: str) -> list[str]:
    """What people type in, as named after "enter", "from", "with" and the like."""
    if match := _TYPED.search(text) or _TYPED_ROW.search(text):
        found = [_clean(one) for one in items(match["what"])]
        if 2 <= len(found) <= 6 and all(found):
            return found
    for cue in _INPUTS:
        for match in islice(cue.finditer(text), _MOST_CUES):
            passage = passage_from(text, match.end())
            ending = _END.search(passage)
            found = [_clean(one) for one in items(passage[: ending.start()] if ending else passage)]
            found = [one for one in found if one and len(one.split()) <= 5]
            if len(found) >= 2:
                return found
    return _single_input(text)


def _single_input(text: str) -> list[str]:
    """What a sentence that says no more than this lets people enter: "They type the square feet."."""
    for match in islice(_INPUTS[2].finditer(text), _MOST_CUES):
        one = _clean(passage_from(text, match.end()).strip(" ."))
        if one and len(one.split()) <= 3 and not _END.search(one):
            return [one]
    return []


def find_spoken_inputs(text: str) -> list[str]:
    """The factors of "hours times rate"."""
    match = _SPOKEN.search(text)
    return operands(match["formula"]) if match else []


def operands(formula: str) -> list[str]:
    """The names in a formula, each once."""
    parts = (one.strip(" .()%-") for one in _OPERATOR.split(formula))
    return list(dict.fromkeys(one for one in parts if re.search(r"[^\W\d]", one)))


def _clean(one: str) -> str:
    return re.sub(r"^(?:the|their|a|an|your|die|den|das|der|my|our|seine[n]?|ihre[n]?)\s+", "", one, flags=re.I).strip()
