"""Rules: which requests need more than one yes, read from plain words into a condition over the request's own fields.

    rule = ["over 500 EUR needs a second approval", "travel or over 1000", "Betrag > 500 und nicht dringend"]

`amount` is the request's amount; every other name is something that its form asks with yes or no.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

from pydantic import JsonValue

from templates import measure
from templates.formula import COMPARISONS, LONGEST, BadFormula, Node, Reader, folded, tokens
from templates.units import MONEY, read
from templates.working import NoResult, Value, value_of

AMOUNT = "amount"
MOST_FLAGS = 6
_AMOUNTS = frozenset(
    [
        "amount",
        "the amount",
        "sum",
        "total",
        "cost",
        "costs",
        "price",
        "value",
        "betrag",
        "der betrag",
        "summe",
        "kosten",
        "preis",
        "wert",
    ]
)
_CONSEQUENCE = re.compile(
    r"\s*,?\s*\b(?:(?:always |also |immer |auch )?(?:needs?|requires?|must have|have to have|wants?|braucht|brauchen|"
    r"ben(?:ö|oe)tig(?:t|en)|erfordert|erfordern|muss|m(?:ü|ue)ssen|soll|sollen))\b.*$",
    re.I | re.S,
)
_OPENING = re.compile(
    r"^\s*(?:(?:a |eine? )?(?:second|zweite)\w* (?:approval|genehmigung|freigabe|zustimmung) )?"
    r"(?:(?:only |nur )?(?:when|if|for|wenn|falls|bei|f(?:ü|ue)r)\s+)?(?:(?:requests?|everything|anything|"
    r"antr(?:ä|ae)ge|alles)\s+)?(?:(?:it|they|es) (?:is|are|ist)\s+)?",
    re.I,
)
_SPOKEN: Sequence[tuple[str, str]] = (
    (
        r"(?:is |ist )?(?:over|above|more than|greater than|exceed(?:s|ing)|beyond|(?:ü|ue)ber|mehr als|oberhalb von)",
        ">",
    ),
    (r"(?:is |ist )?(?:at least|from|mindestens|ab)", ">="),
    (r"(?:is |ist )?(?:under|below|less than|unter|weniger als|unterhalb von)", "<"),
    (r"(?:is |ist )?(?:at most|up to|no more than|h(?:ö|oe)chstens|bis zu|bis)", "<="),
)
_NO_FLAG = re.compile(rf".*\d.*|{'|'.join(words for words, _ in _SPOKEN)}", re.I)
_MONEY = re.compile(
    r"(?P<before>[€$£]|\b(?:EUR|USD|GBP)\b)?\s*(?P<number>\d[\d.,' ]*\d|\d)\s*(?P<after>[€$£]|[^\W\d]+)?", re.I
)
_GROUPED = re.compile(r"(?<=\d)[.,' ](?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Rule:
    """A rule read: its names, `amount` among them when it is asked, the condition, and the currency it speaks of."""

    names: tuple[str, ...]
    tree: Node
    currency: str
    examples: tuple[tuple[tuple[Value, ...], bool], ...]
    """Two requests, by the order of the names, and whether they need the second yes."""


def parse(text: str) -> Rule:
    """Read a rule. Raises BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula(f"is {len(text)} characters long; {LONGEST} fit")
    plain, currency = _plain(" ".join(text.split()))
    found = list(tokens(_asked(plain), joined=True))
    reader = Reader(found)
    tree = reader.condition(0)
    reader.ended("“and”, “or” or a comparison")
    names = [AMOUNT if folded(one) in _AMOUNTS else _flag(one) for one in reader.names]
    if unclear := next((one for one in names if _NO_FLAG.fullmatch(one)), None):
        raise BadFormula(f"has “{unclear}” in it, which compares nothing")
    flags = [one for one in names if one != AMOUNT]
    if len(flags) > MOST_FLAGS:
        raise BadFormula(f"asks {len(flags)} things with yes or no; {MOST_FLAGS} fit")
    money = ((currency, 1),) if currency else None
    sorts = [measure.Sort(money) if one == AMOUNT else measure.Sort(truth=True) for one in names]
    measure.truth(tree, names, sorts)
    return Rule(tuple(names), tree, currency, _examples(tree, names))


def _flag(name: str) -> str:
    return re.sub(r"^(?:it is|is|es ist|ist|for|f(?:ü|ue)r|bei)\s+", "", name, flags=re.I)[:60]


def _plain(text: str) -> tuple[str, str]:
    """Signs for the words of comparing, without what follows from the rule; and the currency of its numbers."""
    text = _OPENING.sub("", _CONSEQUENCE.sub("", text), count=1)
    for spoken, sign in _SPOKEN:
        text = re.sub(
            rf"(?<![^\W_])(?:{spoken})(?=\s*(?:[€$£]|(?:EUR|USD|GBP)\b)?\s*\d)", f" {sign} ", text, flags=re.I
        )
    currencies: dict[str, None] = {}

    def bare(found: re.Match[str]) -> str:
        rest = found["after"] or ""
        for said in (found["before"], found["after"]):
            unit = read(said or "")
            if unit and unit[0][0] in MONEY:
                currencies[unit[0][0]] = None
                rest = "" if said == found["after"] else rest
        return f" {_GROUPED.sub('', found['number']).replace(' ', '')} {rest}"

    text = _MONEY.sub(bare, text)
    if len(currencies) > 1:
        raise BadFormula(f"speaks of {' and '.join(currencies)}", "Use one currency; no exchange rate is known here")
    return text, next(iter(currencies), "")


def _asked(text: str) -> str:
    """With the amount named where a comparison leaves it out: “travel or over 1000”."""
    return re.sub(
        r"(?:^|(?<=\()|\b(?P<joint>and|or|not|und|oder|nicht)\b)(?=\s*[<>≥≤])",
        lambda found: f"{found['joint'] or ''} {AMOUNT} ",
        text,
        flags=re.I,
    )


def _examples(tree: Node, names: Sequence[str]) -> tuple[tuple[tuple[Value, ...], bool], ...]:
    """One request that the rule is about, and one as like it as can be that it is not about."""
    limits = sorted(set(_limits(tree))) or [100.0]
    amounts = [
        *(float(f"{times * limit:.2g}") for limit in limits for times in (1.2, 0.8)),
        *(times * limit for limit in limits for times in (1, 10, 0.1)),
    ]
    about = not_about = None
    for flags in sorted(product((False, True), repeat=len(names) - names.count(AMOUNT)), key=sum):
        for amount in amounts if AMOUNT in names else amounts[:1]:
            left = iter(flags)
            given = tuple(amount if one == AMOUNT else next(left) for one in names)
            try:
                outcome = bool(value_of(tree, given))
            except NoResult:
                continue
            about = (given, outcome) if outcome and about is None else about
            not_about = (given, outcome) if not outcome and not_about is None else not_about
            if about and not_about:
                return about, not_about
    always = "every request" if about else "no request"
    raise BadFormula(f"is about {always} that I tried", "Say what tells them apart, as in amount > 500")


def _limits(node: Node) -> Iterator[float]:
    """The numbers that something is compared with."""
    parts: list[Node] = [one for one in node[1:] if isinstance(one, list)]
    if node[0] in COMPARISONS.values():
        yield from (float(cast(float, one[1])) for one in parts if one[0] == "n")
    for one in parts:
        yield from _limits(one)


def settled(rule: Rule, text: str) -> dict[str, JsonValue]:
    """The rule as an app gets it."""
    examples: list[JsonValue] = [[list[JsonValue](given), outcome] for given, outcome in rule.examples]
    return {
        "text": text,
        "names": list[JsonValue](rule.names),
        "tree": rule.tree,
        "currency": rule.currency,
        "examples": examples,
    }
