"""Orphans: whether somebody still looks after each app is asked of the chat twice a day (N7).

Whose owner is gone is an orphan: the channel and the manager are asked, its owner's secrets go, and after 14 days it
pauses. It is never deleted unasked. A chat that cannot say who is there changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, select

from bot import telemetry
from bot.chat import Place
from bot.clockwork import DAY
from bot.database import transaction
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import handing_card, happening, thread
from bot.who import elsewhere, people, presence
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import handing_words
from bot.wording.blocks import quoted, section
from guardrails import aliases, revocations
from runtime import apps, deployments, members, owners, terms
from runtime.apps import App
from runtime.lease import Lease

EVERY = DAY // 2
"""Seconds between two looks at an owner: one that fails leaves time for others within the day."""
FREEZE_AFTER, WEEK = 14 * DAY, 7 * DAY
MOST_A_TICK, MAX_WAIT = 50, 3600


class WatchRow(SQLModel, table=True):
    """When an app's owner is looked for next, and what was found."""

    __tablename__ = "owner_watch"

    app: str = Field(primary_key=True)
    workspace: str
    person: str
    present: bool = False
    """Whether they were seen in the app's channel: only who was there can leave it."""
    state: str
    """`here`, `orphan` or `frozen`."""
    since: int = 0
    manager: str = ""
    """The chat's id of whom the orphan was put before."""
    attempts: int = 0
    due_at: int = Field(index=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an orphan is put before beside its channel: the owner's manager, by their direct conversation."""

    manager: str = ""
    direct: str = ""
    mentions: Sequence[str] = ()
    """What calls the team leads, when no manager is known."""


def is_orphan(session: Session, app: str) -> bool:
    """Whether nobody looks after it."""
    row = session.get(WatchRow, app, populate_existing=True)
    return row is not None and row.state != "here"


def manager(session: Session, app: str) -> str:
    """The chat's id of whom an orphan was put before beside its channel; empty for nobody."""
    row = session.get(WatchRow, app)
    return row.manager if row else ""


def anew(session: Session, app: App, person: str, now: int) -> None:
    """Somebody looks after it from now on; what asks for somebody asks no more."""
    row = session.get(WatchRow, app.id) or WatchRow(
        app=app.id, workspace=app.workspace, person=person, state="here", due_at=now + EVERY
    )
    row.person, row.present, row.state, row.since, row.manager, row.attempts = person, False, "here", 0, "", 0
    row.due_at = now + EVERY
    session.add(row)


def tick(wiring: Wiring) -> int:
    """Look for the owners whose time has come; return how many."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        _begin(session, now)
        due = session.exec(
            select(WatchRow.app).where(WatchRow.due_at <= now).order_by(col(WatchRow.due_at)).limit(MOST_A_TICK)
        ).all()
    for one in due:
        _look(wiring, one, now)
    return len(due)


def _begin(session: Session, now: int) -> None:
    """Every live app is watched."""
    known = set(session.exec(select(WatchRow.app)).all())
    for one in deployments.standing(session):
        app = apps.get(session, one.app) if one.stage == "live" and one.app not in known else None
        if app is not None:
            anew(session, app, app.owner, now - EVERY)
            known.add(app.id)
    session.flush()


def _look(wiring: Wiring, name: str, now: int) -> None:
    with transaction(wiring.engine) as session:
        row, app, request = session.get(WatchRow, name), apps.get(session, name), requests.of_app(session, name)
        if row is None:
            return
        if app is None or request is None or app.stage in apps.ENDED:
            session.delete(row)
            return
        # Who asked in a channel was in it.
        present = row.present or app.owner == request.person
        row.person = app.owner
        session.add(row)
    found = presence.seen(wiring, app, present)
    gone = found.presence in ("deactivated", "left") and found.stand_in is None and row.state == "here"
    asked = _asked(wiring, app) if gone else Asked()
    with transaction(wiring.engine) as session:
        current = session.get(WatchRow, name, populate_existing=True)
        if current is None or current.person != app.owner or current.due_at != row.due_at:
            return
        if found.presence == "unknown":
            current.attempts += 1
            current.due_at = now + min(60 * 2**current.attempts, MAX_WAIT)
            session.add(current)
            return
        current.attempts, current.due_at = 0, now + EVERY
        session.add(current)
        if found.presence == "here":
            _here(session, wiring, app, request, current, found.inside, now)
        elif found.stand_in is not None:
            _succeed(session, wiring, app, request, found.stand_in, now)
        elif current.state == "here":
            _orphan(session, wiring, app, request, current, found.presence, asked, now)
        elif now >= current.since + FREEZE_AFTER or current.state == "frozen":
            _freeze(session, wiring, app, request, current, now, early=False)


def _asked(wiring: Wiring, app: App) -> Asked:
    """The manager by the owner's profile, or else the team leads."""
    boss = presence.manager(wiring, app)
    direct = presence.direct(wiring, boss)
    if direct:
        return Asked(boss, direct)
    return Asked(mentions=presence.leads(wiring))


def _here(session: Session, wiring: Wiring, app: App, request: Request, row: WatchRow, inside: bool, now: int) -> None:
    """The owner is here; an orphan's has come back, and it runs again."""
    row.present = inside
    if row.state == "here":
        return
    owner = people.by_id(session, app.owner)
    revive(session, app, now)
    settle(session, app.id, handing_words.back(owner.user if owner else ""), now)
    anew(session, app, app.owner, now)
    happening.note(session, request, "app.owner_back", now)
    thread.refresh(session, wiring, request.id, now)


def _succeed(session: Session, wiring: Wiring, app: App, request: Request, other: Person, now: int) -> None:
    """The owner is gone, and another one is here."""
    gone = people.by_id(session, app.owner)
    if not owners.move(session, app.id, app.owner, other.id):
        return
    members.take(session, app.id, other.id)
    members.give(session, app.id, app.owner, "none", "slipway", now)
    dropped = owners.drop_secrets(session, app.id, app.owner)
    _expect(session, app, dropped, now)
    said = handing_words.next_owner(gone.user if gone else "", other.user)
    revive(session, app, now)
    settle(session, app.id, said, now)
    anew(session, app, other.id, now)
    outbox.put(session, thread.post(request, f"owner:{app.id}:{now}", thread.note(request, said)), now)
    happening.note(session, request, "app.passed_on", now, owner=other.id, secrets=len(dropped))
    thread.refresh(session, wiring, request.id, now)


def _orphan(
    session: Session, wiring: Wiring, app: App, request: Request, row: WatchRow, why: str, asked: Asked, now: int
) -> None:
    """Nobody looks after it: the channel and the manager are asked, and what came of the owner alone goes."""
    owner = people.by_id(session, app.owner)
    dropped = owners.drop_secrets(session, app.id, app.owner)
    _expect(session, app, dropped, now)
    row.state, row.since, row.manager = "orphan", now, asked.manager
    text = handing_words.orphaned(quoted(app.title), owner.user if owner else "", why, now + FREEZE_AFTER, dropped)
    trace, key = telemetry.trace_id(request.trace), f"{_key(app)}{now}"
    called = handing_card.orphan(app.id, text + handing_words.asked_for(asked.mentions), trace)
    plain = handing_card.orphan(app.id, text, trace)
    outbox.put(session, thread.post(request, f"{key}:thread", called), now)
    place = Place(app.workspace, asked.direct, None, "dm") if asked.direct else elsewhere.channel(wiring, app)
    if place is not None:
        outbox.put(session, outbox.Post(f"{key}:manager", place, plain), now)
    whom = aliases.reference(session, app.workspace, asked.manager) if asked.manager else place.channel if place else ""
    facts = {"why": why, "secrets": ", ".join(dropped), "asked": whom}
    happening.note(session, request, "app.orphaned", now, pauses=now + FREEZE_AFTER, **facts)
    thread.refresh(session, wiring, request.id, now)


def _freeze(
    session: Session, wiring: Wiring, app: App, request: Request, row: WatchRow, now: int, *, early: bool
) -> None:
    """It pauses, and stays: nobody asked to delete it."""
    row.state = "frozen"
    session.add(row)
    if not deployments.pause(session, app.id, "live", handing_words.ORPHANED, now):
        return
    said = handing_words.frozen(quoted(app.title), early)
    message = handing_card.orphan(app.id, said, telemetry.trace_id(request.trace))
    outbox.put(session, thread.post(request, f"{_key(app)}{row.since}:frozen:{now}", message), now)
    happening.note(session, request, "app.suspended", now, why="nobody looks after it", kind=handing_words.ORPHANED)
    thread.refresh(session, wiring, request.id, now)


def stays(session: Session, wiring: Wiring, app: str, now: int) -> bool:
    """Whether an app whose end has come is an orphan, which pauses then in place of ending."""
    row, found, request = session.get(WatchRow, app), apps.get(session, app), requests.of_app(session, app)
    if row is None or found is None or request is None or row.state == "here":
        return False
    _freeze(session, wiring, found, request, row, now, early=True)
    return True


def end(session: Session, app: str, now: int) -> None:
    """An app has ended: nobody needs to look after it any more."""
    row = session.get(WatchRow, app)
    if row is not None:
        settle(session, app, handing_words.VOID, now)
        session.delete(row)


def revive(session: Session, app: App, now: int) -> Lease | None:
    """What it was suspended for is over, and whoever looks after it has a week at least to say what becomes of it."""
    standing = deployments.active(session, app.id, "live")
    if standing is not None and standing.paused == handing_words.ORPHANED:
        deployments.resume(session, app.id, "live", now)
    return terms.put_off(session, app.id, now + WEEK, now)


def settle(session: Session, app: str, said: str, now: int) -> None:
    """Where its people were asked to adopt it, what became of it stands now."""
    outbox.settle_buttons(session, f"orphan:{app}:", section(said), now)


def _key(app: App) -> str:
    return f"orphan:{app.id}:"


def _expect(session: Session, app: App, dropped: Sequence[str], now: int) -> None:
    """That the secrets are gone is asked of the broker until it says so."""
    names = tuple(f"secret:{one}" for one in dropped)
    if names:
        revocations.expect(session, workspace=app.workspace, app=app.id, names=names, now=now)
