"""A text as numbers for the router: its meaning, its words, its cues."""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from generator import cues, embedding

BUCKETS = 1 << 13
WIDTH = embedding.WIDTH + BUCKETS + cues.COUNT
CUE_WEIGHT = 0.3

_TOKEN = re.compile(r"[a-z0]+|[@#?=%/]")


def fold(text: str) -> str:
    """Small letters without accents; every digit is a zero, people and channels look alike."""
    small = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = unicodedata.normalize("NFKD", small).encode("ascii", "ignore").decode()
    plain = re.sub(r"@[\w.-]+", " @ ", plain)
    plain = re.sub(r"#[\w-]+", " # ", plain)
    return re.sub(r"[0-9]", "0", plain)


def words(text: str) -> NDArray[np.float32]:
    """Hashed counts of words, word pairs and pieces of words, each as 1 + log(count)."""
    counts = Counter(zlib.crc32(gram.encode()) % BUCKETS for gram in _grams(fold(text)))
    row = np.zeros(BUCKETS, dtype=np.float32)
    for bucket, count in counts.items():
        row[bucket] = 1 + np.log(count)
    return row


def features(text: str, rarity: NDArray[np.float32]) -> NDArray[np.float32]:
    """The router's input, `WIDTH` long. `rarity` weighs each bucket of words (inverse document frequency)."""
    weighed = words(text) * rarity
    length = float(np.linalg.norm(weighed)) or 1.0
    hints = np.array(cues.cues(text), dtype=np.float32) * CUE_WEIGHT
    return np.concatenate([embedding.embed(text), weighed / length, hints])


def _grams(text: str) -> Iterator[str]:
    tokens = _TOKEN.findall(text)
    yield from tokens
    yield from (f"{first} {second}" for first, second in pairwise(tokens))
    for token in tokens:
        padded = f"<{token}>"
        for size in (3, 4, 5):
            yield from (padded[at : at + size] for at in range(len(padded) - size + 1))
