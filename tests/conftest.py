from pathlib import Path

import pytest
from hypothesis import settings

from runtime.wasm import WasmSandbox
from tests import lanes

# Speed is measured in bench/, never by a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever takes the whole house runs in a lane of its own."""
    for item in items:
        if "house" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("faults"):
            item.add_marker(pytest.mark.scenario)
        if item.nodeid.partition("::")[0] in lanes.NIGHTLY and any(item.get_closest_marker(one) for one in lanes.SLOW):
            item.add_marker(pytest.mark.nightly)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled guest is kept for the whole run: to compile it takes longer than all Calls together."""
    return tmp_path_factory.mktemp("guest")


@pytest.fixture(scope="session")
def sandbox(compiled: Path) -> WasmSandbox:
    """One for the whole run."""
    return WasmSandbox(compiled)
