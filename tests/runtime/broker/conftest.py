from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.runtime import scene
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


@pytest.fixture(scope="session")
def whole_live(tmp_path_factory: pytest.TempPathFactory, whole_internet: Internet) -> Iterator[Stage]:
    home, names = tmp_path_factory.mktemp("live"), Names()
    engine = scene.database(home)
    made = Stage(home, engine, whole_internet, names)
    made.calls_out(requests_per_hour=10_000, mb_per_day=1024)
    yield made
    made.close()
    names.close()
    engine.dispose()


@pytest.fixture
def live(whole_live: Stage, internet: Internet) -> Stage:
    """An app that may call the test's API, shared: to publish one takes longer than most tests."""
    whole_live.names.reset()
    return whole_live


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
