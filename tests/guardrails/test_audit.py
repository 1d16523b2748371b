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
from guardrails import aliases, audit
from guardrails.chain import START, Anchor
from tests import engines

pytestmark = pytest.mark.scenario

NOW = 1_800_000_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    one = engines.fresh(tmp_path)
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
        for verb in ("update", "delete"):
            table = " ON audit_event" if engine.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER audit_event_no_{verb}{table}"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def breaks(engine: Engine, *anchors: Anchor) -> list[str]:
    with Session(engine) as session:
        return [str(one) for one in audit.verify(session, "T1", anchors)]


def anchored(engine: Engine, place: str = "the safe") -> Anchor:
    with Session(engine) as session:
        seq, digest = audit.head(session, "T1")
    return Anchor(workspace="T1", seq=seq, digest=digest, at=NOW, place=place)


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
    assert breaks(engine) == ["event 3 was changed"]


def test_a_removed_event_is_named_by_range(engine: Engine) -> None:  # S12
    write(engine, 6)
    tamper(engine, "DELETE FROM audit_event WHERE seq IN (3, 4)")
    assert breaks(engine) == ["events 3 to 4 are missing"]


def test_two_events_that_changed_places_are_found(engine: Engine) -> None:  # S12
    write(engine, 4)
    tamper(
        engine,
        "UPDATE audit_event SET seq = 20 WHERE seq = 2",
        "UPDATE audit_event SET seq = 2 WHERE seq = 3",
        "UPDATE audit_event SET seq = 3 WHERE seq = 20",
    )
    assert breaks(engine) == ["events 2 to 3 are not where they were written"]


def test_an_edited_event_with_its_digest_made_anew_is_found_by_the_next(engine: Engine) -> None:  # S12
    write(engine, 3)
    with Session(engine) as session:
        event = audit.story(session, "req_1")[0]
    forged = event.model_copy(update={"actor": "cy"}).sealed().digest
    tamper(engine, f"UPDATE audit_event SET actor = 'cy', digest = '{forged}' WHERE seq = 2")
    assert breaks(engine) == ["events 2 to 3 do not follow from each other"]


@pytest.mark.parametrize(
    "change",
    [
        "facts = '{'",
        "facts = '[]'",
        pytest.param("at = 'yesterday'", marks=engines.sqlite_only),
        pytest.param("seq = 'two'", marks=engines.sqlite_only),
    ],
)
def test_an_event_that_cannot_be_read_is_a_break_and_no_crash(engine: Engine, change: str) -> None:  # S12
    write(engine, 2)
    tamper(engine, f"UPDATE audit_event SET {change} WHERE seq = 2")
    assert breaks(engine) == ["event 2 cannot be read"]


COLUMNS = st.sampled_from(["actor", "action", "subject", "why", "facts", "trace", "at", "previous", "digest"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COLUMNS, st.integers(1, 5))
def test_no_edit_of_any_column_goes_unseen(engine: Engine, column: str, seq: int) -> None:  # S12
    workspace = f"T{uuid.uuid4()}"
    write(engine, 6, workspace)
    edited = f"UPDATE audit_event SET {column} = 7 WHERE seq = {seq} AND workspace = '{workspace}'"
    with engine.connect() as connection:
        table = " ON audit_event" if engine.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER IF EXISTS audit_event_no_update{table}"))
        connection.execute(text(edited))
        connection.commit()
    with Session(engine) as session:
        assert audit.verify(session, workspace)


def test_a_cut_off_end_is_found_by_the_anchor_alone(engine: Engine) -> None:  # S12, G8
    write(engine, 6)
    anchor = anchored(engine)
    tamper(engine, "DELETE FROM audit_event WHERE seq > 3")
    assert breaks(engine) == []
    assert breaks(engine, anchor) == ["events 4 to 6 are missing (the safe)"]


def test_an_anchor_that_agrees_says_nothing_and_another_workspaces_is_not_asked(engine: Engine) -> None:
    write(engine, 3)
    anchor = anchored(engine)
    write(engine, 2)
    assert breaks(engine, anchor, anchor.model_copy(update={"workspace": "T2", "seq": 9})) == []


def test_a_stretch_of_edited_events_is_one_range(engine: Engine) -> None:  # G8
    write(engine, 8)
    tamper(engine, "UPDATE audit_event SET actor = 'cy' WHERE seq IN (3, 4, 5, 7)")
    assert breaks(engine) == ["events 3 to 5 were changed", "event 7 was changed"]


def test_events_far_apart_that_changed_places_are_both_named(engine: Engine) -> None:  # S12, G8
    write(engine, 6)
    tamper(
        engine,
        "UPDATE audit_event SET seq = 20 WHERE seq = 2",
        "UPDATE audit_event SET seq = 2 WHERE seq = 5",
        "UPDATE audit_event SET seq = 5 WHERE seq = 20",
    )
    assert breaks(engine) == ["event 2 is not where it was written", "event 5 is not where it was written"]


def test_an_event_that_was_put_in_is_named_with_what_it_pushed_down(engine: Engine) -> None:  # S12, G8
    write(engine, 5)
    with Session(engine) as session:
        third = audit.story(session, "req_2")[0]
    forged = third.model_copy(update={"seq": 4, "actor": "cy", "previous": third.digest}).sealed()
    tamper(
        engine,
        # What a person with the file in hand can do: the constraints are theirs, too.
        "CREATE TABLE loose AS SELECT * FROM audit_event",
        "DROP TABLE audit_event",
        "ALTER TABLE loose RENAME TO audit_event",
        "UPDATE audit_event SET seq = seq + 1 WHERE seq > 3",
        "INSERT INTO audit_event SELECT 99, workspace, 4, at, 'cy', action, subject, why, facts, trace, digest, "
        f"'{forged.digest}' FROM audit_event WHERE seq = 3",
    )
    assert breaks(engine) == ["event 4 was put in later", "events 5 to 6 are not where they were written"]


def test_a_hole_that_was_closed_up_is_named(engine: Engine) -> None:  # S12, G8
    write(engine, 6)
    tamper(
        engine,
        "DELETE FROM audit_event WHERE seq = 3",
        "UPDATE audit_event SET seq = 3 WHERE seq = 4",
        "UPDATE audit_event SET seq = 4 WHERE seq = 5",
        "UPDATE audit_event SET seq = 5 WHERE seq = 6",
    )
    assert breaks(engine) == ["event 3 is missing", "events 3 to 5 are not where they were written"]


def test_a_chain_that_was_written_anew_is_found_by_every_anchor(engine: Engine) -> None:  # S12, G8
    write(engine, 3)
    first = anchored(engine, "Monday")
    write(engine, 3)
    second = anchored(engine, "Tuesday")
    tamper(engine, "DELETE FROM audit_event WHERE seq > 4")
    write(engine, 4)
    assert breaks(engine) == []
    assert breaks(engine, first, second) == ["events 4 to 6 are not what was anchored (Tuesday)"]


def test_nobodys_name_stands_in_the_chain(engine: Engine) -> None:
    write(engine, 2)
    with Session(engine) as session:
        [first], [second] = audit.story(session, "req_0"), audit.story(session, "req_1")
        assert first.actor == second.actor != "ana"
        assert aliases.name(session, first.actor) == "ana"


def test_a_change_that_fails_leaves_no_event(engine: Engine) -> None:
    with pytest.raises(RuntimeError), database.transaction(engine) as session:
        audit.append(session, workspace="T1", actor="ana", action="x", subject="y", now=NOW)
        raise RuntimeError("the change did not happen")
    with Session(engine) as session:
        assert audit.head(session, "T1") == (0, START)


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
    with engine.connect() as connection, pytest.raises(IntegrityError, match=r"(?i)unique"):
        connection.execute(text(f"INSERT INTO audit_event {columns} SELECT {copied} WHERE seq = 2"))


def test_no_payload_fits_into_an_event(engine: Engine) -> None:  # SD4
    with pytest.raises(ValidationError), database.transaction(engine) as session:
        audit.append(
            session,
            workspace="T1",
            actor="ana",
            action="x",
            subject="y",
            facts={"answers": ["what ana wrote"]},
            now=NOW,
        )
