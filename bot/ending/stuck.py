"""`/slipway stuck`: endings of apps that wait for what does not work; to each owner theirs, to operators all."""

import json
from collections.abc import Mapping

from sqlmodel import Session

from bot.chat import Heard, Message, Pressed
from bot.database import transaction
from bot.posting import outbox
from bot.rows import presses
from bot.who import rights
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import ending_words
from bot.wording.blocks import VERSION, quoted
from runtime import apps, stuck
from runtime.stuck import Stuck

SHOW = "slipway.stuck"
ASKED = frozenset({"stuck"})
MOST = 20
"""Lines of one message."""


def asked(heard: Heard) -> Pressed | None:
    """The word `stuck` as a press, for who asks has to be looked up; None when something else was said."""
    if heard.via == "thread" or heard.text.strip().lower() not in ASKED:
        return None
    hint = json.dumps({"v": VERSION})
    return Pressed(f"stuck:{heard.key}", heard.place, heard.user, SHOW, hint, "", "", heard.response_url)


def show(wiring: Wiring, press: Pressed, _: Mapping[str, str]) -> None:
    """Tell this person alone what of theirs is stuck, and an operator everything."""
    person = meet(wiring, press.place.workspace, press.user)
    everything = not person.outsider and "operator" in rights.platform(wiring, person)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        found = [
            one for one in stuck.every(session, press.place.workspace) if everything or _theirs(session, person, one)
        ]
        message = Message(listed(session, found))
        outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
        presses.settle(session, press.key, now)


def _theirs(session: Session, person: Person, one: Stuck) -> bool:
    app = apps.get(session, one.app)
    return app is not None and person.owns(app.owner)


def listed(session: Session, found: list[Stuck]) -> str:
    """A line for each, oldest first."""
    lines = [_line(session, one) for one in found[:MOST]]
    more = [f"… and {len(found) - MOST} more."] if len(found) > MOST else []
    return "\n".join([*lines, *more]) or ending_words.NOTHING_STUCK


def _line(session: Session, one: Stuck) -> str:
    app = apps.get(session, one.app)
    title, slug = (quoted(app.title, 80), app.slug) if app else (one.app, one.app)
    return ending_words.stuck_line(title, slug, one.step, quoted(one.trouble), one.since, one.attempts, one.due_at)
