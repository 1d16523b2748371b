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
_ASKED = re.compile(_SECOND, re.I)
_BEFORE = re.compile(rf"\s+{_NEEDS}\s+$", re.I)
_AFTER = re.compile(
    r"(?: (?:is |ist )?(?:needed|required|n(?:ö|oe)tig|erforderlich))?,?\s+"
    r"(?:when|if|for|wenn|falls|bei|f(?:ü|ue)r)\s+",
    re.I,
)
_END = re.compile(rf"(?<!\d)\.|\.(?!\d)|[;\n{GAP}]")
"""Where a clause ends; the point in a number ends none."""
_FAR = 160
_DENIED = re.compile(r"\b(?:no|not|never|without|kein\w*|nicht|ohne)\s*$", re.I)


def find_condition(text: str) -> Found[str] | None:
    """When a second yes is needed: the longest end of the clause that is a rule."""
    for asked in _ASKED.finditer(text):
        ahead = text[max(0, asked.start() - _FAR) : asked.start()]
        needs, after = _BEFORE.search(ahead), _AFTER.match(text, asked.end())
        if needs:
            begins = max((one.end() for one in _END.finditer(ahead, 0, needs.start())), default=0)
            found = _condition(ahead[begins : needs.start()], asked.start() - len(ahead) + begins, asked.end())
        elif after and not _DENIED.search(ahead):
            stop = _END.search(text, after.end(), after.end() + _FAR)
            ends = stop.start() if stop else min(len(text), after.end() + _FAR)
            found = _condition(text[after.end() : ends], after.end(), ends)
            found = found and Found(found.value, asked.start(), ends)
        else:
            continue
        if found:
            return found
    return None


def _condition(clause: str, at: int, end: int) -> Found[str] | None:
    """The longest end of a clause, which begins at `at`, that is a rule."""
    if _DENIED.search(clause):
        return None
    for start in _starts(clause):
        said = clause[start:].strip(" ,:-")
        try:
            rule = rules.parse(said)
        except BadFormula:
            continue
        if all(len(name.split()) <= _MOST_WORDS for name in rule.names):
            return Found(said, at + start, end)
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
