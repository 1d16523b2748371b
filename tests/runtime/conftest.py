from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from runtime.engine import PlainInstances
from runtime.instance import Instances
from runtime.pooled import PooledInstances
from runtime.wasm import GUEST, Make, WasmSandbox
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


@pytest.fixture(scope="session", params=[PooledInstances, PlainInstances], ids=["pooled", "plain"])
def make(request: pytest.FixtureRequest) -> Make:
    """Each way to make instances: whatever holds for one must hold for the other."""
    made: Make = request.param
    return made


@pytest.fixture(scope="session")
def instances(make: Make, compiled: Path) -> Instances:
    """Instances that ask their host for nothing."""
    functions = {"host_call": lambda _at, _length: 0, "host_take": lambda *_: None, "host_log": lambda *_: None}
    return make((GUEST / "guest.wasm").read_bytes(), compiled, functions)


@pytest.fixture(scope="session")
def either(make: Make, compiled: Path) -> WasmSandbox:
    """A sandbox on each kind of instances."""
    return WasmSandbox(compiled, make=make)


@pytest.fixture(scope="session")
def open_door(tmp_path_factory: pytest.TempPathFactory, sandbox: WasmSandbox) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("door"), sandbox) as one:
        yield one


@pytest.fixture
def door(open_door: Door) -> Iterator[Door]:
    """A worker and its control, with nothing in the database."""
    yield open_door
    open_door.reset()
