"""Apps that run by themselves: what is due is claimed, asked of the gateway, and settled with its one AuditEvent.

Whatever control is at when it dies, the next tick finds the row claimed and asks for the very same Call again; the
gateway makes it once and says what it knows of it.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from sqlmodel import Session

from bot import telemetry
from bot.database import transaction
from bot.posting import outbox
from bot.rows import requests
from bot.threads import still, thread
from bot.wiring import Unavailable, Wiring
from bot.wording import times
from bot.wording.blocks import quoted
from guardrails import audit, grants
from runtime import apps, deployments, schedules
from runtime.apps import App, Stage
from runtime.scheduled import Fired
from runtime.schedules import MOST_ATTEMPTS, Schedule

AT_ONCE = 4
"""Calls asked for at the same time, so that an app that takes its time keeps few others waiting."""
LOOKS = 6
"""Attempts until a Call that was begun and left no trace counts as cut off: a minute, and no Call takes as long."""

Ending = Literal["schedule.ran", "schedule.cut_off", "schedule.missed"]

log = logging.getLogger("slipway.schedule")


def tick(wiring: Wiring) -> int:
    """Bring about what is due; return how many times were looked at."""
    with transaction(wiring.engine) as session:
        found = schedules.waiting(session, wiring.now())
    if found:
        with ThreadPoolExecutor(min(AT_ONCE, len(found)), "schedule") as pool:
            list(pool.map(lambda one: _one(wiring, one), found))
    return len(found)


def _one(wiring: Wiring, seen: Schedule) -> None:
    try:
        taken = _take(wiring, seen)
        if taken is not None:
            bring_about(wiring, *taken)
    except Exception:
        # The rim of this worker: one app's fault must not stop the others'. The row is looked at again.
        log.exception("%s of %s was not brought about", seen.name, seen.app)


def _take(wiring: Wiring, seen: Schedule) -> tuple[Schedule, App] | None:
    """Claim it, if its app may run now; a time that comes while it may not is over."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        app = apps.get(session, seen.app)
        if app is None:
            schedules.forget(session, seen.app)
            return None
        if not may(session, app, seen.name, now) or still.of_schedule(session, wiring.bundles, app, seen.name):
            schedules.pass_over(session, seen, now)
            return None
        claimed = schedules.claim(session, seen, now)
    return (claimed, app) if claimed else None


def may(session: Session, app: App, name: str, now: int) -> bool:
    """Whether this app may run by itself now: live, not suspended, its Lease and its Grant for this time hold."""
    live, lease = deployments.active(session, app.id, "live"), deployments.leased(session, app.id, "live")
    if live is None or live.paused or lease is None or lease.lapsed(now):
        return False
    return app.stage in (Stage.LIVE, Stage.APPROVED) and f"schedule:{name}" in grants.active(session, app.id, now)


def bring_about(wiring: Wiring, claimed: Schedule, app: App) -> None:
    """Ask for the Call, and settle what is known then; what is not is asked for again."""
    with telemetry.span("schedule", app.trace, {"app": app.id, "schedule": claimed.name}):
        try:
            fired = wiring.fire(app, claimed)
        except Unavailable as error:
            fired = Fired("later", str(error))
    if fired.state == "begun":
        kept = wiring.visit(claimed.request)
        if kept is not None:
            fired = Fired("ran", str(kept["result"]))
        elif claimed.attempts >= LOOKS:
            return _settle(wiring, claimed, "schedule.cut_off", "")
    if fired.state == "ran":
        return _settle(wiring, claimed, "schedule.ran", fired.result)
    if fired.state == "closed":
        return _let_be(wiring, claimed)
    if claimed.attempts >= MOST_ATTEMPTS:
        return _settle(wiring, claimed, "schedule.missed", fired.result)
    with transaction(wiring.engine) as session:
        return schedules.postpone(session, claimed, wiring.now())


def _let_be(wiring: Wiring, claimed: Schedule) -> None:
    """The app ended, was suspended, or lost its Grant between the claim and the Call: its thread says so already."""
    with transaction(wiring.engine) as session:
        schedules.settle(session, claimed)


def _settle(wiring: Wiring, claimed: Schedule, ending: Ending, result: str) -> None:
    """Note what became of it. An app that hit a limit is told of by `bot.ending.breaching`, as for any visit."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        app, request = apps.get(session, claimed.app), requests.of_app(session, claimed.app)
        if app is None or not schedules.settle(session, claimed):
            return
        if ending != "schedule.ran" and request is not None:
            said = _said(app, claimed, ending)
            outbox.put(session, thread.post(request, f"schedule:{claimed.request}", thread.note(request, said)), now)
        audit.append(
            session,
            workspace=app.workspace,
            actor="slipway",
            action=ending,
            subject=app.id,
            why=result if ending == "schedule.missed" else "",
            facts={
                "schedule": claimed.name,
                "due": claimed.running,
                "visit": claimed.request,
                **({"result": result} if ending == "schedule.ran" else {}),
            },
            trace=telemetry.trace_id(app.trace) or app.trace,
            now=now,
        )


def _said(app: App, claimed: Schedule, ending: Ending) -> str:
    title = quoted(app.title)
    if ending == "schedule.missed":
        return times.missed(title, claimed.name, claimed.running, claimed.next_at)
    return times.cut_off(title, claimed.name, claimed.running, claimed.next_at, claimed.request)
