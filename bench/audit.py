"""The record at a million events: `python -m bench.audit`. Goals: an app's story 1 s, one event more adds 1 ms.

One event is put beside the bare INSERT of the row that it writes, in turns, on the same connection: by the clock and in
CPU time, because a shared machine takes a thread off its core for longer than the work lasts.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot import database
from bot.threads import telling
from guardrails import audit
from guardrails.chain import START
from runtime import apps
from templates.audience import Audience
from templates.bundle import canonical_json, digest_of

EVENTS = 1_000_000
APPS = 2_000
BUSY = 100
"""One event in so many is a visit to the busiest app; of the others each app has its share."""
ROUNDS = 2_000
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
        yield (*(one if name != "facts" else json.dumps(one) for name, one in event.items()), previous)


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
            beside("one event more, in a transaction", lambda number: _append(session), _bare(session))
        beside("one event more, with its own commit", partial(_committed, engine, _append), None)
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
    facts = {"bundle": START, "decision": "allow", "policy": START}
    why = "The app keeps what people answer, and nothing else."
    audit.append(
        session,
        workspace="T1",
        actor="ana",
        action="app.reviewed",
        subject="app_1",
        facts=facts,
        why=why,
        now=1,
        trace="0" * 32,
    )


def _committed(engine: Engine, act: Callable[[Session], None], number: int) -> None:
    with database.transaction(engine) as session:
        act(session)


def _bare(session: Session) -> Callable[[int], None]:
    """The same row by the database's own driver, in a chain of its own."""
    _append(session)
    row = session.connection().exec_driver_sql("SELECT * FROM audit_event ORDER BY seq DESC LIMIT 1").mappings().one()
    names = [name for name in row if name != "id"]
    values = [row[name] for name in names]
    seq, previous = names.index("seq"), names.index("previous")
    driver: Any = session.connection().connection.driver_connection
    words = f"INSERT INTO audit_event ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    values[names.index("workspace")] = "T2"

    def insert(number: int) -> None:
        values[seq], values[previous] = number, f"sha256:{number:064x}"
        driver.execute(words, values)

    return insert


def beside(what: str, act: Callable[[int], None], bare: Callable[[int], None] | None) -> None:
    """Print p50 and p99 of doing it, by the clock and in CPU time, beside the bare work."""
    took: dict[str, list[tuple[float, float]]] = {what: [], "  a bare INSERT of its row": []}
    for number in range(ROUNDS):
        for name, one in zip(took, (act, bare), strict=True):
            if one is not None:
                wall, cpu = time.perf_counter(), time.thread_time()
                one(number)
                took[name].append((time.perf_counter() - wall, time.thread_time() - cpu))
    for name, pairs in took.items():
        if pairs:
            (wall50, wall99), (cpu50, cpu99) = map(_quantiles, zip(*pairs, strict=True))
            print(f"{name:36} p50 {wall50:6.3f}  p99 {wall99:6.3f} ms   CPU p50 {cpu50:6.3f}  p99 {cpu99:6.3f} ms")


def _quantiles(took: Sequence[float]) -> tuple[float, float]:
    ranked = sorted(took)
    return ranked[len(ranked) // 2] * 1000, ranked[int(len(ranked) * 0.99)] * 1000


def timed(what: str, act: Callable[[], object]) -> None:
    """Print the milliseconds that it takes."""
    began = time.perf_counter()
    act()
    print(f"{what:36} {(time.perf_counter() - began) * 1000:10.1f} ms at {EVENTS:,} events", flush=True)


if __name__ == "__main__":
    main()
