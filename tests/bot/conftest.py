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
def house(open_house: House) -> Iterator[House]:
    """The whole house, with nothing in it."""
    open_house.reset()
    yield open_house
    # A row of the chain can never change, so it must not know whom somebody may want forgotten (S12).
    assert open_house.named_in_the_chain() == []
