"""Somebody's word from the command line: put where presses wait, judged by control as one from the thread.

Control judges it by the same rules, with the groups as the chat has them then, and leaves the same record, which says
besides that it came this way and whose account on this machine typed it.
"""

import json
import secrets
from collections.abc import Callable, Mapping

from sqlalchemy import Engine
from sqlmodel import Session

from bot import clockwork
from bot.chat import Pressed, Submitted
from bot.clockwork import Clock
from bot.database import transaction
from bot.deciding import CLI
from bot.main import scrubbed
from bot.platformctl.installation import Undone, account
from bot.posting import outbox
from bot.rows import presses, requests
from bot.who import people
from bot.wording.blocks import VERSION
from runtime.apps import App

GLANCE = 0.2
"""Seconds between two looks at what became of it."""
KEPT = "It is kept, and is decided as soon as control runs."


def keep(session: Session, app: App, person: str, reason: str, form: str, about: Mapping[str, str]) -> str:
    """Put `person`'s word about an app where presses wait, as this form; its key. Undone when it is no word."""
    try:
        said, removed = scrubbed(reason)
    except ValueError as error:
        raise Undone("the reason could not be checked for secrets, so nothing was kept") from error
    if not said.strip():
        raise Undone("say why with --reason")
    word = Submitted(
        key=f"{CLI}:{account()}:{secrets.token_hex(6)}",
        workspace=app.workspace,
        user=_user(session, app, person),
        form=form,
        about=json.dumps({"v": VERSION, **about}),
        values={"reason": said},
        removed=removed,
    )
    presses.keep(session, word, Clock(session).now())
    return word.key


def press(session: Session, app: App, person: str, action: str) -> str:
    """Put `person`'s press of an app's button where presses wait; its key. Undone when nobody is called so."""
    request = requests.of_app(session, app.id)
    if request is None:
        raise Undone(f"{app.slug} has no thread")
    pressed = Pressed(
        key=f"{CLI}:{account()}:{secrets.token_hex(6)}",
        place=request.place,
        user=_user(session, app, person),
        action=action,
        value=json.dumps({"v": VERSION, "app": app.id}),
        message="",
        trigger="",
    )
    presses.keep(session, pressed, Clock(session).now())
    return pressed.key


def _user(session: Session, app: App, person: str) -> str:
    handle = person.removeprefix("@").lower()
    known = people.known(session, app.workspace, person) or next(
        iter(people.by_handles(session, app.workspace, (handle,))), None
    )
    user = known.user if known else person if people.ACCOUNT.fullmatch(person) else ""
    if not user:
        raise Undone(f"nobody here called {person} is known; give the chat's own id for them")
    return user


def outcome(engine: Engine, key: str, patience: float, said: Callable[[Session], str]) -> str:
    """What became of it, in the words of `said`, for at most so many seconds; Undone when it changed nothing."""
    end = clockwork.stopwatch() + patience
    while clockwork.stopwatch() < end:
        with transaction(engine) as session:
            if presses.settled(session, key):
                if refused := outbox.text(session, f"refused:{key}"):
                    raise Undone(refused)
                return said(session)
        clockwork.pause(GLANCE)
    return KEPT
