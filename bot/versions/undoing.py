"""Undo: one press takes back a change that was applied, while the answers are still those that it made (issue item 2).

After a publish, the line that tells it carries the way back to the version before: a rollback (`bot.versions.rolling`).
"""

import json
import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col

from bot import telemetry
from bot.building import asking
from bot.chat import Block, Message
from bot.database import transaction
from bot.deciding import About, Refused, advance, record, standing_in
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import follow_ups
from bot.rows.requests import Request, State
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import labels, rolling_words, words
from bot.wording.blocks import actions, button, context, quoted, section
from generator.brief import Brief
from runtime import apps, deployments, history
from runtime.deployments import Deployment
from runtime.history import Version
from templates.bundle import canonical_json, digest_of

UNDO, REVERT = "slipway.undo", "slipway.revert"
OPEN, DONE = "open", "done"


class UndoRow(SQLModel, table=True):
    __tablename__ = "undo"

    id: str = Field(primary_key=True)
    workspace: str
    request: str = Field(index=True)
    before: str
    after: str
    state: str
    created_at: int


def applied(session: Session, request: Request, after: Brief, said: str, now: int) -> Block:
    """Where the buttons of a change were, once it was applied: `said`, and the way back to the answers of before."""
    assert request.brief is not None
    row = UndoRow(
        id=f"undo_{secrets.token_hex(6)}",
        workspace=request.workspace,
        request=request.id,
        before=request.brief.model_dump_json(),
        after=values_of(after),
        state=OPEN,
        created_at=now,
    )
    session.add(row)
    back = button(labels.BUTTONS[UNDO], UNDO, {"request": request.id, "undo": row.id})
    return {**section(said), "accessory": back}


def undo(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The answers are as they were before a change, and the app is built anew from them; once, and not when overtaken.

    Of a live app whose answers are then those of what is live, nothing has to be built.
    """
    request, now = about.request, wiring.now()
    standing_in(about, *thread.WAITING)
    asking.not_ended(wiring, about)
    with transaction(wiring.engine) as session:
        row = session.get(UndoRow, hint.get("undo", ""))
        if row is None or row.request != request.id or request.brief is None:
            raise Refused(rolling_words.NO_UNDO)
        before = Brief.model_validate_json(row.before)
        if row.state != OPEN or row.after != values_of(request.brief) or _published(request, row.after):
            raise Refused(rolling_words.NO_UNDO)
        claimed = session.execute(
            update(UndoRow).where(col(UndoRow.id) == row.id, col(UndoRow.state) == OPEN).values(state=DONE)
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for an UPDATE
            raise Refused(rolling_words.NO_UNDO)
        _put_back(session, wiring, about, before)
        thread.void(session, request, now)
        settle(session, row.id, rolling_words.undone(about.press.user, now), now)
        record(session, wiring, about, "change.undone", brief=follow_ups.digest(before), undo=row.id)


def values_of(brief: Brief) -> str:
    """Names what an app is filled in with, whoever said it: to say that a guess is right changes nothing of it."""
    return str(digest_of(canonical_json([brief.template, {one.name: one.value for one in brief.answers}])))


def _published(request: Request, after: str) -> bool:
    """Whether the change is live by now: then going back is a rollback."""
    return request.standing is not None and values_of(request.standing) == after


def _put_back(session: Session, wiring: Wiring, about: About, before: Brief) -> None:
    request = about.request
    live = deployments.active(session, request.app, "live") if request.app else None
    as_live = request.standing is not None and values_of(request.standing) == values_of(before)
    changes = {"brief": before.model_dump_json(), "verdict": None, "trouble": ""}
    if live is not None and as_live:
        version = {"bundle": live.bundle, "proposal": live.proposal, "hands": "[]"}
        advance(session, wiring, about, State.LIVE, **changes, **version)
    else:
        hands = json.dumps(sorted({*request.hands, about.person.id}))
        advance(session, wiring, about, State.BRIEFED, **changes, hands=hands)


def settle(session: Session, undo_id: str, instead: str, now: int) -> None:
    """In the message that carries this Undo, what became of it stands instead."""
    outbox.settle_accessory(session, "change:", undo_id, section(instead), now)


def published(session: Session, wiring: Wiring, request: Request, now: int, *, anew: bool = True) -> None:
    """Tell the thread that an app is live, with the way back to what was live before it, if anything was.

    Without `anew` it is what was live before already, as after a restore.
    """
    assert request.app is not None
    app, lease = apps.get(session, request.app), deployments.leased(session, request.app, "live")
    live = deployments.active(session, request.app, "live")
    assert app is not None and lease is not None and live is not None
    text = words.live(quoted(app.title), wiring.url(app.slug, "live"), lease.ends_at)
    back = button_of(live, history.before(session, app.id, live.id)) if anew else ()
    outbox.put(session, live_line(request, live, text, back), now)


def live_line(request: Request, live: Deployment, text: str, buttons: Sequence[Block]) -> Post:
    """The line about what is live now; one a Deployment."""
    small = context(words.trace(telemetry.trace_id(request.trace)))
    way = (actions(*buttons),) if buttons else ()
    return thread.post(request, f"live:{live.id}", Message(text, (section(text), *way, small)))


def button_of(live: Deployment, before: Version | None) -> Sequence[Block]:
    """Undo, for as long as this Deployment is live; none where nothing was live before it."""
    if before is None:
        return ()
    about = {"app": live.app, "from": live.id, "version": str(before.number)}
    warning = f"The version before it, {rolling_words.named(before)}, is live again within seconds."
    return (button(labels.BUTTONS[UNDO], REVERT, about, confirm=warning),)
