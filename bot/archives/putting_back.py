"""Putting back: a store is as a snapshot says, for a version of its app that could not read what came since.

The app stands still until then. What stood in the store is set aside first, and no row of it is lost; a tick finds in
the rows what a crash cut short.
"""

import logging

from bot import telemetry
from bot.archives import remembering
from bot.database import transaction
from bot.rows import requests
from bot.threads import thread
from bot.wiring import Wiring
from guardrails import audit
from runtime import apps, deployments, snapshots
from runtime.apps import Stage
from runtime.snapshots import Restore, Snapshot

log = logging.getLogger("slipway.rolling")


def finish(wiring: Wiring) -> int:
    """Put back the entries that are to be, and let those apps be served again; how many. For a tick, and at once."""
    with transaction(wiring.engine) as session:
        waiting = snapshots.under_way(session)
    return sum(_finish(wiring, one) for one in waiting)


def _finish(wiring: Wiring, one: Restore) -> bool:
    """What was there before is kept first; done once more after a crash, this ends the same."""
    keep = f"snap_{one.id.removeprefix('rest_')}"
    with transaction(wiring.engine) as session:
        standing = deployments.active(session, one.app, "live")
    here = standing is not None and standing.id == one.deployment
    try:
        entries = snapshots.put_back(wiring.data, remembering.folder(wiring), one, keep) if here else 0
    except Exception as error:
        # The rim: one app's entries that cannot be put back now keep no other's waiting; it stands still meanwhile.
        log.error("the entries of %s cannot be put back yet: %s", one.app, error)
        return False
    now = wiring.now()
    with transaction(wiring.engine) as session:
        app, request = apps.get(session, one.app), requests.of_app(session, one.app)
        if app is None or one.id not in {each.id for each in snapshots.under_way(session, one.app)}:
            return False
        snapshots.ended(session, one.id, now)
        if entries:
            aside = Snapshot(keep, one.app, one.began_at, one.was, entries)
            remembering.keep(session, wiring, app.workspace, aside)
        if here and app.stage is Stage.SUSPENDED and standing is not None and not standing.paused:
            apps.move(session, one.app, Stage.LIVE, now)
        audit.append(
            session,
            workspace=app.workspace,
            actor="slipway",
            action="entries.restored",
            subject=app.id,
            facts={"snapshot": one.snapshot, "aside": keep, "entries": entries},
            trace=telemetry.trace_id(request.trace) if request else app.trace,
            now=now,
        )
        if request is not None:
            thread.refresh(session, wiring, request.id, now)
    return True
