"""How apps end: Archive and Retire by a press; reminders, lapses and the clearing away by a tick."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from sqlmodel import Session

from bot import telemetry
from bot.approving import excepting
from bot.archives import archiving, leftovers
from bot.building import picturing
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, record
from bot.ending import breaching, reminding, restoring
from bot.operating import gates
from bot.owning import handing, keeping, orphans
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import showing, thread
from bot.wiring import Wiring
from bot.wording import ending_words, words
from bot.wording.blocks import section
from guardrails import approvals, audit, grants
from runtime import apps, deployments, identity, reaper
from runtime.apps import App, Stage
from runtime.errors import Corrupt


def archive(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """End a live app and keep all of it, to be restored for a while."""
    app, _request = _live(wiring, about)
    _end(wiring, about, app, archiving.close, "app.closed")


def retire(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """End a live app for good, or one that is closed and could not be archived."""
    app, _request = _live(wiring, about, closed=True)
    _end(wiring, about, app, archiving.retire, "app.retired")


def _end(wiring: Wiring, about: About, app: str, how: Callable[[Session, Wiring, str, int], App], action: str) -> None:
    now = wiring.now()
    with transaction(wiring.engine) as session:
        how(session, wiring, app, now)
        thread.void(session, about.request, now)
        said = f":white_check_mark: <@{about.person.user}> ended it on {words.when(now)}."
        _answer_reminder(session, about, said, now)
        record(session, wiring, about, action)


def _live(wiring: Wiring, about: About, *, closed: bool = False) -> tuple[str, Request]:
    """The live app; with `closed`, one that waits for its archive as well."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
    if app is None or app.stage not in (Stage.LIVE, Stage.SUSPENDED) or (app.over and not closed):
        raise Refused(OVERTAKEN)
    return app.id, about.request


def _answer_reminder(session: Session, about: About, said: str, now: int) -> bool:
    """Where the reminder's buttons were, what was chosen stands now. False when there were none."""
    return outbox.settle_buttons(session, f"reminder:{about.request.app}:", section(said), now)


def tick(wiring: Wiring) -> None:
    """Remind, end what has lapsed, and clear away what has ended. Whatever is left undone is found by the next tick."""
    now = wiring.now()
    reminding.tick(wiring)
    with transaction(wiring.engine) as session:
        identity.forget_expired(session, now)
        gates.close(session, now)
        excepting.close(session, now)
        for digest in approvals.expire(session, now):
            _expired(session, wiring, digest, now)
        keeping.close(session, wiring, now)
        handing.close(session, wiring, now)
        for app, stage in deployments.lapsed(session, now):
            if stage == "live" and _spared(session, wiring, app, now):
                continue
            _lapsed(session, wiring, app, stage, now)
    archiving.tick(wiring)
    restoring.tick(wiring)
    reaper.finish(
        lambda: transaction(wiring.engine),
        wiring.data,
        wiring.exports,
        lambda session, app, action: _end_note(session, wiring, app, action, now),
        now,
    )


def _spared(session: Session, wiring: Wiring, app: str, now: int) -> bool:
    """Nothing ends unannounced, and no orphan unasked."""
    return reminding.unannounced(session, app, now) or orphans.stays(session, wiring, app, now)


def _expired(session: Session, wiring: Wiring, digest: str, now: int) -> None:
    """Nobody decided in time: the asker may publish again."""
    request = requests.of_proposal(session, digest)
    if request is None:
        return
    if request.state is requests.State.PROPOSED:
        requests.advance(session, request, requests.State.PREVIEWED, now)
    thread.settle_approval(session, digest, now)
    _note(session, request, "approval.expired", now)
    thread.refresh(session, wiring, request.id, now)


def _lapsed(session: Session, wiring: Wiring, app: str, stage: deployments.Where, now: int) -> None:
    """A Lease is over: a preview goes, with an app that never was live; a live app is archived or retires."""
    request = requests.of_app(session, app)
    kept = stage == "live" and _auto_archive(session, wiring, app)
    deployments.end(session, app, stage, now)
    found = apps.get(session, app)
    assert found is not None
    ends = not found.over and (stage == "live" or deployments.active(session, app, "live") is None)
    if ends:
        (archiving.close if kept else archiving.retire)(session, wiring, app, now)
    if request is None:
        return
    if ends:
        thread.void(session, request, now)
        outbox.settle_buttons(session, f"reminder:{app}:", section(words.OVER), now)
    if ends and stage == "preview":
        trouble = words.not_published(found.title)
        requests.advance(session, request, requests.State.DISCARDED, now, trouble=trouble)
    _note(session, request, f"{stage}.lapsed", now)
    thread.refresh(session, wiring, request.id, now)


def _auto_archive(session: Session, wiring: Wiring, app: str) -> bool:
    """Whether it is archived at its end (G11); also when nobody can say any more, for then nothing is lost."""
    live = deployments.active(session, app, "live")
    try:
        return live is None or wiring.bundles.get(live.bundle).manifest.lifecycle.auto_archive
    except Corrupt:
        return True


def _end_note(session: Session, wiring: Wiring, app: App, action: str, now: int) -> None:
    request, found = requests.of_app(session, app.id), apps.get(session, app.id)
    if request is None or found is None:
        return
    if action == "app.cleared":
        picturing.drop(session, request.id, now)
        showing.end(session, request, ending_words.NOTHING_LEFT, now)
        _clear(session, wiring, app.id, now)
    _note(session, request, action, now)
    if action != reaper.STUCK and request.state is not requests.State.DISCARDED:
        outbox.put(session, thread.ended_post(session, wiring, request, found), now)
    thread.refresh(session, wiring, request.id, now)


def _clear(session: Session, wiring: Wiring, app: str, now: int) -> None:
    """What others than the runtime keep of it goes, too; then nothing is left, or it is not cleared (D3)."""
    grants.revoke(session, app, now)
    breaching.close(session, app, now)
    keeping.end(session, app, now)
    handing.end(session, app, now)
    orphans.end(session, app, now)
    for told in (f"broken:{app}:", *(f"live:{one}" for one in deployments.every(session, app))):
        outbox.settle_buttons(session, told, section(ending_words.NOTHING_LEFT), now)
    for bundle in deployments.abandoned(session, app):
        with suppress(Corrupt):  # then nothing can be made ready of it, either
            wiring.unload(bundle)
    session.flush()
    if left := leftovers.of_app(session, wiring.data, wiring.prepared, app, now):
        raise reaper.NotClear(f"still there: {', '.join(map(str, left))}")


def _note(session: Session, request: Request, action: str, now: int, **facts: int) -> None:
    audit.append(
        session,
        workspace=request.workspace,
        actor="slipway",
        action=action,
        subject=request.app or request.id,
        facts={"request": request.id, **facts},
        trace=telemetry.trace_id(request.trace),
        now=now,
    )
