"""The record at a million events: `python -m bench.audit`. Limits: an app's story 1 s, one event more 1 ms."""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot import database, telling
from guardrails import audit
from guardrails.chain import START
from runtime import apps
from templates.audience import Audience
from templates.bundle import canonical_json, digest_of

EVENTS = 1_000_000
APPS = 2_000
BUSY = 100
"""One event in so many is a visit to the busiest app; of the others each app has its share."""
ROUNDS = 200
ACTIONS = ("request.understood", "app.reviewed", "preview.opened", "visitor.signed_in", "app.reminded")


def chain(names: list[str]) -> Iterator[tuple[str | int, ...]]:
    """A chain as `audit.append` would have made it, some hundred times faster."""
    previous: str = START
    for seq in range(1, EVENTS + 1):
        busy = seq % BUSY == 0
        event = {
            "workspace": "T1",
            "seq": seq,
            "at": 1_700_000_000 + seq,
            "actor": f"person_{seq % 500:012x}",
            "action": "visitor.signed_in" if busy else ACTIONS[seq % len(ACTIONS)],
            "subject": names[0 if busy else seq % APPS],
            "why": "",
            "facts": {"bundle": previous},
            "trace": f"{seq:032x}",
            "previous": previous,
        }
        previous = digest_of(canonical_json(event))
        yield (*(one if name != "facts" else json.dumps(one) for name, one in event.items()), previous)  # type: ignore[misc]  # a row of plain columns


def main() -> None:
    """Print one line a question."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "control.db"
        engine = database.connect(f"sqlite:///{path}")
        database.migrate(engine)
        with database.transaction(engine) as session:
            everyone = Audience(kind="org", label="everyone")
            made = [_app(session, number, everyone) for number in range(APPS)]
        columns = "workspace, seq, at, actor, action, subject, why, facts, trace, previous, digest"
        with closing(sqlite3.connect(path)) as rows:
            rows.executescript("PRAGMA cache_size=-800000; PRAGMA synchronous=OFF")
            rows.executemany(f"INSERT INTO audit_event ({columns}) VALUES ({'?,' * 10}?)", chain(made))
            rows.commit()
        for what, name in (("the busiest app", made[0]), ("any other app", made[7])):
            with database.reading(path) as session:
                timed(f"the story of {what}", partial(telling.story, session, name))
        with database.transaction(engine) as session:
            timed("one event more", lambda: _append(session), ROUNDS)
        with database.reading(path) as session:
            timed("verify all of it", lambda: audit.verify(session, "T1"))
        engine.dispose()


def _app(session: Session, number: int, everyone: Audience) -> str:
    made = apps.create(
        session,
        app=f"app_{number}",
        workspace="T1",
        title=f"App {number}",
        template="survey@1.0",
        owner="person_1",
        collaborators=(),
        named=(),
        audience=everyone,
        channel="C1",
        trace="",
        now=1,
    )
    return made.id


def _append(session: Session) -> None:
    audit.append(session, workspace="T1", actor="ana", action="x", subject="app_1", facts={"n": 1}, now=1)


def timed(what: str, act: Callable[[], object], rounds: int = 1) -> None:
    """Print the milliseconds that doing it once takes."""
    began = time.perf_counter()
    for _ in range(rounds):
        act()
    print(f"{what:30} {(time.perf_counter() - began) * 1000 / rounds:10.1f} ms at {EVENTS:,} events", flush=True)


if __name__ == "__main__":
    main()
