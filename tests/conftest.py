import gc
from pathlib import Path

import pytest
from hypothesis import settings

from runtime.wasm import WasmSandbox
from tests import engines, lanes
from tests.postgres import EITHER

# Speed is measured in bench/, never by a test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever takes the whole house, or long, runs in a lane of its own."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        own = any(item.get_closest_marker(one) for one in ("faults", "browser", "hostile"))
        house = "house" in getattr(item, "fixturenames", ()) and not own
        if house or file in lanes.LONG:
            item.add_marker(pytest.mark.scenario)
        if file in lanes.NIGHTLY and any(item.get_closest_marker(one) for one in lanes.SLOW):
            item.add_marker(pytest.mark.nightly)
        if engines.SERVER and (item.nodeid.partition("[")[0] in EITHER or file in EITHER):
            item.add_marker(pytest.mark.postgres)
            item.add_marker(pytest.mark.timeout(300))


def pytest_collection_finish() -> None:
    """What stays until the end need not be looked at again: the collector took an eighth of the scenarios' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled guest is kept for the whole run: to compile it takes longer than all Calls together."""
    return tmp_path_factory.mktemp("guest")


@pytest.fixture(scope="session")
def sandbox(compiled: Path) -> WasmSandbox:
    """One for the whole run."""
    return WasmSandbox(compiled)
