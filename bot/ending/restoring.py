"""Restoring: an archived app comes back at its address, with its store as it was, while the policies allow it.

A press takes it from Archived to Approved, once it was looked at what the policies say now; a tick fetches the pack,
makes the store what it was, and lets go live what was approved then. What cannot come back stays archived.
"""

from collections.abc import Mapping

from sqlmodel import Session

from bot.approving import excepting
from bot.archives import archiving
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, advance, record
from bot.operating import chain, keyring
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.steps import FOREVER
from bot.threads import labelled, thread
from bot.versions import undoing
from bot.who import people
from bot.wiring import Unavailable, Wiring
from bot.wording import ending_words
from bot.wording.blocks import quoted, section
from guardrails import approvals, audit, evidence, grants, keys
from runtime import apps, archives, closing, deployments, reaper, retention, schedules, stuck, tombstone
from runtime.apps import App, Stage
from runtime.archive import Archive, unpacked
from runtime.archives import Kept
from runtime.destination import Unusable
from runtime.errors import Corrupt
from templates.bundle import Bundle, digest_of
from templates.excess import excess

STEP = "restore"


class GivenUp(Exception):
    """It cannot come back as it is; the message says why."""


def restore(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Somebody who may wants it back: looked at now, done by the next tick."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
        kept = archives.restorable(session, app.id, wiring.now()) if app else None
        cleared = app is not None and closing.is_cleared(session, app.id)
    if app is None or kept is None or app.stage is not Stage.ARCHIVED:
        raise Refused(ending_words.NO_ARCHIVE)
    if not cleared:
        raise Refused(ending_words.STILL_CLOSING)
    if why := _forbidden(wiring, about.request, app, kept, _bundle(wiring, kept)):
        raise Refused(why)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        wanted = archives.move(
            session, kept.id, archives.State.KEPT, archives.State.RESTORING, wanted_by=about.person.id
        )
        if not wanted:
            raise Refused(OVERTAKEN)
        apps.move(session, app.id, Stage.APPROVED, now)
        _as_archived(session, wiring, about, kept)
        record(session, wiring, about, "app.restoring", archive=kept.digest, proposal=kept.proposal)


def _as_archived(session: Session, wiring: Wiring, about: About, kept: Kept) -> None:
    """The Request is that of what was live, whatever change of it stood open when it ended."""
    request = about.request
    changes: dict[str, str | None] = {"bundle": kept.bundle, "proposal": kept.proposal, "trouble": "", "hands": "[]"}
    if request.standing is not None:
        changes["brief"] = request.standing.model_dump_json()
    advance(session, wiring, about, State.LIVE, **changes)


def _bundle(wiring: Wiring, kept: Kept) -> Bundle:
    """The bundle that was approved; from its pack where it is not here any more."""
    try:
        return wiring.bundles.get(kept.bundle)
    except Corrupt:
        return _fetched(wiring, kept).bundle


def _fetched(wiring: Wiring, kept: Kept) -> Archive:
    return unpacked(wiring.archives.at(kept.place).get(kept.name), kept.digest)


def _forbidden(wiring: Wiring, request: Request, app: App, kept: Kept, bundle: Bundle) -> str:
    """Why what was approved may not go live now, in a sentence; empty when it may (Invariant 1)."""
    manifest = bundle.manifest
    with transaction(wiring.engine) as session:
        standing = approvals.get(session, kept.proposal)
        once = approvals.was_approved(session, kept.proposal)
        resting, trusted = evidence.of_bundle(session, kept.bundle, request.id), keys.trusted(session)
    if standing is None or not once or standing.proposal.bundle != kept.bundle:
        return ending_words.forbidden("Nobody's yes to it is kept.")
    if ended := keyring.refusal(wiring):
        return ended
    verdict = wiring.billing.judged(
        excepting.judged(wiring, request, manifest, standing.proposal.audience, "live"), manifest
    )
    if verdict.decision == "deny":
        found = verdict.findings[0]
        return ending_words.forbidden(quoted(f"{found.why} {found.fix}".strip(), 400))
    if verdict.decision == "needs_approval" and (missing := set(verdict.approvers) - set(standing.needs)):
        return ending_words.more_approvers(sorted(missing))
    over = excess(manifest, wiring.catalog)
    if over:
        return ending_words.forbidden(f"It asks for more than its template may: {quoted('; '.join(over), 300)}.")
    broken = chain.trouble(chain.links(kept.bundle, resting, wiring.bundles, wiring.catalog, trusted))
    return broken or labelled.untrue(wiring, kept.bundle, standing.proposal.grants)


def tick(wiring: Wiring) -> None:
    """Bring back what is wanted back. One app's trouble stops no other's."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        waiting = [one for one in archives.wanted(session) if stuck.ready(session, one.app, STEP, now)]
    for kept in waiting:
        with transaction(wiring.engine) as session:
            app, request = apps.get(session, kept.app), requests.of_app(session, kept.app)
        if app is not None and request is not None:
            _attempt(wiring, kept, app, request, now)


def _attempt(wiring: Wiring, kept: Kept, app: App, request: Request, now: int) -> None:
    try:
        _bring_back(wiring, kept, app, request, now)
    except (GivenUp, Corrupt) as error:
        _give_up(wiring, kept, app, request, str(error), now)
    except (Unavailable, *archiving.FAULTS) as error:
        if now >= kept.until:
            _give_up(wiring, kept, app, request, ending_words.NO_LONGER, now)
            return
        with transaction(wiring.engine) as session:
            archiving.fail(session, wiring, app, STEP, reaper.said(error))


def _bring_back(wiring: Wiring, kept: Kept, app: App, request: Request, now: int) -> None:
    """Slow things first, each of which may be done again; then one transaction makes it live."""
    archive = _fetched(wiring, kept)
    wiring.bundles.put(archive.bundle)
    if why := _forbidden(wiring, request, app, kept, archive.bundle):
        raise GivenUp(why)
    if problem := wiring.smoke(kept.bundle).problem:
        raise GivenUp(problem)
    wiring.data.restore(app.id, "live", archive.store)
    if digest_of(wiring.data.snapshot(app.id, "live")) != kept.store:
        raise Unusable("The store is not what it was.")
    with transaction(wiring.engine) as session:
        _go_live(session, wiring, kept, app, request, archive, now)


def _go_live(
    session: Session, wiring: Wiring, kept: Kept, app: App, request: Request, archive: Archive, now: int
) -> None:
    manifest = archive.bundle.manifest
    standing = approvals.get(session, kept.proposal)
    assert standing is not None
    what = standing.proposal
    backing = deployments.Backing(
        audit.story(session, request.id, app.id, most=1)[-1].digest,
        manifest.limits,
        manifest.budget_tag,
        excess(manifest, wiring.catalog),
    )
    apps.change(session, app.id, title=what.title, collaborators=what.collaborators, named=what.named)
    deployments.go_live(
        session,
        app.id,
        proposal=kept.proposal,
        bundle=kept.bundle,
        audience=what.audience.both(app.audience, app.owner),  # what was narrowed since stays narrow
        days=what.ttl_days,
        backing=backing,
        approved=approvals.was_approved,
        now=now,
    )
    grants.grant(
        session,
        workspace=app.workspace,
        app=app.id,
        wanted=what.grants,
        proposal=kept.proposal,
        until=now + FOREVER,
        now=now,
    )
    schedules.keep(session, workspace=app.workspace, app=app.id, times=manifest.times, now=now)
    retention.resume(session, app.id)
    tombstone.remove(session, app.id)
    archives.move(session, kept.id, archives.State.RESTORING, archives.State.RESTORED)
    stuck.over(session, app.id, STEP)
    _show(session, wiring, kept, app, request, now)
    facts = {"archive": kept.digest, "store": kept.store, "proposal": kept.proposal}
    archiving.note(session, app, "app.restored", now, facts)


def _show(session: Session, wiring: Wiring, kept: Kept, app: App, request: Request, now: int) -> None:
    """Where the button was, who restored it; the address, and the card of what is live."""
    who = people.by_id(session, kept.wanted_by)
    said = section(ending_words.restored(who.user if who else "", now))
    outbox.settle_buttons(session, f"ended:{app.id}:", said, now)
    undoing.published(session, wiring, request, now, anew=False)
    thread.refresh(session, wiring, request.id, now)


def _give_up(wiring: Wiring, kept: Kept, app: App, request: Request, why: str, now: int) -> None:
    """It stays archived; what was fetched of it is cleared away as after any ending."""
    with transaction(wiring.engine) as session:
        if not archives.move(session, kept.id, archives.State.RESTORING, archives.State.KEPT):
            return
        moved = apps.move(session, app.id, Stage.ARCHIVED, now)
        stuck.over(session, app.id, STEP)
        archiving.note(session, moved, "app.not_restored", now, {"archive": kept.digest}, why=why)
        text = ending_words.not_restored(quoted(app.title), why)
        key = f"not_restored:{app.id}:{now}"
        outbox.put(session, thread.post(request, key, thread.note(request, text)), now)
        thread.refresh(session, wiring, request.id, now)
