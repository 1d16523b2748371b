"""Upkeep: usage taken in, stores measured, old rows forgotten. Each tick finds in the rows what is left to do."""

import logging

from sqlmodel import Session

from bot import telemetry
from bot.archives import archiving, remembering
from bot.clockwork import DAY
from bot.database import transaction
from bot.operating import gates
from bot.rows import drafts, requests
from bot.threads import thread
from bot.wiring import Wiring
from guardrails import audit
from runtime import begun, breaches, deployments, gauge, retention, spool, usage
from runtime.apps import App
from runtime.errors import RuntimeFault
from templates.manifest import Digest

MOST_A_TICK = 200
"""Stores measured in one tick."""
BREACHES_DAYS = 30
"""How long it is remembered which limits an app hit."""
MOST_FOLDS = 20
"""Folds in one tick: a day's backlog of a busy worker goes in a few of them."""

log = logging.getLogger("slipway.upkeep")


def count(wiring: Wiring) -> None:
    """Take in what workers spooled, and look how full the stores are that were used."""
    used: dict[tuple[str, str], None] = {}
    for _ in range(MOST_FOLDS):
        more = usage.fold(lambda: transaction(wiring.engine), wiring.usage)
        if not more:
            break
        used.update(dict.fromkeys(more))
    for app, stage in list(used)[:MOST_A_TICK]:
        measure(wiring, app, "live" if stage == "live" else "preview", daily=False)


def survey(wiring: Wiring) -> None:
    """Measure every store once a day, and show on the cards of live apps what they cost so far."""
    with transaction(wiring.engine) as session:
        done = gauge.surveyed_on(session, wiring.now() // DAY)
    left = [one for one in wiring.data.stores() if one not in done]
    for app, stage in left[:MOST_A_TICK]:
        measure(wiring, app, stage, daily=True)


def measure(wiring: Wiring, app: str, stage: deployments.Where, *, daily: bool) -> None:
    """Note how much a store holds. The card changes with a warning, and once a day: an edit, never a post (U9)."""
    with transaction(wiring.engine) as session:
        standing = deployments.newest(session, app, stage)
    if standing is None:
        return
    try:
        limits = wiring.bundles.get(standing.bundle).manifest.limits
        found = wiring.data.measure(app, stage)
    except (OSError, RuntimeFault, ValueError) as error:
        log.warning("the store of %s (%s) cannot be measured: %s", app, stage, error)
        return
    now = wiring.now()
    with transaction(wiring.engine) as session:
        usage.store(session, app, stage, found.disk, now)
        changed = gauge.note(session, app, stage, gauge.percent(found, limits), now, daily=daily)
        request = requests.of_app(session, app)
        if request is not None and stage == "live" and (changed or daily):
            thread.refresh(session, wiring, request.id, now)


def purge(wiring: Wiring) -> None:
    """Remove the rows that apps no longer keep; say it when that is overdue (T15)."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        late = retention.overdue(session, now)
        breaches.forget(session, now - BREACHES_DAYS * DAY)
        drafts.forget(session, now)
    archiving.purge(wiring)
    if late:
        log.warning("rows that should be gone may stand in %d apps: %s", len(late), ", ".join(late[:10]))
    done = retention.purge(
        lambda: transaction(wiring.engine),
        wiring.data,
        wiring.exports,
        lambda bundle: _retention_days(wiring, bundle),
        lambda session, app, removed: _forgotten(session, app, removed, now),
        now,
    )
    for one in done:
        if one.stuck:
            log.error("old rows of %s (%s) could not be removed: %s", one.app, one.stage, one.stuck)


def _retention_days(wiring: Wiring, bundle: Digest) -> int:
    return wiring.bundles.get(bundle).manifest.retention_days


def _forgotten(session: Session, app: App, removed: int, now: int) -> None:
    request = requests.of_app(session, app.id)
    audit.append(
        session,
        workspace=app.workspace,
        actor="slipway",
        action="entries.forgotten",
        subject=app.id,
        facts={"count": removed},
        trace=telemetry.trace_id(request.trace) if request else app.trace,
        now=now,
    )


def forget_visits(wiring: Wiring, before: int) -> None:
    """Remove the spool's old files, but none of which something is still to be counted."""
    count(wiring)
    gates.compare(wiring)
    with transaction(wiring.engine) as session:
        needed = usage.unfolded(session, wiring.usage)
    spool.forget(wiring.usage, before, needed)
    begun.forget(wiring.usage / "begun", before)
    remembering.purge(wiring)
