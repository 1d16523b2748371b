"""Wiring only: control, made of its parts."""

import logging
import os
import platform
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import waitress
from sqlalchemy import Engine

from bot import backend, channels, clockwork, database, errands, telemetry, ticking
from bot.addresses import address, pictured
from bot.answering import visitors
from bot.billing import Billing
from bot.building import first_page, journey
from bot.chat import ChatError, Place
from bot.clockwork import Clock, Ticks
from bot.control import ControlSocket, alone
from bot.database import transaction
from bot.entrance import signin
from bot.fencing import fenced
from bot.hearing import commands, listening
from bot.leading import Lease
from bot.notary import Notary
from bot.operating import anchoring, keyring, still_model, upkeep
from bot.operating.still_model import StillModel
from bot.posting import outbox
from bot.posting.streaming import Streams
from bot.reviewing import checked, reviewer
from bot.rows.requests import State
from bot.settings import BadSetting, Settings, WorkspaceSettings
from bot.shelf import versions
from bot.slack.door import Slack
from bot.slack.web_api import SlackChat
from bot.steps import STEPS
from bot.wiring import Wiring
from bot.workspace import server
from bot.workspace.config import Config
from generator.offline_model import OfflineModel
from generator.understand import understand
from guardrails.judge import Judge
from guardrails.leaks import leaks
from guardrails.policy import Policies
from guardrails.scrub import UNREADABLE, scrub
from runtime import prices, spool
from runtime.bundles import BundleStore
from runtime.destination import Places
from runtime.doorman import CALLBACK, SIGN_IN_LABEL
from runtime.loaded import prepared, unload
from runtime.prices import PriceTable
from runtime.stores import stores
from templates import offer
from templates.picture import pictures

log = logging.getLogger("slipway")


class Control:
    """The control process: listens, decides, ticks. `journey_steps` may be wrapped by those who test crashes."""

    def __init__(self, settings: Settings, steps: Mapping[State, journey.Take] = STEPS) -> None:
        self.settings = settings
        self._stopping = threading.Event()
        self._alone = alone(settings.home)
        telemetry.start("slipway-control", settings.gateway.otlp_endpoint)
        self.engine = database.connect(settings.gateway.control)
        database.migrate(self.engine)
        self._judge = Judge(Policies())
        self.chat = SlackChat(settings.slack.bot_token, settings.slack.api_url)
        with transaction(self.engine) as session:
            clock = Clock(session)
        hearing = wire(settings, self.engine, self.chat, self._judge, clock)
        self.lease = Lease(self.engine, clockwork.stopwatch, f"{platform.node()}:{os.getpid()}")
        self.wiring = fenced(hearing, self.lease, self.chat)
        """What ticks: nothing of it is done unless we lead."""
        self.streams = Streams(self.wiring.engine, self.wiring.chat, clock.now)
        keyring.ready(self.engine, self.wiring.notary, self.wiring.bundles, clock.now())
        movable = clock if settings.demo_clock else None
        ears = listening.ears(
            hearing, commands.Commands(hearing, movable), partial(scrubbed, personal=settings.personal)
        )
        self.slack = Slack(
            token=settings.slack.bot_token,
            app_token=settings.slack.app_token,
            signing_secret=settings.slack.signing_secret,
            api_url=settings.slack.api_url,
            ears=ears,
            chat=self.chat,
        )
        asks = visitors.asks(hearing, exchange(settings), lambda text: scrub(text).text)
        self._socket = ControlSocket(settings.gateway.control_socket, asks)
        self._changes = database.Changes(self.engine)
        ticks = ticking.every(self.wiring, self.streams, steps, self.slack.connect, self._changes)
        self._ticks = Ticks(ticks, self.lease.only)

    def start(self) -> None:
        """Listen, tick and answer; first of all, let go of rows that should have gone while we were away (T15)."""
        self.lease.start()
        if self.lease.held():
            upkeep.purge(self.wiring)
            with transaction(self.wiring.engine) as session:
                outbox.revive(session, self.wiring.now())  # perhaps it was installed anew
        self._socket.start()
        self.slack.connect()
        self._ticks.start()
        if not self.settings.slack.app_token:
            port = self.settings.slack.http_port
            # See `ControlSocket`.
            server = waitress.create_server(self.slack.wsgi(), host="127.0.0.1", port=port, asyncore_use_poll=True)
            threading.Thread(target=server.run, name="slack-http", daemon=True).start()
        threading.Thread(target=_wake, name="wake", daemon=True).start()

    def run(self) -> None:
        """Work until SIGTERM or Ctrl-C."""
        telemetry.log_lines()
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: self._stopping.set())
        self.start()
        self._stopping.wait()
        self.stop()

    def stop(self) -> None:
        """Let what is under way end, then stop."""
        self._ticks.stop()
        self.lease.stop()
        self._socket.stop()
        # A connection that is gone already is closed as well as it can be.
        with suppress(OSError):
            self.slack.stop()
        self._judge.stop()
        self._changes.close()
        self.engine.dispose()
        os.close(self._alone)


def _wake() -> None:
    """Load what understands before the first asker waits for it: that takes a second."""
    understand("a survey", clockwork.day(clockwork.wall()), OfflineModel())
    leaks({"nothing": b""})


def wire(settings: Settings, engine: Engine, chat: SlackChat, judge: Judge, clock: Clock) -> Wiring:
    """The conversation's parts."""
    held = channels.load(settings.channels).with_guests(settings.guest_channels)
    shelf = versions.remembered(engine, offer.offered(), settings.operators, clock.now())
    bundles, names = BundleStore(settings.home / "bundles"), settings.model.names
    return Wiring(
        engine=engine,
        chat=chat,
        catalog=shelf,
        model=StillModel(backend.model(settings.model), partial(still_model.asked_not, engine, names)),
        models=names,
        review=reviewer(judge, shelf, checked(settings.policy_digest), public=settings.gateway.public),
        bundles=bundles,
        notary=Notary(settings.home, bundles, shelf),
        smoke=errands.smoke(settings.gateway.smoke_socket, clock.now),
        rehearse=errands.rehearse(settings.gateway.smoke_socket),
        fire=errands.fire(settings.gateway.smoke_socket),
        holds=errands.holds(settings.gateway.smoke_socket, settings.home / "run" / "broker.sock"),
        url=lambda slug, stage: address(settings.gateway, slug, stage),
        now=clock.now,
        data=stores(settings.home / "data", settings.gateway.data_url),
        exports=settings.home / "exports",
        last_used=lambda app: spool.last_used(settings.home / "usage", app),
        visit=lambda request: spool.find(settings.home / "usage", request),
        unload=lambda bundle: unload(bundles, settings.home / "deltas", bundle),
        prepared=lambda bundle: prepared(bundles, settings.home / "deltas", bundle),
        archives=settings.archives or Places(settings.home / "archives"),
        usage=settings.home / "usage",
        anchors=anchoring.file(settings.home, settings.anchors),
        operators=settings.operators,
        roles=settings.roles,
        fallbacks=settings.fallbacks,
        manager=partial(chat.manager, settings.manager_field),
        public=settings.gateway.public,
        company=company(settings),
        guest_channels=held.welcoming,
        channels=held,
        osv=settings.osv,
        billing=billing(settings),
        home=lambda: chat.me()[0],
        template_channel=settings.template_channel or settings.operators,
        photograph=first_page.photographer(settings.gateway, settings.chromium),
        picture=partial(pictured, settings, frozenset(pictures())),
        team=lambda place: _called(chat, place),
    )


def billing(settings: Settings) -> Billing:
    """The installation's prices and billing tags; BadSetting when they cannot be used."""
    return Billing(price_table(settings.prices), settings.budget_tags, remote=settings.model.remote)


def price_table(path: Path | None) -> PriceTable:
    """The installation's own prices, or those that ship with Slipway; BadSetting when they cannot be used."""
    try:
        return prices.load(path or prices.SHIPPED)
    except prices.BadPrices as error:
        raise BadSetting(str(error)) from error


def _called(chat: SlackChat, place: Place) -> str:
    """What the chat calls a place; its id when it will never say."""
    try:
        return chat.called(place)
    except ChatError as error:
        if not error.permanent:
            raise
        return place.channel


def exchange(settings: Settings) -> visitors.Exchange:
    """The provider is looked up at each sign-in: it may start after us."""
    slack = settings.slack

    def trade(code: str, redirect_uri: str, verifier: str, nonce: str) -> signin.Claims:
        provider = signin.discover(slack.issuer)
        client = signin.Client(slack.client_id, slack.client_secret, settings.roles_claim)
        return signin.exchange(provider, client, code, redirect_uri, verifier, nonce)

    return trade


def company(settings: Settings) -> signin.Company | None:
    """The organisation's own sign-in, if it has one."""
    one = settings.company
    return signin.Company(one.issuer, signin.Client(one.client_id, one.client_secret), one.name) if one else None


def scrubbed(text: str, personal: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    """A text without its secrets and these kinds of personal data, and what kinds went.

    Raises when it could not be read, so that nothing is kept.
    """
    found = scrub(text, personal)
    if UNREADABLE in found.kinds:
        raise ValueError("the text could not be scrubbed")
    return found.text, found.kinds


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
