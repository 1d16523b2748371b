import pytest

from runtime.wasm import WasmSandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> WasmSandbox:
    """One for the whole run: to compile the guest takes longer than all Calls together."""
    return WasmSandbox(tmp_path_factory.mktemp("guest"))
