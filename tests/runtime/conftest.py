from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.runtime import scene


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = scene.database(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as one:
        yield one
