"""Control without its threads: its real parts over one database, a clock by hand, and crashes wherever one may come.

A crash ends everything but the files and the chat, as `kill -9` does, and `restart` builds the parts anew over them.
"""

import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event

from bot import database, steps
from bot.archives import putting_back
from bot.building import journey
from bot.chat import ChatError, GroupState, Heard, Message, Place, Pressed, Profile, Submitted
from bot.ending import endings
from bot.hearing import commands, following, listening
from bot.notary import Notary
from bot.operating import freeze_telling, keyring
from bot.owning import orphans
from bot.posting import outbox
from bot.threads import parking
from bot.verbs import decisions
from bot.wiring import Smoked, Wiring
from bot.wording import words
from generator.model import Reading
from generator.offline_model import OfflineModel
from guardrails.policy import Policies
from guardrails.review import document, review
from runtime.appdata import SqliteAppData
from runtime.bundles import BundleStore
from runtime.destination import Places
from runtime.routes import Routes
from templates import catalog
from templates.catalog import Catalog

START = 1_800_000_000
WORKSPACE, OPS = "T1", "C-OPS"
PEOPLE = {"U-ANA": "ana", "U-BEN": "ben", "U-CY": "cy"}
APPROVERS = frozenset({"U-BEN"})
GROUPS = {"platform-approvers": APPROVERS, "operators": frozenset({"U-BEN", "U-CY"}), "leads": APPROVERS}
ROLES = {"operator": ("operators",), "lead": ("leads",)}


COMPILED: dict[Any, Any] = {}
"""Statements compiled for one process are as good for the next; to compile them takes longer than to run them."""


class Crash(BaseException):
    """The process is gone; no handler of ours may hold it."""


@dataclass
class Crashes:
    """Places of one kind where a process may die, counted down: `begin` or `commit` of a transaction, `sent` a post."""

    kind: str = "begin"
    left: int = 0

    def passed(self, kind: str) -> None:
        """Die here if this is the place."""
        if self.left and kind == self.kind:
            self.left -= 1
            if not self.left:
                raise Crash


@dataclass
class RecordingChat:
    """The chat: keeps every message it got by key, and is not ours, so it survives crashes."""

    crashes: Crashes
    posted: list[tuple[str, str]] = field(default_factory=list)
    """Key and ts of every message."""
    texts: dict[str, Message] = field(default_factory=dict)
    whispered: list[tuple[str, str]] = field(default_factory=list)
    """User and text of everything said to one person alone."""
    homes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The Home tab of each."""
    gone: set[str] = field(default_factory=set)
    """Whose account is closed."""

    def post(self, place: Place, message: Message, key: str) -> str:
        ts = f"{len(self.posted) + 1}.0"
        self.posted.append((key, ts))
        self.texts[ts] = message
        self.crashes.passed("sent")
        return ts

    def find(self, place: Place, key: str, since: int) -> str | None:
        return next((ts for known, ts in self.posted if known == key), None)

    def update(self, channel: str, ts: str, message: Message) -> None:
        self.texts[ts] = message

    def whisper(self, place: Place, user: str, message: Message) -> None:
        self.whispered.append((user, message.text))

    def profile(self, user: str) -> Profile:
        if user not in PEOPLE:
            raise ChatError("user_not_found", permanent=True)
        return Profile(user, PEOPLE[user].title(), PEOPLE[user], deleted=user in self.gone)

    def known(self, handles: Collection[str]) -> Mapping[str, Profile]:
        everybody = (self.profile(user) for user in PEOPLE)
        return {one.handle: one for one in everybody if one.handle in handles}

    def group_state(self, handle: str) -> GroupState:
        return "active"

    def mention(self, handle: str) -> str:
        return f"<!subteam^{handle}>"

    def members(self, channel: str) -> frozenset[str]:
        return frozenset(PEOPLE)

    def group(self, handle: str) -> frozenset[str]:
        return GROUPS.get(handle, frozenset())

    def channel_named(self, name: str) -> str | None:
        return OPS if name == "ops" else None

    def respond(self, response_url: str, text: str) -> None:
        raise NotImplementedError

    def open_form(self, trigger: str, view: Mapping[str, Any]) -> str:
        raise NotImplementedError

    def update_form(self, view_id: str, view: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        self.homes[user] = view
        self.crashes.passed("sent")

    def dm(self, user: str) -> str:
        return f"D-{user}"

    def permalink(self, channel: str, ts: str) -> str:
        return f"http://chat.test/{channel}/{ts}"


class CachingModel:
    """The zero-key model, asked once for each text: the same words are read in every history."""

    @staticmethod
    @cache
    def read(text: str, today: object) -> Reading:
        return OfflineModel().read(text, today)

    @staticmethod
    @cache
    def fill(text: str, today: object, kind: str) -> Reading:
        return OfflineModel().fill(text, today, kind)


@cache
def shelf() -> Catalog:
    return catalog.load()


@cache
def policies() -> Policies:
    return Policies()


@cache
def migrated() -> bytes:
    """A control database as the migrations make it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "control.db"
        engine = database.connect(f"sqlite:///{path}")
        database.migrate(engine)
        engine.dispose()
        return path.read_bytes()


class History:
    """One installation from its first day on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.now = START
        self.crashes = Crashes()
        self.chat = RecordingChat(self.crashes)
        self.heard: list[Heard] = []
        self._count = 0
        home.mkdir(parents=True)
        (home / "control.db").write_bytes(migrated())
        self._reader = sqlite3.connect(home / "control.db", isolation_level=None)
        self.routes = Routes(home / "control.db")
        self.restart()

    def restart(self) -> None:
        """Be a new process over the same files."""
        self.crashes.left = 0
        self._engine = database.connect(f"sqlite:///{self.home / 'control.db'}")
        self._engine.update_execution_options(compiled_cache=COMPILED)
        event.listen(self._engine, "begin", lambda _: self.crashes.passed("begin"))
        event.listen(self._engine, "commit", lambda _: self.crashes.passed("commit"))
        self.wiring = self._wire(self._engine)
        self._commands = commands.Commands(self.wiring, None)

    def _wire(self, engine: Engine) -> Wiring:
        refs = tuple(shelf().get(name).ref for name in shelf().names)
        bundles = BundleStore(self.home / "bundles")
        notary = Notary(self.home, bundles, shelf())
        keyring.ready(engine, notary, bundles, self.now)
        return Wiring(
            engine=engine,
            chat=self.chat,
            catalog=shelf(),
            model=CachingModel(),
            review=lambda manifest, wanted, here, stage: review(
                policies(), document(manifest, wanted, here, stage, refs)
            ),
            bundles=bundles,
            notary=notary,
            smoke=lambda bundle: Smoked(),
            url=lambda slug, stage: f"http://{slug}.{stage}.test/",
            now=lambda: self.now,
            data=SqliteAppData(self.home / "data"),
            exports=self.home / "exports",
            archives=Places(self.home / "archives"),
            roles=ROLES,
            last_used=lambda app: 0,
        )

    @contextmanager
    def alive(self) -> Iterator[None]:
        """What happens in here may be cut short by a crash; a new process stands there afterwards."""
        try:
            yield
        except Crash:
            self._engine.dispose()
            self.restart()

    def hear(self, words: str, user: str) -> None:
        """Somebody says something new."""
        self._count += 1
        ts = f"{self._count}.5"
        self.heard.append(Heard(f"Ev{self._count}", Place(WORKSPACE, OPS), user, words, "mention", ts))
        self.deliver(self.heard[-1])

    def say(self, words: str, user: str, root: str, *, times: int = 1) -> None:
        """Somebody says something in a thread."""
        self._count += 1
        said = Heard(f"Ev{self._count}", Place(WORKSPACE, OPS, root), user, words, "thread", f"{self._count}.5")
        for _ in range(times):
            self.deliver(said)

    def deliver(self, heard: Heard) -> None:
        """The chat delivers an event, perhaps once more."""
        with self.alive():
            listening.hear(self.wiring, self._commands, heard)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Whom the chat whispered what, but for what each repeated delivery of a press is answered."""
        return [one for one in self.chat.whispered if one[1] != words.PRESSED_ALREADY]

    def press(self, action: str, user: str, hint: str, *, times: int = 1) -> None:
        """Somebody presses a button, perhaps twice: each click has a key of its own, and comes twice."""
        for _ in range(times):
            self._count += 1
            key = f"{user}:{self._count}:{action}"
            pressed = Pressed(key, Place(WORKSPACE, OPS), user, action, hint, "1.0", "trigger")
            for _ in range(2):
                with self.alive():
                    listening.keep(self.wiring, pressed)

    def send(self, form: str, user: str, hint: str, **values: str) -> None:
        """Somebody sends a form."""
        self._count += 1
        sent = Submitted(f"V{self._count}:h", WORKSPACE, user, form, hint, values)
        with self.alive():
            listening.submitted(self.wiring, sent)

    @property
    def ticks(self) -> Sequence[Callable[[], object]]:
        """Control's ticks, in no order that anything may depend on."""
        return (
            lambda: journey.tick(self.wiring, steps.STEPS),
            lambda: decisions.tick(self.wiring),
            lambda: outbox.deliver(self.wiring.engine, self.chat, self.now),
            lambda: endings.tick(self.wiring),
            lambda: following.tick(self.wiring),
            lambda: orphans.tick(self.wiring),
            lambda: decisions.rush(self.wiring),
            lambda: freeze_telling.tick(self.wiring),
            lambda: putting_back.finish(self.wiring),
            lambda: parking.tick(self.wiring),
        )

    def tick(self, which: int) -> None:
        """One of the ticks."""
        with self.alive():
            self.ticks[which]()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the control database."""
        return self._reader.execute(query, values).fetchall()

    def close(self) -> None:
        """Let go of everything."""
        self.routes.close()
        self._reader.close()
        self._engine.dispose()
        # A process that was killed may still be letting go of a file.
        shutil.rmtree(self.home, ignore_errors=True)
