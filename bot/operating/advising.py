"""Advisories about what runs: all live SBOMs looked through once a day, each owner told once of each finding (K2)."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from bot import clockwork, telemetry
from bot.database import transaction
from bot.posting import outbox
from bot.rows import requests
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import words
from bot.wording.blocks import quoted
from guardrails import advisories, audit, sbom
from guardrails.advisories import Match, Snapshot
from runtime import apps, deployments
from runtime.apps import App
from runtime.bundles import BundleStore
from runtime.deployments import Deployment
from templates.catalog import Catalog

HOUR = 3600
log = logging.getLogger("slipway.advisories")


@dataclass(frozen=True, slots=True)
class Found:
    """A finding about a deployment. `move` is the template's version that fixes it, when the shelf has one."""

    app: App
    stage: str
    match: Match
    move: str


@dataclass(frozen=True, slots=True)
class Report:
    """One look through everything that stands."""

    snapshot: Snapshot
    looked_at: int
    found: Sequence[Found]
    unlisted: Sequence[str]
    """Apps without an SBOM that can be read: nothing is known of them."""


def tick(wiring: Wiring, folder: Path) -> None:
    """Look once a day; tell owners and, when the data is old or missing, the log."""
    now = wiring.now()
    day = now // clockwork.DAY
    with transaction(wiring.engine) as session:
        if advisories.scanned(session, day):
            return
    try:
        snapshot = advisories.load(folder)
    except OSError as error:
        log.warning("advisories are not looked at: %s; put OSV records there, or set SLIPWAY_OSV", error)
        snapshot = None
    if snapshot is not None and snapshot.stale(now):
        log.warning("%s", age(snapshot, now))
    with transaction(wiring.engine) as session:
        if snapshot is not None:
            report = look(session, wiring.bundles, wiring.catalog, snapshot)
            for one in report.found:
                _tell(session, one, snapshot, now)
        advisories.done(session, day)


def look(session: Session, bundles: BundleStore, catalog: Catalog, snapshot: Snapshot) -> Report:
    """What the snapshot says of everything that stands."""
    found: list[Found] = []
    unlisted: list[str] = []
    standing = deployments.standing(session)
    for one in standing:
        app = apps.get(session, one.app)
        if app is None:
            continue
        try:
            (newest, *_) = bundles.sboms(one.bundle)
            found += _found(app, one, advisories.matches(sbom.listed(newest), snapshot), catalog)
        except ValueError:
            unlisted.append(f"{app.slug} ({one.stage})")
    return Report(snapshot, len(standing), found, unlisted)


def _found(app: App, standing: Deployment, matched: Sequence[Match], catalog: Catalog) -> Iterator[Found]:
    for match in matched:
        yield Found(app, standing.stage, match, _move(match, catalog))


def _move(match: Match, catalog: Catalog) -> str:
    """The newest version of the template on the shelf, when it is new enough."""
    name = match.component.name
    if match.component.ecosystem != "Slipway" or not match.fixed or name not in catalog.names:
        return ""
    newest = catalog.get(name)
    after = match.component.model_copy(update={"version": newest.version})
    clean = not advisories.matches([after], Snapshot(at=1, advisories=(match.advisory,)))
    return newest.ref if clean else ""


def _tell(session: Session, one: Found, snapshot: Snapshot, now: int) -> None:
    """Once for each finding and component of an app, whatever stands of it, and with its one AuditEvent."""
    request = requests.of_app(session, one.app.id)
    key = f"advisory:{one.app.id}:{one.match.advisory.id}:{one.match.component.name}"
    if request is None or outbox.known(session, key):
        return
    outbox.put(session, thread.post(request, key, thread.note(request, told(one, snapshot, now))), now)
    audit.append(
        session,
        workspace=one.app.workspace,
        actor="slipway",
        action="advisory.found",
        subject=one.app.id,
        facts={"advisory": one.match.advisory.id, "component": one.match.component.name, "move": one.move},
        trace=telemetry.trace_id(one.app.trace) or one.app.trace,
        now=now,
    )


def told(one: Found, snapshot: Snapshot, now: int) -> str:
    """For the owner: what it is about, how bad, and the next step."""
    advisory, component = one.match.advisory, one.match.component
    what = f"{component.name} {component.version}".strip()
    step = "The platform team has to renew it; there is nothing you need to do."
    if one.move:
        step = f"Move to template `{quoted(one.move, 80)}`: ask for the app again, or press Change answers."
    elif component.ecosystem == "Slipway":
        step = "There is no better version on the shelf yet; the platform team was told by the same record."
    return (
        f":warning: *{quoted(one.app.title)}* is made with `{quoted(what, 80)}`, of which {quoted(advisory.id, 40)} "
        f"warns ({quoted(advisory.severity, 20)}): {quoted(advisory.summary, 200)} {step} _{age(snapshot, now)}_"
    )


def age(snapshot: Snapshot, now: int) -> str:
    """How old the data is, loudly when that is too old."""
    if not snapshot.at:
        return "THE ADVISORIES ARE OF UNKNOWN AGE: nothing found does not mean that nothing is wrong."
    old = words.counted(snapshot.age(now) // HOUR, "hour", "hours")
    if snapshot.stale(now):
        return f"THE ADVISORIES ARE {old.upper()} OLD, of {words.when(snapshot.at)}: newer ones are missing."
    return f"Advisories of {words.when(snapshot.at)}, {old} old."


def printed(report: Report, now: int) -> str:
    """For the operator: the data's age first, then each finding."""
    count = words.counted(len(report.snapshot.advisories), "advisory", "advisories")
    stand = words.counted(report.looked_at, "deployment", "deployments")
    lines = [age(report.snapshot, now), f"{count} against {stand}: {len(report.found)} found."]
    for one in report.found:
        move = f"  move to {one.move}" if one.move else ""
        component = f"{one.match.component.name} {one.match.component.version}".strip()
        lines.append(
            f"{one.app.slug}  {one.stage}  {one.match.advisory.id}  {one.match.advisory.severity}  {component}{move}"
        )
    lines += [f"UNKNOWN: {one} has no SBOM that can be read" for one in report.unlisted]
    lines += [f"UNREAD: {one} is no OSV record" for one in report.snapshot.unread]
    return "\n".join(lines)
