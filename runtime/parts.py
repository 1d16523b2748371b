"""What runs every app besides its own bundle: the guest, the engine compiled into it, and the sandbox, by version."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from templates.bundle import digest_of

GUEST = Path(__file__).parent / "guest"


@dataclass(frozen=True, slots=True)
class RuntimePart:
    """One of them. `pypi` is its package's name there, `digest` that of what was shipped; either may be empty."""

    name: str
    version: str
    digest: str = ""
    pypi: str = ""


def parts(guest: Path = GUEST) -> tuple[RuntimePart, ...]:
    """All of them, as they are on this machine."""
    engine = json.loads((guest / "guest.json").read_text())["engine"]
    name, _, engine_version = engine["package"].partition("==")
    return (
        RuntimePart("guest.wasm", "", digest_of((guest / "guest.wasm").read_bytes())),
        RuntimePart(name, engine_version, f"sha256:{engine['sha256']}", name),
        RuntimePart("wasmtime", version("wasmtime"), pypi="wasmtime"),
    )
