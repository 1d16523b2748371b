"""Words cut into the pieces that MiniLM was trained on: uncased BERT WordPiece, in plain Python."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LONGEST = 128
"""Most pieces of one text, begin and end included. What follows is cut; MiniLM was trained on 128."""
_LONGEST_WORD = 60


@cache
def _vocabulary() -> dict[str, int]:
    lines = Path(__file__).with_name("minilm_vocab.txt").read_text(encoding="utf-8").split("\n")
    return {piece: number for number, piece in enumerate(lines) if piece}


def pieces(text: str) -> list[int]:
    """The numbers of the text's pieces, between the begin and end marks, at most `LONGEST`."""
    known = _vocabulary()
    numbers = [known["[CLS]"]]
    for word in _words(text):
        numbers.extend(_cut(word, known))
        if len(numbers) >= LONGEST:
            break
    return [*numbers[: LONGEST - 1], known["[SEP]"]]


def _words(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFD", text.lower())
    word = ""
    for sign in plain:
        category = unicodedata.category(sign)
        if category == "Mn" or (category[0] == "C" and not sign.isspace()):
            continue
        if not sign.isspace() and not _stands_alone(sign, category):
            word += sign
            continue
        if word:
            yield word
        word = ""
        if not sign.isspace():
            yield sign
    if word:
        yield word


def _stands_alone(sign: str, category: str) -> bool:
    ideograph = "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf"
    return category[0] == "P" or ideograph or (sign.isascii() and not sign.isalnum())


def _cut(word: str, known: dict[str, int]) -> list[int]:
    if len(word) > _LONGEST_WORD:
        return [known["[UNK]"]]
    numbers: list[int] = []
    start = 0
    while start < len(word):
        mark = "##" if start else ""
        end = next((stop for stop in range(len(word), start, -1) if mark + word[start:stop] in known), None)
        if end is None:
            return [known["[UNK]"]]
        numbers.append(known[mark + word[start:end]])
        start = end
    return numbers
