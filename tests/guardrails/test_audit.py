"""The audit chain: append-only, and any tampering is found and named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot import database
from guardrails import audit
from guardrails.admission import LONGEST, PER_HOUR, admit

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


def tamper(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
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
    tamper(engine, "UPDATE audit_event SET seq = CASE seq WHEN 2 THEN 30 ELSE seq END WHERE seq = 2")
    assert breaks(engine) != []


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


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({"guest": False, "bot": False, "text": "a survey", "recent": 1}, True),
        ({"guest": True, "bot": False, "text": "a survey", "recent": 1}, False),
        ({"guest": False, "bot": True, "text": "a survey", "recent": 1}, False),
        ({"guest": False, "bot": False, "text": "a survey", "recent": PER_HOUR + 1}, False),
        ({"guest": False, "bot": False, "text": "x" * (LONGEST + 1), "recent": 1}, False),
        ({"guest": False, "bot": False, "text": " \n", "recent": 1}, False),
    ],
)
def test_admission_says_who_may_ask_and_always_why(facts: dict[str, object], allowed: bool) -> None:
    admission = admit(**facts)  # type: ignore[arg-type]  # the table's values have the right types
    assert admission.allowed is allowed
    assert admission.why
