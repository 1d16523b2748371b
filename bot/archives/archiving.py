"""Archiving: what was closed is packed and put away; what was kept long enough is deleted, with a receipt.

Each step is found from the rows. A pack is written before anything is removed, and noted as begun before it is
written, so that a crash between any two leaves nothing that is not found again.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from sqlalchemy import Engine
from sqlmodel import Session

from bot import telemetry
from bot.archives import receipts
from bot.clockwork import DAY
from bot.database import transaction
from bot.rows import requests
from bot.threads import thread
from bot.who import people
from bot.wiring import Wiring
from bot.wording.ending_words import unusable
from guardrails import audit
from guardrails.chain import AuditEvent
from runtime import apps, archives, closing, deployments, reaper, stuck, tombstone
from runtime.appdata import Busy, Full
from runtime.apps import App, Stage
from runtime.archive import About, Archive, packed, rewritten, unpacked
from runtime.archives import Contents, Kept, State
from runtime.destination import Destination, Places, probe
from runtime.errors import NotAllowed, RuntimeFault
from runtime.rows import Row
from runtime.snapshot import Change, Snapshotting
from templates.bundle import digest_of
from templates.manifest import Manifest

ARCHIVE, DELETE = "archive", "delete"
"""Steps that may be stuck."""
LOOKS = 3
"""So often a store is packed anew because a visit that was under way still wrote to it."""
LATE = 12 * 3600
"""Seconds after which an entry that is too old goes from a pack: it is gone within a day, and no pack is written anew
for every single one (T15)."""
FAULTS = (OSError, sqlite3.Error, RuntimeFault, Busy, Full, ValueError)


class Unsettled(RuntimeFault):
    """The store changes under our eyes."""


def close(session: Session, wiring: Wiring, app: str, now: int) -> App:
    """An app answers nobody from now on, and is archived by the next tick."""
    closed = reaper.close(session, app, now)
    _stone(session, closed)
    return closed


def retire(session: Session, wiring: Wiring, app: str, now: int) -> App:
    """An app ends for good, perhaps one whose archive could not be written."""
    ended = reaper.end(session, app, Stage.RETIRED, now)
    stuck.over(session, app, ARCHIVE)
    _stone(session, ended)
    return ended


def _stone(session: Session, app: App) -> None:
    owner = people.by_id(session, app.owner)
    tombstone.put(session, app, owner.name if owner else "")


def problem(wiring: Wiring, manifest: Manifest, token: str) -> str:
    """Why the archive of such an app could not be kept, in a sentence; empty when it can (G11)."""
    try:
        probe(wiring.archives.at(manifest.lifecycle.archive_destination), token)
    except RuntimeFault as error:
        return unusable(str(error))
    return ""


def tick(wiring: Wiring) -> None:
    """Write the archives that are missing and remove those that are over. One app's trouble stops no other's."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        waiting = [one for one in closing.closing(session) if stuck.ready(session, one.id, ARCHIVE, now)]
        back = closing.back(session)
        gone = [one for one in archives.to_remove(session, now) if stuck.ready(session, one.app, DELETE, now)]
    for app in waiting:
        _attempt(wiring, app, ARCHIVE, partial(_archive, wiring, app, now))
    for app in back:
        # What does not work is found again by the next tick.
        with suppress(OSError):
            (wiring.exports / app.export).unlink(missing_ok=True)
            with transaction(wiring.engine) as session:
                apps.keep_export(session, app.id, "")
    for kept in gone:
        with transaction(wiring.engine) as session:
            found = apps.get(session, kept.app)
        if found is not None:
            _attempt(wiring, found, DELETE, partial(_remove, wiring, kept, found, now))


def _attempt(wiring: Wiring, app: App, step: str, work: Callable[[], None]) -> None:
    try:
        work()
    except FAULTS as error:
        with transaction(wiring.engine) as session:
            fail(session, wiring, app, step, reaper.said(error))


def fail(session: Session, wiring: Wiring, app: App, step: str, trouble: str) -> None:
    """A step did not work: it is noted, shown and tried again."""
    now = wiring.now()
    news = stuck.note(session, workspace=app.workspace, app=app.id, step=step, trouble=trouble, now=now)
    if news:
        note(session, app, reaper.STUCK, now, {"step": step}, why=trouble)
    refresh(session, wiring, app, now)


def note(
    session: Session, app: App, action: str, now: int, facts: Mapping[str, str | int], why: str = ""
) -> AuditEvent:
    """The one AuditEvent of a change that nobody pressed for."""
    request = requests.of_app(session, app.id)
    return audit.append(
        session,
        workspace=app.workspace,
        actor="slipway",
        action=action,
        subject=app.id,
        why=why,
        facts={**({"request": request.id} if request else {}), **facts},
        trace=telemetry.trace_id(request.trace if request else app.trace),
        now=now,
    )


def refresh(session: Session, wiring: Wiring, app: App, now: int) -> None:
    """The card shows what is true now."""
    request = requests.of_app(session, app.id)
    if request is not None:
        thread.refresh(session, wiring, request.id, now)


def _archive(wiring: Wiring, app: App, now: int) -> None:
    """Pack, put away, then say so: the app is Archived from that transaction on."""
    archive = _gathered(wiring, app)
    destination = wiring.archives.at(archive.bundle.manifest.lifecycle.archive_destination)
    name = f"{app.id}-{app.ended_at}.zip"
    with transaction(wiring.engine) as session:
        id_ = archives.begin(session, app, destination.place, name, now)
    content = _put(wiring, app, archive, destination, name)
    try:
        with transaction(wiring.engine) as session:
            moved = apps.move(session, app.id, Stage.ARCHIVED, now)
            about = archive.about
            kept = archives.keep(session, id_, content, bundle=about.bundle, proposal=about.proposal, now=now)
            tombstone.may_return(session, app.id, kept.until)
            stuck.over(session, app.id, ARCHIVE)
            note(
                session, moved, "app.archived", now, {"archive": kept.digest, "place": kept.place, "until": kept.until}
            )
    except NotAllowed:
        # It was retired meanwhile: the pack is found by its row and removed.
        return


def _put(wiring: Wiring, app: App, archive: Archive, destination: Destination, name: str) -> Contents:
    """Put the pack away until it holds what the store holds: a visit that was under way may still have written."""
    for _ in range(LOOKS):
        content = packed(archive)
        destination.put(name, content)
        store = wiring.data.snapshot(app.id, "live")
        if store == archive.store:
            return _numbers(archive, content)
        archive = _gathered(wiring, app)
    raise Unsettled("its store is still written to")


def _numbers(archive: Archive, content: bytes) -> Contents:
    return Contents(digest_of(content), len(content), digest_of(archive.store), archive.oldest)


def _gathered(wiring: Wiring, app: App) -> Archive:
    """Everything that belongs into the pack, as it is now."""
    with transaction(wiring.engine) as session:
        deployed = deployments.newest(session, app.id, "live")
        request = requests.of_app(session, app.id)
        story = audit.story(session, *([request.id] if request else []), app.id)
    if deployed is None or deployed.proposal is None or app.ended_at is None:
        raise NotAllowed("it was never live")
    about = About(
        app=app.id,
        title=app.title,
        template=app.template,
        bundle=deployed.bundle,
        proposal=deployed.proposal,
        ended_at=app.ended_at,
    )
    return Archive(
        about=about,
        bundle=wiring.bundles.get(deployed.bundle),
        store=wiring.data.snapshot(app.id, "live"),
        export=reaper.exported(app, wiring.data.export(app.id, "live")),
        audit=[one.model_dump_json() for one in story],
    )


def _remove(wiring: Wiring, kept: Kept, app: App, now: int) -> None:
    """A pack goes. Of an app that could still have come back, the export goes with it, and a receipt says so (N6)."""
    wiring.archives.at(kept.place).remove(kept.name)
    final = kept.state is State.KEPT
    if final and app.export:
        (wiring.exports / app.export).unlink(missing_ok=True)
    with transaction(wiring.engine) as session:
        stuck.over(session, app.id, DELETE)
        if kept.state is State.WRITING:
            archives.forget(session, kept.id)
            return
        if final and app.stage is Stage.ARCHIVED:
            _retire_archived(session, app.id, now)
        told: dict[str, str | int] = {"archive": kept.digest, "store": kept.store, "size": kept.size}
        event = note(session, app, "archive.deleted", now, {**told, "place": kept.place})
        receipt = receipts.made(kept, app, event, export=final and bool(app.export))
        if not archives.move(session, kept.id, kept.state, State.DELETED, receipt=receipt.model_dump_json()):
            raise NotAllowed("it is being restored")
        if final:
            receipts.post(session, wiring, app, receipt, now)
            refresh(session, wiring, app, now)


def _retire_archived(session: Session, app: str, now: int) -> None:
    """It does not come back; what was cleared away stays so, and is not exported once more."""
    cleared = closing.is_cleared(session, app)
    apps.move(session, app, Stage.RETIRED, now)
    apps.keep_export(session, app, "")
    tombstone.may_return(session, app, 0)
    if cleared:
        apps.cleared(session, app, now)


def purge(wiring: Wiring) -> None:
    """Take entries whose days are over out of packs as well (T15)."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        kept = archives.there(session)
    for one in kept:
        # What does not work now is due at the next one.
        with suppress(RuntimeFault):
            before = now - wiring.bundles.get(one.bundle).manifest.retention_days * DAY
            if one.oldest and one.oldest < before - LATE:
                _purge_one(wiring, one, before, now)


def _purge_one(wiring: Wiring, kept: Kept, before: int, now: int) -> None:
    def young(row: Row) -> Row | None:
        return row if int(str(row["at"])) >= before else None

    change(wiring.engine, wiring.archives, wiring.data, kept, young, now)


def change(engine: Engine, places: Places, data: Snapshotting, kept: Kept, how: Change, now: int) -> int:
    """Write a pack anew with its entries changed, in place of the one before; how many were. Raises RuntimeFault."""
    destination = places.at(kept.place)
    archive = unpacked(destination.get(kept.name), kept.digest)
    seen: dict[str, None] = {}  # each row stands in the store and in the export

    def counted(row: Row) -> Row | None:
        fresh = how(dict(row))
        if fresh != row:
            seen[json.dumps(row, sort_keys=True)] = None
        return fresh

    fresh = rewritten(archive, data, counted)
    if not seen:
        return 0
    content = packed(fresh)
    numbers = _numbers(fresh, content)
    with transaction(engine) as session:
        app = apps.get(session, kept.app)
        assert app is not None
        begun = archives.begin(session, app, kept.place, f"{app.id}-{numbers.digest[7:23]}.zip", now)
        written = archives.get(session, begun)
    assert written is not None
    destination.put(written.name, content)
    with transaction(engine) as session:
        archives.replace(session, kept.id, begun, numbers)
        note(session, app, "archive.rewritten", now, {"count": len(seen), "archive": numbers.digest})
    # If that does not work now, the row of what was begun has it removed later.
    destination.remove(kept.name)
    with transaction(engine) as session:
        archives.forget(session, begun)
    return len(seen)
