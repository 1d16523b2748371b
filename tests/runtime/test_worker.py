"""The gateway as the product runs it: supervised processes, two sockets, killed and replaced while people visit."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from guardrails import grants
from runtime import apps, spool
from runtime.bundles import BundleStore
from runtime.identity import COOKIE, open_session
from templates.manifest import Digest, EgressCapability, Limits
from tests.runtime import scene
from tests.runtime.broker.brokering import Brokering
from tests.runtime.broker.internet import Internet, ok
from tests.runtime.door import SOURCE, Control, sign_in
from tests.workspace.harbour import until

pytestmark = pytest.mark.scenario

SLOW = Limits(cpu_ms=1000)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Serving:
    """A running gateway."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    bundles: BundleStore
    digest: Digest
    cookies: Mapping[str, str]
    """ben's, by the host of an app."""
    control: Control
    engine: Engine

    def get(self, path: str, app: str = "lunch-survey") -> httpx2.Response:
        headers = {"host": f"{app}.localhost", "cookie": f"{COOKIE}={self.cookies[app]}"}
        return httpx2.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=30)

    def smoke(self, document: Any) -> httpx2.Response:
        transport = httpx2.HTTPTransport(uds=str(self.folder / "run" / "smoke.sock"))
        with httpx2.Client(transport=transport, base_url="http://worker", timeout=30) as client:
            return client.post("/", json=document)

    def pids(self) -> set[int]:
        """Workers that have run a Call."""
        return {int(path.name.partition("-")[0]) for path in (self.folder / "usage").glob("*.jsonl")}


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("serving")
    engine = scene.database(folder)
    bundles = BundleStore(folder / "bundles")
    digest = bundles.put(scene.bundle(SOURCE))
    now = int(time.time())
    with Session(engine) as session, session.begin():
        scene.app(session)
        scene.publish(session, bundle=digest, now=now)
        scene.app(session, "app_2", "Spinner")
        slow = replace(scene.bundle(SOURCE), manifest=bundles.get(digest).manifest.model_copy(update={"limits": SLOW}))
        scene.publish(session, "app_2", bundle=bundles.put(slow), now=now)
        cookies = {
            host: open_session(
                session, workspace="T1", app=app, stage="live", person="ben", name="Ben", handle="ben", now=now
            )
            for app, host in (("app_1", "lunch-survey"), ("app_2", "spinner"))
        }
    control = Control(folder / "run" / "control.sock", lambda: Session(engine))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.runtime.serving", str(folder), str(port)], cwd=ROOT)
    found = Serving(folder, port, process, bundles, digest, cookies, control, engine)
    try:
        for _ in range(200):
            if (folder / "run" / "smoke.sock").exists():
                break
            time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        assert process.wait(10) == 0
        control.stop()
        engine.dispose()


def test_the_gateway_serves_an_app_and_notes_it(serving: Serving) -> None:
    reply = serving.get("/")
    assert (reply.status_code, reply.text) == (200, "hello Ben")
    assert reply.headers["x-request-id"] in {one["request"] for one in spool.records(serving.folder / "usage")}


def test_a_bundle_is_tried_once_on_the_local_socket_and_leaves_nothing(serving: Serving) -> None:
    assert serving.smoke({"bundle": serving.digest, "now": scene.NOW}).json() == {"problem": ""}
    assert [path.name for path in (serving.folder / "data").glob("rehearsal*")] == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("export function handle(call) { return 1 +; }", "The app does not load: app.js:1:"),
        ("for (;;) {}\nexport function handle(call) {}", "The app does not load: "),
        ("export function handle(call) { for (;;) {} }", "The first page ended with OutOfCpu: "),
        ("export function handle(call) { return { status: 500 }; }", "The first page answered 500."),
    ],
)
def test_what_is_wrong_with_a_bundle_is_said_before_anybody_sees_it(
    serving: Serving, source: str, problem: str
) -> None:
    digest = serving.bundles.put(scene.bundle(source))
    assert serving.smoke({"bundle": digest, "now": scene.NOW}).json()["problem"].startswith(problem)


def test_a_bundle_cannot_bring_code_of_a_machine(serving: Serving) -> None:  # K1
    """Beside the source all files are only ever sent; the worker's kernel refuses it any new code besides."""
    wasm = b"\0asm\1\0\0\0"
    source = 'export function handle(call) { return { status: typeof WebAssembly === "undefined" ? 200 : 500 } }'
    digest = serving.bundles.put(scene.bundle(source, **{"app.wasm": wasm, "guest.cwasm": wasm}))
    assert serving.smoke({"bundle": digest, "now": scene.NOW}).json() == {"problem": ""}


def test_a_bundle_that_is_not_there_and_a_question_that_is_none_are_answered(serving: Serving) -> None:
    assert "cannot be used" in serving.smoke({"bundle": scene.OTHER, "now": scene.NOW}).json()["problem"]
    assert serving.smoke(["?"]).status_code == 400


def test_a_worker_process_and_the_broker_process_bring_an_app_outside_and_back(serving: Serving) -> None:  # S2, S3
    internet = Internet()
    host = internet.host()
    internet.script["/soup"] = ok(b"soup of the day")
    source = f"export async function handle() {{ return (await egress.fetch('https://{host}/soup')).body }}"
    digest = serving.bundles.put(scene.bundle(source, (EgressCapability(hosts=(host,)),), Limits(cpu_ms=500)))
    now = int(time.time())
    with Session(serving.engine) as session, session.begin():
        app = scene.app(session, "app_3", title="Soup of the day")
        scene.publish(session, "app_3", bundle=digest, now=now)
        wanted = (f"egress:{host}",)
        grants.grant(session, workspace="T1", app="app_3", wanted=wanted, proposal="p", until=now + 99, now=now)
        cookie = open_session(
            session, workspace="T1", app="app_3", stage="live", person="ben", name="Ben", handle="ben", now=now
        )
    there = replace(serving, cookies={app.slug: cookie})
    broker = Brokering(serving.folder, internet, now=0)
    try:
        assert there.get("/", app.slug).text == "soup of the day"
        with Session(serving.engine) as session, session.begin():
            grants.revoke(session, "app_3", now)
            apps.touch_routes(session)
        assert there.get("/", app.slug).status_code == 403
    finally:
        broker.kill()
        internet.close()


def test_a_worker_killed_while_people_visit_is_replaced(serving: Serving) -> None:  # S1
    serving.get("/")
    before = complete(serving)
    os.kill(max(serving.pids() & before), signal.SIGKILL)
    began = time.monotonic()
    reply = serving.get("/")
    assert reply.status_code == 200, reply.text
    assert time.monotonic() - began < 2
    until(lambda: serving.get("/") and (workers(serving) - before) & serving.pids(), 20)
    assert all(serving.get("/").status_code == 200 for _ in range(10))


def test_an_app_at_whose_call_a_worker_is_killed_is_named_to_control(serving: Serving) -> None:  # S1
    serving.get("/", "spinner")
    at_rest(serving)
    with ThreadPoolExecutor(1) as visitor:
        spinning = visitor.submit(serving.get, "/spin", "spinner")
        for pid in at_work(serving):
            os.kill(pid, signal.SIGKILL)
        reply = spinning.result(10)
    assert (reply.status_code, "The answer was interrupted" in reply.text) == (503, True)
    assert named_to_control(serving) == {"app": "app_2", "stage": "live", "request": reply.headers["x-request-id"]}
    assert serving.get("/").status_code == 200


def named_to_control(serving: Serving) -> Mapping[str, Any]:
    """The one visit of whose killed worker control was told; it is forgotten then."""
    for _ in range(300):
        told = [document for name, document in serving.control.asked if name == "killed"]
        if told:
            break
        time.sleep(0.02)
    serving.control.forget()
    [one] = told
    return one


def test_a_worker_that_hangs_at_a_visit_is_replaced_and_the_visitor_told(serving: Serving) -> None:  # S1
    serving.get("/", "spinner")
    at_rest(serving)
    with ThreadPoolExecutor(1) as visitor:
        spinning = visitor.submit(serving.get, "/spin", "spinner")
        began = time.monotonic()
        for pid in at_work(serving):
            os.kill(pid, signal.SIGSTOP)
        reply = spinning.result(10)
    assert time.monotonic() - began < 4, "1.5 s of silence, and what this test needs itself"
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")
    assert f"<strong>{reply.headers['x-request-id']}</strong>" in reply.text
    assert named_to_control(serving)["request"] == reply.headers["x-request-id"]


def test_a_host_operation_that_never_returns_ends_with_its_worker(serving: Serving) -> None:  # S1, S6
    """The store's engine waits for ever to open a journal that is a pipe: no clock of the sandbox runs there."""
    now = int(time.time())
    with Session(serving.engine) as session, session.begin():
        app = scene.app(session, "app_4", title="Stuck")
        scene.publish(session, "app_4", bundle=serving.digest, now=now)
        grants.grant(session, workspace="T1", app="app_4", wanted=("store",), proposal="p", until=now + 99, now=now)
        cookie = sign_in(session, "ben", now, app="app_4")
    stuck = replace(serving, cookies={**serving.cookies, app.slug: cookie})
    assert stuck.get("/add", app.slug).text == "1"
    pipe = serving.folder / "data" / "app_4.live.db-journal"
    os.mkfifo(pipe)
    with Session(serving.engine) as session, session.begin():
        apps.touch_routes(session)  # so that the store is opened anew
    before, began = complete(serving), time.monotonic()
    reply = stuck.get("/store", app.slug)
    assert time.monotonic() - began < 4
    pipe.unlink()
    assert (reply.status_code, "The answer was interrupted" in reply.text) == (503, True)
    told = named_to_control(serving)
    assert told == {"app": "app_4", "stage": "live", "request": reply.headers["x-request-id"]}
    assert len(complete(serving) - before) == 1
    assert stuck.get("/store", app.slug).text == "1", "its rows are as they were"


def test_five_hundred_idle_apps_cost_no_process_and_the_first_visit_to_one_is_served(serving: Serving) -> None:  # D1
    assert serving.get("/").status_code == 200
    before = complete(serving)
    with Session(serving.engine) as session, session.begin():
        for number in range(500):
            for table, named in (("app", "id slug"), ("deployment", "id app"), ("lease", "app")):
                copy(session, table, named.split(), f"idle-{number}")
        apps.touch_routes(session)
        slugs = [f"idle-{number}" for number in range(0, 500, 50)]
        cookies = {one: sign_in(session, "ben", int(time.time()), app=one) for one in slugs}
    idle = replace(serving, cookies={**serving.cookies, **cookies})
    for one in slugs:
        assert idle.get("/", one).text == "hello Ben"
    assert workers(serving) == before
    for pid in before:
        keepers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        assert len(keepers) == 1, "a worker has its keeper, and no process besides"


def copy(session: Session, table: str, named: Sequence[str], name: str) -> None:
    """The live app's row once more, with another name in these columns."""
    whose = "id" if table == "app" else "app"
    row = session.connection().exec_driver_sql(f"SELECT * FROM {table} WHERE {whose} = 'app_1'").mappings().one()
    columns = ", ".join(f'"{one}"' for one in row)
    values = tuple(name if one in named else value for one, value in row.items())
    session.connection().exec_driver_sql(
        f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", values
    )


def workers(serving: Serving) -> set[int]:
    children = Path(f"/proc/{serving.process.pid}/task/{serving.process.pid}/children")
    return {int(one) for one in children.read_text().split()}


def complete(serving: Serving) -> set[int]:
    """All workers, once the one that takes the place of one which another test ended has been started as well."""
    until(lambda: len(workers(serving)) == 2)
    return workers(serving)


def at_work(serving: Serving) -> list[int]:
    """The workers that have been computing for a while, as they do in a long Call."""
    for _ in range(100):
        if busy := computing(serving):
            return busy
    raise AssertionError("no worker computes")


def at_rest(serving: Serving) -> None:
    """Wait until no worker computes: one that is just being started is not to be taken for one that is at a Call."""
    rests = 0
    for _ in range(100):
        rests = 0 if computing(serving) else rests + 1
        if rests == 3:
            return
    raise AssertionError("some worker never rests")


def computing(serving: Serving) -> list[int]:
    """The workers that spend at least half of the next tenth of a second computing."""
    before = {pid: ticks(pid) for pid in workers(serving)}
    time.sleep(0.1)
    return [pid for pid in workers(serving) & before.keys() if ticks(pid) - before[pid] >= 5]


def ticks(pid: int) -> int:
    """Hundredths of a second of computing time."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11])
