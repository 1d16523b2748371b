"""Which words of a request are the entries of its list: a chain of tags, taught by `generator.train_entries`.

Rules know the lists that somebody thought of; the chain (a linear-chain conditional random field) knows what entries
look like, what stands around them and what they mean there (MiniLM reads each word in its context). What the rules
found is weighed against the chain's own reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator import embedding
from generator.found import Found
from generator.tokens import BUCKETS, PERSON, Token, seen, tokens
from generator.utterance import GAP

WEIGHTS = Path(__file__).with_name("entries.npz")
AXES = 64
MEANT = 3 * AXES
SCALE = 0.3
"""Of what is meant beside what is seen, which is one or nothing."""
MARGIN = 5.0
"""What the rules found stands unless another list is likelier by so much (natural logarithm of how many times).
Of 220 requests that the tags were not taught, 164 were right as a whole with it, 165 with 3, 162 with 8, 150 without
tags; the fewest lists that a rule knew were lost with 8."""
_MOST_WAYS = 20
"""Places of the first entry that are tried."""
BEFORE, BEGIN, INSIDE, BETWEEN, BEHIND = range(5)
"""Where a token stands: before the list, at the first of an entry's words, within one, between two, behind the list."""
TAGS = np.array([0, 1, 2, 3, 0])
"""Whose weights each of them has: before and behind a list words look the same."""
_FOLLOWS = {
    BEFORE: (BEFORE, BEGIN),
    BEGIN: (BEGIN, INSIDE, BETWEEN, BEHIND),
    INSIDE: (BEGIN, INSIDE, BETWEEN, BEHIND),
    BETWEEN: (BETWEEN, BEGIN),
    BEHIND: (BEHIND,),
}
_NEVER = -1e9

Numbers = NDArray[np.floating]


def _ruled() -> tuple[Numbers, Numbers, Numbers]:
    """What can follow what, begin a text and end it: zero where it can."""
    moves = np.full((5, 5), _NEVER)
    for before, after in _FOLLOWS.items():
        moves[before, after] = 0
    first, last = np.full(5, _NEVER), np.zeros(5)
    first[[BEFORE, BEGIN]], last[BETWEEN] = 0, _NEVER
    return moves, first, last


MOVES, FIRST, LAST = _ruled()


@dataclass(frozen=True)
class Tagger:
    """`seen`: of each of `BUCKETS` things that can be seen of a token, a weight for each of four tags. `meant`: the
    same for `MEANT` numbers of what it and its neighbours mean, along the `axes` of which meanings differ most around
    the `middle`. `moves`: how likely which place follows which."""

    seen: NDArray[np.float32]
    meant: NDArray[np.float32]
    moves: NDArray[np.float32]
    middle: NDArray[np.float32]
    axes: NDArray[np.float32]

    def likelier(self, kind: str, text: str, rule: Sequence[str]) -> list[Found[str]] | None:
        """The entries of the list in `text` where they are clearly likelier than `rule`, which the rules found; there
        may be none. None when what the rules found stands, or is not in the text literally."""
        found = tokens(text)
        places = placed(text, rule)
        if not found or places is None:
            return None
        sights = np.array([self.seen[one].sum(axis=0) for one in seen(kind, found)])
        means = meanings(in_context(found), self.middle, self.axes)
        scores = (sights + np.einsum("ij,jk->ik", means, self.meant))[:, TAGS]
        scores[[at for at, one in enumerate(found) if one.low in {GAP, PERSON}], BEGIN : BETWEEN + 1] = _NEVER
        best = viterbi(scores, self.moves + MOVES)
        ruled = tagged(found, places)
        if self._likely(scores, best) - self._likely(scores, ruled) <= MARGIN:
            return None
        listed = entries(text, found, best)
        return None if _stands(places, listed) else listed

    def _likely(self, scores: Numbers, path: NDArray[np.int64]) -> float:
        """How much speaks for this way through the text, beside others."""
        return float(scores[np.arange(len(path)), path].sum() + self.moves[path[:-1], path[1:]].sum())


def _stands(ruled: Sequence[tuple[int, int]], listed: Sequence[Found[str]]) -> bool:
    """Whether the list says no other than the rules, or begins within a later entry of theirs: "fri 18" cut to "18"."""
    own = [(one.start, one.end) for one in listed]
    return own == list(ruled) or any(start < own[0][0] < end for start, end in (ruled[1:] if own else ()))


def in_context(found: Sequence[Token]) -> NDArray[np.float32]:
    """What each token means where it stands, `embedding.WIDTH` long."""
    return embedding.in_context([one.word for one in found], embedding.MOST)


def meanings(states: Numbers, middle: Numbers, axes: Numbers) -> NDArray[np.float32]:
    """Of each token: the points of the one before it, its own, and those of the one behind it."""
    points = embedding.along(axes, states, middle)
    edge = np.zeros((1, points.shape[1]))
    around = np.concatenate([edge, points, edge])
    return (SCALE * np.concatenate([around[:-2], points, around[2:]], axis=1)).astype(np.float32)


def viterbi(scores: Numbers, moves: Numbers) -> NDArray[np.int64]:
    """The likeliest way through a text: a place for each token."""
    reached, came = FIRST + scores[0], []
    for row in scores[1:]:
        ways = reached[:, None] + moves
        came.append(ways.argmax(axis=0))
        reached = ways.max(axis=0) + row
    path = [int((reached + LAST).argmax())]
    for origin in reversed(came):
        path.append(int(origin[path[-1]]))
    return np.array(path[::-1])


def placed(text: str, listed: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where these entries stand in the text, one behind the other and as close as can be; None when they do not."""
    low = text.lower()
    if len(low) != len(text):
        return None
    if not listed:
        return []
    ways, at = list[list[tuple[int, int]]](), 0
    while len(ways) < _MOST_WAYS and (way := _way(low, listed, at)):
        ways.append(way)
        at = way[0][0] + 1
    return min(ways, key=lambda way: way[-1][1] - way[0][0], default=None)


def _way(text: str, listed: Sequence[str], at: int) -> list[tuple[int, int]]:
    """The first places of all entries from here on; empty when there are none."""
    places = []
    for entry in listed:
        start = _start(text, entry.lower(), at)
        if start < 0:
            return []
        at = start + len(entry)
        places.append((start, at))
    return places


def _start(text: str, entry: str, at: int) -> int:
    """Where an entry begins that does not stand within a word; -1 when nowhere."""
    start = text.find(entry, at)
    while start > 0 and entry[:1].isalnum() and text[start - 1].isalnum():
        start = text.find(entry, start + 1)
    return start


def tagged(found: Sequence[Token], places: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Where each token stands when these are the entries."""
    path = np.full(len(found), BEFORE, dtype=np.int64)
    for at, one in enumerate(found if places else ()):
        mine = next((start for start, end in places if one.start < end and start < one.end), None)
        if mine is not None:
            path[at] = BEGIN if one.start <= mine or at == 0 or found[at - 1].end <= mine else INSIDE
        elif one.start >= places[-1][1]:
            path[at] = BEHIND
        elif one.end > places[0][0]:
            path[at] = BETWEEN
    return path


def entries(text: str, found: Sequence[Token], path: NDArray[np.int64]) -> list[Found[str]]:
    """The entries on a way through the text."""
    begun: list[list[Token]] = []
    for one, place in zip(found, path, strict=True):
        if place == BEGIN:
            begun.append([one])
        elif place == INSIDE:
            begun[-1].append(one)
    spans = [(own[0].start, own[-1].end) for own in begun]
    return [Found(text[start:end], start, end) for start, end in spans]


@cache
def load_tagger() -> Tagger:
    """The weights that are shipped."""
    weights = np.zeros((BUCKETS, 4), dtype=np.float32)
    with np.load(WEIGHTS) as stored:
        weights[stored["places"]] = stored["weights"].astype(np.float32)
        rest = [stored[name].astype(np.float32) for name in ("meant", "moves", "middle", "axes")]
    return Tagger(weights, *rest)
