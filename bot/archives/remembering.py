"""Remembering: what goes live is kept as a version of its app, with the entries of before where others follow."""

from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot.database import transaction
from bot.rows.requests import Request
from bot.threads import rehearsing
from bot.wiring import Wiring
from guardrails import approvals
from guardrails.proposal import Proposal
from runtime import apps, deployments, history, snapshots
from runtime.errors import Corrupt
from runtime.history import Published, Version
from runtime.rows import Row
from runtime.snapshots import Snapshot
from templates.manifest import Manifest

KEPT_DAYS = 30
"""How long a snapshot is kept at most."""
DAY = 86_400


def folder(wiring: Wiring) -> Path:
    """Where snapshots lie: beside the exports, and no gateway worker can read it."""
    return wiring.exports.with_name("snapshots")


def note(
    session: Session,
    wiring: Wiring,
    request: Request,
    what: Proposal,
    manifest: Manifest,
    taken: Snapshot | None,
    now: int,
) -> Version:
    """What goes live now is a version of its app; `taken` is from before it."""
    keep(session, wiring, request.workspace, taken)
    ticks = rehearsing.of(request).ticks
    green = bool(ticks) and all(one.passed for one in ticks)
    answers = request.brief.model_dump_json() if request.brief else ""
    return _note(session, request, what, manifest, answers, now, green=green)


def adopt(session: Session, wiring: Wiring, request: Request) -> None:
    """What is live from before versions were kept becomes one; nothing happens where all are known."""
    live = deployments.active(session, request.app or "", "live")
    if live is None or live.proposal is None or history.of(session, live) is not None:
        return
    standing = approvals.get(session, live.proposal)
    try:
        manifest = wiring.bundles.get(live.bundle).manifest
    except Corrupt:
        return
    if standing is not None:
        answers = request.standing.model_dump_json() if request.standing else ""
        _note(session, request, standing.proposal, manifest, answers, live.created_at, green=False)


def _note(
    session: Session, request: Request, what: Proposal, manifest: Manifest, answers: str, at: int, *, green: bool
) -> Version:
    standing = approvals.get(session, what.digest)
    published = Published(
        bundle=what.bundle,
        proposal=what.digest,
        manifest=manifest,
        by=standing.asker if standing else "",
        answers=answers,
        rehearsed=green,
        at=at,
    )
    return history.note(session, request.workspace, what.app, published)


def before(wiring: Wiring, request: Request, manifest: Manifest) -> Snapshot | None:
    """The entries as they are, written to a file, when this Manifest keeps them otherwise than what is live."""
    app = request.app or ""
    with transaction(wiring.engine) as session:
        adopt(session, wiring, request)
        live = deployments.active(session, app, "live")
        known = history.of(session, live) if live else None
    if live is None:
        return None
    store = manifest.capability("store")
    return taken(wiring, app) if known is None or known.store != store else None


def taken(wiring: Wiring, app: str) -> Snapshot | None:
    """The entries as they are, written to a file; None when there are none, or too many."""
    tables = wiring.data.export(app, "live")
    name, count = snapshots.name(), snapshots.entries(tables)
    if not count or not snapshots.write(snapshots.path(folder(wiring), app, name), tables):
        return None
    with transaction(wiring.engine) as session:
        writers = snapshots.writers(session, app)
    return Snapshot(name, app, wiring.now(), writers, count)


def keep(session: Session, wiring: Wiring, workspace: str, one: Snapshot | None) -> None:
    """Remember a snapshot in the transaction of the change that it is from before."""
    if one is not None:
        snapshots.note(session, folder(wiring), workspace=workspace, snapshot=one)


def purge(wiring: Wiring) -> None:
    """Let go of snapshots that are over, and of rows in the others that their app keeps no longer (T15)."""
    now, where = wiring.now(), folder(wiring)
    with transaction(wiring.engine) as session:
        names = snapshots.apps_of(session)
        ended = [one for one in names if (found := apps.get(session, one)) is None or found.stage in apps.ENDED]
        snapshots.forget(session, where, now - KEPT_DAYS * DAY, ended)
        live = {one: deployments.active(session, one, "live") for one in names if one not in ended}
        days = {
            app: version.retention_days
            for app, standing in live.items()
            if standing is not None and (version := history.of(session, standing)) is not None
        }
    for app, kept in days.items():
        list(snapshots.rewrite(where, app, partial(_kept, now - kept * DAY)))


def _kept(since: int, row: Row) -> Row | None:
    return row if int(str(row["at"])) >= since else None
