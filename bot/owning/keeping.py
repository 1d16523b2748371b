"""Keeping: another term for a live app, with a reason. The first is the owner's word; then others must agree (N6).

The second Keep takes a team lead's yes, each later one the platform team's. A Keep that waits is a row; the app's clock
goes on meanwhile, and the row says when it is too late.
"""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import Index, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot import telemetry
from bot.approving.publishing import members
from bot.chat import Submitted
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Refused, record
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import card_view, handing_card, happening, thread
from bot.who import people, rights, roles
from bot.who.roles import Role, Subject
from bot.wiring import Wiring
from bot.wording import handing_words
from bot.wording.blocks import quoted, section
from runtime import apps, deployments
from runtime.apps import App, Stage
from runtime.lease import Lease
from templates.bundle import digest_of

LONGEST_DAYS = 180
"""The longest an app may be kept at a time; the same number as in the policies."""
OWNER, LEAD, PLATFORM = 1, 2, 3
"""The rungs of the ladder."""
ASKED: Mapping[int, Sequence[Role]] = {LEAD: ("lead", "operator"), PLATFORM: ("operator",)}
"""Whose yes a rung takes; of several roles the first that has anybody."""
OWN: frozenset[Role] = frozenset({"asker", "owner", "editor"})
SHOWN = 300
"""Characters of a reason, in a message."""


class KeepRow(SQLModel, table=True):
    __tablename__ = "keep"
    __table_args__ = (
        Index(
            "one_keep_asked",
            "app",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    person: str
    rung: int
    reason: str
    state: str
    """`asked`, `given`, `refused` or `lapsed`."""
    asked_at: int
    due_at: int = Field(index=True)
    decided_by: str = ""
    decided_at: int | None = None


def rung(kept: int) -> int:
    """Whose word the next Keep takes, after so many."""
    return min(kept + 1, PLATFORM)


def kept(session: Session, app: str) -> int:
    """How often an app was kept."""
    return len(session.exec(select(KeepRow.id).where(KeepRow.app == app, KeepRow.state == "given")).all())


def keep(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Another term for a live app, at once or when somebody else has agreed."""
    app, reason = live(wiring, about), _reason(about)
    with transaction(wiring.engine) as session:
        wanted = rung(kept(session, app.id))
    mine = _rung_of(wiring, about)
    if mine >= wanted:
        _give(wiring, about, app, reason, wanted)
    else:
        _ask(wiring, about, app, reason, wanted)


def live(wiring: Wiring, about: About) -> App:
    """The live app that a press is about. Raises Refused."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
    if app is None or app.stage not in (Stage.LIVE, Stage.SUSPENDED):
        raise Refused(OVERTAKEN)
    return app


def _reason(about: About) -> str:
    reason = about.press.values.get("reason") if isinstance(about.press, Submitted) else ""
    if not isinstance(reason, str) or not reason.strip():
        raise Refused(handing_words.KEEP_WHY)
    return reason.strip()


def _subject(wiring: Wiring, request: Request) -> Subject:
    with transaction(wiring.engine) as session:
        return rights.subject(session, wiring, request)


def _rung_of(wiring: Wiring, about: About) -> int:
    """Up to which rung somebody's word reaches; who looks after an app agrees to nothing of their own."""
    if roles.roles(about.person, _subject(wiring, about.request), frozenset()) & OWN:
        return OWNER
    held = rights.platform(wiring, about.person)
    return PLATFORM if "operator" in held else LEAD if "lead" in held else OWNER


def _give(wiring: Wiring, about: About, app: App, reason: str, wanted: int) -> None:
    now = wiring.now()
    with transaction(wiring.engine) as session:
        if rung(kept(session, app.id)) != wanted or _waiting(session, app.id):
            raise Refused(OVERTAKEN)
        row = _row(about, app, reason, wanted, now, now)
        row.state, row.decided_by, row.decided_at = "given", about.person.id, now
        session.add(row)
        lease = _extend(session, wiring, about.request, app, now)
        said = handing_words.kept(about.person.user, lease.ends_at, quoted(reason, SHOWN))
        _say(session, about.request, app, said, f"kept:{app.id}:{row.id}", now)
        record(session, wiring, about, "app.kept", why="with a reason", **_facts(row, lease))


def _ask(wiring: Wiring, about: About, app: App, reason: str, wanted: int) -> None:
    """Put it before whoever must agree; the press is not lost, and the clock goes on."""
    mentions = _mentions(wiring, about.request, wanted)
    manifest, now = card_view.manifest_of(wiring, about.request), wiring.now()
    assert manifest is not None
    with transaction(wiring.engine) as session:
        lease, times = deployments.leased(session, app.id, "live"), kept(session, app.id)
        if lease is None or rung(times) != wanted:
            raise Refused(OVERTAKEN)
        if _waiting(session, app.id):
            raise Refused(handing_words.asked_already(lease.ends_at))
        row = _row(about, app, reason, wanted, now, lease.ends_at)
        session.add(row)
        said = handing_words.asks_to_keep(
            about.person.user, quoted(app.title), quoted(reason, SHOWN), mentions, times, lease.ends_at,
            manifest.lifecycle.ttl_days,
        )  # fmt: skip  # plain hand-over of what is said
        message = handing_card.keeping(app.id, row.id, said, telemetry.trace_id(about.request.trace))
        outbox.put(session, thread.post(about.request, f"keep:{row.id}", message), now)
        told = section(handing_words.asked_to_keep(about.person.user))
        outbox.settle_buttons(session, f"reminder:{app.id}:", told, now)
        record(session, wiring, about, "app.keep_asked", why="with a reason", **_facts(row, lease))


def _mentions(wiring: Wiring, request: Request, wanted: int) -> Sequence[str]:
    """What calls those who can agree, asked of the chat now. Raises Refused when nobody can."""
    about = _subject(wiring, request)
    for role in ASKED[wanted]:
        if groups := [one for one in wiring.roles.get(role, ()) if _others(wiring, about, request.workspace, one)]:
            return [wiring.chat.mention(one) for one in groups]
    raise Refused(handing_words.nobody_to_ask(wanted))


def _others(wiring: Wiring, about: Subject, workspace: str, group: str) -> bool:
    """Whether anybody of a group does not look after the app."""
    found = members(wiring, workspace, group)
    with transaction(wiring.engine) as session:
        known = [person for one in found if (person := people.by_id(session, one))]
    return any(not roles.roles(one, about, frozenset()) & OWN for one in known)


def vouch(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """Another's yes to a Keep that waits."""
    app, reach = live(wiring, about), _word_of(wiring, about)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        row = _decided(session, about, app, hint, "given", reach, now)
        lease = _extend(session, wiring, about.request, app, now)
        asker = people.by_id(session, row.person)
        said = handing_words.kept(
            asker.user if asker else "", lease.ends_at, quoted(row.reason, SHOWN), about.person.user
        )
        outbox.settle_buttons(session, f"keep:{row.id}", section(said), now)
        record(session, wiring, about, "app.kept", why="with a reason", **_facts(row, lease))


def refuse(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """Another's no: it ends when it would have."""
    app, reach = live(wiring, about), _word_of(wiring, about)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        row = _decided(session, about, app, hint, "refused", reach, now)
        lease = deployments.leased(session, app.id, "live")
        assert lease is not None
        said = handing_words.keep_refused(about.person.user, lease.ends_at)
        outbox.settle_buttons(session, f"keep:{row.id}", section(said), now)
        record(session, wiring, about, "app.keep_refused", **_facts(row, lease))


def _word_of(wiring: Wiring, about: About) -> int:
    reach = _rung_of(wiring, about)
    if reach == OWNER:
        raise Refused(handing_words.OWN_WORD)
    return reach


def _decided(
    session: Session, about: About, app: App, hint: Mapping[str, str], state: str, reach: int, now: int
) -> KeepRow:
    """The Keep that waits, decided by compare-and-set. Raises Refused."""
    row = session.get(KeepRow, hint.get("keep", ""), populate_existing=True)
    if row is None or row.app != app.id:
        raise Refused(GONE)
    if row.rung > reach:
        raise Refused(handing_words.NOT_THAT_RUNG)
    if now >= row.due_at or not _move(session, row.id, state, about.person.id, now):
        raise Refused(OVERTAKEN)
    session.refresh(row)
    return row


def _move(session: Session, keep_id: str, state: str, by: str, now: int) -> bool:
    result = session.execute(
        update(KeepRow)
        .where(col(KeepRow.id) == keep_id, col(KeepRow.state) == "asked")
        .values(state=state, decided_by=by, decided_at=now)
    )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def close(session: Session, wiring: Wiring, now: int) -> None:
    """What nobody agreed to before its app's end is over; an end that moved gives it longer."""
    for row in session.exec(select(KeepRow).where(KeepRow.state == "asked", KeepRow.due_at <= now)).all():
        app, lease = apps.get(session, row.app), deployments.leased(session, row.app, "live")
        if app is not None and app.stage not in apps.ENDED and lease is not None and lease.ends_at > now:
            row.due_at = lease.ends_at
            session.add(row)
        elif _move(session, row.id, "lapsed", "slipway", now):
            outbox.settle_buttons(session, f"keep:{row.id}", section(handing_words.keep_lapsed(row.due_at)), now)
            request = requests.of_app(session, row.app)
            if request is not None:
                happening.note(session, request, "app.keep_lapsed", now, keep=row.id)


def end(session: Session, app: str, now: int) -> None:
    """An app has ended: what waits for a yes waits no more."""
    for one in session.exec(select(KeepRow.id).where(KeepRow.state == "asked", KeepRow.app == app)).all():
        if _move(session, one, "lapsed", "slipway", now):
            outbox.settle_buttons(session, f"keep:{one}", section(handing_words.keep_lapsed(now)), now)


def _waiting(session: Session, app: str) -> bool:
    return session.exec(select(KeepRow.id).where(KeepRow.app == app, KeepRow.state == "asked")).first() is not None


def _extend(session: Session, wiring: Wiring, request: Request, app: App, now: int) -> Lease:
    manifest = card_view.manifest_of(wiring, request)
    assert manifest is not None
    return deployments.extend(session, app.id, manifest.lifecycle.ttl_days, LONGEST_DAYS, now)


def _say(session: Session, request: Request, app: App, said: str, key: str, now: int) -> None:
    """Where the buttons of reminders were; without any, as a line of its own."""
    if not outbox.settle_buttons(session, f"reminder:{app.id}:", section(said), now):
        outbox.put(session, thread.post(request, key, thread.note(request, said)), now)


def _row(about: About, app: App, reason: str, wanted: int, now: int, due_at: int) -> KeepRow:
    return KeepRow(
        id=f"keep_{secrets.token_hex(6)}",
        workspace=app.workspace,
        app=app.id,
        person=about.person.id,
        rung=wanted,
        reason=reason,
        state="asked",
        asked_at=now,
        due_at=due_at,
    )


def _facts(row: KeepRow, lease: Lease) -> Mapping[str, str]:
    """What the record keeps: the reason as its digest alone."""
    return {
        "keep": row.id,
        "rung": str(row.rung),
        "until": str(lease.ends_at),
        "reason": digest_of(row.reason.encode()),
    }
