"""The whole house in one process: the workspace and a gateway worker over real sockets, control ticked by hand."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import waitress
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from bot import database, main, telemetry
from bot.answering import visitors
from bot.building import journey
from bot.chat import ChatError
from bot.clockwork import DAY, Clock
from bot.control import Ask, ControlSocket
from bot.conversation import Thread, buttons, send_form
from bot.conversation import words as said_in
from bot.database import transaction
from bot.ending import endings
from bot.gateway import verify
from bot.hearing import commands, following, listening, unfurling
from bot.hearing.unfurling import UnfurlRow
from bot.operating import freeze_telling, keyring, probing, scheduling
from bot.owning import orphans
from bot.posting import outbox
from bot.posting.outbox import PostRow
from bot.posting.streaming import Streams
from bot.rows import requests
from bot.rows.follow_ups import FollowUpRow, OverheardRow
from bot.rows.presses import PressRow
from bot.rows.requests import RequestRow
from bot.settings import GatewaySettings, Settings, SlackSettings
from bot.shelf import home, prompts
from bot.shelf.prompts import PromptRow
from bot.slack.door import Slack
from bot.slack.web_api import SlackChat
from bot.steps import STEPS
from bot.threads import digests, thread
from bot.verbs import decisions
from bot.workspace.person import Person
from guardrails.audit import AuditRow
from guardrails.judge import Judge
from guardrails.policy import Policies
from guardrails.scrub import scrub
from runtime import apps, sleeping, spool, supervisor, worker
from runtime.begun import Begun
from runtime.board import Board
from runtime.bundles import BundleStore
from runtime.doorman import CALLBACK, Doorman
from runtime.entry import Doors
from runtime.gallery import Gallery
from runtime.gateway import Gateway
from runtime.holding import Holding
from runtime.host import Host
from runtime.keeper import Unanswered
from runtime.loaded import Loader
from runtime.rate import TEAM_REQUESTS_PER_MINUTE, Rate
from runtime.routes import Routes
from runtime.sandbox import Sandbox
from runtime.scheduled import Scheduled
from runtime.smoke import Smoke
from runtime.spool import Spool
from runtime.stores import stores
from runtime.watch import Watch
from runtime.wire import ControlWire
from templates.bundle import Bundle
from templates.manifest import Digest
from templates.picture import pictures
from tests import engines
from tests.bot.door import Door, Listeners
from tests.runtime import scene
from tests.workspace.harbour import Running, config, free_port, until

ROUNDS = 12
"""So often at most the ticks go round before everything has come to rest."""
PATIENCE = 20
"""Seconds that a step which a busy machine put off may take until it is done."""
HOUR = 3600
"""Presses that are answered by a form, or by why there is none."""
CAST = ("ana", "ben", "cy", "dora", "gil", "pia")
KEPT = frozenset({"route_version", "audit_event", "signing_key"})
"""Tables that only grow; what the audit told before a test is not counted in it."""


class HandClock(Clock):
    """The demo's clock, which a test may also turn back to the wall's."""

    def reset(self) -> None:
        """As on the wall."""
        self._ahead = 0


class Line(SlackChat):
    """The way to Slack, which a test may cut."""

    cut = False

    def _call(self, method: str, **asked: Any) -> Mapping[str, Any]:
        if self.cut:
            raise ChatError("unreachable", permanent=False)
        return super()._call(method, **asked)


class House:
    """The parts, put together as `bot.main.Control` and `runtime.worker` do; `reset` empties it for the next test."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        bot, gateway = free_port(), socket.create_server(("127.0.0.1", 0), backlog=64)
        self.harbor = Running(
            config(
                mode="http",
                request_url=f"http://127.0.0.1:{bot}/slack/events",
                redirect_uris=(f"http://signin.localhost:*{CALLBACK}",),
                post_rate=1e6,
                post_burst=10**6,
                call_rate=1e6,
                call_burst=10**6,
            )
        )
        workspace = self.harbor.config
        self.spans = InMemorySpanExporter()
        telemetry.start("slipway-test", exporter=self.spans)
        self.home = folder
        self._undo: list[tuple[Person, str, str]] = []
        self.ahead = 0
        """Seconds by which the worker's own clock runs ahead."""
        url = engines.address(folder)
        away = {"control_url": url, "data_url": url} if engines.SERVER else {}
        self.settings = Settings(
            GatewaySettings(
                folder, issuer=workspace.base_url, client_id="client.1", port=gateway.getsockname()[1], **away
            ),
            SlackSettings(
                workspace.bot_token,
                "",
                workspace.signing_secret,
                workspace.api_url,
                workspace.base_url,
                "client.1",
                workspace.client_secret,
            ),
            roles={"auditor": ("audit",)},
            roles_claim="groups",
            template_channel=self.harbor.channel("templates"),
        )
        self.engine = database.connect(url)
        with transaction(self.engine) as session:
            self.clock = HandClock(session)
        self.chat = Line(workspace.bot_token, workspace.api_url)
        # The deadline has tests of its own; this machine may be busy.
        self.judge = Judge(Policies(), deadline=5)
        self.working = main.wire(self.settings, self.engine, self.chat, self.judge, self.clock)
        keyring.ready(self.engine, self.working.notary, self.working.bundles, self.clock.now())
        # What was heard goes by whatever a test has put in these three places.
        self.wiring, self.scrub, self.steps = self.working, main.scrubbed, dict(STEPS)
        self.control = ControlSocket(
            self.settings.gateway.control_socket, {name: self._answer(name) for name in self._asks()}
        )
        self.control.start()
        ears = listening.ears(self.working, commands.Commands(self.working, self.clock), lambda text: self.scrub(text))
        self.listeners = Listeners()
        self.slack = Slack(
            token=workspace.bot_token,
            app_token="",
            signing_secret=workspace.signing_secret,
            api_url=workspace.api_url,
            ears=ears,
            chat=self.chat,
            listeners=self.listeners,
        )
        self.door = Door(self.harbor, slack=self.slack)
        self._bot = waitress.create_server(self.slack.wsgi(), host="127.0.0.1", port=bot, threads=4)
        threading.Thread(target=self._serve_bot, name="bot", daemon=True).start()
        self.worker = Worker(self, gateway, sandbox)
        self.ana, self.ben, self.cy, self.dora, self.gil, self.pia = map(self.harbor.person, CAST)

    def stop(self) -> None:
        """End everything."""
        self.worker.stop()
        self.harbor.stop()
        self.control.stop()
        self._bot.close()
        self.slack.stop()
        self.judge.stop()
        self.engine.dispose()

    def reset(self) -> None:
        """As good as new: nothing kept, the clock on the wall's time, every part in its place."""
        self.listeners.rest()
        self.wiring, self.scrub, self.steps = self.working, main.scrubbed, dict(STEPS)
        for who, command, channel in reversed(self._undo):
            who.command(command, channel)
        self._undo.clear()
        self.chat.cut, self.ahead = False, 0
        self.worker.doorman.doors = Doors()
        self.clock.reset()
        self.spans.clear()
        self.worker.loader.forget()
        self.worker.rest()
        self.visited = len(self.worker.visits())
        with Session(self.engine) as session, session.begin():
            for table in reversed(SQLModel.metadata.sorted_tables):
                if table.name not in KEPT:
                    session.execute(table.delete())
            apps.touch_routes(session)
            self._since = session.exec(select(func.max(AuditRow.id))).one() or 0
        for folder in ("data", "exports", "archives", "snapshots"):
            for kept in (self.home / folder).glob("*"):
                kept.unlink()
        if engines.SERVER:
            for app, stage in self.working.data.stores():
                self.working.data.drop(app, stage)
        self.harbor.put_away()
        for person in (self.ana, self.ben, self.cy, self.dora, self.gil, self.pia):
            for name in ("#ops", "#slipway-demo", "#finance"):
                for one in self.whispers(person, name):
                    person.dismiss(one["ts"])

    def named_in_the_chain(self) -> Sequence[str]:
        """The events of this test that hold somebody's chat id, name or handle."""
        ids = [one.id for one in (self.ana, self.ben, self.cy, self.dora, self.gil, self.pia)]
        people = [one for one in self.harbor.config.people if one.handle in CAST]
        told = [*ids, *(name for one in people for name in (one.name, f"@{one.handle}", f'"{one.handle}"'))]
        with Session(self.engine) as session:
            rows = session.exec(select(AuditRow).where(col(AuditRow.id) > self._since)).all()
            kept = [" ".join((one.actor, one.subject, one.why, one.facts)) for one in rows]
        return [one for one in kept if any(name in one for name in told)]

    def _serve_bot(self) -> None:
        # Closed between two looks of its loop, it ends with an error: that is its end all the same.
        with suppress(OSError):
            self._bot.run()

    def _asks(self) -> Mapping[str, Ask]:
        return visitors.asks(self.wiring, main.exchange(self.settings), lambda text: scrub(text).text)

    def _answer(self, name: str) -> Ask:
        """Control's answer to a worker, by the parts that are in their places then."""
        return lambda asked: self._asks()[name](asked)

    def wire(self, **parts: Any) -> None:
        """Put other parts into the ticks, for this test."""
        self.wiring = replace(self.wiring, **parts)

    def mend(self) -> None:
        """Every step as the product takes it."""
        self.steps = dict(STEPS)

    # Time

    def now(self) -> int:
        """UNIX seconds on the house's clock."""
        return self.clock.now()

    def later(self, days: float) -> None:
        """The clock goes forward, and everything that is due happens."""
        with transaction(self.engine) as session:
            self.clock.move(session, int(days * DAY))
        self.settle()

    def settle(self) -> None:
        """Tick until everything has come to rest, and what a busy machine had put off is done as well."""
        self.listeners.rest()
        self._rest()
        end = time.monotonic() + PATIENCE
        while self._put_off() and time.monotonic() < end:
            time.sleep(0.1)
            self._rest()

    def _put_off(self) -> bool:
        """Whether a step failed once and is tried again soon, though every part is in its place."""
        if self.chat.cut or self.wiring is not self.working or self.steps != STEPS:
            return False
        soon = self.now() + PATIENCE
        with Session(self.engine) as session:
            rows = session.exec(select(RequestRow).where(RequestRow.attempts > 0, RequestRow.due_at <= soon)).all()
            return any(one.state in requests.DUE for one in rows)

    def _rest(self) -> None:
        for _ in range(ROUNDS):
            done = journey.tick(self.wiring, self.steps) + decisions.tick(self.wiring) + decisions.rush(self.wiring)
            done += home.tick(self.wiring) + following.tick(self.wiring) + prompts.tick(self.wiring)
            endings.tick(self.wiring)
            orphans.tick(self.wiring)
            probing.tick(self.wiring)
            done += scheduling.tick(self.wiring) + freeze_telling.tick(self.wiring) + unfurling.tick(self.wiring)
            chat = Streams(self.engine, self.wiring.chat, self.now)
            done += outbox.deliver(self.engine, chat, self.now(), digests.by(self.wiring))
            if not done:
                return
        raise AssertionError("the house does not come to rest")

    # What happens in the workspace; undone by the next `reset`

    def deactivate(self, who: Person) -> None:
        """Somebody's account is closed."""
        self._admin(f"/deactivate @{who.handle}", f"/reactivate @{who.handle}", "#slipway-demo")

    def reactivate(self, who: Person) -> None:
        """And opened again."""
        self.dora.command(f"/reactivate @{who.handle}", "#slipway-demo")

    def archive(self, channel: str = "#ops") -> None:
        """A channel is archived."""
        self._admin("/archive", "/unarchive", channel)

    def remove(self, who: Person, channel: str = "#ops") -> None:
        """Somebody is not in a channel any more."""
        self._admin(f"/remove @{who.handle}", f"/invite @{who.handle}", channel)

    def _admin(self, done: str, undone: str, channel: str) -> None:
        by = self.dora if channel == "#slipway-demo" else self.ben
        assert by.command(done, channel) == ""
        self._undo.append((by, undone, channel))

    # Talking

    def ask(self, text: str, who: Person | None = None, channel: str = "#ops") -> Thread:
        """Ask with the slash command, and let the answer stand."""
        failed = (who or self.ana).command(f"/slipway {text}", channel)
        assert not failed, failed
        self.settle()
        return Thread(channel, max(self.roots().values()))

    def roots(self) -> Mapping[str, str]:
        """The root message's ts of each Request, by its id."""
        ours = {one.key.removeprefix(thread.ROOT): one.sent_ts or "" for one in self.outbox()}
        return {one.id: one.thread or ours[one.id] for one in self.requests()}

    def say(self, text: str, who: Person | None = None, channel: str = "#ops", thread: str = "") -> Thread:
        """Say something where the bot hears it, and let the answer stand."""
        who, heard = who or self.ana, self.heard()
        ts = who.say(text, channel, thread)
        until(lambda: self.heard() != heard)
        self.settle()
        return Thread(channel, thread or ts)

    def heard(self) -> tuple[Any, ...]:
        """Everything that listening has kept."""
        with Session(self.engine) as session:
            said = session.exec(select(PostRow.key)).all()
            spoke = session.exec(select(OverheardRow.key)).all()
            kept = session.exec(select(FollowUpRow.key)).all()
            asked = session.exec(select(PressRow.key)).all()
            return (*said, *spoke, *kept, *asked, *session.exec(select(RequestRow.id, RequestRow.text)).all())

    def press(self, thread: Thread, action: str, who: Person | None = None) -> str:
        """Press the newest button of this verb; what the one who pressed is told privately, if anything."""
        who = who or self.ana
        before = len(self.whispers(who, thread.channel))
        found = [one for one in thread.messages(who) if action in buttons(one)]
        assert found, f"nothing offers {action}"
        failed = who.press(thread.channel, found[-1]["ts"], action)
        assert not failed, failed
        self.settle()
        return " ".join(one["text"] for one in self.whispers(who, thread.channel)[before:])

    def fill(self, thread: Thread, who: Person | None = None, **fields: str) -> Mapping[str, str]:
        """Open the form of the card and send it; what is wrong, by field."""
        view = self.form(thread, who)
        errors = (who or self.ana).submit(view["id"], fields)
        self.settle()
        return errors

    def form(self, thread: Thread, who: Person | None = None, action: str = "slipway.answer") -> Mapping[str, Any]:
        """Open the form of a button."""
        self.press(thread, action, who)
        return (who or self.ana).views()[-1]

    def send(self, thread: Thread, action: str, who: Person | None = None, **fields: str) -> str:
        """Open a button's form and send it; what the one who did is told privately, if anything."""
        who = who or self.ana
        before = len(self.whispers(who, thread.channel))
        told = self.press(thread, action, who)
        views = who.views()
        if told or not views:
            return told
        errors = who.submit(views[-1]["id"], fields)
        assert not errors, errors
        self.settle()
        return " ".join(one["text"] for one in self.whispers(who, thread.channel)[before:])

    def keep_app(self, thread: Thread, who: Person | None = None, why: str = "we still need it") -> str:
        """Press Keep and say why; what the one who did is told privately, if anything."""
        return self.send(thread, "slipway.keep", who, reason=why)

    def card(self, thread: Thread) -> str:
        """Everything that stands in the thread."""
        return " ".join(said_in(one) for one in thread.messages(self.ana))

    def home_of(self, who: Person) -> Mapping[str, Any]:
        """Somebody's Home tab, opened now, as it stands once the house has come to rest."""
        before = self._homes_asked()
        who.home()
        until(lambda: self._homes_asked() > before)
        with transaction(self.engine) as session:  # two views of one person are some seconds apart
            for row in session.exec(select(home.HomeRow)):
                row.due_at = 0
        self.settle()
        seen = who.home()
        assert seen is not None
        return seen

    def _homes_asked(self) -> int:
        with transaction(self.engine) as session:
            return sum(one.asked for one in session.exec(select(home.HomeRow)))

    def offered(self, thread: Thread, who: Person | None = None) -> frozenset[str]:
        """The verbs of all buttons in the thread."""
        return frozenset(verb for one in thread.messages(who or self.ana) for verb in buttons(one))

    def whispers(self, who: Person, channel: str = "#ops") -> Sequence[Mapping[str, Any]]:
        """What this person alone sees in a channel."""
        inside = [one.name for one in self.harbor.config.channels if who.handle in one.members]
        return who.whispers(channel) if channel[1:] in inside or channel[0] != "#" else []

    def told(self, who: Person | None = None, channel: str = "#ops") -> str:
        """What this person was told privately last."""
        told = self.whispers(who or self.ana, channel)
        return str(told[-1]["text"]) if told else ""

    def posted(self) -> str:
        """Everything that the bot has shown anybody anywhere in this test."""
        rows = [(one.channel, self.roots()[one.id]) for one in self.requests()]
        bot = self.harbor.config.bot_user
        said = [one for channel, root in rows for one in self.ana.thread(channel, root) if one["user"] == bot]
        seen = [said_in(one) for one in said]
        for who in (self.ana, self.ben, self.cy, self.gil):
            seen += [said_in(one) for name in ("#ops", "#slipway-demo") for one in self.whispers(who, name)]
        return "\n".join(seen)

    # What is kept

    def requests(self) -> Sequence[RequestRow]:
        """Every Request, oldest first."""
        with Session(self.engine) as session:
            return session.exec(select(RequestRow).order_by(RequestRow.created_at)).all()

    def request(self) -> RequestRow:
        """The only Request."""
        [row] = self.requests()
        return row

    def outbox(self) -> Sequence[PostRow]:
        """Every post."""
        with Session(self.engine) as session:
            return session.exec(select(PostRow)).all()

    def prompted(self, user: str) -> bool:
        """Whether somebody was offered prompts."""
        with Session(self.engine) as session:
            row = session.exec(select(PromptRow).where(PromptRow.user == user)).first()
            return row is not None and bool(row.shown_on)

    def unfurls(self) -> Sequence[str]:
        """Every message with links that was heard of."""
        with Session(self.engine) as session:
            return session.exec(select(UnfurlRow.key)).all()

    def actions(self) -> Sequence[str]:
        """What the audit tells, in its order."""
        with Session(self.engine) as session:
            return session.exec(select(AuditRow.action).where(AuditRow.id > self._since).order_by(AuditRow.id)).all()

    def dump(self) -> str:
        """The control database, all of it, as text."""
        with self.engine.connect() as connection:
            if engines.SERVER:
                tables = SQLModel.metadata.sorted_tables
                return "\n".join(f"{one.name} {row}" for one in tables for row in connection.execute(one.select()))
            return "\n".join(connection.connection.iterdump())

    def keep(self, session: Session, app: str, bundle: Bundle) -> Digest:
        """Keep a bundle, signed as if it had come of what the app came from."""
        request = requests.of_app(session, app)
        assert request is not None
        self.working.notary.attest(request, bundle)
        return self.working.bundles.put(bundle)

    # Visiting

    def preview(self, thread: Thread) -> str:
        """The address of the preview."""
        return self._link(thread, lambda url: ".preview." in url)

    def live(self, thread: Thread) -> str:
        """The address of the live app."""
        return self._link(thread, lambda url: ".preview." not in url)

    def _link(self, thread: Thread, right: Callable[[str], bool]) -> str:
        found = [buttons(one).get("slipway.open", {}).get("url", "") for one in thread.messages(self.ana)]
        urls = [url for url in reversed(found) if url and right(url)]
        assert urls, f"no such address stands in the thread: {self.card(thread)}"
        return urls[0]

    def answer(self, who: Person, url: str, **fields: str) -> httpx2.Response:
        """Sign in, open an app and send its form."""
        page = who.sign_in(url)
        assert page.status_code == 200, page.text
        return send_form(who, url, page, **fields)


class Worker:
    """One gateway worker and its smoke door, on a loop in a thread."""

    def __init__(self, house: House, listening: socket.socket, sandbox: Sandbox) -> None:
        self._house, self._listening = house, listening
        smoke = house.settings.gateway.smoke_socket
        smoke.parent.mkdir(exist_ok=True)
        self._local = socket.socket(socket.AF_UNIX)
        self._local.bind(str(smoke))
        self._local.listen(16)
        config = house.settings.gateway
        verified = verify(config.control_url or config.database)
        self.loader = Loader(BundleStore(house.home / "bundles"), sandbox, house.home / "deltas" / "1", verified)
        self._host = Host(sandbox, stores(house.home / "data", config.data_url), scrub=lambda text: scrub(text).text)
        self.seat, self.later = Board(1).seat(), 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="worker")
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """Serve no more."""
        for one in self._servers:
            one.should_exit = True
        self._thread.join(10)

    def rest(self) -> None:
        """Nothing is under way any more, and of what was counted nothing is left."""
        self.later += 100 * DAY
        self.told()

    def sleep(self) -> int:
        """Nobody has used anything for long; how much was let go of."""

        async def rest() -> int:
            return sleeping.rest(0, self.loader, self._host)

        return asyncio.run_coroutine_threadsafe(rest(), self._loop).result(5)

    def told(self) -> None:
        """Control was told what it is to be told."""
        asyncio.run_coroutine_threadsafe(self._watch.close(), self._loop).result(5)

    def visits(self) -> Sequence[Mapping[str, Any]]:
        """What was spooled."""
        return list(spool.records(self._house.home / "usage"))

    async def _serve(self) -> None:
        house, config = self._house, self._house.settings.gateway
        routes = Routes(scene.source(house.engine, house.home), self.loader.template)
        wire = ControlWire(config.control_socket)
        usage = Spool(house.home / "usage", "w1")

        def wall() -> int:
            return main.clockwork.wall() + house.ahead

        self._loop = asyncio.get_running_loop()
        self._watch = Watch(self.seat, wire, lambda text: scrub(text).text, lambda: wall() + self.later)
        doorman = self.doorman = Doorman(
            routes,
            wire,
            authorize_url=f"{config.issuer}/openid/connect/authorize",
            client_id=config.client_id,
            scheme="http",
            domain="localhost",
            wall=wall,
        )
        rate = Rate(self.seat, TEAM_REQUESTS_PER_MINUTE, lambda: wall() + self.later)
        gateway = Gateway(
            domain="localhost",
            routes=routes,
            doorman=doorman,
            loader=self.loader,
            host=self._host,
            wire=wire,
            exports=lambda name: (house.home / "exports" / name).read_bytes(),
            salt=b"salt",
            wall=wall,
            spool=usage.keep,
            scrub=lambda text: scrub(text).text,
            rate=rate,
            watch=self._watch,
            gallery=Gallery(pictures(), wire, "http", "localhost", rate),
        )
        asked = Scheduled(
            routes=routes,
            loader=self.loader,
            rate=Rate(self.seat, TEAM_REQUESTS_PER_MINUTE, wall),
            begun=Begun(house.home / "usage" / "begun"),
            conduct=gateway.conduct,
            wall=wall,
            otherwise=Holding(routes, wall, Smoke(self.loader, self._host)),
        )
        self._servers = [worker.server(app, wall, Unanswered(supervisor.OPEN_FILES)) for app in (gateway, asked)]
        self._ready.set()
        try:
            await asyncio.gather(*(one.serve([door]) for one, door in zip(self._servers, self._doors(), strict=True)))
        finally:
            await wire.close()
            self._host.close()
            routes.close()
            usage.close()

    def _doors(self) -> Sequence[socket.socket]:
        return (self._listening, self._local)
