"""The audit chain: append-only, and any tampering is found and named."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot import database
from guardrails import audit

NOW = 1_800_000_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    one = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    database.migrate(one)
    yield one
    one.dispose()


def write(engine: Engine, count: int, workspace: str = "T1") -> None:
    with database.transaction(engine) as session:
        for number in range(count):
            audit.append(
                session,
                workspace=workspace,
                actor="ana",
                action="request.received",
                subject=f"req_{number}",
                facts={"number": number},
                now=NOW + number,
            )


def tamper(engine: Engine, *statements: str) -> None:
    """Do what somebody with the file in hand could do."""
    with engine.connect() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def breaks(engine: Engine) -> list[tuple[int, str]]:
    with Session(engine) as session:
        return [(one.at, one.why) for one in audit.verify(session, "T1")]


def test_an_untouched_chain_holds(engine: Engine) -> None:  # S12
    write(engine, 5)
    write(engine, 3, workspace="T2")
    assert breaks(engine) == []


def test_the_database_itself_refuses_to_change_or_remove_an_event(engine: Engine) -> None:
    write(engine, 1)
    for statement in ("UPDATE audit_event SET actor = 'cy'", "DELETE FROM audit_event"):
        with engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
            connection.execute(text(statement))


def test_an_edited_event_is_named(engine: Engine) -> None:  # S12
    write(engine, 5)
    tamper(engine, "UPDATE audit_event SET actor = 'cy' WHERE seq = 3")
    assert breaks(engine) == [(3, "its content was changed")]


def test_a_removed_event_is_named_by_range(engine: Engine) -> None:  # S12
    write(engine, 6)
    tamper(engine, "DELETE FROM audit_event WHERE seq IN (3, 4)")
    assert breaks(engine) == [(5, "events 3 to 4 are missing")]


def test_two_events_that_changed_places_are_found(engine: Engine) -> None:  # S12
    write(engine, 4)
    tamper(
        engine,
        "UPDATE audit_event SET seq = 20 WHERE seq = 2",
        "UPDATE audit_event SET seq = 2 WHERE seq = 3",
        "UPDATE audit_event SET seq = 3 WHERE seq = 20",
    )
    assert breaks(engine) == [
        (2, "it does not follow from the event before it"),
        (2, "its content was changed"),
        (3, "it does not follow from the event before it"),
        (3, "its content was changed"),
        (4, "it does not follow from the event before it"),
    ]


def test_an_edited_event_with_its_digest_made_anew_is_found_by_the_next(engine: Engine) -> None:  # S12
    write(engine, 3)
    with Session(engine) as session:
        event = audit.story(session, "req_1")[0]
    forged = event.model_copy(update={"actor": "cy"}).sealed().digest
    tamper(engine, f"UPDATE audit_event SET actor = 'cy', digest = '{forged}' WHERE seq = 2")
    assert breaks(engine) == [(3, "it does not follow from the event before it")]


@pytest.mark.parametrize("change", ["facts = '{'", "facts = '[]'", "at = 'yesterday'", "seq = 'two'"])
def test_an_event_that_cannot_be_read_is_a_break_and_no_crash(engine: Engine, change: str) -> None:  # S12
    write(engine, 2)
    tamper(engine, f"UPDATE audit_event SET {change} WHERE seq = 2")
    assert breaks(engine) == [(2, "it cannot be read")]


COLUMNS = st.sampled_from(["actor", "action", "subject", "why", "facts", "trace", "at", "previous", "digest"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COLUMNS, st.integers(1, 5))
def test_no_edit_of_any_column_goes_unseen(engine: Engine, column: str, seq: int) -> None:  # S12
    workspace = f"T{uuid.uuid4()}"
    write(engine, 6, workspace)
    edited = f"UPDATE audit_event SET {column} = 7 WHERE seq = {seq} AND workspace = '{workspace}'"
    with engine.connect() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS audit_event_no_update"))
        connection.execute(text(edited))
        connection.commit()
    with Session(engine) as session:
        assert audit.verify(session, workspace)


def test_a_cut_off_end_is_found_by_the_anchor(engine: Engine) -> None:  # S12
    write(engine, 4)
    with Session(engine) as session:
        anchor = audit.head(session, "T1")
    tamper(engine, "DELETE FROM audit_event WHERE seq = 4")
    with Session(engine) as session:
        assert audit.verify(session, "T1") == ()
        assert [one.why for one in audit.verify(session, "T1", anchor)] == ["the anchored event is missing or another"]


def test_a_change_that_fails_leaves_no_event(engine: Engine) -> None:
    with pytest.raises(RuntimeError), database.transaction(engine) as session:
        audit.append(session, workspace="T1", actor="ana", action="x", subject="y", now=NOW)
        raise RuntimeError("the change did not happen")
    with Session(engine) as session:
        assert audit.head(session, "T1") == (0, audit.START)


def test_the_story_of_a_subject_is_told_in_order(engine: Engine) -> None:
    write(engine, 3)
    write(engine, 3)
    with Session(engine) as session:
        assert [one.seq for one in audit.story(session, "req_1")] == [2, 5]


def test_two_writers_cannot_fork_the_chain(tmp_path: Path, engine: Engine) -> None:  # S12
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(write, engine, 5) for _ in range(8)]:
            done.result()
    assert breaks(engine) == []
    with Session(engine) as session:
        assert audit.head(session, "T1")[0] == 40


def test_a_forked_event_is_refused_by_the_database(engine: Engine) -> None:  # S12
    write(engine, 2)
    copied = "workspace, 3, at, actor, action, subject, why, facts, trace, previous, digest FROM audit_event"
    columns = "(workspace, seq, at, actor, action, subject, why, facts, trace, previous, digest)"
    with engine.connect() as connection, pytest.raises(IntegrityError, match="UNIQUE"):
        connection.execute(text(f"INSERT INTO audit_event {columns} SELECT {copied} WHERE seq = 2"))


def test_no_payload_fits_into_an_event(engine: Engine) -> None:  # SD4
    with pytest.raises(ValidationError), database.transaction(engine) as session:
        audit.append(
            session,
            workspace="T1",
            actor="ana",
            action="x",
            subject="y",
            facts={"answers": ["what ana wrote"]},  # type: ignore[dict-item]  # exactly what must not be there
            now=NOW,
        )
