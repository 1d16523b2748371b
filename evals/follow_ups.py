"""How well follow-ups are read: labelled utterances under an app, with its answers before and after.

`told` is `change`, `nothing` (talk, or so already), `unclear` (a wish that is not understood) or `trouble` (a wish that
cannot be met); `becomes` holds the answers that change.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.requests import TODAY, plain
from generator.follow import Followed, follow
from generator.utterance import hear

FILE = Path(__file__).with_suffix(".jsonl")
MORE = frozenset(
    {"title", "collaborators", "audience", "language", "retention_days", "num_questions", "deadline", "location"}
)


@dataclass(frozen=True)
class FollowUp:
    """One labelled utterance."""

    id: str
    kind: str
    before: Mapping[str, Any]
    text: str
    told: str
    becomes: Mapping[str, Any]


def load(path: Path = FILE) -> list[FollowUp]:
    """Every one of a file."""
    return [FollowUp(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def told(read: Followed) -> str:
    """What the reading comes to, in the label's words."""
    if read.answers:
        return "change"
    return "trouble" if read.objections else "unclear" if read.unclear else "nothing"


def score(cases: list[FollowUp]) -> tuple[int, list[str]]:
    """How many were read exactly, and what was wrong with the others."""
    misses = []
    for one in cases:
        read = follow(one.kind, one.before, {*one.before, *MORE}, hear(one.text, TODAY))
        got = {answer.name: answer.value for answer in read.answers if answer.name != "num_questions"}
        wanted = {name: plain(value) for name, value in one.becomes.items()}
        if told(read) != one.told or wanted != {name: plain(value) for name, value in got.items()}:
            misses.append(f"{one.id} {one.kind} {one.text!r}: {told(read)} {got}, not {one.told} {dict(one.becomes)}")
    return len(cases) - len(misses), misses


if __name__ == "__main__":
    files = [Path(word) for word in sys.argv[1:] if not word.startswith("-")] or [FILE]
    for file in files:
        cases = load(file)
        right, wrong = score(cases)
        print(f"{file.name}: {right} of {len(cases)} exact, {right / len(cases):.3f}", *wrong, sep="\n")
