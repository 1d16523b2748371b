"""Control that dies by `kill -9` where it is told to, and is started again: `python -m tests.faults.dying control`.

Where is read from `<home>/die-at` whenever control passes a place; the file goes first, so that it dies there once.

    before:<state>    the step from this state is computed, its transaction has not begun
    during:<action>   the AuditEvent of this action is written, its transaction is not committed
    after:<action>    that transaction is committed, and nothing after it has happened
    sent:<kind>       the chat has the post whose key begins so, its row does not say so yet
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bot import main as main_of_control
from bot import settings
from bot.building.journey import Step, Take
from bot.chat import Message, Place
from bot.main import Control
from bot.rows.requests import Request, State
from bot.slack.web_api import SlackChat
from bot.steps import STEPS
from bot.wiring import Wiring
from guardrails.audit import AuditRow

Pass = Callable[[str], None]
"""Told of each place that control passes; does not come back from the one where it is to die."""


def passing(die_at: Path) -> Pass:
    def at(place: str) -> None:
        try:
            wanted = die_at.read_text()
        except FileNotFoundError:
            return
        if wanted == place:
            die_at.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    return at


def steps(at: Pass) -> Mapping[State, Take]:
    """The steps, each with a place to die between its slow calls and its transaction."""

    def wrapped(state: State, take: Take) -> Take:
        def step(wiring: Wiring, request: Request) -> Step:
            found = take(wiring, request)
            at(f"before:{state}")
            return found

        return step

    return {state: wrapped(state, take) for state, take in STEPS.items()}


def watch(at: Pass) -> None:
    """Every change has its one AuditEvent, so the events name all transactions of steps, decisions and endings."""
    written = threading.local()

    def executed(
        _connection: object, _cursor: object, statement: str, _given: object, context: Any, _many: bool
    ) -> None:
        if statement.startswith(f"INSERT INTO {AuditRow.__tablename__} "):
            action = context.compiled_parameters[0]["action"]
            written.__dict__.setdefault("actions", []).append(action)
            at(f"during:{action}")

    def committed(_session: Session) -> None:
        for action in written.__dict__.pop("actions", ()):
            at(f"after:{action}")

    def undone(_session: Session) -> None:
        written.__dict__.pop("actions", None)

    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Session, "after_commit", committed)
    event.listen(Session, "after_rollback", undone)


class DyingChat(SlackChat):
    """The chat, with a place to die after each post that it took."""

    def __init__(self, token: str, api_url: str, at: Pass) -> None:
        super().__init__(token, api_url)
        self._at = at

    def post(self, place: Place, message: Message, key: str) -> str:
        ts = super().post(place, message, key)
        self._at(f"sent:{key.partition(':')[0]}")
        return ts


def live() -> None:
    """Be control, as `platformctl control` is, until it dies or is told to end."""
    given = settings.read()
    at = passing(given.home / "die-at")
    watch(at)
    # Everything that posts is given the chat when control is put together.
    main_of_control.SlackChat = partial(DyingChat, at=at)  # for this process alone
    Control(given, steps(at)).run()


def main() -> None:
    """Live, and live again after each `kill -9`: a fork of this process, which holds nothing but its imports."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    status = -signal.SIGKILL
    while status == -signal.SIGKILL:
        child = os.fork()
        if child == 0:
            try:
                live()
            finally:
                os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(status)


if __name__ == "__main__":
    main()
