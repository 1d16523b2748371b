"""The whole house as real processes, its people, and everything that must be true of what it left behind."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2

from bot import database, demo
from bot.conversation import Thread, wait
from bot.workspace.person import PageError, Person
from guardrails import audit

CONTROL = demo.Part("control", "control", "tests.faults.dying")
"""Control that dies where it is told to, in place of the demo's."""
SURVEY = "a lunch survey, three questions, keep it two weeks"
FOR_EVERYONE = "a feedback survey about the new office for everyone in the company"

TRIES = 5

UP_TO_PREVIEW = ("request.received", "request.understood", "request.bundled", "request.reviewed", "preview.opened")
UP_TO_LIVE = (*UP_TO_PREVIEW, "publish.proposed", "app.live")


def press(who: Person, channel: str, message: Mapping[str, Any], action: str) -> None:
    """Press a button. Whoever is told that it failed presses again, as people do: control may just have died."""
    for _ in range(TRIES):
        try:
            if not who.press(channel, message["ts"], action):
                return
        except PageError:
            return  # the button is gone: the press was heard after all


@dataclass(frozen=True)
class Asked:
    """One Request: who asked, and the thread that answers."""

    who: Person
    thread: Thread

    def publish(self) -> None:
        """Press Publish and see it live."""
        self.press("slipway.publish")
        self.thread.saying(self.who, "is live:")

    def press(self, action: str, who: Person | None = None) -> None:
        """Press a button in the thread."""
        press(who or self.who, self.thread.channel, self.thread.with_button(self.who, action), action)

    def keep(self, why: str) -> None:
        """Press Keep and say why."""
        self.press("slipway.keep")
        view = wait("the form that asks why", self.who.views)[-1]
        assert self.who.submit(view["id"], {"reason": why}) == {}

    @property
    def live_url(self) -> str:
        """Where the app is, once the card says that it is live."""
        return str(wait("the live card", lambda: self._link()))

    def _link(self) -> str:
        link = self.thread.link(self.who, "slipway.open")
        return "" if ".preview." in link else link


class House:
    """The processes and the people. The house is shared: each test asks for an app of its own."""

    def __init__(self, running: demo.Running) -> None:
        self.running = running
        self.home = running.stage.home
        self.people = {name: Person(running.stage.url, name, timeout=20) for name in ("ana", "ben", "cy", "dora")}
        # Nobody may ask too often, and no channel takes too many posts at once: they take turns.
        self._turns = cycle(
            [("ana", "#ops"), ("cy", "#slipway-demo"), ("dora", "#general"), ("ana", "#general"), ("cy", "#ops")]
        )

    def ask(self, words: str = SURVEY, name: str = "", channel: str = "") -> Asked:
        """Somebody mentions the bot; Slack delivers an event again until it is acknowledged."""
        name, channel = (name, channel) if name else next(self._turns)
        who = self.people[name]
        return Asked(who, Thread(channel, who.say(f"@slipway {words}", channel)))

    def die_at(self, place: str) -> None:
        """Control dies the next time it passes here, and starts again."""
        draft = self.home / "die-at.draft"
        draft.write_text(place)
        draft.rename(self.home / "die-at")

    def has_died(self) -> bool:
        """Whether control came by the place where it was to die."""
        return not (self.home / "die-at").exists()

    def rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Rows of the control database, read beside control."""
        with closing(sqlite3.connect(f"file:{self.home / 'control.db'}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(query, values).fetchall()

    def request(self, asked: Asked) -> str:
        """The one Request of a thread."""
        ((request,),) = self.rows("SELECT id FROM request WHERE thread = ?", asked.thread.root)
        return str(request)

    def app(self, asked: Asked) -> str:
        """The one App of a thread."""
        ((app,),) = self.rows(
            "SELECT app.id FROM app JOIN request ON request.app = app.id WHERE request.thread = ?", asked.thread.root
        )
        return str(app)

    def story(self, asked: Asked) -> tuple[str, ...]:
        """What the audit chain tells of a Request and its App, in order."""
        found = self.rows(
            "SELECT action FROM audit_event WHERE subject IN "
            "(SELECT id FROM request WHERE thread = ?1 UNION SELECT app FROM request WHERE thread = ?1) ORDER BY seq",
            asked.thread.root,
        )
        return tuple(action for (action,) in found)

    def deployments(self, asked: Asked) -> list[tuple[str, bool]]:
        """Every Deployment there ever was of the App: its stage, and whether it stands."""
        found = self.rows("SELECT stage, ended_at IS NULL FROM deployment WHERE app = ?", self.app(asked))
        return sorted((stage, bool(stands)) for stage, stands in found)

    def posts(self, asked: Asked) -> list[str]:
        """The kinds of our messages in the thread: `card`, `live`, `approval` and so on."""
        keys = [self._key(one) for one in asked.thread.messages(asked.who)]
        assert len(keys) == len(set(keys)), f"doubled posts: {keys}"
        return sorted(key.partition(":")[0] for key in keys)

    @staticmethod
    def _key(message: dict[str, Any]) -> str:
        return str((message.get("metadata") or {})["event_payload"]["key"])

    def settle(self) -> None:
        """Wait until nothing is left to be told, sent, decided or cleared."""
        for what, left in {
            "telling of freezes": "SELECT count(*) FROM freeze_line "
            "WHERE told_at IS NULL OR (thawed_at IS NOT NULL AND thaw_told_at IS NULL)",
            "sending everything": "SELECT count(*) FROM outbox WHERE sent_version < version AND failed = ''",
            "taking every step": "SELECT count(*) FROM request "
            "WHERE state IN ('received', 'briefed', 'bundled', 'reviewed', 'approved')",
            "deciding everything": "SELECT count(*) FROM press WHERE settled_at IS NULL",
            "clearing everything": "SELECT count(*) FROM app WHERE ended_at IS NOT NULL AND cleared_at IS NULL",
        }.items():
            wait(what, lambda left=left: self.rows(left) == [(0,)])

    def check(self) -> None:
        """What is always true: nothing given up, nothing half-made, and an audit chain without gaps or doubles."""
        assert self.rows("SELECT key, failed FROM outbox WHERE failed != ''") == []
        assert self.rows("SELECT id FROM app WHERE id NOT IN (SELECT app FROM request WHERE app IS NOT NULL)") == []
        assert (
            self.rows("SELECT id, text, state, trouble FROM request WHERE state IN ('failed', 'approved', 'reviewed')")
            == []
        )
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        engine = database.connect(f"sqlite:///{self.home / 'control.db'}")
        with database.transaction(engine) as session:
            for workspace in audit.workspaces(session):
                assert audit.verify(session, workspace) == ()
        engine.dispose()

    def visit(self, who: Person, url: str) -> httpx2.Response:
        """An app's page, as somebody who may see it."""
        return who.sign_in(url)

    def close(self) -> None:
        """Let everybody go."""
        for one in self.people.values():
            one.close()


@contextmanager
def running(home: Path, compiled: Path) -> Iterator[House]:
    """A house of its own, with what was compiled before: that takes longer than the rest of its start."""
    stage = demo.prepare(home, 0, 0, inherit=False)
    shutil.copytree(compiled, stage.home / "guest", dirs_exist_ok=True)
    with demo.running(stage) as parts:
        parts.kill(demo.CONTROL)
        parts.start(CONTROL)
        parts.wait()
        house = House(parts)
        try:
            yield house
        finally:
            house.close()
