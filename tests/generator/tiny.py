"""A language model of a hundred kilobytes: it says only `a` and the end of a text, as its form allows."""

from pathlib import Path

import gguf
import numpy as np

WIDTH, HEADS, BYTES = 32, 4, 256
SPECIAL = ("<unk>", "<s>", "</s>")
SPEAKS = {"a": 2.3, '"': 2.0}
"""What it would rather say than anything else, with a weight: about eight letters, then the end."""


def write(path: Path) -> Path:
    """Write the model as a GGUF file; the path."""
    into = gguf.GGUFWriter(path, "llama")
    into.add_context_length(8192)
    into.add_embedding_length(WIDTH)
    into.add_block_count(1)
    into.add_feed_forward_length(WIDTH)
    into.add_head_count(HEADS)
    into.add_head_count_kv(HEADS)
    into.add_layer_norm_rms_eps(1e-5)
    into.add_rope_dimension_count(WIDTH // HEADS)
    into.add_tokenizer_model("llama")
    into.add_token_list([*SPECIAL, *(f"<0x{one:02X}>" for one in range(BYTES))])
    into.add_token_scores([0.0] * (len(SPECIAL) + BYTES))
    into.add_token_types([2, 3, 3] + [6] * BYTES)  # unknown, control, bytes
    into.add_bos_token_id(1)
    into.add_eos_token_id(2)
    into.add_unk_token_id(0)
    into.add_add_space_prefix(False)
    for name, values in _weights().items():
        into.add_tensor(f"{name}.weight", values.astype(np.float32))
    into.write_header_to_file()
    into.write_kv_data_to_file()
    into.write_tensors_to_file()
    into.close()
    return path


def _weights() -> dict[str, np.ndarray]:
    words = len(SPECIAL) + BYTES
    embedding, output = np.zeros((words, WIDTH)), np.zeros((words, WIDTH))
    embedding[:, 0] = 1.0  # every word says the same, so the output depends on nothing else
    for letter, weight in SPEAKS.items():
        output[len(SPECIAL) + ord(letter), 0] = weight
    nothing = np.zeros((WIDTH, WIDTH))
    attention = {f"blk.0.attn_{one}": nothing for one in ("q", "k", "v", "output")}
    forward = {f"blk.0.ffn_{one}": nothing for one in ("gate", "up", "down")}
    norms = {name: np.ones(WIDTH) for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm")}
    return {"token_embd": embedding, "output": output, **attention, **forward, **norms}
