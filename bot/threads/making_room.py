"""Making room: who has as many previews open as one person may is offered to remove the oldest. Nothing is removed
but by that press (D2)."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.chat import Message
from bot.database import transaction
from bot.posting import outbox, post_words
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import words
from bot.wording.blocks import actions, button, quoted, section
from runtime import apps, deployments
from runtime.apps import App, Stage

OPEN = (State.PREVIEWED, State.PROPOSED, State.DENIED, State.INCOMPLETE, State.FAILED)


def wanted(wiring: Wiring, request: Request) -> tuple[Request, App] | None:
    """The oldest open preview of this asker, when a new one has no room beside it; None while there is room."""
    with transaction(wiring.engine) as session:
        if request.app and deployments.active(session, request.app, "preview"):
            return None  # a change takes the place of what it changes
        found = _open(session, request, wiring.now())
    return found[-1] if len(found) >= wiring.open_previews else None


def _open(session: Session, request: Request, now: int) -> Sequence[tuple[Request, App]]:
    """What this asker has open and unpublished, newest first."""
    found: list[tuple[Request, App]] = []
    for one in requests.of_person(session, request.workspace, request.user):
        app = apps.get(session, one.app) if one.app and one.id != request.id and one.state in OPEN else None
        lease = deployments.leased(session, app.id, "preview") if app else None
        if app and app.stage is Stage.DRAFT and lease and now < lease.ends_at:
            found.append((one, app))
    return found


def offer(session: Session, wiring: Wiring, request: Request, oldest: tuple[Request, App]) -> None:
    """Offer the asker, and nobody else, to remove their oldest preview."""
    theirs, app = oldest
    text = post_words.oldest(quoted(app.title, 120), app.created_at, wiring.open_previews)
    remove = button(post_words.REMOVE, "slipway.discard", {"request": theirs.id}, confirm=words.DISCARD_WARNING)
    message = Message(text, (section(text), actions(remove)))
    key = f"room:{request.id}:{request.version}"
    outbox.put(session, thread.post(request, key, message, request.user), wiring.now())
