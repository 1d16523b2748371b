"""From an app's code to the outside and back: a gateway worker, a broker process, a server over TLS."""

import asyncio
import base64
import json
import logging
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlmodel import Session

from bot import telemetry
from guardrails import grants
from runtime import apps, outside
from runtime.board import Seat
from runtime.broker import secret
from runtime.broker.vault import Purpose
from runtime.call import Call, Visitor
from runtime.traces import Spans
from templates.manifest import Capability, EgressCapability, Limits, MailCapability
from tests.runtime import scene
from tests.runtime.broker.brokering import RING, Brokering
from tests.runtime.broker.internet import Internet, Seen, ok
from tests.runtime.door import Door
from tests.runtime.scene import NOW

pytestmark = pytest.mark.scenario

SECRET = "sesame-open-7"
SOURCE = """
export async function handle(call) {
  const url = (path) => "https://HOST" + path;
  const pages = {
    "/": () => "a page that asks for nothing",
    "/fetch": async () => JSON.stringify(await egress.fetch(url("/data"), { headers: { accept: "text/plain" } })),
    "/slow": async () => (await egress.fetch(url("/slow"))).body,
    "/key": async () => {
      const headers = { authorization: "Bearer {{secret:api-key}}", "content-type": "application/json" };
      const got = await egress.fetch(url("/echo"), { method: "POST", headers, body: '{"key": "{{secret:api-key}}"}' });
      return JSON.stringify(got);
    },
    "/spoof": async () => {
      const lie = { app: "app_2", token: "x", seconds: 99, key: "k", granted: ["HOST"] };
      return (await egress.fetch(url("/data"), lie)).body;
    },
    "/other": async () => JSON.stringify(await said(() => egress.fetch("https://api.foo.com/"))),
    "/many": async () => {
      const all = await Promise.all([...Array(12)].map((_, at) => said(() => egress.fetch(url("/data?" + at)))));
      return JSON.stringify(all.map((one) => one.status ?? one.kind));
    },
    "/mail": async () => {
      const to = (call.query.to ?? ["ben@example.com"])[0];
      return JSON.stringify(await said(() => mail.send({ to, subject: "Lunch", text: "Soup at noon" })));
    },
    "/keep": async () => {
      store.insert("answers", { meal: "before" });
      const got = (await egress.fetch(url("/slow"))).body;
      store.insert("answers", { meal: got });
      return String(store.count("answers"));
    },
    "/count": () => String(store.count("answers")),
  };
  return await pages[call.path]();
}
async function said(work) {
  try { return await work(); } catch (error) { return { name: error.name, kind: error.kind, why: error.message }; }
}
"""
LIMITS = Limits(cpu_ms=500, wall_ms=1500)


@pytest.fixture(scope="session")
def whole_broker(open_door: Door, whole_internet: Internet) -> Iterator[Brokering]:
    made = Brokering(open_door.folder, whole_internet)
    yield made
    made.kill()


class App:
    """An app that calls the test's server, and whoever visits it."""

    def __init__(self, door: Door, internet: Internet) -> None:
        self.door, self.internet = door, internet
        host = internet.host()
        self.granted = (f"egress:{host}", "mail:example.com", "store", "notify")
        self.publish(
            EgressCapability(hosts=(host,), requests_per_hour=10_000), MailCapability(domains=("example.com",))
        )

    def publish(self, *declared: Capability, granted: Sequence[str] | None = None, name: str = "app_1") -> None:
        wanted = self.granted if granted is None else tuple(granted)
        source = SOURCE.replace("HOST", self.internet.host())
        self.door.publish(source, name, granted=wanted, declared=declared, limits=LIMITS)
        self.visitor = self.door.visitor("ana")

    def get(self, path: str) -> httpx2.Response:
        return self.visitor.get(path)

    def told(self, path: str) -> dict[str, object]:
        reply = self.get(path)
        assert reply.status_code == 200, reply.text
        found: dict[str, object] = json.loads(reply.text)
        return found

    def blocked(self) -> Sequence[object]:
        return [asked["name"] for question, asked in self.door.control.asked if question == "blocked"]

    def used(self) -> dict[str, object]:
        names = ("egress_requests", "egress_bytes", "mails")
        return {name: number for name, number in self.door.records()[-1].items() if name in names}

    def revoke(self, name: str) -> None:
        with Session(self.door.engine) as session, session.begin():
            grants.revoke(session, "app_1", NOW, name)
            apps.touch_routes(session)


@pytest.fixture
def app(door: Door, internet: Internet, whole_broker: Brokering) -> App:
    return App(door, internet)


def test_an_app_gets_what_it_asked_for(app: App) -> None:  # S2
    app.internet.script["/data"] = ok(b"soup", "content-type: text/plain", "set-cookie: a=b", "x-left: 4")
    assert app.told("/fetch") == {
        "status": 200,
        "headers": {"content-type": "text/plain", "x-left": "4"},
        "body": "soup",
        "encoding": "text",
    }
    (seen,) = app.internet.seen
    assert (seen.method, seen.path, seen.headers["accept"]) == ("GET", "/data", "text/plain")


def test_what_was_used_outside_is_spooled_and_not_shown_to_the_app(app: App) -> None:  # G9
    assert "spent" not in app.told("/fetch")
    used = app.used()
    assert used["egress_requests"] == 1
    assert 500 < int(str(used["egress_bytes"])) < 10_000
    app.told("/mail")
    assert app.used() == {"mails": 1}
    app.get("/")
    assert app.used() == {}


def test_a_secret_leaves_as_its_value_and_comes_back_as_its_name(app: App) -> None:  # S5
    purpose = Purpose("T1", "app_1", "api-key", (app.internet.host(),))
    with Session(app.door.engine) as session, session.begin():
        secret.put(session, purpose, RING.seal(purpose, SECRET.encode()), NOW)

    def echo(seen: Seen) -> bytes:
        return ok(seen.body + seen.headers["authorization"].encode(), f"x-echo: {SECRET}")

    app.internet.script["/echo"] = echo
    got = app.told("/key")
    assert app.internet.seen[0].headers["authorization"] == f"Bearer {SECRET}"
    assert app.internet.seen[0].body == b'{"key": "%b"}' % SECRET.encode()
    assert got["body"] == '{"key": "{{secret:api-key}}"}Bearer {{secret:api-key}}'
    assert SECRET not in json.dumps(got)


def test_a_secret_that_was_used_stands_in_nothing_that_is_kept_told_or_logged(  # S5, T16
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    exporter = InMemorySpanExporter()
    known = trace.get_tracer_provider()
    provider = known if isinstance(known, TracerProvider) else telemetry.start("slipway-test")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # A worker that started with telemetry on.
    app.door.gateway._spans = Spans(lambda: NOW)
    purpose = Purpose("T1", "app_1", "api-key", (app.internet.host(),))
    with Session(app.door.engine) as session, session.begin():
        secret.put(session, purpose, RING.seal(purpose, SECRET.encode()), NOW)
    app.internet.script["/echo"] = lambda seen: ok(seen.body, f"x-echo: {SECRET}")
    app.told("/key")
    app.internet.script["/echo"] = lambda seen: ok(SECRET.encode(), status=f"500 {SECRET}")
    told = json.dumps(app.told("/key"))
    app.door.settle()
    with app.door.engine.connect() as connection:
        kept = "\n".join(connection.connection.iterdump())
    spans = [one.to_json() for one in exporter.get_finished_spans()]
    assert any('"visit"' in one for one in spans)
    shown = [told, kept, caplog.text, str(app.door.control.asked), str(app.door.records()), *spans]
    forms = (SECRET, SECRET.encode().hex(), base64.b64encode(SECRET.encode()).decode().rstrip("="))
    for form in forms:
        assert not [one for one in shown if form in one]
        for path in app.door.folder.rglob("*"):
            if path.is_file():
                assert form.encode() not in path.read_bytes(), path


def test_a_mail_goes_out_once_and_only_where_it_may(app: App, whole_broker: Brokering) -> None:  # S11
    before = len(whole_broker.mails())
    assert app.told("/mail") == {"sent": True}
    assert app.told("/mail?to=eve@evil.net") == {
        "name": "MailError",
        "kind": "blocked",
        "why": "blocked: @evil.net: not granted: mail to evil.net; "
        "the template.yaml line that asks for it: - kind: mail, domains: [evil.net]",
    }
    sent = whole_broker.mails()
    assert len(sent) == before + 1
    assert any("To: ben@example.com" in one and "Soup at noon" in one for one in sent)
    assert app.blocked() == ["@evil.net"]


def test_a_host_that_was_not_granted_is_refused_and_control_is_told_once(app: App) -> None:  # S2
    for _ in range(2):
        refused = app.told("/other")
        assert (refused["name"], refused["kind"]) == ("EgressError", "blocked")
        assert str(refused["why"]).startswith("blocked: api.foo.com: not granted: egress to api.foo.com; ")
    assert app.blocked() == ["api.foo.com"]
    assert app.internet.connections == 0


def test_a_grant_that_is_taken_back_stops_the_next_call(app: App) -> None:  # S4, S11
    assert app.get("/fetch").status_code == 200
    app.revoke(app.granted[0])
    assert app.get("/fetch").status_code == 403
    assert app.get("/").status_code == 200, "the rest of the app goes on"
    assert app.told("/mail") == {"sent": True}
    assert app.blocked() == [app.internet.host()]
    assert len(app.internet.seen) == 1


def test_an_app_without_any_grant_reaches_nothing(door: Door, internet: Internet, app: App) -> None:  # S2
    for name in app.granted:
        app.revoke(name)
    assert app.get("/fetch").status_code == 403
    assert app.told("/mail")["kind"] == "blocked"
    assert internet.connections == 0


def test_what_the_app_says_of_itself_counts_for_nothing(app: App) -> None:  # S3, S4
    assert app.get("/spoof").text == "hello"


def test_one_visit_asks_for_so_many_things_and_no_more(app: App) -> None:  # S6
    kinds: object = app.told("/many")
    assert isinstance(kinds, list)
    assert kinds[outside.MOST :] == ["limit", "limit"]
    assert kinds.count(200) == len(app.internet.seen) == 8, "the broker's own limit is eight at the same time"


def test_others_are_served_while_a_call_waits(app: App) -> None:  # S1
    app.internet.script["/slow"] = [0.5, ok(b"late soup")]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(app.get, "/slow")
        time.sleep(0.1)
        began = time.perf_counter()
        assert app.door.visitor("ben").get("/").status_code == 200
        assert time.perf_counter() - began < 0.3
        assert waits.result(5).text == "late soup"


def test_an_answer_that_comes_too_late_is_an_error_in_time_for_the_app(app: App) -> None:  # S6
    app.internet.script["/slow"] = [30.0]
    began = time.perf_counter()
    assert app.get("/slow").status_code == 500
    assert time.perf_counter() - began < LIMITS.wall_ms / 1000
    assert app.used()["egress_requests"] == 1


def test_the_store_is_the_same_behind_a_wait_even_if_the_routes_changed(app: App) -> None:
    app.internet.script["/slow"] = [0.3, ok(b"after")]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(app.get, "/keep")
        time.sleep(0.1)
        assert app.door.visitor("ben").get("/count").text == "1"
        with Session(app.door.engine) as session, session.begin():
            apps.touch_routes(session)
        app.door.visitor("ben").get("/count")
        assert waits.result(5).text == "2"


def test_an_app_that_ends_while_it_waits_does_not_go_on(app: App) -> None:  # G1
    app.internet.script["/slow"] = [0.3, ok(b"after")]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(app.get, "/keep")
        time.sleep(0.1)
        with Session(app.door.engine) as session, session.begin():
            apps.move(session, "app_1", apps.Stage.ARCHIVED, NOW)
        assert waits.result(5).status_code == 403
    assert app.door.records()[-1]["result"] == "Denied"


def test_a_worker_that_dies_while_an_app_waits_is_not_held_against_the_app(app: App) -> None:  # S1
    app.internet.script["/slow"] = [0.3, ok(b"after")]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(app.get, "/slow")
        time.sleep(0.15)
        assert Seat(app.door.board, 0).left is None, "nothing of it computes now"
        assert waits.result(5).text == "after"


def test_a_gate_that_was_closed_is_not_counted_against_the_app(app: App) -> None:  # S11
    app.revoke(app.granted[0])
    assert [app.get("/fetch").status_code for _ in range(3)] == [403] * 3
    end = time.monotonic() + 5
    while not (told := [asked for question, asked in app.door.control.asked if question == "breached"]):
        assert time.monotonic() < end, "control was not told"
        time.sleep(0.005)
    assert {(one["kind"], one["row"]) for one in told} == {("Denied", 0)}


def test_a_visitor_who_goes_away_leaves_no_instance_behind(app: App) -> None:  # S1
    app.internet.script["/slow"] = [0.2, ok(b"late")]
    cookie = app.visitor.headers["cookie"]
    for _ in range(4):
        with ThreadPoolExecutor(3) as pool:
            head = f"GET /slow HTTP/1.1\r\nhost: lunch-survey.localhost\r\ncookie: {cookie}\r\n\r\n".encode()
            for one in [pool.submit(_leave, app.door, head) for _ in range(3)]:
                one.result(5)
    assert app.get("/slow").text == "late"
    assert app.get("/").status_code == 200


def _leave(door: Door, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", door.port), timeout=5) as one:
        one.sendall(head)
        time.sleep(0.05)


def test_when_the_broker_dies_the_app_is_told_and_goes_on(app: App, whole_broker: Brokering) -> None:
    app.internet.script["/slow"] = [5.0, ok(b"late")]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(app.get, "/keep")
        time.sleep(0.2)
        whole_broker.kill()
        try:
            assert waits.result(5).status_code == 500
            assert app.told("/mail") == {
                "name": "MailError",
                "kind": "unavailable",
                "why": "mail.send: nothing leaves the machine right now",
            }
            assert app.get("/").status_code == 200
        finally:
            whole_broker.start()
    assert app.get("/fetch").status_code == 200


def test_without_an_issuer_apps_that_call_out_are_not_begun(app: App) -> None:  # S3
    way, app.door.host._way = app.door.host._way, None
    try:
        assert app.get("/fetch").status_code == 503
        assert app.get("/").status_code == 503
    finally:
        app.door.host._way = way
    assert app.get("/fetch").status_code == 200


def test_a_call_that_runs_when_the_issuer_goes_finishes_and_the_next_gets_503(app: App) -> None:  # S3
    app.internet.script["/slow"] = [0.4, ok(b"late soup")]
    host = app.door.host
    way = host._way
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(app.get, "/slow")
        time.sleep(0.15)
        host._way = None
        try:
            assert app.get("/fetch").status_code == 503
            assert (waits.result(5).status_code, waits.result().text) == (200, "late soup")
        finally:
            host._way = way


def test_a_preview_reaches_nothing_outside_whatever_the_live_app_was_granted(app: App) -> None:  # S11
    host = app.internet.host()
    declared = (EgressCapability(hosts=(host,)), MailCapability(domains=("example.com",)))
    loaded = app.door.loaded(app.door.bundles.put(scene.bundle(SOURCE.replace("HOST", host), declared)))
    call = Call("GET", "/fetch", Visitor("v", "Ana"), NOW, "r1", stage="preview")
    outcome = app.door.host.rehearse(loaded, call)
    assert "a preview reaches nothing outside; this works once the app is live" in str(outcome)
    assert app.internet.connections == 0


def test_places_are_shared_out_and_waited_for_a_bounded_time() -> None:  # S1
    async def crowd() -> list[str]:
        places, held = outside.Places(), []

        async def stay(app: str) -> str:
            try:
                async with places.place(app):
                    held.append(app)
                    await asyncio.sleep(0.3)
                    return "in"
            except outside.NotNow:
                return "not now"

        async def count() -> int:
            await asyncio.sleep(0.1)
            return len(held)

        *_, first = await asyncio.gather(*(stay("app_1") for _ in range(5)), count())
        assert first == outside.AT_ONCE_AN_APP
        assert held.count("app_1") == 5, "the others came in when there was room"
        return [await stay("app_2")]

    assert asyncio.run(crowd()) == ["in"]
