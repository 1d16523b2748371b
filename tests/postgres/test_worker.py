"""What a gateway worker knows of a control database in PostgreSQL: how fresh, how long without it, by which role."""

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from guardrails import keys
from guardrails.keys import KeyRow, Trust
from runtime import apps, walls
from runtime.apps import Stage
from runtime.postgres import Away
from runtime.postgres_routes import FRESH, GRACE, PostgresSource, Reader
from runtime.routes import Routes
from tests import engines
from tests.guardrails.signed import key
from tests.postgres.cluster import running
from tests.runtime import scene
from tests.runtime.scene import NOW
from tests.workspace.harbour import free_port, until

pytestmark = pytest.mark.postgres
GRANTS = (
    "app, app_grant, clock, deployment, freeze_line, identity, lease, person, route_version, secret, signing_key, "
    "tombstone, visit_session"
)
"""Tables that docs/postgres.md lets the gateway's role and the broker's read."""


class Watch:
    """Seconds, which a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    one = engines.fresh(tmp_path)
    with Session(one) as session, session.begin():
        scene.app(session)
        scene.publish(session)
    yield one
    one.dispose()


def move(engine: Engine, stage: Stage) -> None:
    with Session(engine) as session, session.begin():
        apps.move(session, "app_1", stage, NOW)


def opens(routes: Routes) -> bool:
    route = routes.find("lunch-survey", "live")
    return route is not None and route.open(NOW)


def test_a_change_is_told_and_nobody_has_to_ask(engine: Engine) -> None:
    watch = Watch()  # it stands still: no time comes to ask by itself
    routes = Routes(PostgresSource(engines.plain(engine), watch))
    assert opens(routes)
    move(engine, Stage.SUSPENDED)
    until(lambda: not opens(routes))
    move(engine, Stage.LIVE)
    until(lambda: opens(routes))
    routes.close()


def test_what_nobody_told_is_known_within_half_a_second(engine: Engine) -> None:
    watch = Watch()
    source = PostgresSource(engines.plain(engine), watch)
    routes = Routes(source)
    assert opens(routes)
    source._look.unregister(source._connection.fileno())  # type: ignore[union-attr]  # it looks at nothing any more
    move(engine, Stage.SUSPENDED)
    assert opens(routes)
    watch.at += FRESH
    assert not opens(routes)
    routes.close()


def test_without_the_server_what_is_known_is_served_for_a_while_then_nothing_and_all_when_it_is_back(
    engine: Engine,
) -> None:
    watch = Watch()
    routes = Routes(PostgresSource(engines.plain(engine), watch))
    assert opens(routes)
    refuse(engine)
    until(lambda: _away(lambda: routes.find("nobody", "live")))
    assert opens(routes), "known, and the server is gone for no time at all"
    watch.at += GRACE + 0.1
    with pytest.raises(Away, match="nothing is served by what was known"):
        routes.find("lunch-survey", "live")
    admit(engine)
    watch.at += 1
    until(lambda: (watch.__setattr__("at", watch.at + 1), not _away(lambda: opens(routes)))[1])
    assert opens(routes)
    routes.close()


def refuse(engine: Engine) -> None:
    """Nobody may connect any more, and whoever was is gone."""
    name = engine.url.database
    engine.dispose()
    admin = engine.url.set(database="postgres")
    from bot import database

    other = database.connect(admin.render_as_string(hide_password=False).replace("+psycopg", ""))
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
    other.dispose()


def admit(engine: Engine) -> None:
    """As before."""
    from bot import database

    admin = engine.url.set(database="postgres").render_as_string(hide_password=False).replace("+psycopg", "")
    other = database.connect(admin)
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {engine.url.database} ALLOW_CONNECTIONS true"))
    other.dispose()


def _away(act: object) -> bool:
    try:
        act()  # type: ignore[operator]  # a callable
    except Away:
        return True
    return False


def test_a_server_that_does_not_answer_holds_a_worker_up_for_a_second_at_most(engine: Engine) -> None:
    reader = Reader(engines.plain(engine))
    began = time.monotonic()
    with pytest.raises(Away, match="did not answer"):
        reader.rows("SELECT pg_sleep(30)")
    assert time.monotonic() - began < 5
    with pytest.raises(Away):
        reader.rows("SELECT 1")
    until(lambda: not _away(lambda: reader.rows("SELECT 1")))
    reader.close()


def test_a_worker_reads_and_can_change_nothing(engine: Engine) -> None:
    """By a role that is granted no more than docs/postgres.md says."""
    role = f"reader_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"GRANT SELECT ON {GRANTS} TO {role}"))
        connection.commit()
    url = engines.plain(engine).replace("slipway@", f"{role}@")
    routes = Routes(url)
    assert opens(routes)
    assert routes.session("none", "app_1", "live") is None
    routes.close()
    for statement in (
        "SELECT text FROM request",
        "SELECT actor FROM audit_event",
        "UPDATE app SET stage = 'live'",
        "SET default_transaction_read_only = off; DELETE FROM lease",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY app TO PROGRAM 'true'",
    ):
        reader = Reader(url)
        with pytest.raises(Away):
            reader.rows(statement)
        reader.close()
    with Session(engine) as session:
        assert apps.get(session, "app_1") is not None


def test_the_keys_that_count_are_read_there_too(engine: Engine) -> None:
    url = engines.plain(engine)
    with Session(engine) as session, session.begin():
        session.add(KeyRow(id="k", public="p", created_at=NOW, ends_at=NOW + 1))
    reader = Reader(url)
    trust = Trust(reader.rows, lambda: NOW)
    assert trust.keys() == {}, "a row that was put there is no key"
    with Session(engine) as session, session.begin():
        keys.trust(session, key().id, key().public, NOW)
    assert list(trust.keys()) == [key().id]
    reader.close()
    assert trust.keys() == {}, "who cannot ask trusts nobody"


WALLED = """
import sys
from pathlib import Path
from runtime import seccomp, walls
from runtime.routes import Routes
from runtime import postgres_data, postgres_routes  # as the supervisor has it before workers are forked
built = walls.build(read=(), write=(), scratch=Path(sys.argv[2]))
routes = Routes(sys.argv[1])
seccomp.no_new_code()
print(built.seccomp, routes.find("lunch-survey", "live").open(1_800_000_000))
routes._source._lose(routes._source._connection)
from runtime.postgres import Away
import time
for _ in range(100):
    try:
        routes.find("lunch-survey", "live")
        routes._source.rows("SELECT 1")
        break
    except Away:
        time.sleep(0.1)
print(routes.find("lunch-survey", "live").open(1_800_000_000))
try:
    Routes(sys.argv[3])
except Away as away:
    print("away", away)
"""


def test_behind_its_walls_a_worker_reaches_the_local_socket_and_no_other_server(engine: Engine, tmp_path: Path) -> None:
    port = str(free_port())
    with running(listen_addresses="127.0.0.1", port=port) as other:
        reader = Reader(other)
        assert reader.rows("SELECT 1") == [(1,)]
        reader.close()
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                WALLED,
                engines.plain(engine),
                str(tmp_path),
                f"postgresql://slipway@127.0.0.1:{port}/postgres",
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.stdout.splitlines()[:2] == ["True True", "True"], done.stderr
    assert done.stdout.splitlines()[2].startswith("away PostgreSQL cannot be reached")
    assert walls.database(engines.plain(engine)) == ()
