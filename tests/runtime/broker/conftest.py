from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.runtime.broker.internet import Internet, Names
from tests.runtime.broker.stage import Stage


@pytest.fixture(scope="session")
def whole_internet() -> Iterator[Internet]:
    made = Internet()
    yield made
    made.close()


@pytest.fixture
def internet(whole_internet: Internet) -> Iterator[Internet]:
    """The one hostile internet, with nothing scripted."""
    whole_internet.reset()
    yield whole_internet


@pytest.fixture
def names() -> Iterator[Names]:
    made = Names()
    yield made
    made.close()


@pytest.fixture
def stage(tmp_path: Path, engine: Engine, internet: Internet, names: Names) -> Iterator[Stage]:
    made = Stage(tmp_path, engine, internet, names)
    yield made
    made.close()
