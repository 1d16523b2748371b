"""Amounts of money above which something happens."""

import re
from dataclasses import dataclass

from generator import numbers
from generator.found import Found

_CURRENCIES = {
    "USD": r"\$|us ?\$|usd|(?:us[- ])?dollars?|bucks",
    "EUR": r"€|eur|euros?",
    "GBP": r"£|gbp|pounds?(?: sterling)?|quid|pfund",
}


def _sign(side: str) -> str:
    return "|".join(f"(?P<{side}{name}>{words})" for name, words in _CURRENCIES.items())


_MONEY = re.compile(
    rf"(?:(?:{_sign('b')}) ?(?P<after>{numbers.AMOUNT})|"
    rf"(?P<before>{numbers.AMOUNT})(?:[.,]-{{1,2}})? ?-?(?:{_sign('a')})(?![A-Za-z]))",
    re.I,
)
_NAMED = re.compile(
    rf"(?:\b(?:all |alles |amounts? |betr(?:ä|ae)ge )?in (?:the )?|\bcurrency(?: is|:)? |\bw(?:ä|ae)hrung(?: ist|"
    rf":)? |[(]\s*)?"
    rf"(?<![\w])(?:{_sign('a')})(?![\w])(?:\s*[)]| only| nur)?",
    re.I,
)
_LIMIT = re.compile(
    r"\b(?:over|above|exceed\w*|beyond|more than|greater than|higher than|at least|from|starting at|"
    r"upwards of|past|>=?|costs? more than|ab|(?:ü|ue)ber|(?:ü|ue)bersteig\w*|mehr als|"
    r"gr(?:ö|oe)(?:ß|ss)er als|h(?:ö|oe)her als|mindestens|threshold(?: of)?|limit(?: of)?|grenze(?: von)?|"
    r"under|below|up to|unter|bis)\s*"
    rf"(?P<n>{numbers.AMOUNT})(?![\d.,]*\d| ?(?:%|percent|prozent|days?|weeks?|months?|years?|tagen?|wochen?|monaten?|"
    r"jahren?|hours?|stunden|people|personen|members?|uhr|mb|gb|kg|\.\d|:\d|(?:st|nd|rd|th)\b|"
    rf"\.? ?(?:jan|feb|m(?:a|ä)r|apr|mai|jun|jul|aug|sep|o[ck]t|nov|de[cz])))|>=? ?(?P<m>{numbers.AMOUNT})",
    re.I,
)


@dataclass(frozen=True)
class Money:
    """An amount; `currency` is an ISO code, empty when none was said."""

    amount: float
    currency: str


def find_money(text: str) -> Found[Money] | None:
    """The first amount of money; without any, the first number after a word such as "over"."""
    for match in _MONEY.finditer(text):
        value = numbers.amount(match["after"] or match["before"])
        if value is not None:
            return Found(Money(value, _currency(match)), match.start(), match.end())
    for match in _LIMIT.finditer(text):
        value = numbers.amount(match["n"] or match["m"])
        if value is not None and value > 1:
            return Found(Money(value, ""), match.start(), match.end())
    return None


def find_currency(text: str) -> Found[str] | None:
    """The currency that is named without an amount: "in euros", "purchases (GBP)"."""
    match = _NAMED.search(text)
    return Found(_currency(match), match.start(), match.end()) if match else None


def _currency(match: re.Match[str]) -> str:
    said = match.groupdict()
    return next(name for name in _CURRENCIES if said.get(f"a{name}") or said.get(f"b{name}"))
