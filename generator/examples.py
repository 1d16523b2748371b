"""What the router learns from: the kinds' example sentences, and `beyond.yaml`."""

from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from generator.features import words
from templates.kinds import load_kinds


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
