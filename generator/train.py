"""Train the router from the kinds' example sentences and `beyond.yaml`: `python -m generator.train`.

The same sentences give the same weights, except for the last digits that a machine's arithmetic may change;
those are rounded away when the weights are stored.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

from generator.examples import rarity, sentences
from generator.features import features
from generator.router import WEIGHTS

REGULARISATION = 20.0
"""Inverse strength. In five-fold cross-validation 60 built twice as much of what asks for no app."""


def classifier() -> LogisticRegression:
    """As it is trained, before it has seen anything."""
    return LogisticRegression(C=REGULARISATION, max_iter=4000, tol=1e-5)


def train() -> None:
    """Fit, and write `router.npz`."""
    pairs = sentences()
    rare = rarity([text for text, _ in pairs])
    inputs = np.array([features(text, rare) for text, _ in pairs])
    model = classifier()
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
