"""Auditing: an app's record read in the chat, by an auditor alone; that it was read is in the record as well."""

import json
import re
from collections.abc import Mapping

from sqlmodel import Session

from bot.chat import Heard, Message, Pressed
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, record
from bot.posting import outbox
from bot.threads import telling
from bot.wiring import Wiring
from bot.wording.blocks import VERSION, escape
from runtime import apps

READ = "slipway.audit"
_ASKED = re.compile(r"audit\s+([a-z0-9-]{1,80})", re.IGNORECASE)
NEWEST = 20
"""Events that are told one by one: a message is no log."""
LONGEST = 3500
"""Characters of such a message."""
RECORD = f"{'record':{telling.WIDTH}}"
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def asked(session: Session, heard: Heard) -> Pressed | None:
    """The words `audit lunch` as a press, to be judged as one; None when no app is called so."""
    found = _ASKED.fullmatch(heard.text.strip()) if heard.via != "thread" else None
    app = apps.by_slug(session, found[1].lower()) if found else None
    if app is None or app.workspace != heard.place.workspace:
        return None
    hint = json.dumps({"v": VERSION, "app": app.id})
    return Pressed(f"audit:{heard.key}", heard.place, heard.user, READ, hint, "", "", heard.response_url)


def read(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Tell the app's story to this auditor alone."""
    press, now = about.press, wiring.now()
    assert isinstance(press, Pressed)
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
        if app is None:
            raise Refused(OVERTAKEN)
        message = Message(shown(telling.story(session, app, NEWEST), app.slug))
        outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
        record(session, wiring, about, "audit.read")


def shown(story: str, slug: str) -> str:
    """The story for a message: nobody whom it names is called, digests are short, and the oldest events give way."""
    lines = escape(_DIGEST.sub(r"\1…", story)).replace("```", "'''").splitlines()
    start = next((at for at, line in enumerate(lines) if line.startswith(RECORD)), len(lines))
    head, events = lines[:start], lines[start:]
    room = LONGEST - sum(len(line) + 1 for line in head)
    kept: list[str] = []
    for line in reversed(events):
        room -= len(line) + 1
        if room < 0:
            break
        kept.insert(0, line)
    gone = [f"{RECORD}… {len(events) - len(kept)} before these"] if len(kept) < len(events) else []
    text = "\n".join([*head, *gone, *kept])[: LONGEST + len(RECORD) * 4]
    return f"```\n{text}\n```All of it prints `platformctl audit query {slug}`."
