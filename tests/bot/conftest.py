from collections.abc import Iterator

import pytest

from runtime.wasm import WasmSandbox
from tests.bot.house import House


@pytest.fixture(scope="session")
def open_house(tmp_path_factory: pytest.TempPathFactory, sandbox: WasmSandbox) -> Iterator[House]:
    one = House(tmp_path_factory.mktemp("house"), sandbox)
    yield one
    one.stop()


@pytest.fixture
def house(open_house: House) -> House:
    """The whole house, with nothing in it."""
    open_house.reset()
    return open_house
