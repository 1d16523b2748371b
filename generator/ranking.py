"""Which run of words is the title: weights, taught by `generator.train_titles`, over what `spans` sees of each.

Rules know the turns of phrase that somebody thought of; the weights know how titles look, where they stand and what
they mean there (MiniLM reads each word in its context). What the rules found is one of the things that are weighed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator import embedding
from generator.spans import BUCKETS, Span, beside, spans

WEIGHTS = Path(__file__).with_name("titles.npz")
AXES = 24
MEANT = 5 * AXES + 2
MARGIN = 1.0
"""What the rules found stands unless another run is likelier by so much (natural logarithm of how many times).
Of 75 titles that it was not taught it chose 63, with 2 instead 61, with 3 59; rules alone had 42. Picked on these."""
PLAIN = 1.0
"""What the rules found stands without a look at meanings when no other run looks likelier by more. Of 615 labelled
titles 480 were so plain, and in none of them would the meanings have chosen another."""
_SCALE = 0.3
"""Of what is meant beside what is seen, which is one or nothing."""


@dataclass(frozen=True)
class Ranking:
    """`seen`: a weight for each of `BUCKETS` things that can be seen of a run of words. `meant`: `MEANT` weights for
    what the words around its ends mean, along the `axes` of which meanings differ most around the `middle`."""

    seen: NDArray[np.float32]
    meant: NDArray[np.float32]
    middle: NDArray[np.float32]
    axes: NDArray[np.float32]

    def best(self, kind: str, text: str, rule: str, can_be: Callable[[str], bool]) -> str:
        """The likeliest title in `text` of those that `can_be` one; `rule`, which the rules found and may be empty,
        unless another is clearly likelier."""
        found, words = spans(kind, text, rule)
        found = [one for one in found if one.words == rule or can_be(one.words)]
        sights = np.array([self.seen[one.seen].sum() + self.seen[beside(one, rule, kind)].sum() for one in found])
        ruled = next((at for at, one in enumerate(found) if rule and one.words == rule), None)
        if ruled is not None and sights.max() - sights[ruled] <= PLAIN:
            return rule
        rows = meanings(found, embedding.along(self.axes, embedding.in_context(words), self.middle))
        scores = sights + np.einsum("ij,j->i", rows, self.meant)
        best = int(np.argmax(scores))
        stands = ruled is not None and scores[best] - scores[ruled] < MARGIN
        return rule if stands else found[best].words


def meanings(found: Sequence[Span], points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Of each span: the points of the word before it, its first, its last, the word behind it, the mean of its own,
    one, and how many words follow its first. Zeros for a span that does not stand in the text."""
    rows = np.zeros((len(found), MEANT), dtype=np.float32)
    edge = np.zeros((1, points.shape[1]), dtype=np.float32)
    around = np.concatenate([edge, points, edge])
    for row, one in zip(rows, found, strict=True):
        if one.first >= 0:
            own = points[one.first : one.last + 1]
            ends = around[[one.first, one.first + 1, one.last + 1, one.last + 2]].ravel()
            row[:] = _SCALE * np.concatenate([ends, own.mean(axis=0), [1, one.last - one.first]])
    return rows


@cache
def load_ranking() -> Ranking:
    """The weights that are shipped."""
    seen = np.zeros(BUCKETS, dtype=np.float32)
    with np.load(WEIGHTS) as stored:
        seen[stored["places"]] = stored["weights"].astype(np.float32)
        rest = [stored[name].astype(np.float32) for name in ("meant", "middle", "axes")]
    return Ranking(seen, *rest)
