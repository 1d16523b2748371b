"""Teach the ranking of titles from labelled requests: `python -m generator.train_titles FILE...`.

A file has one request a line, `{text, action, template, params}`: batches that were scored and mended against before.
The rules are right about nearly all of them and much less often about new words. So the ranking must not learn to trust
the rules: often it is told that they found something else, or nothing.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from generator import embedding
from generator.adagrad import Taught
from generator.extract import read
from generator.ranking import AXES, MEANT, WEIGHTS, meanings
from generator.spans import BUCKETS, Span, beside, spans
from generator.titles import given_title
from generator.utterance import hear

TODAY = date(2026, 11, 23)
EPOCHS, STEP, DECAY = 12, 0.2, 0.003
WRONG, NOTHING, SMALL = 0.4, 0.6, 0.004
"""How often the rules are said to be wrong, and then to have found nothing; what weighs less is left out. Chosen on the
batches z1 and z2, taught from all before them."""

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Lesson:
    """One request: its runs of words, which of them are right, what the rules found, and what its words mean."""

    kind: str
    found: list[Span]
    right: Rows
    rule: str
    states: NDArray[np.float32]


def lessons(paths: list[Path]) -> list[Lesson]:
    """Those of the requests whose title, or that there is none, is among the runs of words."""
    requests = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    told = (_lesson(**request) for request in requests if request["action"] == "build")
    return [one for one in told if one and one.right.any()]


def _lesson(text: str, template: str, params: Mapping[str, str], **_: object) -> Lesson | None:
    *_rest, left, rule = read(template, hear(text, TODAY))
    if not left or (rule and rule == given_title(left)):
        return None
    found, words = spans(template, left, rule)
    right = np.array([float(_plain(one.words) == _plain(params.get("title", ""))) for one in found])
    return Lesson(template, found, right, rule, embedding.in_context(words))


def axes(told: list[Lesson]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The middle of all words' meanings, and the directions in which they differ most, scaled to one."""
    states = np.concatenate([one.states for one in told])
    middle = states.mean(axis=0)
    _, sizes, directions = np.linalg.svd(states - middle, full_matrices=False)
    return middle, directions[:AXES] / (sizes[:AXES, None] / np.sqrt(len(states)))


def teach(told: list[Lesson], rows: list[NDArray[np.float32]]) -> tuple[Rows, Rows]:
    """The weights of what is seen and of what is meant: steps on how likely the right run is among all, averaged over
    the second half."""
    seen = Taught.fresh(BUCKETS, 1e-2, size=STEP, decay=DECAY)
    meant = Taught.fresh(MEANT, 1e-1, size=STEP, decay=DECAY)
    mean_seen, mean_meant = np.zeros(BUCKETS), np.zeros(MEANT)
    draw, order = Random(1), np.random.default_rng(1)
    for epoch in range(EPOCHS):
        for at in order.permutation(len(told)):
            _learn(told[at], rows[at], _pretended(told[at], draw), seen, meant)
        if epoch >= EPOCHS // 2:
            mean_seen, mean_meant = mean_seen + seen.weights, mean_meant + meant.weights
    return mean_seen / (EPOCHS - EPOCHS // 2), mean_meant / (EPOCHS - EPOCHS // 2)


def _pretended(lesson: Lesson, draw: Random) -> str:
    if draw.random() >= WRONG:
        return lesson.rule
    others = [one.words for one, right in zip(lesson.found, lesson.right, strict=True) if one.words and not right]
    if not others or draw.random() < NOTHING:
        return ""
    right = [one.words for one, right in zip(lesson.found, lesson.right, strict=True) if right]
    wanted = {word for words in right for word in words.split()}
    near = [one for one in others if wanted & set(one.split())]
    return draw.choice(near if near and draw.random() < 0.5 else others)


def _learn(lesson: Lesson, rows: NDArray[np.float32], rule: str, seen: Taught, meant: Taught) -> None:
    sights = [np.concatenate([one.seen, beside(one, rule, lesson.kind)]) for one in lesson.found]
    places, owners = np.concatenate(sights), np.repeat(np.arange(len(sights)), [len(one) for one in sights])
    scores = np.bincount(owners, seen.weights[places], len(sights)) + rows @ meant.weights
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    wanted = lesson.right * likely
    wanted = wanted / wanted.sum() if wanted.sum() > 1e-12 else lesson.right / lesson.right.sum()
    touched, where = np.unique(places, return_inverse=True)
    seen.step(touched, np.bincount(where, (likely - wanted)[owners]).astype(np.float64))
    meant.step(slice(None), rows.T @ (likely - wanted))


def _plain(words: str) -> str:
    return " ".join(words.casefold().strip(" .?!\"'").split())


def main(paths: list[Path]) -> None:
    """Teach, and write `titles.npz`."""
    told = lessons(paths)
    middle, directions = axes(told)
    seen, meant = teach(told, [meanings(one.found, embedding.along(directions, one.states, middle)) for one in told])
    places = np.flatnonzero(np.abs(seen) > SMALL)
    np.savez_compressed(
        WEIGHTS,
        places=places.astype(np.int32),
        weights=seen[places].astype(np.float16),
        meant=meant.astype(np.float32),
        middle=middle.astype(np.float16),
        axes=directions.astype(np.float16),
    )


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
