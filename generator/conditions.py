"""When one yes is not enough: “over 500 EUR needs a second approval”, as the asker said it."""

import re

from generator.found import Found
from generator.utterance import GAP
from templates import rules
from templates.formula import BadFormula

_YES = (
    r"(?:approv(?:al|er)|sign-?off|signature|yes|ok|(?:pair of )?eyes|genehmigung|freigabe|unterschrift|zustimmung|"
    r"genehmiger(?:in)?)s?"
)
_SECOND = (
    rf"(?:(?:a |an |eine?r?n? )?(?:second|another|further|zweite[nr]?|weitere[nr]?) {_YES}|(?:two|zwei) {_YES}(?:e?n)?)"
)
_NEEDS = (
    r"(?:(?:also |always |immer |auch )?(?:needs?|requires?|should (?:have|need)|must have|wants?|takes|get|gets|"
    r"braucht|brauchen|ben(?:ö|oe)tigt|ben(?:ö|oe)tigen|erfordert|erfordern)(?: es)?(?: also| always| immer| auch)?)"
)
_CLAUSE = rf"(?P<when>(?:[^.;\n{GAP}]|(?<=\d)\.(?=\d)){{2,160}}"
_SHAPES = (
    re.compile(rf"{_CLAUSE}?)\s+{_NEEDS}\s+{_SECOND}", re.I),
    re.compile(
        rf"{_SECOND}(?: (?:is |ist )?(?:needed|required|n(?:ö|oe)tig|erforderlich))?,?\s+"
        rf"(?:when|if|for|wenn|falls|bei|f(?:ü|ue)r)\s+{_CLAUSE})",
        re.I,
    ),
)
_DENIED = re.compile(r"\b(?:no|not|never|without|kein\w*|nicht|ohne)\s*$", re.I)


def find_condition(text: str) -> Found[str] | None:
    """When a second yes is needed: the longest end of the clause that is a rule."""
    for shape in _SHAPES:
        match = shape.search(text)
        if match is None or _DENIED.search(match["when"]):
            continue
        for start in _starts(match["when"]):
            said = match["when"][start:].strip(" ,:-")
            try:
                rule = rules.parse(said)
            except BadFormula:
                continue
            if all(len(name.split()) <= _MOST_WORDS for name in rule.names):
                begins = match.start("when") + start
                return Found(said, min(begins, match.end()), match.end())
    return None


_MOST_WORDS = 3
"""Of a name: a longer one is the rest of a sentence."""


def _starts(clause: str) -> list[int]:
    """Where a rule may begin: at the clause, behind its commas and colons, and at its comparisons."""
    return [
        0,
        *(match.end() for match in re.finditer(r"[,:]\s+(?:and |und |but |aber )?", clause)),
        *(
            match.start()
            for match in re.finditer(
                r"\b(?:over|above|more than|from|at least|(?:ü|ue)ber|mehr als|ab|mindestens)\b", clause, re.I
            )
        ),
    ]
