"""A real gateway worker behind a real socket, asking a real control socket, over a real database; a visitor to send."""

import asyncio
import re
import socket
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from sqlmodel import Session, SQLModel

from bot.control import Ask, ControlSocket, Refused
from guardrails import grants
from runtime import apps, deployments, identity, sleeping, spool, supervisor, worker
from runtime.appdata import SqliteAppData
from runtime.bearer import Issuer
from runtime.begun import Begun
from runtime.board import Board
from runtime.broker_wire import BrokerWire
from runtime.bundles import BundleStore
from runtime.doorman import Doorman
from runtime.gallery import Gallery
from runtime.gateway import Gateway
from runtime.host import Host
from runtime.identity import COOKIE, open_session
from runtime.keeper import Unanswered
from runtime.loaded import Loaded, Loader
from runtime.outside import Way
from runtime.rate import TEAM_REQUESTS_PER_MINUTE, Rate
from runtime.routes import Routes, preview_label
from runtime.sandbox import Sandbox
from runtime.scheduled import Fired, Scheduled
from runtime.smoke import Smoke
from runtime.spool import Spool
from runtime.watch import Watch
from runtime.wire import ControlWire
from templates.manifest import Capability, Digest, Limits
from tests.runtime import scene
from tests.runtime.scene import DAY, NOW

AUTHORIZE = "http://workspace.example/openid/connect/authorize"
PEOPLE = {"code-ana": "ana", "code-ben": "ben", "code-cy": "cy"}
SOURCE = """
const kept = [];
export function handle(call) {
  const pages = {
    "/": () => ({ headers: { "content-type": "text/html" }, body: `hello ${call.visitor.name}` }),
    "/call": () => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(call) }),
    "/keep": () => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(kept.push(call.path)) }),
    "/store": () => ({ body: String(store.count("answers")) }),
    "/save": () => ({ status: 303, headers: { location: "/call?saved=" + call.form.meal[0] }, body: "" }),
    "/tell": () => { notify("soup from the kitchen"); notify("again"); return { body: "told" }; },
    "/add": () => { store.insert("answers", { meal: "soup" }); return { body: String(store.count("answers")) }; },
    "/spin": () => { for (;;) {} },
    "/crash": () => { throw new Error("the kitchen is closed"); },
    "/split": () => ({ headers: { "content-type": "text/html\\r\\nset-cookie: a=b", "set-cookie": "a=b" }, body: "x" }),
    "/away": () => ({ status: 303, headers: { location: "https://evil.example/" }, body: "" }),
    "/empty": () => ({ status: 204, body: "HTTP/1.1 200 OK\\r\\n\\r\\nsmuggled" }),
  };
  const page = pages[call.path];
  return page ? page() : { status: 404, body: "the app knows no such page" };
}
"""


class Control:
    """Control's answers for the tests; what was asked is kept."""

    def __init__(self, path: Path, session: Any) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.forget()
        self._session = session
        asks: Mapping[str, Ask] = {
            "sign-in": self._sign_in,
            "sign-out": self._sign_out,
            "admits": self._admits,
            "record": self._record,
            "notify": lambda _document: {},
            "blocked": lambda _document: {},
            "breached": lambda _document: {},
            "killed": lambda _document: {},
        }
        self._socket = ControlSocket(path, {name: self._kept(name, ask) for name, ask in asks.items()})
        self._socket.start()

    def forget(self) -> None:
        self.asked.clear()
        self.admitted = {"ana", "ben"}
        self.refuses_records = False
        self.away = False

    def stop(self) -> None:
        self._socket.stop()

    def count(self, question: str) -> int:
        return sum(1 for name, _ in self.asked if name == question)

    def _kept(self, name: str, ask: Ask) -> Ask:
        def answer(document: Mapping[str, Any]) -> Mapping[str, Any]:
            if self.away:
                raise RuntimeError("control is away")
            self.asked.append((name, document))
            return ask(document)

        return answer

    def _sign_in(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        person = PEOPLE.get(document["code"])
        if person is None:
            raise Refused("That sign-in was used already.")
        with self._session() as session:
            token = sign_in(session, person, NOW, document["app"], document["stage"])
            session.commit()
        return {"token": token}

    def _sign_out(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._session() as session:
            identity.close_session(session, document["session"])
            session.commit()
        return {}

    def _admits(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"admitted": document["person"] in self.admitted, "owner": document["person"] == "ana"}

    def _record(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.refuses_records:
            raise Refused("The disk is full.")
        return {}


def sign_in(session: Session, person: str, now: int, app: str = "app_1", stage: Any = "live") -> str:
    name = person.capitalize()
    return open_session(session, workspace="T1", app=app, stage=stage, person=person, name=name, handle=person, now=now)


class Door:
    """One worker. `wall` is its clock."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.engine = scene.database(folder)
        self.bundles = BundleStore(folder / "bundles")
        self.sandbox = sandbox
        self.wall = NOW
        self.unproved = ""
        """Why no bundle may run, if so."""
        self.control = Control(folder / "run" / "control.sock", lambda: Session(self.engine))
        self._spooled = 0
        self.usage = Spool(folder / "usage", "w1")
        self.loader = Loader(self.bundles, sandbox, folder / "deltas", lambda *_: self.unproved)
        broker = BrokerWire(folder / "run" / "broker.sock")
        self.way: Way | None = Way(Issuer(folder / "run" / "gateway.pub"), broker.ask, lambda: self.wall)
        self.board = Board(1)
        self.seat = self.board.seat()
        self.rate = Rate(self.seat, TEAM_REQUESTS_PER_MINUTE, self._minute)
        self.later = 0
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listening.getsockname()[1]
        self._clients: list[httpx2.Client] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> "Door":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.close()
        self.usage.close()
        self.control.stop()
        self.engine.dispose()

    def reset(self) -> None:
        """As good as new, without starting it again."""
        for client in self._clients:
            client.close()
        self._clients.clear()
        self.wall, self.unproved = NOW, ""
        self.later += 100 * DAY
        self.seat.went_well("app_1.live")
        self.settle()
        self.control.forget()
        self.loader.forget()
        self.gateway._teller.forget()
        with Session(self.engine) as session, session.begin():
            for table in reversed(SQLModel.metadata.sorted_tables):
                if table.name != "route_version":
                    session.execute(table.delete())
            apps.touch_routes(session)
        for folder in ("data", "usage/begun"):
            for kept in (self.folder / folder).iterdir():
                kept.unlink()
        self._spooled += len(self.records())

    def settle(self) -> None:
        """Until control was told whatever it is told after the visitors' answers."""
        asyncio.run_coroutine_threadsafe(self._watch.close(), self._loop).result(5)

    def _minute(self) -> int:
        """The clock that requests are counted by: after a reset nothing of what was counted is left."""
        return self.wall + self.later

    def records(self) -> Sequence[Mapping[str, Any]]:
        """What was spooled."""
        return list(spool.records(self.folder / "usage"))[self._spooled :]

    def calls(self) -> int:
        """How many Calls the sandbox has run."""
        return len(self.records())

    def loaded(self, digest: Digest) -> Loaded:
        """Have the worker make a bundle ready."""
        return Loader(self.bundles, self.sandbox, self.folder / "deltas", lambda *_: "").get(digest, 0)

    def sleep(self) -> int:
        """Nobody has used anything for long; how much the worker let go of."""

        async def rest() -> int:
            return sleeping.rest(0, self.loader, self.host, self.routes)

        return asyncio.run_coroutine_threadsafe(rest(), self._loop).result(5)

    def forget(self) -> None:
        """Have the worker forget what it holds in memory, as after a restart."""
        self.loader.forget()

    def publish(
        self,
        source: str = SOURCE,
        name: str = "app_1",
        days: int = 14,
        granted: tuple[str, ...] = (),
        declared: Sequence[Capability] = (),
        limits: Limits = scene.LIMITS,
    ) -> Digest:
        """Put an app live."""
        digest = self.bundles.put(
            scene.bundle(source, declared=declared, limits=limits, **{"app.css": b"body { color: teal }"})
        )
        with Session(self.engine) as session, session.begin():
            scene.app(session, name)
            scene.publish(session, name, bundle=digest, days=days)
            grants.grant(
                session, workspace="T1", app=name, wanted=granted, proposal="p_1", until=NOW + 90 * DAY, now=NOW
            )
        return digest

    def visitor(self, person: str = "", host: str = "lunch-survey.localhost", **where: str) -> httpx2.Client:
        """A browser; signed in when a person is named."""
        # verify=False: to read the trusted certificates takes longer than a test, and nothing here is HTTPS.
        client = httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers={"host": host}, timeout=10, verify=False
        )
        self._clients.append(client)
        if person:
            with Session(self.engine) as session, session.begin():
                client.headers["cookie"] = f"{COOKIE}={sign_in(session, person, self.wall, **where)}"
        return client

    def preview(self, app: str = "app_1") -> str:
        """The host of an app's newest preview: nobody guesses it."""
        with Session(self.engine) as session:
            found, known = deployments.newest(session, app, "preview"), apps.get(session, app)
            assert found is not None and known is not None
            return f"{preview_label(known.slug, found.id)}.preview.localhost"

    def fire(self, name: str, due: int, app: str = "app_1", slug: str = "lunch-survey") -> Fired:
        """Ask the worker, as control does, to run an app for a time that is due."""
        asked = self.scheduled.fire(app, slug, name, due)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(15)

    def told(self) -> None:
        """Wait until control was told what it is to be told."""
        asyncio.run_coroutine_threadsafe(self._watch.close(), self._loop).result(5)

    def raw(self, content: bytes) -> bytes:
        """The first bytes that come back for these bytes, unread by any client."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as one:
            one.sendall(content)
            return one.recv(65536)

    async def _serve(self) -> None:
        routes = self.routes = Routes(self.folder / "control.db", self.loader.template)
        wire = ControlWire(self.folder / "run" / "control.sock")
        doorman = Doorman(
            routes,
            wire,
            authorize_url=AUTHORIZE,
            client_id="slipway",
            scheme="http",
            domain="localhost",
            wall=lambda: self.wall,
        )
        self._loop = asyncio.get_running_loop()
        self._watch = Watch(self.seat, wire, lambda text: text.replace("kitchen", "[scrubbed]"), self._minute)
        host = self.host = Host(self.sandbox, SqliteAppData(self.folder / "data"), self.way)
        gateway = self.gateway = Gateway(
            domain="localhost",
            routes=routes,
            doorman=doorman,
            loader=self.loader,
            host=host,
            wire=wire,
            exports=lambda name: (self.folder / "exports" / name).read_bytes(),
            salt=b"salt",
            wall=lambda: self.wall,
            spool=self.usage.keep,
            scrub=lambda text: text.replace("kitchen", "[scrubbed]"),
            rate=self.rate,
            watch=self._watch,
            gallery=Gallery({"poll@1.0": b"PNG"}, wire, "http", "localhost", self.rate),
        )
        self.scheduled = Scheduled(
            routes=routes,
            loader=self.loader,
            rate=self.rate,
            begun=Begun(self.folder / "usage" / "begun"),
            conduct=gateway.conduct,
            wall=lambda: self.wall,
            otherwise=Smoke(self.loader, host),
        )
        self._server = worker.server(gateway, lambda: self.wall, Unanswered(supervisor.OPEN_FILES))
        self._ready.set()
        await self._server.serve(sockets=[self._listening])
        await wire.close()
        host.close()
        routes.close()


def query(url: str) -> Mapping[str, str]:
    """The query of a URL, each name once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def request_id(reply: httpx2.Response) -> str:
    """The response's own request id; fails when it carries none."""
    found = reply.headers["x-request-id"]
    assert re.fullmatch(r"r[0-9a-f]{16}", found)
    return found
