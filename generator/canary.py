"""The canary: a random mark in what a model is told, which no honest answer holds."""

import re
import secrets
import unicodedata

_SIGNS = re.compile(r"[\W_]+")


def fresh() -> str:
    """A new mark, for one request."""
    return secrets.token_hex(8)


def sings(answer: str, mark: str) -> bool:
    """Whether an answer gives the mark away, spelled in another case, with signs between, or in wide letters."""
    return mark in _SIGNS.sub("", unicodedata.normalize("NFKC", answer).casefold())
