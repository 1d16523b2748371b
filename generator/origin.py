"""Where an answer comes from: the asker's own words, or a guess."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from generator.brief import Answer, Origin
from generator.utterance import Utterance
from templates.kinds import Kind


def with_origin(answers: Mapping[str, JsonValue], utterance: Utterance) -> tuple[Answer, ...]:
    """Answers that rules read: text is *said* when it stands in the words as it is; numbers, dates and days always."""
    return tuple(Answer(name=name, value=value, origin=origin(value, utterance)) for name, value in answers.items())


def origin(value: JsonValue, utterance: Utterance) -> Origin:
    """`said` when every text in `value` stands in the words, whatever its letters' case; else `guessed`."""
    words = folded(utterance.own)
    return "said" if all(f" {folded(text)} " in f" {words} " for text in _texts(value)) else "guessed"


def own_words_only(kind: Kind, answers: Mapping[str, JsonValue], utterance: Utterance) -> dict[str, JsonValue]:
    """Without what decides over people unless the asker's own words name it.

    Quoted, forwarded and pasted passages never give anybody rights, nor does a model's invention.
    """
    said = f" {folded(utterance.bare)} "
    kept = {}
    for name, value in answers.items():
        answer = kind.answer(name)
        if answer is None:
            continue
        if not answer.privileged or all(f" {folded(text)} " in said for text in _texts(value)):
            kept[name] = value
    return kept


def folded(text: str) -> str:
    """Words and numbers in small letters with single spaces between."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str() if not re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d:\d\d|mon|tue|wed|thu|fri|sat|sun", value):
            yield value
        case list():
            for one in value:
                yield from _texts(one)
        case {"name": str() as name}:
            yield name
