"""The words and signs of a text one by one, and what can be seen of each where it stands: what `tagging` weighs."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.spans import FUNCTION
from generator.utterance import GAP, TAKEN_OUT

BUCKETS = 1 << 19
MOST = 160
"""So many words and signs are looked at; a list that begins behind them is left to the rules."""
PERSON = "@"
_TOKEN = re.compile(rf"(?P<gone>{GAP}+|{TAKEN_OUT})|(?P<person>@[\w.-]+)|\d+(?::\d+)+|\w+(?:[./&+'-]\w+)*%?|[^\w\s]")
_PARTS = frozenset(re.findall(r"\S+", ", / ; | - . & + > · • and or und oder then n dann sowie as well"))
"""What stands between the entries of a list."""
_JOINS = frozenset({"and", "or", "und", "oder", "n", "&"})
_FAR = 5


@dataclass(frozen=True)
class Token:
    """One word or sign of a text, from `start` to `end`; `first`: it begins a line.

    `low` is how it is compared: what was taken out is `GAP`, whoever is mentioned `PERSON`.
    """

    word: str
    start: int
    end: int
    low: str
    sentence: int
    first: bool

    @property
    def wordlike(self) -> bool:
        """Whether it is a word or a number."""
        return self.word[0].isalnum()


@dataclass(frozen=True)
class _Sentence:
    """What is seen of a sentence: how many commas and how many "and"s, a question mark, a colon, whether it is last."""

    commas: int
    asks: bool
    colon: bool
    joins: int
    last: bool


def tokens(text: str) -> list[Token]:
    """The words and signs of a text, in order."""
    found: list[Token] = []
    sentence = 0
    for match in _TOKEN.finditer(text):
        before = found[-1] if found else None
        line = before is not None and "\n" in text[before.end : match.start()]
        sentence += before is not None and (line or before.low in {".", "!", "?"})
        low = GAP if match["gone"] else PERSON if match["person"] else match[0].casefold()
        found.append(Token(match[0], match.start(), match.end(), low, sentence, line))
        if len(found) >= MOST:
            break
    return found


def seen(kind: str, found: Sequence[Token]) -> list[NDArray[np.int64]]:
    """The numbers of what is seen of each token, in a request for this kind of app."""
    around = _Around(found)
    return [_numbers(around.names(kind, at)) for at in range(len(found))]


class _Around:
    """A text's tokens with what each has around it."""

    def __init__(self, found: Sequence[Token]) -> None:
        edge = 3
        low = ["^"] * edge + [one.low for one in found] + ["$"] * edge
        self.found, self._edge, self._low = found, edge, low
        self._shape = [*low[:edge], *map(_shape, found), *low[-edge:]]
        self._sort = [*low[:edge], *map(_sort, found), *low[-edge:]]
        self._sentences = [_sentence(found, number) for number in range(found[-1].sentence + 1)] if found else []
        self._colon, self._within = _since_colon(found), _within(found)
        parts = [not one.wordlike or one.low in _PARTS for one in found]
        self._behind, self._ahead = _steps(parts), _steps(parts[::-1])[::-1]

    def names(self, kind: str, at: int) -> list[str]:
        """What is seen of the token at this place."""
        one, sentence, here = self.found[at], self._sentences[self.found[at].sentence], at + self._edge
        c, b, a, word, x, y, _ = self._low[here - 3 : here + 4]
        shape, after = self._shape[here], self._shape[here + 1]
        sort = self._sort[here - 3 : here + 4]
        near, commas, colon = " ".join(sort[2:5]), min(sentence.commas, 3), self._colon[at]
        marks = f"{commas} {sentence.asks:d} {sentence.colon:d}"
        gaps = f"{self._behind[at]} {self._ahead[at]}"
        names = [
            "b", f"k{kind}", f"0:{word}", f"-1:{a}", f"1:{x}", f"-2:{b} {a}", f"2:{x} {y}", f"-10:{a} {word}",
            f"01:{word} {x}", f"-3:{c} {b} {a}", f"s0:{shape}", f"s-1:{self._shape[here - 1]} {shape}",
            f"s1:{shape} {after}", f"c:{' '.join(sort[1:6])}", f"c3:{near}", f"cb:{' '.join(sort[:4])}",
            f"ca:{' '.join(sort[3:])}", f"k0:{kind} {word}", f"k-1:{kind} {a}", f"k-2:{kind} {b} {a}",
            f"k1:{kind} {x}", f"kc:{kind} {sort[3]}", f"kc3:{kind} {near}", f"q:{marks}", f"kq:{kind} {marks}",
            f"qc:{commas} {sort[3]} {min(sentence.joins, 2)}", f"col:{colon}", f"colq:{colon} {commas}",
            f"kcol:{kind} {colon}", f"st:{self._within[at]}", f"kst:{kind} {self._within[at]}", f"pn:{gaps}",
            f"pnc:{gaps} {commas}", f"sent:{min(one.sentence, 4)} {sentence.last:d}", f"nl:{one.first:d}",
            f"pos:{min(at, 4)}", f"end:{min(len(self.found) - at, 4)}",
        ]  # fmt: skip  # one row a neighbourhood
        behind, ahead = self._beside(at)
        names += [f"bef:{low}" for low in behind] + [f"kbef:{kind} {low}" for low in behind[:4]]
        return names + [f"aft:{low}" for low in ahead]

    def _beside(self, at: int) -> tuple[list[str], list[str]]:
        """The six tokens before it and the four behind it, nearest first, as far as its sentence goes."""
        own = self.found[at].sentence
        behind, ahead = self.found[max(at - 6, 0) : at], self.found[at + 1 : at + 5]
        return [one.low for one in reversed(behind) if one.sentence == own], [
            one.low for one in ahead if one.sentence == own
        ]


def _numbers(names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([zlib.crc32(name.encode()) % BUCKETS for name in names], dtype=np.int64)


def _shape(token: Token) -> str:
    if not token.wordlike:
        return token.low
    if token.low in FUNCTION:
        return f"F{token.low}"
    return f"{'U' if token.word[0].isupper() else '#' if token.word[0].isdigit() else 'l'}{token.low[-2:]}"


def _sort(token: Token) -> str:
    if not token.wordlike:
        return token.low
    if token.low in _PARTS:
        return "sep"
    return "F" if token.low in FUNCTION else _shape(token)[0]


def _sentence(found: Sequence[Token], number: int) -> _Sentence:
    own = [one.low for one in found if one.sentence == number]
    count = sum(low in {",", ";", "/"} for low in own)
    return _Sentence(count, "?" in own, ":" in own, sum(low in _JOINS for low in own), number == found[-1].sentence)


def _since_colon(found: Sequence[Token]) -> list[int]:
    """How far behind a colon of its sentence each stands, in fours; -1 without one."""
    last, away = -1, []
    for at, one in enumerate(found):
        last = at if one.low == ":" else last
        away.append(min(3, (at - last) // 4) if last >= 0 and found[last].sentence == one.sentence else -1)
    return away


def _within(found: Sequence[Token]) -> list[str]:
    """Whether each stands in quotes, and in brackets."""
    quoted, deep, within = False, 0, []
    for one in found:
        quoted ^= one.low == '"'
        deep = max(0, deep + (one.low == "(") - (one.low == ")"))
        within.append(f"{quoted:d}{deep > 0:d}")
    return within


def _steps(parts: Sequence[bool]) -> list[int]:
    """How many words lie between each and what parts entries before it."""
    away, steps = _FAR, []
    for part in parts:
        away = 0 if part else min(away + 1, _FAR)
        steps.append(away)
    return steps
