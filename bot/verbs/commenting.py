"""*Change the app like this*: a comment in an app's thread becomes a change that is shown there (A8).

A comment is a quotation. Whoever may change the app sends it, as it stands or in other words, and then it is read as
their own; who may see or decide something never follows from it. What guests, partners and bots say is only shown.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot.building.asking import not_ended
from bot.chat import ChatError, Heard, Pointed, Submitted
from bot.database import transaction
from bot.deciding import About, Refused
from bot.rows import follow_ups, presses
from bot.rows.requests import Request
from bot.threads import quotation, showing, thread
from bot.threads.quotation import FROM_COMMENT
from bot.who import people, rights
from bot.who.meeting import meet, named
from bot.who.people import ACCOUNT, Person
from bot.wiring import Wiring
from bot.wording import words
from bot.wording.blocks import context, quoted, section
from runtime import apps

SEND = "Show the change"
QUOTED = (
    "These are the words of <@{user}>. They are a quotation: change them as you like. "
    "Only what you send is read, as your wish."
)
OWN = "These are your own words. Change them as you like; only what you send is read."
LABEL, HINT = "What to change", "Such as: make it anonymous, or add a question about dessert."
SHOWN = "The change is shown in the thread, and nothing changes before *Apply* is pressed."
PRIVILEGED = "A comment never changes who may see or decide something; say that yourself in the thread."
OUTSIDER = "<@{user}> is no member of this workspace, so what they say changes nothing here."
BOT = "No person of this workspace said that, so it changes nothing here."
IN_YOUR_WORDS = "If you want it, say it in the thread in your own words."
SLACKBOT = "USLACKBOT"
"""Slack's own; it repeats what people of any kind set up, and counts as no bot with Slack."""
QUOTE = 1500
"""Characters that are shown of what is not read."""
ELSEWHERE = "That message stands in no thread of an app. Pick one below an app's card."
NO_WORDS = "Please say what to change."
ENOUGH = "Too much was said in this thread within an hour. Nothing was kept; please send it again later."


def form(wiring: Wiring, pointed: Pointed) -> Mapping[str, Any]:
    """The form with the comment in it, or why there is none for this person. Raises ChatError."""
    place = pointed.place
    with transaction(wiring.engine) as session:
        request = thread.request_in(session, place.channel, place.thread or "", pointed.user)
        open_ = request is not None and _open(session, request)
    if request is None:
        return quotation.saying(FROM_COMMENT, ELSEWHERE)
    person = meet(wiring, request.workspace, pointed.user)
    ruling = rights.judge(wiring, person, "answer", request)
    if not ruling.allowed or not open_:
        return quotation.saying(FROM_COMMENT, showing.OVER if ruling.allowed else ruling.why)
    author = _author(wiring, request.workspace, pointed.author)
    said = named(wiring, request.workspace, pointed.text).strip()
    if author is None or not _counts(author):
        why = OUTSIDER.format(user=author.user) if author and author.outsider else BOT
        return quotation.saying(FROM_COMMENT, why, f"> {quoted(said, QUOTE) or '–'}", IN_YOUR_WORDS)
    own = person.owns(author.id)
    blocks = [
        section(OWN if own else QUOTED.format(user=author.user)),
        *quotation.left_out(pointed.removed),
        quotation.field(LABEL, HINT, said),
        context(SHOWN if own else f"{SHOWN} {PRIVILEGED}"),
    ]
    return quotation.form(FROM_COMMENT, SEND, blocks, {"request": request.id, "author": author.id})


def _author(wiring: Wiring, workspace: str, account: str) -> Person | None:
    """Who wrote it; None for bots, and for whom the chat does not know. Raises ChatError."""
    if not ACCOUNT.fullmatch(account) or account == SLACKBOT:
        return None
    try:
        return meet(wiring, workspace, account)
    except ChatError as error:
        if error.permanent:
            return None
        raise


def _open(session: Session, request: Request) -> bool:
    app = apps.get(session, request.app) if request.app else None
    return request.brief is not None and thread.open_to_change(request) and not (app is not None and app.over)


def _counts(author: Person) -> bool:
    """Whether a change may begin with their words: those of guests and bots are quoted, never more (A8)."""
    return not author.outsider and not author.bot


def read(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """What was sent waits to be read as a follow-up of whoever sent it; the change is shown, not made."""
    sent, request = about.press, about.request
    assert isinstance(sent, Submitted)
    not_ended(wiring, about)
    heard = Heard(f"from:{sent.key}", request.place, sent.user, quotation.sent(sent), "shortcut", removed=sent.removed)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        author = people.by_id(session, hint.get("author", ""))
        if author is None or author.workspace != request.workspace:
            raise Refused(words.OLD_BUTTON)
        if not _counts(author):
            raise Refused(OUTSIDER.format(user=author.user) if author.outsider else BOT)
        if not _open(session, request):
            raise Refused(showing.OVER)
        if not follow_ups.keep(session, request, heard, now, author.id):
            raise Refused(ENOUGH)
        presses.settle(session, sent.key, now)
