"""Two control processes on one database, each on HTTP as behind a load balancer, with one workspace and one gateway."""

import json
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import psycopg

from bot import demo
from bot.conversation import Thread, buttons
from bot.operating.keyring import KEY
from bot.workspace.config import Config
from bot.workspace.delivery import signature
from bot.workspace.person import Person
from tests import engines
from tests.faults.house import Asked
from tests.workspace.harbour import free_port, until

SHARED = ("bundles", "data", "exports", "usage", "deltas", "anchors", "visitor.salt")
"""What replicas have in common besides the database; `run/` is each one's own."""
TIMES = 5
PATIENCE = 150


class Replica:
    """One control process, in a home of its own."""

    def __init__(self, stage: demo.Stage, home: Path) -> None:
        self.port = free_port()
        environ = {name: value for name, value in stage.environ.items() if name != "SLACK_APP_TOKEN"}
        environ |= {"SLIPWAY_HOME": str(home), "SLIPWAY_HTTP_PORT": str(self.port)}
        self._running = demo.Running(replace(stage, home=home, environ=environ))
        self._secret = environ["SLACK_SIGNING_SECRET"]
        self.home = home

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._running.pid(demo.CONTROL)

    @property
    def runs(self) -> bool:
        """Whether it was started and not killed."""
        return bool(self._running._processes)

    def start(self) -> None:
        """Start it."""
        self._running.start(demo.CONTROL)

    def wait(self) -> None:
        """Until it hears."""
        hello = b'{"type": "url_verification", "challenge": "c"}'
        until(lambda: self.post(hello, "application/json") == 200, PATIENCE)

    def kill(self) -> None:
        """`kill -9`."""
        self._running.kill(demo.CONTROL)

    def post(self, body: bytes, kind: str) -> int:
        """Deliver a signed body; the status, 0 when nobody answers."""
        stamp = int(time.time())
        headers = {"content-type": kind, "x-slack-request-timestamp": str(stamp)}
        headers["x-slack-signature"] = signature(self._secret, stamp, body)
        try:
            url = f"http://127.0.0.1:{self.port}/slack/events"
            return httpx2.post(url, content=body, headers=headers, timeout=20).status_code
        except httpx2.HTTPError:
            return 0


class Pair:
    """Both replicas, and what became of what they were told."""

    def __init__(self, folder: Path) -> None:
        stage = demo.prepare(folder / "a", 0, 0, inherit=False)
        self.url = engines.made()
        self.stage = replace(stage, environ={**stage.environ, "SLIPWAY_DATABASE": self.url})
        self.replicas = (Replica(self.stage, folder / "a"), Replica(self.stage, folder / "b"))
        self._rest = demo.Running(self.stage)
        _share(folder / "a", folder / "b")
        unset = dict.fromkeys(("bot_token", "app_token", "client_id", "client_secret", "signing_secret"), "")
        self._config = Config(**unset)

    def start(self) -> None:
        """Start everything."""
        self._rest.start(demo.WORKSPACE)
        first, second = self.replicas
        first.start()
        until(lambda: self._rest._answers(demo.WORKSPACE), PATIENCE)
        first.wait()
        # The key is a file of a folder that both have, and must be no link to elsewhere.
        (second.home / KEY).hardlink_to(first.home / KEY)
        second.start()
        second.wait()
        self._rest.start(demo.GATEWAY)
        until(lambda: self._rest._answers(demo.GATEWAY), PATIENCE)
        self.people = {name: Person(self.stage.url, name, timeout=30) for name in ("ana", "ben", "cy")}

    def stop(self) -> None:
        """End everything."""
        for person in getattr(self, "people", {}).values():
            person.close()
        for one in self.replicas:
            # It may have ended, or never have started: it is stopped all the same.
            with suppress(KeyError, ProcessLookupError):
                os.kill(one.pid, signal.SIGCONT)
            one._running.stop()
        self._rest.stop()

    def rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Rows of the database."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query, values).fetchall()

    def leads(self) -> tuple[Replica, int]:
        """Who leads, and in which term."""
        found = until(lambda: self.rows("SELECT holder, term FROM leader"), PATIENCE)
        holder, term = found[0]
        pid = int(holder.partition(" ")[0].rpartition(":")[2])
        return next(one for one in self.replicas if one.runs and one.pid == pid), term

    def say(self, name: str) -> Asked:
        """Somebody opens a thread."""
        who = self.people[name]
        return Asked(who, Thread("#ops", who.say("please", "#ops")))

    def deliver(self, *bodies: tuple[bytes, str], seed: int, to: Sequence[Replica] = ()) -> None:
        """Each body five times, all at once, in any order, to either replica."""
        sure = random.Random(seed)
        all_of_them = [(one, place) for one in bodies for place in sure.choices(to or self.replicas, k=TIMES)]
        sure.shuffle(all_of_them)
        with ThreadPoolExecutor(8) as senders:
            assert set(senders.map(lambda one: one[1].post(*one[0]), all_of_them)) == {200}

    def mention(self, asked: Asked, ident: str) -> tuple[bytes, str]:
        """The event of a request, as Slack delivers it."""
        event = {"user": asked.who.id, "channel": self._ops(), "ts": asked.thread.root, "type": "app_mention"}
        event["text"] = "<@U1> a lunch survey, three questions"
        whole = {"type": "event_callback", "team_id": self._config.team_id, "event_id": ident, "event": event}
        return json.dumps(whole).encode(), "application/json"

    def press(self, asked: Asked, action: str, at: str) -> tuple[bytes, str]:
        """The press of a button, as Slack delivers it."""
        message = until(
            lambda: next((one for one in asked.thread.messages(asked.who) if action in buttons(one)), None), PATIENCE
        )
        body = {
            "type": "block_actions",
            "team": {"id": self._config.team_id},
            "user": {"id": asked.who.id, "team_id": self._config.team_id},
            "channel": {"id": self._ops()},
            "message": {"ts": message["ts"], "thread_ts": message.get("thread_ts")},
            "trigger_id": "t1",
            "response_url": "http://127.0.0.1:1/",
            "actions": [{**buttons(message)[action], "type": "button", "action_ts": at, "block_id": "b"}],
        }
        return urlencode({"payload": json.dumps(body)}).encode(), "application/x-www-form-urlencoded"

    def _ops(self) -> str:
        return next(one.id for one in self._config.channels if one.name == "ops")

    def story(self, asked: Asked) -> list[str]:
        """What the audit tells of a Request and its app."""
        about = "SELECT id FROM request WHERE thread = %s UNION SELECT app FROM request WHERE thread = %s"
        found = self.rows(
            f"SELECT action FROM audit_event WHERE subject IN ({about}) ORDER BY seq", *[asked.thread.root] * 2
        )
        return [action for (action,) in found]

    def deployments(self, asked: Asked) -> list[tuple[str, bool]]:
        """Every Deployment that there ever was: its stage, and whether it stands."""
        found = self.rows(
            "SELECT stage, ended_at IS NULL FROM deployment WHERE app IN (SELECT app FROM request WHERE thread = %s)",
            asked.thread.root,
        )
        return sorted(found)

    def posts(self, asked: Asked) -> list[str]:
        """The kinds of our messages in the thread; one that is there twice is told twice."""
        keys = [
            str((one.get("metadata") or {}).get("event_payload", {}).get("key", "")).partition(":")[0]
            for one in asked.thread.messages(asked.who)
        ]
        return sorted(filter(None, keys))


def _share(first: Path, second: Path) -> None:
    second.mkdir()
    for name in SHARED:
        if "." not in name:
            (first / name).mkdir(exist_ok=True)
        (second / name).symlink_to(first / name)
    for home in (first, second):
        (home / "run").mkdir(exist_ok=True)
    (second / "run" / "smoke.sock").symlink_to(first / "run" / "smoke.sock")


@contextmanager
def running(folder: Path) -> Iterator[Pair]:
    """Both, up, until the block ends."""
    one = Pair(folder)
    try:
        one.start()
        yield one
    finally:
        one.stop()
