"""*Make an app from this*: somebody's message becomes a request of whoever presses it, when they send it.

What stands in the message is a quotation, whoever wrote it: it fills a field, and only what is sent from there is asked
for, in the name of whoever sent it. Nothing of the message is kept before that.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot import telemetry
from bot.chat import Block, ChatError, Heard, Message, Place, Pointed, Submitted
from bot.database import transaction
from bot.deciding import Refused
from bot.posting import outbox
from bot.rows import presses
from bot.shelf import creating
from bot.shelf.beginning import begin
from bot.threads.forms import ASK
from bot.who.meeting import meet, named
from bot.who.people import ACCOUNT, Person
from bot.wiring import Wiring
from bot.wording.blocks import INPUT, METADATA, MODAL_TITLE, VERSION, context, plain, section, shorten

FROM_MESSAGE = "slipway.from_message"
"""The shortcut, as the app's manifest names it."""
FIELD = "request"
TITLE, SEND, CLOSE = "Make an app from this", "Ask for it", "Close"
READING = "Reading the message …"
QUOTED = (
    "{who} in this message. It is a quotation: change it as you like. Only what you send is asked for, in your name."
)
SAID_BY, SAID = "These are the words of <@{user}>", "These are the words"
LABEL, HINT = "Your request", "Say what the app is for, and what it should ask or keep."
IN_THREAD = "The answer comes into the thread of that message, where everybody can read it."
IN_DIRECT = "I am not in that conversation, so the answer comes into our direct messages."
LEFT_OUT = (
    ":lock: I left something out of what I show here: *{kinds}*. It still stands in the message: "
    "tell whoever wrote it to *replace that secret*."
)
NO_WORDS = "Please say in a sentence which app you need."
NOT_YOURS = "You are not in that conversation, so I ask for nothing there. Please say it to me here."


def loading() -> Mapping[str, Any]:
    """What stands there at once: the right to open a form lives three seconds, and asking the chat may take longer."""
    return _modal([section(READING)])


def saying(why: str) -> Mapping[str, Any]:
    """Only a reason."""
    return _modal([section(why)])


def form(wiring: Wiring, pointed: Pointed) -> Mapping[str, Any]:
    """The form with the message's words in it, or why there is none for this person. Raises ChatError."""
    person = meet(wiring, pointed.place.workspace, pointed.user)
    if why := creating.barred(wiring, person, pointed.place.channel):
        return saying(why)
    here = wiring.chat.inside(pointed.place.channel)
    about = {"channel": pointed.place.channel, "thread": pointed.place.thread or ""} if here else {}
    who = SAID_BY.format(user=pointed.author) if ACCOUNT.fullmatch(pointed.author) else SAID
    kinds = ", ".join(sorted({one.replace("-", " ") for one in pointed.removed}))
    blocks = [
        section(QUOTED.format(who=who)),
        *([section(LEFT_OUT.format(kinds=kinds))] if kinds else []),
        _field(shorten(named(wiring, pointed.place.workspace, pointed.text).strip(), INPUT)),
        context(IN_THREAD if here else IN_DIRECT),
    ]
    return _modal(blocks, about, send=True)


def _field(words: str) -> Block:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": FIELD,
        "multiline": True,
        "max_length": INPUT,
        **({"initial_value": words} if words else {}),
    }
    label, hint = plain(LABEL, 75), plain(HINT, 150)
    return {"type": "input", "block_id": FIELD, "label": label, "hint": hint, "element": element}


def _modal(blocks: list[Block], about: Mapping[str, str] | None = None, *, send: bool = False) -> Mapping[str, Any]:
    held = json.dumps({"v": VERSION, **(about or {})}, separators=(",", ":"))
    assert len(held) <= METADATA  # ids
    view = {"type": "modal", "callback_id": ASK, "private_metadata": held, "title": plain(TITLE, MODAL_TITLE)}
    ends = {"close": plain(CLOSE, MODAL_TITLE), **({"submit": plain(SEND, MODAL_TITLE)} if send else {})}
    return {**view, **ends, "blocks": blocks}


def wrong(sent: Submitted) -> Mapping[str, str]:
    """What is wrong with the form; who sent it is asked in a tick."""
    return {} if _words(sent) else {FIELD: NO_WORDS}


def make(wiring: Wiring, sent: Submitted, hint: Mapping[str, str]) -> None:
    """What was sent becomes a Request of whoever sent it, below the message where we can post."""
    person = meet(wiring, sent.workspace, sent.user)
    try:
        place = _place(wiring, sent, person, hint)
    except Refused as refused:
        _refuse(wiring, sent, str(refused))
        return
    now = wiring.now()
    heard = Heard(f"from:{sent.key}", place, sent.user, _words(sent), "shortcut", removed=sent.removed)
    with telemetry.span("heard", facts={"via": heard.via}) as trace, transaction(wiring.engine) as session:
        begin(session, wiring, heard, trace, now)
        presses.settle(session, sent.key, now)


def _words(sent: Submitted) -> str:
    said = sent.values.get(FIELD)
    return said.strip() if isinstance(said, str) else ""


def _place(wiring: Wiring, sent: Submitted, person: Person, hint: Mapping[str, str]) -> Place:
    """Where it is asked for; the form only says where it was begun. Raises Refused."""
    channel, root = hint.get("channel", ""), hint.get("thread", "")
    if why := creating.barred(wiring, person, channel):
        raise Refused(why)
    if not channel or not wiring.chat.inside(channel):
        return Place(sent.workspace, wiring.chat.dm(sent.user), None, "dm")
    if sent.user not in wiring.chat.members(channel):
        raise Refused(NOT_YOURS)
    return Place(sent.workspace, channel, root or None, "dm" if channel.startswith("D") else "channel")


def _refuse(wiring: Wiring, sent: Submitted, why: str) -> None:
    """The form is closed by now: whoever sent it reads the reason in our conversation."""
    place, now = Place(sent.workspace, wiring.chat.dm(sent.user), None, "dm"), wiring.now()
    with transaction(wiring.engine) as session:
        outbox.put(session, outbox.Post(f"refused:{sent.key}", place, Message(why, (section(why),))), now)
        presses.settle(session, sent.key, now)


def opened(wiring: Wiring, pointed: Pointed) -> Mapping[str, Any]:
    """As `form`; when the chat does not say who it is, that nothing happened."""
    try:
        return form(wiring, pointed)
    except ChatError:
        return saying("I cannot look that up right now. Nothing was kept; please try again in a minute.")
