"""Teach the tags of lists from labelled requests: `python -m generator.train_entries FILE...`.

A file has one request a line, `{text, action, template, params}`: batches that were scored and mended against before.
Each is read as it stands and in `variations`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.adagrad import Taught
from generator.entries import MAIN, name_of
from generator.tagging import (
    AXES,
    FIRST,
    LAST,
    MEANT,
    MOVES,
    TAGS,
    WEIGHTS,
    in_context,
    meanings,
    placed,
    tagged,
)
from generator.tokens import BUCKETS, seen, tokens
from generator.utterance import hear
from generator.variations import Wish, variations

TODAY = date(2026, 11, 23)
EPOCHS, STEP, DECAY, UNSEEN, SMALL = 5, 0.15, 0.003, 0.4, 0.03
"""How often all is read, and how much of what can be seen is hidden each time; what weighs less is left out."""
VARIATIONS = 5
"""Of each request. By cross-validation over the batches up to z10, 0.77 of the lists are right without any, 0.85 with
them."""

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Lesson:
    """One text: what is seen of its tokens, what they mean, and where each stands."""

    seen: list[NDArray[np.int64]]
    states: NDArray[np.float16]
    right: NDArray[np.int64]


@dataclass(frozen=True)
class Weights:
    """What is taught: of what is seen, of what is meant, and of what follows what."""

    seen: Taught
    meant: Taught
    moves: Taught


def wishes(paths: Sequence[Path]) -> list[Wish]:
    """Those of the requests that ask for a kind with a list whose entries stand in their own words."""
    requests = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [one for request in requests if request["template"] in MAIN and (one := _wish(**request))]


def _wish(text: str, template: str, params: Mapping[str, Any], **_: object) -> Wish | None:
    own = hear(text, TODAY).own
    listed = [one[0] if isinstance(one, list) else name_of(one) for one in params.get(MAIN[template], [])]
    places = placed(own, listed)
    return None if places is None else Wish(template, own, places)


def lesson(wish: Wish) -> Lesson:
    """What can be learned of one text."""
    found = tokens(wish.text)
    return Lesson(seen(wish.kind, found), in_context(found).astype(np.float16), tagged(found, wish.places))


def axes(told: Sequence[Lesson]) -> tuple[Rows, Rows]:
    """The middle of all words' meanings, and the directions in which they differ most, scaled to one."""
    states = np.concatenate([one.states for one in told])[::3].astype(np.float64)
    middle = states.mean(axis=0)
    _, sizes, directions = np.linalg.svd(states - middle, full_matrices=False)
    return middle, directions[:AXES] / (sizes[:AXES, None] / np.sqrt(len(states)))


def teach(told: Sequence[Lesson], rows: Sequence[NDArray[np.float32]]) -> tuple[Rows, Rows, Rows]:
    """The weights of what is seen, of what is meant and of the moves: steps on how likely the right way through each
    text is among all, averaged over the second half."""
    taught = Weights(
        Taught.fresh((BUCKETS, 4), 1e-2, size=STEP, decay=DECAY),
        Taught.fresh((MEANT, 4), 1e-1, size=STEP, decay=DECAY),
        Taught.fresh((5, 5), 1e-1, size=STEP, decay=DECAY),
    )
    parts = (taught.seen, taught.meant, taught.moves)
    means = [np.zeros_like(one.weights) for one in parts]
    order = np.random.default_rng(1)
    for epoch in range(EPOCHS):
        for at in order.permutation(len(told)):
            _learn(told[at], rows[at], taught, order)
        if epoch >= EPOCHS // 2:
            means = [mean + one.weights for mean, one in zip(means, parts, strict=True)]
    kept = EPOCHS - EPOCHS // 2
    return means[0] * (1 - UNSEEN) / kept, means[1] / kept, means[2] / kept


def _learn(lesson: Lesson, row: NDArray[np.float32], taught: Weights, draw: np.random.Generator) -> None:
    sights = [one[draw.random(len(one)) > UNSEEN] for one in lesson.seen]
    scores = np.array([taught.seen.weights[one].sum(axis=0) for one in sights]) + row @ taught.meant.weights
    there, moved = _expected(scores[:, TAGS], taught.moves.weights + MOVES)
    there[np.arange(len(there)), lesson.right] -= 1
    np.subtract.at(moved, (lesson.right[:-1], lesson.right[1:]), 1)
    slopes = np.zeros((len(there), 4))
    for place, tag in enumerate(TAGS):
        slopes[:, tag] += there[:, place]
    owners = np.repeat(np.arange(len(sights)), [len(one) for one in sights])
    touched, where = np.unique(np.concatenate(sights), return_inverse=True)
    slope = np.zeros((len(touched), 4))
    np.add.at(slope, where, slopes[owners])
    taught.seen.step(touched, slope)
    taught.meant.step(slice(None), row.T @ slopes)
    taught.moves.step(slice(None), moved)


def _expected(scores: Rows, moves: Rows) -> tuple[Rows, Rows]:
    """How likely each token stands in each place, and how often each move is expected (forward-backward)."""
    forward, backward = np.zeros_like(scores), np.zeros_like(scores)
    forward[0], backward[-1] = FIRST + scores[0], LAST
    for at in range(1, len(scores)):
        forward[at] = np.logaddexp.reduce(forward[at - 1][:, None] + moves, axis=0) + scores[at]
    for at in range(len(scores) - 2, -1, -1):
        backward[at] = np.logaddexp.reduce(moves + scores[at + 1] + backward[at + 1], axis=1)
    whole = np.logaddexp.reduce(forward[-1] + LAST)
    ways = forward[:-1, :, None] + moves + (scores[1:] + backward[1:])[:, None, :] - whole
    return np.exp(forward + backward - whole), np.exp(ways).sum(axis=0)


def main(paths: Sequence[Path]) -> None:
    """Teach, and write `entries.npz`."""
    told = [lesson(one) for one in variations(wishes(paths), VARIATIONS)]
    middle, directions = axes(told)
    found, meant, moves = teach(told, [meanings(one.states, middle, directions) for one in told])
    places = np.flatnonzero(np.abs(found).max(axis=1) > SMALL)
    np.savez_compressed(
        WEIGHTS,
        places=places.astype(np.int32),
        weights=found[places].astype(np.float16),
        meant=meant.astype(np.float32),
        moves=moves.astype(np.float32),
        middle=middle.astype(np.float16),
        axes=directions.astype(np.float16),
    )


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
