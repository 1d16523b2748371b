"""Every short run of words that could be a title, and what can be seen of each: what `ranking` weighs."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.utterance import GAP

BUCKETS = 1 << 20
LONGEST = 7
_MOST_TOKENS = 160
"""So many words and signs are looked at; who has not named the subject by then names none."""
_TOKEN = re.compile(rf"{GAP}+|\w+(?:[./&+'-]\w+)*%?|[^\w\s]")
_POSSESSIVE = re.compile(r"'s$")
FUNCTION = frozenset(
    re.findall(
        r"\S+",
        """
    the a an our my your their his her its this that these those and or but so if of in on at by for with from
    to as into about over after before is are was were be been am do does did has have had will would can could
    should may might must shall we i you he she it they them us me who what which when where how why there here
    not no nor than then just only also too very please pls plz all any every each some one more most der die
    das den dem des ein eine einen einem einer eines und oder aber so wenn von in im am an auf für fürs fürn bei
    beim mit aus zu zum zur nach vor über unter um bis ab ist sind war waren sein wird werden wurde hat haben
    hatte kann können soll sollen muss müssen darf dürfen will wollen wir ich du ihr er sie es man uns mich mir
    euch wer was wie wo wann warum nicht kein keine nur auch schon noch mal ma bitte alle jeder jede jedes unser
    unsere unseren unserem unserer mein meine dein
        """,
    )
)
"""Words that say how others belong together; every other word is seen by its case and its ending as well."""


@dataclass(frozen=True)
class Span:
    """`words` as they stand in the text (empty: "there is none"), the numbers of what is seen of them, and which of the
    text's words are the first and the last; -1 for words that do not stand there."""

    words: str
    seen: NDArray[np.int64]
    first: int = -1
    last: int = -1


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int
    low: str
    wordlike: bool
    sentence: int
    place: int


def spans(kind: str, text: str, rule: str) -> tuple[list[Span], list[str]]:
    """The runs of up to seven words that neither begin nor end with a function word, behind them `rule` and the empty
    one; and the words of the text, a comma in place of what was taken out."""
    tokens = _tokens(text)
    found = [Span(_words(text, tokens, i, j), _numbers(_seen(kind, tokens, i, j)), i, j) for i, j in _places(tokens)]
    if rule and rule not in (one.words for one in found):
        found.append(Span(rule, _numbers(["made by the rule", f"made by the rule {kind}"])))
    return [*found, Span("", _numbers(["none", f"none {kind}"]))], [one.low.replace(GAP, ",") for one in tokens]


def beside(span: Span, rule: str, kind: str) -> NDArray[np.int64]:
    """What is seen of a span when the rules found `rule`, which may be empty."""
    mine, theirs = span.words.casefold(), rule.casefold()
    if not theirs:
        return _numbers([] if mine else ["no rule"])
    if mine == theirs:
        return _numbers(["as the rule", f"as the rule {kind}"])
    if not mine:
        return _numbers(["in spite of the rule"])
    if mine in theirs:
        return _numbers(["within the rule"])
    if theirs in mine:
        return _numbers(["around the rule"])
    return _numbers(["beside the rule"] if set(mine.split()) & set(theirs.split()) else [])


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    sentence, place = 0, 0
    for match in _TOKEN.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        low = GAP if GAP in word else word.casefold()
        wordlike = low != GAP and bool(re.match(r"\w", word))
        found.append(_Token(word, match.start(), match.start() + len(word), low, wordlike, sentence, place))
        place += 1
        if low in ".!?:" or re.match(r"[^\S\n]*\n", text[match.end() :]):
            sentence, place = sentence + 1, 0
        if len(found) >= _MOST_TOKENS:
            break
    return found


def _places(tokens: list[_Token]) -> Iterator[tuple[int, int]]:
    for i, first in enumerate(tokens):
        if not first.wordlike or first.low in FUNCTION:
            continue
        for j in range(i, min(i + LONGEST, len(tokens))):
            if not tokens[j].wordlike or tokens[j].sentence != first.sentence:
                break
            if tokens[j].low not in FUNCTION:
                yield i, j


def _words(text: str, tokens: list[_Token], i: int, j: int) -> str:
    return text[tokens[i].start : tokens[j].end]


def _numbers(names: list[str]) -> NDArray[np.int64]:
    return np.array([zlib.crc32(name.encode()) % BUCKETS for name in names], dtype=np.int64)


def _seen(kind: str, tokens: list[_Token], i: int, j: int) -> list[str]:
    low = [_low(tokens, at) for at in range(i - 3, j + 3)]
    shape = [_shape(tokens, at) for at in range(i - 2, j + 3)]
    case = [_case(tokens, at) for at in range(i - 2, j + 3)]
    third, second, before, first = low[:4]
    last, after, then = low[-3:]
    length = j - i + 1
    sentence, place = min(tokens[i].sentence, 4), min(tokens[i].place, 6)
    return [
        f"-1:{before}", f"-2:{second} {before}", f"-3:{third} {second}", f"+1:{after}", f"+2:{after} {then}",
        f"f:{first}", f"l:{last}", f"ff:{before} {first}", f"ll:{last} {after}",
        f"k-1:{kind} {before}", f"k-2:{kind} {second} {before}", f"k+1:{kind} {after}", f"kl:{kind} {last}",
        f"n:{length}", f"kn:{kind} {length}", f"s:{sentence}", f"ks:{kind} {min(sentence, 3)}", f"p:{place}",
        f"kp:{kind} {min(place, 3)} {min(sentence, 1)}", f"cap:{tokens[i].word[0].isupper()}",
        f"capl:{tokens[j].word[0].isupper()} {length > 1}", f"le:{last[-4:]}", f"fb:{first[-3:]}", f"fe:{first[-4:]}",
        f"S-1:{shape[1]}", f"S+1:{shape[-2]}", f"Sf:{shape[2]}", f"Sl:{shape[-3]}",
        f"Sff:{shape[1]} {shape[2]}", f"Sll:{shape[-3]} {shape[-2]}",
        f"C:{case[1]} {case[2]} {case[-3]} {case[-2]}", f"Cb:{' '.join(case[:3])}", f"Ca:{' '.join(case[-3:])}",
        f"CC:{' '.join(case[2:-2])}",
        *(f"in:{one}" for one in low[3:-2]), *(f"mid:{one}" for one in low[4:-2]), *(f"S:{one}" for one in shape[2:-2]),
    ]  # fmt: skip  # one row a neighbourhood


def _low(tokens: list[_Token], at: int) -> str:
    return "^" if at < 0 else tokens[at].low if at < len(tokens) else "$"


def _shape(tokens: list[_Token], at: int) -> str:
    low = _low(tokens, at)
    if not 0 <= at < len(tokens) or not tokens[at].wordlike:
        return low
    return f"F{low}" if low in FUNCTION else f"{tokens[at].word[0].isupper():d}{low[-3:]}"


def _case(tokens: list[_Token], at: int) -> str:
    low = _low(tokens, at)
    if not 0 <= at < len(tokens) or not tokens[at].wordlike or low in FUNCTION:
        return low
    return "U" if tokens[at].word[0].isupper() else "#" if low[0].isdigit() else "l"
