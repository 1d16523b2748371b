"""Handing over: an app passes to somebody who wants it, its budget, secrets and reminders with it, all at once (A10).

An offer is a row: nothing changes until the receiver's yes, and after seven days nothing will. Who is first decides.
"""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import Index, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot import telemetry
from bot.chat import ChatError, Place, Submitted
from bot.clockwork import DAY
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Refused, record
from bot.owning import keeping, orphans
from bot.posting import outbox
from bot.rows import requests
from bot.threads import handing_card, happening, thread
from bot.who import budgets, people
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import handing_words
from bot.wording.blocks import quoted, section
from guardrails import approvals
from runtime import members, owners
from runtime.apps import App

OPEN_DAYS = 7
"""How long an offer waits; then it is as if it had not been made."""
STAYS = "editor"


class HandOverRow(SQLModel, table=True):
    __tablename__ = "hand_over"
    __table_args__ = (
        Index(
            "one_hand_over_offered",
            "app",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    giver: str
    receiver: str
    stays: bool
    """Whether the giver is an editor afterwards."""
    budget_before: str = ""
    budget_after: str = ""
    """Empty when it stays what it is."""
    state: str
    """`offered`, `accepted`, `declined`, `reverted`, `void`, or `adopted`, when there was nobody to offer it."""
    offered_at: int
    due_at: int = Field(index=True)
    decided_at: int | None = None


def offer(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Ask somebody to take an app over; it stays whose it is until they do."""
    app, receiver = keeping.live(wiring, about), receiving(wiring, about)
    stays, now = _picked(about, "stay") != "none", wiring.now()
    direct, team = wiring.chat.dm(receiver.user), budgets.of_team(wiring, receiver)
    with transaction(wiring.engine) as session:
        if receiver.owns(app.owner) or _shared(session, app, receiver) == "owner":
            raise Refused(handing_words.THEIRS_ALREADY)
        if _waiting(session, app.id):
            raise Refused(handing_words.WAITS_ALREADY)
        tag = budgets.of(wiring, session, receiver) or team
        row = _row(app, about.person.id, receiver.id, tag if tag != app.budget_tag else "", now)
        row.stays = stays
        session.add(row)
        cost = handing_words.budget(quoted(row.budget_before, 80), quoted(row.budget_after, 80))
        said = handing_words.hands_over(about.person.user, receiver.user, quoted(app.title), row.due_at, cost, stays)
        kept = row.budget_before if row.budget_after else ""
        message = handing_card.offer(app.id, row.id, said, kept, telemetry.trace_id(about.request.trace))
        outbox.put(session, thread.post(about.request, f"{_key(row)}:thread", message), now)
        outbox.put(session, outbox.Post(f"{_key(row)}:dm", Place(app.workspace, direct, None, "dm"), message), now)
        record(session, wiring, about, "handover.offered", **_facts(row), stays=str(stays))


def receiving(wiring: Wiring, about: About, *, anybody: bool = False) -> Person:
    """Whom a form names, as the chat knows them now: a member of this workspace, unless `anybody`. Raises Refused."""
    user = _picked(about, "person")
    if not user:
        raise Refused(handing_words.PICK)
    try:
        found = meet(wiring, about.request.workspace, user)
    except ChatError as error:
        if error.permanent:
            raise Refused(handing_words.NEVER_OUTSIDE) from error
        raise
    if not anybody and (found.outsider or found.bot or found.deleted):
        raise Refused(handing_words.NEVER_OUTSIDE)
    return found


def _picked(about: About, name: str) -> str:
    value = about.press.values.get(name) if isinstance(about.press, Submitted) else ""
    return value if isinstance(value, str) else ""


def _shared(session: Session, app: App, person: Person) -> str:
    given = members.of(session, app.id)
    return next((role for one, role in given.items() if person.owns(one)), "")


def accept(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The receiver's yes: owner, budget, secrets and reminders pass on together."""
    app, now = keeping.live(wiring, about), wiring.now()
    if wiring.chat.profile(about.person.user).deleted:
        raise Refused(handing_words.NEVER_OUTSIDE)
    with transaction(wiring.engine) as session:
        row = _mine(session, about, app, hint)
        given, after = members.of(session, app.id), "" if hint.get("budget") == "stays" else row.budget_after
        first = app.owner == row.giver
        if not first and given.get(row.giver) != "owner":
            _close(session, row, "void", handing_words.VOID, now)
            record(session, wiring, about, "handover.void", **_facts(row))
            return
        if not _move(session, row.id, "accepted", now, after):
            raise Refused(OVERTAKEN)
        if first:
            transfer(session, app, row.giver, about.person, after, stays=row.stays, now=now)
        else:
            members.give(session, app.id, about.person.id, "owner", row.giver, now)
            members.give(session, app.id, row.giver, "editor" if row.stays else "none", about.person.id, now)
            approvals.join(session, app.id, about.person.id)
        tag = after if first and after else app.budget_tag
        said = handing_words.accepted(about.person.user, quoted(app.title), quoted(tag, 80), now)
        outbox.settle_buttons(session, f"{_key(row)}:", section(said), now)
        record(session, wiring, about, "handover.accepted", **_facts(row), budget=tag)


def transfer(session: Session, app: App, before: str, to: Person, tag: str, *, stays: bool, now: int) -> None:
    """All that belongs to being an owner passes on, in one transaction. Refused when it is not theirs any more."""
    if not owners.move(session, app.id, before, to.id, tag):
        raise Refused(OVERTAKEN)
    members.take(session, app.id, to.id)
    members.give(session, app.id, before, "editor" if stays else "none", to.id, now)
    owners.pass_secrets(session, app.id, before, to.id)
    # Nobody approves their own: what waits for a yes is the new owner's work from now on.
    approvals.join(session, app.id, to.id)
    orphans.anew(session, app, to.id, now)


def decline(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The receiver's no."""
    app, now = keeping.live(wiring, about), wiring.now()
    with transaction(wiring.engine) as session:
        row = _mine(session, about, app, hint)
        giver = people.by_id(session, row.giver)
        said = handing_words.declined(about.person.user, giver.user if giver else "", now)
        if not _close(session, row, "declined", said, now):
            raise Refused(OVERTAKEN)
        record(session, wiring, about, "handover.declined", **_facts(row))


def _mine(session: Session, about: About, app: App, hint: Mapping[str, str]) -> HandOverRow:
    """The offer that waits for this very person. Raises Refused."""
    row = session.get(HandOverRow, hint.get("hand", ""), populate_existing=True)
    if row is None or row.app != app.id:
        raise Refused(GONE)
    if not about.person.owns(row.receiver):
        raise Refused(handing_words.NOT_YOURS)
    if row.state != "offered":
        raise Refused(OVERTAKEN)
    return row


def close(session: Session, wiring: Wiring, now: int) -> None:
    """Offers that nobody answered are over: the app stays whose it is."""
    for row in session.exec(select(HandOverRow).where(HandOverRow.state == "offered", HandOverRow.due_at <= now)).all():
        giver, receiver = people.by_id(session, row.giver), people.by_id(session, row.receiver)
        request = requests.of_app(session, row.app)
        if giver is None or receiver is None or request is None:
            continue
        said = handing_words.reverted(receiver.user, giver.user)
        if _close(session, row, "reverted", said, now):
            happening.note(session, request, "handover.reverted", now, **_facts(row))


def end(session: Session, app: str, now: int) -> None:
    """An app has ended: there is nothing to take over any more."""
    for row in session.exec(select(HandOverRow).where(HandOverRow.state == "offered", HandOverRow.app == app)).all():
        _close(session, row, "void", handing_words.VOID, now)


def adopted(session: Session, app: App, by: str, tag: str, now: int) -> None:
    """Keep that an app changed hands without an offer."""
    for row in session.exec(select(HandOverRow).where(HandOverRow.state == "offered", HandOverRow.app == app.id)).all():
        _close(session, row, "void", handing_words.VOID, now)
    row = _row(app, app.owner, by, tag, now)
    row.state, row.decided_at = "adopted", now
    session.add(row)


def moves(session: Session, app: str) -> Sequence[tuple[str, str]]:
    """How an app's budget changed as it changed hands, oldest first."""
    rows = session.exec(
        select(HandOverRow.budget_before, HandOverRow.budget_after)
        .where(HandOverRow.app == app, col(HandOverRow.state).in_(("accepted", "adopted")))
        .order_by(col(HandOverRow.decided_at))
    ).all()
    return tuple((before, after) for before, after in rows)


def _waiting(session: Session, app: str) -> bool:
    mine = select(HandOverRow.id).where(HandOverRow.app == app, HandOverRow.state == "offered")
    return session.exec(mine).first() is not None


def _row(app: App, giver: str, receiver: str, tag: str, now: int) -> HandOverRow:
    return HandOverRow(
        id=f"hand_{secrets.token_hex(6)}",
        workspace=app.workspace,
        app=app.id,
        giver=giver,
        receiver=receiver,
        stays=False,
        budget_before=app.budget_tag,
        budget_after=tag,
        state="offered",
        offered_at=now,
        due_at=now + OPEN_DAYS * DAY,
    )


def _close(session: Session, row: HandOverRow, state: str, said: str, now: int) -> bool:
    """By compare-and-set; what was decided stands where its buttons were."""
    moved = _move(session, row.id, state, now, row.budget_after)
    if moved:
        outbox.settle_buttons(session, f"{_key(row)}:", section(said), now)
    return moved


def _move(session: Session, hand: str, state: str, now: int, budget_after: str) -> bool:
    result = session.execute(
        update(HandOverRow)
        .where(col(HandOverRow.id) == hand, col(HandOverRow.state) == "offered")
        .values(state=state, decided_at=now, budget_after=budget_after)
    )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def _key(row: HandOverRow) -> str:
    return f"handover:{row.id}"


def _facts(row: HandOverRow) -> Mapping[str, str]:
    return {"hand_over": row.id, "giver": row.giver, "receiver": row.receiver}
