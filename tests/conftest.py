from pathlib import Path

import pytest

from runtime.wasm import WasmSandbox


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled guest is kept for the whole run: to compile it takes longer than all Calls together."""
    return tmp_path_factory.mktemp("guest")


@pytest.fixture(scope="session")
def sandbox(compiled: Path) -> WasmSandbox:
    """One for the whole run."""
    return WasmSandbox(compiled)
