"""What people wait for is looked at as soon as something was written, and once a second anyway."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot import database
from bot.database import Changes
from bot.ticking import AT_LEAST, when_written


def test_a_tick_is_left_out_while_nothing_was_written_and_a_second_has_not_gone_by() -> None:
    now, version, done = [100.0], [1], list[float]()
    look = when_written(lambda: done.append(now[0]), lambda: version[0], lambda: now[0])
    look()
    look()
    assert done == [100.0], "the first time it looks"
    version[0] = 2
    look()
    look()
    assert done == [100.0, 100.0]
    now[0] += AT_LEAST
    look()
    look()
    assert done == [100.0, 100.0, 101.0]


def test_what_is_written_while_a_tick_is_at_work_is_seen_by_the_next_one() -> None:
    version, done = [1], list[int]()

    def tick() -> None:
        done.append(version[0])
        version[0] = 2

    look = when_written(tick, lambda: version[0], lambda: 0.0)
    look()
    look()
    look()
    assert done == [1, 2]


def test_a_tick_that_fails_is_tried_again_a_second_later() -> None:
    now, tries = [0.0], list[float]()

    def fails() -> None:
        tries.append(now[0])
        raise ValueError

    look = when_written(fails, lambda: 1, lambda: now[0])
    for now[0] in (0.0, AT_LEAST):
        with pytest.raises(ValueError):
            look()
        look()
    assert tries == [0.0, AT_LEAST]


def test_each_write_of_any_connection_is_noticed_and_a_look_is_none(tmp_path: Path) -> None:
    one = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    other = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    changes = Changes(one)
    with one.begin() as connection:
        connection.execute(text("CREATE TABLE word (word TEXT)"))
    for engine in (one, other):
        before = changes.version()
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO word VALUES ('soup')"))
        written = changes.version()
        assert written != before
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM word")).scalar()
        assert changes.version() == written
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO word VALUES ('salad')"))
            connection.rollback()
        assert changes.version() == written
    changes.close()
    one.dispose()
    other.dispose()


def test_where_the_file_cannot_be_read_each_look_is_a_new_one(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'nowhere' / 'control.db'}")
    changes = Changes(engine)
    assert changes.version() != changes.version()
    changes.close()
    engine.dispose()
