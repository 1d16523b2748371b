"""PostgreSQL beside SQLite in one run: `python -m bench.postgres`. The server is one of our own, on a unix socket.

Both keep what they were told: PostgreSQL with its defaults (fsync at each commit), SQLite as Slipway runs it (WAL,
synchronous=NORMAL, which syncs at checkpoints). Each question is put to both in turns.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from bot import database, fencing
from bot.leading import Lease
from guardrails import audit
from runtime import apps
from runtime.appdata import Box
from runtime.routes import Routes
from runtime.stores import stores
from templates.audience import Audience
from tests.postgres.cluster import running

ROUNDS, VISITS, CLAIMS = 300, 20_000, 1_000
NOW = 1_800_000_000
HERE = Audience(kind="channel", id="C1", label="#ops")


def main() -> None:
    """Print one line a question, SQLite's and PostgreSQL's answer beside each other."""
    with tempfile.TemporaryDirectory() as folder, running(fsync="on", full_page_writes="on") as server:
        urls = {"SQLite": f"sqlite:///{folder}/control.db", "PostgreSQL": server}
        engines = {name: database.connect(url) for name, url in urls.items()}
        for one in engines.values():
            database.migrate(one)
            with database.transaction(one) as session:
                _app(session)
        leader = Lease(engines["PostgreSQL"], time.monotonic)
        leader.renew()
        engines["fenced"] = fencing.fence(engines["PostgreSQL"], leader)
        _turns("a transaction that reads one row", {k: lambda k=k: _look(engines[k]) for k in engines})
        _turns("a transaction with one AuditEvent", {k: lambda k=k: _append(engines[k]) for k in engines})
        _claims(urls)
        routes = {"SQLite": Routes(Path(folder) / "control.db"), "PostgreSQL": Routes(server)}
        visits = {k: lambda k=k: routes[k].find("bench", "live") for k in routes}
        _turns("the route of a visit, nothing changed", visits, VISITS)
        _turns("the same, right after a change", {k: lambda k=k: _changed(engines[k], routes[k]) for k in routes})
        boxes = {
            "SQLite": stores(Path(folder) / "data").open("app_1", "live", 100),
            "PostgreSQL": stores(Path(folder), server).open("app_1", "live", 100),
        }
        _turns("an entry kept", {k: lambda k=k: _keep(boxes[k]) for k in boxes})
        _turns("a transaction of two entries", {k: lambda k=k: _two(boxes[k]) for k in boxes})
        _turns("20 entries listed, of 900", {k: lambda k=k: _list(boxes[k]) for k in boxes})
        for one in (*routes.values(), *boxes.values()):
            one.close()
        for engine in engines.values():
            engine.dispose()


def _turns(what: str, asked: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> None:
    took: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, ask in asked.items():
            began = time.perf_counter()
            ask()
            took[name].append(time.perf_counter() - began)
    said = []
    for name, seconds in took.items():
        seconds.sort()
        said.append(f"{name} {_ms(seconds[len(seconds) // 2])} ({_ms(seconds[int(len(seconds) * 0.99)])})")
    print(f"{what}: {', '.join(said)}", flush=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} us" if seconds < 1e-4 else f"{seconds * 1000:.2f} ms"


def _app(session: Session) -> None:
    apps.create(
        session,
        app="app_1",
        workspace="T1",
        title="Bench",
        template="survey@1.0.0",
        owner="ana",
        collaborators=(),
        named=(),
        audience=HERE,
        channel="C1",
        trace="",
        now=NOW,
    )
    apps.touch_routes(session)


def _look(engine: database.Engine) -> None:
    with database.transaction(engine) as session:
        apps.get(session, "app_1")


def _append(engine: database.Engine) -> None:
    with database.transaction(engine) as session:
        audit.append(session, workspace="T1", actor="ana", action="measured", subject="app_1", now=NOW)


def _changed(engine: database.Engine, routes: Routes) -> None:
    with database.transaction(engine) as session:
        apps.touch_routes(session)
    before = routes.version
    while routes.version == before:
        routes.find("bench", "live")


def _keep(box: Box) -> None:
    box.insert("answers", {"meal": "soup", "price": 3.5}, at=NOW, by="v_ana", most=100_000)


def _two(box: Box) -> None:
    box.begin()
    _keep(box)
    _keep(box)
    box.commit()


def _list(box: Box) -> None:
    box.list("answers", {"meal": "soup"}, order="price", descending=True, limit=20, offset=0)


def _claims(urls: Mapping[str, str]) -> None:
    """Claims a second, by how many processes claim at once: a row that is due is looked for and taken."""
    for name, processes in (("SQLite", 1), ("PostgreSQL", 1), ("PostgreSQL", 4), ("PostgreSQL, row by row", 4)):
        with database.connect(urls[name.partition(",")[0]]).begin() as connection:
            connection.execute(text("DELETE FROM home"))
            rows = [{"n": f"U{n}"} for n in range(CLAIMS)]
            connection.execute(
                text(
                    'INSERT INTO home (workspace, "user", asked, shown, attempts, due_at) '
                    "VALUES ('T1', :n, 1, 0, 0, 0)"
                ),
                rows,
            )
        claim = _claim_rows if "row" in name else _claim
        began = time.perf_counter()
        with ProcessPoolExecutor(processes) as pool:
            done = list(pool.map(claim, [urls[name.partition(",")[0]]] * processes))
        took = time.perf_counter() - began
        print(
            f"claims, {name}, {processes} at once: {sum(done) / took:,.0f} a second, shared {sorted(done)}", flush=True
        )


def _claim(url: str) -> int:
    engine, taken = database.connect(url), 0
    while True:
        with database.transaction(engine) as session:
            row = session.execute(text('SELECT "user" FROM home WHERE attempts = 0 ORDER BY "user" LIMIT 1')).first()
            if row is None:
                break
            session.execute(text('UPDATE home SET attempts = 1 WHERE "user" = :user'), {"user": row[0]})
            taken += 1
    engine.dispose()
    return taken


def _claim_rows(url: str) -> int:
    """As it could be without the lock of whoever writes."""
    claim = (
        'UPDATE home SET attempts = 1 WHERE "user" = (SELECT "user" FROM home WHERE attempts = 0 '
        'ORDER BY "user" LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING "user"'
    )
    taken = 0
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        while connection.execute(claim).fetchone() is not None:
            taken += 1
    return taken


if __name__ == "__main__":
    main()
