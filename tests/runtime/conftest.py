from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from runtime.wasm import WasmSandbox
from tests.runtime import scene
from tests.runtime.door import Door


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = scene.database(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as one:
        yield one


@pytest.fixture(scope="session")
def open_door(tmp_path_factory: pytest.TempPathFactory, sandbox: WasmSandbox) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("door"), sandbox) as one:
        yield one


@pytest.fixture
def door(open_door: Door) -> Iterator[Door]:
    """A worker and its control, with nothing in the database."""
    yield open_door
    open_door.reset()
