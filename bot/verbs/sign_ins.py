"""Sign-ins: what of the organisation's own provider is linked to somebody, shown to them alone, and taken away."""

import json
import re
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot.chat import Block, Heard, Message, Pressed
from bot.database import transaction
from bot.deciding import Refused
from bot.entrance import links
from bot.entrance.links import Link
from bot.posting import outbox
from bot.rows import presses
from bot.who import linking
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import link_words
from bot.wording.blocks import VERSION, button, quoted, section

SHOW, UNLINK = "slipway.links", "slipway.unlink"
"""What stands for the words, and the button behind each link."""
_ASKED = re.compile(r"sign-?ins?", re.IGNORECASE)
MOST = 20


def asked(heard: Heard) -> Pressed | None:
    """The words `sign-ins` as a press, to be judged as one."""
    if heard.via == "thread" or not _ASKED.fullmatch(heard.text.strip()):
        return None
    hint = json.dumps({"v": VERSION})
    return Pressed(f"sign-ins:{heard.key}", heard.place, heard.user, SHOW, hint, "", "", heard.response_url)


def show(wiring: Wiring, press: Pressed, _: Mapping[str, str]) -> None:
    """What is linked to whoever asks."""
    person, now = meet(wiring, press.place.workspace, press.user), wiring.now()
    with transaction(wiring.engine) as session:
        message = _message(links.every(session, _ids(person)))
        post = outbox.Post(press.key, press.place, message, press.user, respond=press.response_url)
        outbox.put(session, post, now)
        presses.settle(session, press.key, now)


def _ids(person: Person) -> list[str]:
    return sorted({person.id, *person.also})


def _message(found: Sequence[Link]) -> Message:
    if not found:
        return Message(link_words.NONE)
    said = [link_words.listed(quoted(one.shown, 200), one.confirmed_at, one.invalid) for one in found[:MOST]]
    rows: list[Block] = [
        {**section(text), "accessory": button(link_words.UNLINK, UNLINK, {"link": one.id}, style="danger")}
        for one, text in zip(found, said, strict=False)
    ]
    return Message(link_words.all_of(said), tuple(rows))


def unlink(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Take one of one's own away. Raises Refused."""
    person, now = meet(wiring, press.place.workspace, press.user), wiring.now()
    with transaction(wiring.engine) as session:
        link = _own(session, person, hint.get("link", ""))
        linking.unlink(session, link, person.id, now)
        told = Message(link_words.removed(quoted(link.shown, 200)))
        outbox.put(session, outbox.Post(f"unlinked:{press.key}", press.place, told, press.user), now)
        presses.settle(session, press.key, now)


def _own(session: Session, person: Person, ident: str) -> Link:
    found = links.get(session, ident)
    if found is None or not person.owns(found.person) or found.workspace != person.workspace:
        raise Refused(link_words.GONE)
    return found
