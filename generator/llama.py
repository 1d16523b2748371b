"""A language model on this machine, in a process of its own: `python -m generator.llama FILE.gguf`. Door to llama.cpp.

The key that a caller must name comes in as the first line, and the address goes out as one; the process ends when its
input does, so it never outlives whoever started it. A fault in native code ends this process and no other.
"""

import sys
from pathlib import Path

CONTEXT = 8192
"""Tokens of instructions, words and answer; the longest form with 2,000 characters of words takes about 2,500."""


def serve(path: Path, key: str) -> object:
    """Serve the model at a free port of loopback; the server lives as long as what is returned. Raises ValueError."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.verbosity = 0
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ValueError(f"{path.name} cannot be read as a model") from error


def main() -> None:
    """Serve until the input ends."""
    key = sys.stdin.readline().strip()
    server = serve(Path(sys.argv[1]), key)
    print(server.listening_address, flush=True)  # type: ignore[attr-defined]  # xllamacpp has no types
    sys.stdin.read()


if __name__ == "__main__":
    main()
