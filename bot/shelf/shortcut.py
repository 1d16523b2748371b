"""*Make an app from this*: somebody's message becomes a request of whoever presses it, when they send it.

What stands in the message is a quotation, whoever wrote it: it fills a field, and only what is sent from there is asked
for, in the name of whoever sent it. Nothing of the message is kept before that.
"""

from collections.abc import Mapping
from typing import Any

from bot import telemetry
from bot.chat import Heard, Message, Place, Pointed, Submitted
from bot.database import transaction
from bot.deciding import Refused
from bot.posting import outbox
from bot.rows import presses
from bot.shelf import creating
from bot.shelf.beginning import begin
from bot.threads import quotation
from bot.threads.quotation import FROM_MESSAGE
from bot.who.meeting import meet, named
from bot.who.people import ACCOUNT, Person
from bot.wiring import Wiring
from bot.wording.blocks import context, section

SEND = "Ask for it"
QUOTED = (
    "{who} in this message. It is a quotation: change it as you like. Only what you send is asked for, in your name."
)
SAID_BY, SAID = "These are the words of <@{user}>", "These are the words"
LABEL, HINT = "Your request", "Say what the app is for, and what it should ask or keep."
IN_THREAD = "The answer comes into the thread of that message, where everybody can read it."
IN_DIRECT = "I am not in that conversation, so the answer comes into our direct messages."
NO_WORDS = "Please say in a sentence which app you need."
NOT_YOURS = "You are not in that conversation, so I ask for nothing there. Please say it to me here."


def form(wiring: Wiring, pointed: Pointed) -> Mapping[str, Any]:
    """The form with the message's words in it, or why there is none for this person. Raises ChatError."""
    person = meet(wiring, pointed.place.workspace, pointed.user)
    if why := creating.barred(wiring, person, pointed.place.channel):
        return quotation.saying(FROM_MESSAGE, why)
    here = wiring.chat.inside(pointed.place.channel)
    about = {"channel": pointed.place.channel, "thread": pointed.place.thread or ""} if here else {}
    who = SAID_BY.format(user=pointed.author) if ACCOUNT.fullmatch(pointed.author) else SAID
    blocks = [
        section(QUOTED.format(who=who)),
        *quotation.left_out(pointed.removed),
        quotation.field(LABEL, HINT, named(wiring, pointed.place.workspace, pointed.text).strip()),
        context(IN_THREAD if here else IN_DIRECT),
    ]
    return quotation.form(FROM_MESSAGE, SEND, blocks, about)


def make(wiring: Wiring, sent: Submitted, hint: Mapping[str, str]) -> None:
    """What was sent becomes a Request of whoever sent it, below the message where we can post."""
    person = meet(wiring, sent.workspace, sent.user)
    try:
        place = _place(wiring, sent, person, hint)
    except Refused as refused:
        _refuse(wiring, sent, str(refused))
        return
    now = wiring.now()
    heard = Heard(f"from:{sent.key}", place, sent.user, quotation.sent(sent), "shortcut", removed=sent.removed)
    with telemetry.span("heard", facts={"via": heard.via}) as trace, transaction(wiring.engine) as session:
        begin(session, wiring, heard, trace, now)
        presses.settle(session, sent.key, now)


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
