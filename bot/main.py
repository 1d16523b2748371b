"""Wiring only: control, made of its parts."""

import logging
import secrets
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx2
import waitress
from sqlalchemy import Engine

from bot import (
    clockwork,
    commands,
    database,
    decisions,
    endings,
    journey,
    listening,
    outbox,
    signin,
    telemetry,
    visitors,
    visits,
)
from bot.clockwork import Clock, Ticks
from bot.control import ControlSocket
from bot.database import transaction
from bot.requests import State
from bot.settings import GatewaySettings, ModelSettings, Settings, WorkspaceSettings
from bot.slack import Slack
from bot.slack_chat import SlackChat
from bot.steps import STEPS
from bot.wiring import Smoked, Stage, Unavailable, Wiring
from bot.workspace import server
from bot.workspace.config import Config
from generator.model import Model
from generator.offline_model import OfflineModel
from generator.openai_model import OpenAIModel
from guardrails.judge import Judge
from guardrails.policy import Policies
from guardrails.review import document, review
from guardrails.scrub import UNREADABLE, scrub
from runtime import spool, worker
from runtime.appdata import SqliteAppData
from runtime.bundles import BundleStore
from runtime.doorman import CALLBACK, SIGN_IN_LABEL
from runtime.worker import GatewayConfig
from templates import catalog
from templates.manifest import Digest

QUICK, SLOW, HOURLY = 0.1, 1.0, 3600.0
"""Seconds between ticks: of what a person waits for, of what has days, and of clearing up."""
SMOKE_SECONDS = 10.0

log = logging.getLogger("slipway")


class Control:
    """The control process: listens, decides, ticks. `journey_steps` may be wrapped by those who test crashes."""

    def __init__(self, settings: Settings, steps: Mapping[State, journey.Take] = STEPS) -> None:
        self.settings = settings
        self._stopping = threading.Event()
        telemetry.start("slipway-control", settings.gateway.otlp_endpoint)
        self.engine = database.connect(f"sqlite:///{settings.gateway.database}")
        database.migrate(self.engine)
        self._judge = Judge(Policies())
        self.chat = SlackChat(settings.slack.bot_token, settings.slack.api_url)
        with transaction(self.engine) as session:
            clock = Clock(session)
        self.wiring = wire(settings, self.engine, self.chat, self._judge, clock)
        movable = clock if settings.demo_clock else None
        ears = listening.ears(self.wiring, commands.Commands(self.wiring, movable), _scrubbed)
        self.slack = Slack(
            token=settings.slack.bot_token,
            app_token=settings.slack.app_token,
            signing_secret=settings.slack.signing_secret,
            api_url=settings.slack.api_url,
            ears=ears,
            chat=self.chat,
        )
        asks = visitors.asks(self.wiring, _exchange(settings), lambda text: scrub(text).text)
        self._socket = ControlSocket(settings.gateway.control_socket, asks)
        self._ticks = Ticks(
            {
                "journey": (lambda: journey.tick(self.wiring, steps), QUICK),
                "decisions": (lambda: decisions.tick(self.wiring), QUICK),
                "outbox": (lambda: outbox.deliver(self.engine, self.chat, self.wiring.now()), QUICK),
                "endings": (lambda: endings.tick(self.wiring), SLOW),
                "visits": (lambda: _forget_visits(settings.home / "usage"), HOURLY),
            }
        )

    def start(self) -> None:
        """Listen, tick and answer."""
        self._socket.start()
        self._ticks.start()
        self.slack.start()
        if not self.settings.slack.app_token:
            server = waitress.create_server(self.slack.wsgi(), host="127.0.0.1", port=self.settings.slack.http_port)
            threading.Thread(target=server.run, name="slack-http", daemon=True).start()

    def run(self) -> None:
        """Work until SIGTERM or Ctrl-C."""
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: self._stopping.set())
        self.start()
        self._stopping.wait()
        self.stop()

    def stop(self) -> None:
        """Let what is under way end, then stop."""
        self._ticks.stop()
        self._socket.stop()
        with suppress(OSError):
            self.slack.stop()
        self._judge.stop()
        self.engine.dispose()


def wire(settings: Settings, engine: Engine, chat: SlackChat, judge: Judge, clock: Clock) -> Wiring:
    """The conversation's parts."""
    shelf = catalog.load()
    refs = tuple(shelf.get(name).ref for name in shelf.names)
    return Wiring(
        engine=engine,
        chat=chat,
        catalog=shelf,
        model=model(settings.model),
        review=lambda manifest, wanted, here, stage: review(judge, document(manifest, wanted, here, stage, refs)),
        bundles=BundleStore(settings.home / "bundles"),
        smoke=_smoke(settings, clock),
        url=lambda slug, stage: address(settings.gateway, slug, stage),
        now=clock.now,
        data=SqliteAppData(settings.home / "data"),
        exports=settings.home / "exports",
        last_used=lambda app: spool.last_used(settings.home / "usage", app),
        visit=lambda request: spool.find(settings.home / "usage", request),
    )


def _forget_visits(folder: Path) -> None:
    spool.forget(folder, clockwork.wall() - visits.KEPT_DAYS * clockwork.DAY)


def model(settings: ModelSettings) -> Model:
    """The remote model when one is configured, which falls back on the zero-key one; else the zero-key one."""
    if not settings.configured:
        return OfflineModel()
    return OpenAIModel(model=settings.name, api_key=settings.api_key, base_url=settings.base_url)


def address(settings: GatewaySettings, slug: str, stage: Stage) -> str:
    """An app's own origin."""
    host = f"{slug}.{settings.domain}" if stage == "live" else f"{slug}.preview.{settings.domain}"
    port = settings.public_port or settings.port
    default = {"http": 80, "https": 443}[settings.scheme]
    return f"{settings.scheme}://{host}{'' if port == default else f':{port}'}/"


def _smoke(settings: Settings, clock: Clock) -> Callable[[Digest], Smoked]:
    """Have a gateway worker try a bundle; no app ever runs in control."""

    def smoke(bundle: Digest) -> Smoked:
        transport = httpx2.HTTPTransport(uds=str(settings.gateway.smoke_socket))
        try:
            with httpx2.Client(transport=transport, base_url="http://worker", timeout=SMOKE_SECONDS) as client:
                reply = client.post("/", json={"bundle": bundle, "now": clock.now()}).raise_for_status()
            return Smoked(str(reply.json()["problem"]))
        except (httpx2.HTTPError, ValueError, KeyError) as error:
            raise Unavailable("No gateway worker answers right now.") from error

    return smoke


def _exchange(settings: Settings) -> visitors.Exchange:
    """The provider is looked up at each sign-in: it may start after us."""
    slack = settings.slack

    def exchange(code: str, redirect_uri: str, verifier: str, nonce: str) -> signin.Claims:
        provider = signin.discover(slack.issuer)
        return signin.exchange(provider, slack.client_id, slack.client_secret, code, redirect_uri, verifier, nonce)

    return exchange


def _scrubbed(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its secrets, and their kinds; raises when it could not be read, so that nothing is kept."""
    found = scrub(text)
    if UNREADABLE in found.kinds:
        raise ValueError("the text could not be scrubbed")
    return found.text, found.kinds


def gateway(settings: GatewaySettings) -> None:
    """Be the gateway: a supervisor and its workers, until SIGTERM or Ctrl-C."""
    if settings.otlp_endpoint:
        # A worker's spans are of use only where they are sent; to make one costs as much as a small Call.
        telemetry.start("slipway-gateway", settings.otlp_endpoint)
    config = GatewayConfig(
        home=settings.home,
        database=settings.database,
        control_socket=settings.control_socket,
        smoke_socket=settings.smoke_socket,
        authorize_url=f"{settings.issuer.rstrip('/')}/openid/connect/authorize",
        client_id=settings.client_id,
        salt=salt(settings.home),
        host=settings.host,
        port=settings.port,
        domain=settings.domain,
        scheme=settings.scheme,
        workers=settings.workers,
    )
    # Workers read the control database; it must have its tables before the first of them starts.
    engine = database.connect(f"sqlite:///{settings.database}")
    database.migrate(engine)
    engine.dispose()
    worker.serve(config, clockwork.wall, lambda text: scrub(text).text, log.warning)


def workspace(settings: WorkspaceSettings) -> None:
    """Be the local workspace of the demo."""
    slack = settings.slack
    config = Config(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        signing_secret=slack.signing_secret,
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        port=settings.port,
        redirect_uris=(f"http://{SIGN_IN_LABEL}.localhost:{settings.gateway_port}{CALLBACK}",),
        keep=settings.home / "workspace.db",
        examples=EXAMPLES,
    )
    server.run(config, clockwork.wall_exactly)


EXAMPLES = (
    "/slipway a lunch survey for ops, three questions, keep it two weeks",
    "/slipway track our laptops: model, serial number, price, bought on",
    "/slipway approval for purchases over 500 EUR, approver @ben",
    "/slipway a feedback survey for everyone in the company about the new office",
    "/slipway a survey about pensions, keep the answers for 10 years",
    "/slipway clock +13d",
    "/slipway help",
)
"""What the demo offers to type: allowed, allowed, allowed, needs approval, denied, and the clock."""


def salt(home: Path) -> bytes:
    """What visitors' ids are made with: made once for this installation, readable by us alone."""
    path = home / "visitor.salt"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        draft.rename(path)
    return path.read_bytes()
