"""Which kind of app a text asks for: logistic regression over `features`, trained by `generator.train`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.features import features

WEIGHTS = Path(__file__).with_name("router.npz")
DECLINE = "decline"
VAGUE = "vague"


@dataclass(frozen=True)
class Router:
    """Weights of one training. `labels` are the kinds and, besides, `decline` and `vague`."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    rarity: NDArray[np.float32]

    def route(self, text: str) -> dict[str, float]:
        """Each label with its probability, most probable first; they add up to one."""
        scores = self.weights @ features(text, self.rarity) + self.bias
        grown = np.exp(scores - scores.max())
        shares = grown / grown.sum()
        order = np.argsort(-shares)
        return {self.labels[place]: float(shares[place]) for place in order}


@cache
def load_router() -> Router:
    """The router that is shipped."""
    with np.load(WEIGHTS) as stored:
        return Router(
            labels=tuple(str(one) for one in stored["labels"]),
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            rarity=stored["rarity"].astype(np.float32),
        )
