"""Train the router from the kinds' example sentences and `beyond.yaml`: `python -m generator.train`.

The same sentences give the same weights, except for the last digits that a machine's arithmetic may change;
those are rounded away when the weights are stored.
"""

from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from generator.features import features, words
from generator.router import WEIGHTS
from templates.kinds import load_kinds

REGULARISATION = 20.0
"""Inverse strength. In five-fold cross-validation 60 built twice as much of what asks for no app."""


def sentences() -> list[tuple[str, str]]:
    """Every sentence to learn from, with its label, in a fixed order."""
    told = [(sentence, kind.id) for kind in load_kinds() for sentence in kind.sentences]
    beyond = yaml.safe_load(Path(__file__).with_name("beyond.yaml").read_text(encoding="utf-8"))
    return told + [(one, label) for label, tongues in beyond.items() for told in tongues.values() for one in told]


def rarity(texts: list[str]) -> NDArray[np.float32]:
    """Inverse document frequency of every bucket, never below one."""
    seen = np.sum([words(text) > 0 for text in texts], axis=0)
    weights: NDArray[np.float32] = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
    return weights


def train() -> None:
    """Fit, and write `router.npz`."""
    pairs = sentences()
    rare = rarity([text for text, _ in pairs])
    inputs = np.array([features(text, rare) for text, _ in pairs])
    model = LogisticRegression(C=REGULARISATION, max_iter=4000, tol=1e-5)
    model.fit(inputs, [label for _, label in pairs])
    np.savez_compressed(
        WEIGHTS,
        labels=np.array(model.classes_, dtype="U20"),
        weights=model.coef_.astype(np.float16),
        bias=model.intercept_.astype(np.float32).round(3),
        rarity=rare.astype(np.float16),
    )


if __name__ == "__main__":
    train()
