from collections.abc import Iterator

import pytest

from tests.faults import house as houses
from tests.faults.house import House


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with houses.running(tmp_path_factory.mktemp("house")) as one:
        yield one


@pytest.fixture
def house(standing: House) -> Iterator[House]:
    """The shared house; after each test everything that is always true of it is looked at."""
    yield standing
    (standing.home / "die-at").unlink(missing_ok=True)
    standing.running.wait()
    standing.settle()
    standing.check()
