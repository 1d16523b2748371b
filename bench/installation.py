"""An installation to measure: its folder and control database, live apps with a visitor signed in to each, a gateway.

Every part is the product's own: the schema by its migrations, the gateway as `platformctl gateway` starts it, a deploy
by the functions of the journey's last steps. What is not here is what happens before a deploy: words, review, approval.
"""

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from sqlmodel import Session

from bot import database, errands, gateway
from bot.chat import Place
from bot.control import ControlSocket
from bot.notary import Notary
from bot.operating import keyring
from bot.rows.requests import Request, State
from bot.settings import GatewaySettings
from guardrails import audit, grants
from runtime import apps, deployments
from runtime.apps import Stage
from runtime.breaches import IN_A_ROW
from runtime.bundles import BundleStore
from runtime.identity import COOKIE, SESSION_SECONDS, VisitSessionRow, token_digest
from templates import catalog
from templates.audience import Audience
from templates.bundle import Bundle
from templates.manifest import Digest, Limits, Manifest
from templates.render import render

UNBOUNDED = 1_000_000
"""Requests a minute that no run here comes near."""
LARGE = Limits(cpu_ms=200, store_mb=100, store_rows=100_000, requests_per_minute=UNBOUNDED)
"""For apps that are visited more in a minute than others in a year."""
OPS = Audience(kind="channel", id="C1", label="#ops")
MEMBERS = frozenset({"ana", "ben"})
DAY = 86_400
SERVER_CORE, CLIENT_CORE = 0, 1
PATIENCE = 60.0
"""Seconds that a server gets to start."""


def wall() -> int:
    """UNIX seconds."""
    return int(time.time())


@dataclass(frozen=True)
class App:
    """A live app, as its visitor's browser knows it."""

    bundle: Bundle
    name: str

    @property
    def host(self) -> str:
        """Its address."""
        return f"{self.name}.localhost"

    @property
    def cookie(self) -> str:
        """The session of the visitor who is signed in to it."""
        return f"{COOKIE}={token(self.name)}"

    @property
    def csrf(self) -> str:
        """What that visitor's forms carry."""
        return token(self.name)


def token(app: str) -> str:
    """The token of the one session that each app here has: known, so that a load generator can hold it."""
    return f"visitor-of-{app}"


class Installation:
    """One folder, one control database, and what control answers its workers."""

    def __init__(self, home: Path, port: int = 0, *, workers: int = 1, otlp: str = "") -> None:
        """`port` 0 takes a free one; `otlp` is where spans are sent, if they are to be made at all."""
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.settings = GatewaySettings(
            home=home,
            client_id="bench",
            port=port or free_port(),
            workers=workers,
            team_requests_per_minute=100 * UNBOUNDED,
            otlp_endpoint=otlp,
        )
        self.engine = database.connect(f"sqlite:///{self.settings.database}")
        database.migrate(self.engine)
        self.bundles = BundleStore(home / "bundles")
        self.notary = Notary(home, self.bundles, catalog.load())
        keyring.ready(self.engine, self.notary, self.bundles, wall())
        self.smoke = errands.smoke(self.settings.smoke_socket, wall)
        self._control = ControlSocket(self.settings.control_socket, {**ANSWERS, "breached": self._breached})

    @contextmanager
    def serving(self, core: int | None = SERVER_CORE) -> Iterator[int]:
        """A gateway, until the block ends; gives its process. Control answers meanwhile."""
        # Before the fork, or the child inherits an open database.
        self.engine.dispose()
        with process(self._gateway, core=core) as pid:
            self.answer()
            # To whoever names no app, a worker says that there is no such page.
            answered(f"http://127.0.0.1:{self.settings.port}/")
            yield pid

    def _gateway(self) -> None:
        """What it logs stands in its folder, not between the numbers."""
        with (self.home / "gateway.log").open("ab") as file:
            os.dup2(file.fileno(), sys.stderr.fileno())
        gateway.gateway(self.settings)

    def answer(self) -> None:
        """From here on control answers, in a thread that ends with this process."""
        # That it is asked by many at once is what is measured here, and no warning.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._control.start()

    def deploy(self, name: str, bundle: Bundle) -> App:
        """As the journey does: keep the bundle, sign it, try it in a worker, and make it live in one transaction."""
        digest = self.keep(bundle)
        if problem := self.smoke(digest).problem:
            raise SystemExit(f"{name}: {problem}")
        with database.transaction(self.engine) as session:
            enter(session, name, digest, bundle.manifest)
        return App(bundle, name)

    def keep(self, bundle: Bundle) -> Digest:
        """Keep a bundle, signed."""
        digest = self.bundles.put(bundle)
        self.notary.attest(ASKED, bundle)
        return digest

    def _breached(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """What counts of `bot.ending.breaching`: the third in a row suspends the app."""
        if asked["row"] >= IN_A_ROW:
            with database.transaction(self.engine) as session:
                deployments.pause(session, asked["app"], "live", asked["kind"], wall())
        return {}

    def registered(self, given: Mapping[str, Bundle]) -> list[App]:
        """The same for many at once, none of them tried."""
        digests = {name: self.keep(bundle) for name, bundle in given.items()}
        with database.transaction(self.engine) as session:
            for name, bundle in given.items():
                enter(session, name, digests[name], bundle.manifest)
        return [App(bundle, name) for name, bundle in given.items()]


ASKED = Request(
    id="req_bench",
    workspace="T1",
    user="U1",
    place=Place("T1", "C1", None),
    via="command",
    text="a survey",
    state=State.REVIEWED,
    version=0,
    attempts=0,
    created_at=1_800_000_000,
    trace="",
)
"""What everything here came of."""

ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "admits": lambda asked: {"admitted": asked["person"] in MEMBERS, "owner": asked["person"] == "ana"},
    **{name: lambda _: {} for name in ("notify", "blocked", "killed", "record")},
}
"""What control says here. Membership it knows by heart, as the product does for five minutes."""


def enter(session: Session, name: str, digest: Digest, manifest: Manifest) -> None:
    """Make a bundle live under this name, with its Grants, its AuditEvent, and ana signed in when it is new."""
    now = wall()
    if apps.get(session, name) is None:
        apps.create(
            session,
            app=name,
            workspace="T1",
            title=name,
            template=manifest.template,
            owner="ana",
            collaborators=(),
            named=(),
            audience=OPS,
            channel="C1",
            trace=f"00-{'4b' * 16}-{'00' * 7}01-01",
            now=now,
        )
        session.add(visitor(name, now))
    event = audit.append(session, workspace="T1", actor="ana", action="app.live", subject=name, now=now)
    apps.move(session, name, Stage.APPROVED, now)
    deployments.go_live(
        session,
        name,
        proposal=f"p-{name}",
        bundle=digest,
        audience=OPS,
        days=30,
        backing=deployments.Backing(event.digest, manifest.limits, "bench"),
        approved=lambda _session, _proposal: True,
        now=now,
    )
    wanted = grants.names(manifest.capabilities)
    grants.grant(session, workspace="T1", app=name, wanted=wanted, proposal=f"p-{name}", until=now + 90 * DAY, now=now)
    apps.touch_routes(session)


def visitor(app: str, now: int) -> VisitSessionRow:
    """ana's session."""
    return VisitSessionRow(
        digest=token_digest(token(app)),
        workspace="T1",
        app=app,
        stage="live",
        person="ana",
        name="Ana",
        handle="ana",
        csrf=token(app),
        expires_at=now + SESSION_SECONDS,
    )


@cache
def survey(limits: Limits = LARGE) -> Bundle:
    """The survey of the shelf, with its questions as the template's defaults have them, for many more visits."""
    made = render(catalog.load().get("survey"), {"title": "Lunch survey"}, name="lunch-survey")
    return replace(made, manifest=made.manifest.model_copy(update={"limits": limits}))


@contextmanager
def process(work: Callable[..., None], *given: object, core: int | None = SERVER_CORE) -> Iterator[int]:
    """Run a function in a child, pinned to a core if one is named, until the block ends; gives its process."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if core is not None:
                os.sched_setaffinity(0, {core})
            work(*given)
            code = 0
        finally:
            os._exit(code)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def answered(url: str, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    """A page, as soon as the server gives it."""
    deadline = time.monotonic() + PATIENCE
    with httpx2.Client(verify=False, headers=headers, timeout=30) as client:
        while time.monotonic() < deadline:
            try:
                return client.get(url)
            except httpx2.TransportError:
                time.sleep(0.005)
    raise SystemExit(f"nothing answers at {url}")


def free_port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
