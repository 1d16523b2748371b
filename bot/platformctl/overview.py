"""What an operator wants to see at a glance: all that runs, whom it is for, when it ends, and what needs somebody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from bot.operating import advising, keyring
from bot.operating.advising import Found, Report
from bot.platformctl import freezing
from bot.rows import demand
from bot.rows.demand import Demand
from bot.who import people
from bot.wording import ending_words, words
from guardrails import anchors, approvals, audit, exceptions, freezes, grants, keys
from guardrails.advisories import Snapshot
from guardrails.chain import Anchor
from guardrails.envelope import short
from guardrails.exceptions import Exemption
from guardrails.freezes import Freeze
from guardrails.keys import Key
from guardrails.standing import Standing
from runtime import apps, defects, deployments, retention, stuck
from runtime.apps import App, Stage
from runtime.bundles import BundleStore
from runtime.deployments import Deployment
from runtime.stuck import Stuck
from templates.catalog import Catalog

SOON = 7 * keys.DAY
OUTSIDE = ("egress:", "mail:")


@dataclass(frozen=True, slots=True)
class Running:
    """A live app as a line."""

    app: App
    owner: str
    gone: bool
    """Whether its owner has left the chat."""
    ends_at: int
    paused: str
    unproved: str
    """Why its bundle does not count as signed; empty when it does."""
    outside: tuple[str, ...]
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody has to decide."""

    app: App
    asker: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Frozen:
    """What operators have stopped: its kind and name, and who did it."""

    named: str
    who: str
    freeze: Freeze


@dataclass(frozen=True, slots=True)
class Broken:
    """An app that fails its visitors: since when, and by which kind of fault."""

    app: App
    since: int
    kind: str


@dataclass(frozen=True, slots=True)
class Chained:
    """How one workspace's record stands."""

    workspace: str
    count: int
    head: str
    broken: tuple[str, ...]
    anchored_at: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it, as it was at `at`. `report` is None when nobody can look at advisories, `unread` then says why."""

    at: int
    currency: str
    running: Sequence[Running]
    waiting: Sequence[Waiting]
    frozen: Sequence[Frozen]
    broken: Sequence[Broken]
    stuck: Sequence[tuple[str, Stuck]]
    """Endings that wait for what does not work, each with its app's title."""
    spared: Sequence[tuple[App, Exemption]]
    keys: Sequence[Key]
    signs: str
    """The id of the key that signs."""
    chains: Sequence[Chained]
    overdue: Sequence[str]
    report: Report | None
    unread: str
    wanted: Sequence[Demand]
    """What people want and the shelf does not have, what most want first."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is looked at besides the rows."""

    bundles: BundleStore
    catalog: Catalog
    snapshot: Snapshot | None
    unread: str
    anchors: Sequence[Anchor]
    costs: Mapping[str, Decimal]
    """What each app has cost this month."""
    currency: str
    signs: str


def gather(session: Session, sources: Sources, now: int) -> Overview:
    """Look at everything once."""
    standing = deployments.standing(session)
    known = {one.app: app for one in standing if (app := apps.get(session, one.app))}
    snapshot = sources.snapshot
    return Overview(
        at=now,
        currency=sources.currency,
        running=tuple(_running(session, known, standing, sources, now)),
        waiting=tuple(
            Waiting(app, _name(session, found.asker)[0], found)
            for app in known.values()
            if (found := approvals.open_of(session, app.id))
        ),
        frozen=[_frozen(session, one) for one in freezes.standing(session)],
        broken=[
            Broken(known[one.app], one.began_at, defect.kind)
            for one in defects.open_windows(session)
            if one.app in known and (defect := defects.get(session, one.defect))
        ],
        stuck=[
            (app.title if (app := apps.get(session, one.app)) else one.app, one)
            for workspace in audit.workspaces(session)
            for one in stuck.every(session, workspace)
        ],
        spared=[(app, one) for app in known.values() for one in exceptions.held(session, now, app.id)],
        keys=keys.every(session),
        signs=sources.signs,
        chains=[_chain(session, one, sources.anchors) for one in audit.workspaces(session)],
        overdue=retention.overdue(session, now),
        report=advising.look(session, sources.bundles, sources.catalog, snapshot) if snapshot else None,
        unread=sources.unread,
        wanted=demand.every(session),
    )


def _running(
    session: Session, known: Mapping[str, App], standing: Sequence[Deployment], sources: Sources, now: int
) -> Iterator[Running]:
    trusted = keys.trusted(session)
    live = [(known[one.app], one) for one in standing if one.stage == "live" and one.app in known]
    for app, one in sorted(live, key=lambda both: both[0].title.casefold()):
        lease = deployments.leased(session, app.id, "live")
        owner, gone = _name(session, app.owner)
        yield Running(
            app=app,
            owner=owner,
            gone=gone,
            ends_at=lease.ends_at if lease else 0,
            paused=one.paused or ("suspended" if app.stage is Stage.SUSPENDED else ""),
            unproved=keyring.unproved(sources.bundles, one, trusted),
            outside=tuple(sorted(each for each in grants.active(session, app.id, now) if each.startswith(OUTSIDE))),
            cost=sources.costs.get(app.id, Decimal(0)),
        )


def _frozen(session: Session, one: Freeze) -> Frozen:
    return Frozen(f"{one.target.kind} {freezing.named(session, one.target)}", freezing.frozen_by(session, one), one)


def _name(session: Session, person: str) -> tuple[str, bool]:
    known = people.by_id(session, person)
    return (known.name, known.deleted) if known else ("nobody that we know", True)


def _chain(session: Session, workspace: str, known: Sequence[Anchor]) -> Chained:
    count, head = audit.head(session, workspace)
    broken = tuple(map(str, audit.verify(session, workspace, known)))
    return Chained(workspace, count, head, broken, anchors.newest(known, workspace))


def troubles(seen: Overview) -> Sequence[str]:
    """What needs somebody, the worst first, each a sentence; none is that all is well."""
    return [*_of_proof(seen), *_of_advisories(seen), *_of_apps(seen)]


def _of_proof(seen: Overview) -> Iterator[str]:
    for one in seen.chains:
        yield from (f"The audit chain of {one.workspace} is broken: {why}." for why in one.broken)
        if not one.broken and seen.at - one.anchored_at > 2 * keys.DAY:
            since = f"since {words.when(one.anchored_at)}" if one.anchored_at else "yet"
            yield f"The audit chain of {one.workspace} was not anchored {since}: is control running?"
    for key in seen.keys:
        if key.revoked_at is None and key.id == seen.signs and seen.at >= key.ends_at - keys.NOTICE:
            how = "ended" if seen.at >= key.ends_at else "ends"
            yield f"The signing key {short(key.id)} {how} on {words.when(key.ends_at)}: run platformctl key rotate."


def _of_advisories(seen: Overview) -> Iterator[str]:
    if seen.report is None:
        yield f"Nobody looks for known weaknesses: {seen.unread}."
        return
    if seen.report.snapshot.stale(seen.at):
        yield advising.age(seen.report.snapshot, seen.at)
    found: Sequence[Found] = seen.report.found
    if found:
        many = words.counted(len(found), "known weakness", "known weaknesses")
        yield f"{many} in {words.counted(len({one.app.id for one in found}), 'app', 'apps')}."
    yield from (f"{one} has no list of what it is made of." for one in seen.report.unlisted)


def _of_apps(seen: Overview) -> Iterator[str]:
    for held in seen.frozen:
        yield f"The {held.named} stands frozen since {words.when(held.freeze.at)}, by {held.who}."
    for broken in seen.broken:
        since = words.when(broken.since)
        yield f"{broken.app.title} fails its visitors since {since} ({broken.kind}): its card says what to do."
    for title, step in seen.stuck:
        yield f"{title}: {ending_words.STEPS.get(step.step, step.step)}, since {words.when(step.since)}."
    for one in seen.running:
        if one.unproved:
            yield f"{one.app.title} does not run: {one.unproved}."
        elif one.paused:
            yield f"{one.app.title} is suspended ({one.paused})."
        if one.gone:
            yield f"{one.app.title} belongs to {one.owner}, who has left."
    for late in seen.overdue:
        yield f"{late} keeps entries for longer than it may: start control, which removes them."
    for wait in seen.waiting:
        yield f"{wait.app.title} waits for a yes from {', '.join('@' + one for one in wait.standing.groups)}."
