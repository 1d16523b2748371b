"""What stands in an app's thread, made from state: the card, the live message, requests for approval, reminders."""

from dataclasses import replace

from sqlmodel import Session

from bot import telemetry
from bot.chat import Message, Place
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.threads import card, card_view, ended, still
from bot.threads.card_view import decision
from bot.wiring import Wiring
from bot.wording import words
from bot.wording.blocks import context, quoted, section
from bot.wording.spelling import spelled
from guardrails import approvals
from runtime import apps, history

ROOT = "root:"
"""Begins the outbox key of the message that stands for a slash command."""


def place(request: Request) -> tuple[Place, str | None]:
    """Where a Request's messages go: its thread, or below the message that stands for a slash command."""
    root = f"{ROOT}{request.id}" if request.place.thread is None else None
    return request.place, root


def post(request: Request, key: str, message: Message, user: str = "") -> Post:
    """A message in the Request's thread; with `user`, for that person alone."""
    where, root = place(request)
    return Post(key=key, place=where, message=message, user=user, after=root, app=request.app or "")


def open_thread(session: Session, request: Request, respond: str, now: int) -> None:
    """A slash command leaves no message, so ours becomes the root of the thread. `respond` is the command's address."""
    if request.place.thread is None:
        text = f"<@{request.user}> asked: “{quoted(spelled(request.text), 200)}”"
        outbox.put(session, Post(f"{ROOT}{request.id}", request.place, note(request, text), respond=respond), now)


def request_in(session: Session, channel: str, root: str, user: str = "") -> Request | None:
    """The newest Request of the thread below this message, whether theirs or ours is the root; `user`'s own first."""
    key = outbox.key_of(session, channel, root) or ""
    asked = requests.get(session, key.removeprefix(ROOT)) if key.startswith(ROOT) else None
    own = asked if asked is not None and asked.user == user else None
    mine = requests.in_thread(session, channel, root, user) if user else None
    return mine or own or requests.in_thread(session, channel, root) or asked


def refresh(session: Session, wiring: Wiring, request: str, now: int) -> None:
    """Make the card show what is true now."""
    seen = requests.get(session, request)
    if seen is not None:
        several = len(history.last(session, seen.app or "", most=2)) > 1
        plain = replace(card_view.view(session, wiring, seen), versions=several)
        view = still.shown(session, wiring, seen, plain)
        outbox.put(session, post(seen, seen.card, card.card(view)), now)


def void(session: Session, request: Request, now: int) -> None:
    """What waits for approval is void, because the app was changed or ends; nothing is left to press."""
    if request.app is None:
        return
    approvals.void_others(session, request.app, now)
    if request.proposal is not None:
        settle_approval(session, request.proposal, now)


def settle_approval(session: Session, proposal: str, now: int) -> None:
    """Where a request for approval had its buttons, what became of it stands now."""
    standing = approvals.get(session, proposal)
    text = decision(session, standing) if standing and standing.state != "open" else ""
    if text:
        outbox.settle_buttons(session, f"approval:{proposal}", section(text), now)


def note(request: Request, text: str) -> Message:
    """A sentence of ours about a Request, with its trace."""
    return Message(text, (section(text), context(words.trace(telemetry.trace_id(request.trace)))))


def ended_post(session: Session, wiring: Wiring, request: Request, app: apps.App) -> Post:
    """That an app has ended, where its export is, and how it may come back."""
    url = wiring.url(app.slug, "live") + "_slipway/export" if app.export else ""
    said, over = note(request, words.ended(quoted(app.title), app.stage, url)), ended.shown(session, app, wiring.now())
    first, *rest = said.blocks
    back = ended.offer(over, {"app": app.id}) if over else ()
    return post(request, f"ended:{app.id}:{app.stage}:{app.ended_at}", Message(said.text, (first, *back, *rest)))


WAITING = (State.PREVIEWED, State.PROPOSED, State.LIVE, State.DENIED, State.INCOMPLETE)
"""States in which the answers may be changed."""
OPEN = (State.ASKED, State.INCOMPLETE, State.DECLINED)
"""States in which we wait for more words."""


def changeable(request: Request) -> bool:
    """Whether words of its asker may change what was built already, rather than add to what was asked."""
    return request.state is State.INCOMPLETE and request.bundle is not None


def open_to_change(request: Request) -> bool:
    """Whether there is something to change, now or once it is built; under a question words add to the request."""
    if request.state in OPEN:
        return changeable(request)
    return request.state in (*WAITING, *requests.DUE)
