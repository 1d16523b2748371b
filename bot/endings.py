"""How apps end: Keep, Archive and Retire by a press; reminders, lapses and the clearing away by a tick."""

from collections.abc import Mapping

from sqlmodel import Session

from bot import (
    breaching,
    card,
    card_view,
    excepting,
    gates,
    outbox,
    picturing,
    requests,
    telemetry,
    thread,
    words,
)
from bot.blocks import section
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, record
from bot.requests import Request
from bot.wiring import Wiring
from guardrails import approvals, audit, grants
from runtime import apps, deployments, identity, reaper
from runtime.apps import App, Stage

LONGEST_DAYS = 180
"""The longest an app may be kept at a time; the same number as in the policies."""


def keep(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Another term for a live app."""
    app, request = _live(wiring, about)
    manifest = card_view.manifest_of(wiring, request)
    assert manifest is not None
    now = wiring.now()
    with transaction(wiring.engine) as session:
        lease = deployments.extend(session, app, manifest.lifecycle.ttl_days, LONGEST_DAYS, now)
        said = f":white_check_mark: <@{about.person.user}> keeps it: it now ends on *{words.when(lease.ends_at)}*."
        if not _answer_reminder(session, about, said, now):
            outbox.put(session, thread.post(request, f"kept:{app}:{lease.ends_at}", thread.note(request, said)), now)
        record(session, wiring, about, "app.kept", until=str(lease.ends_at))


def archive(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """End a live app and keep its data."""
    _end(wiring, about, Stage.ARCHIVED, "app.archived")


def retire(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """End a live app for good."""
    _end(wiring, about, Stage.RETIRED, "app.retired")


def _end(wiring: Wiring, about: About, stage: Stage, action: str) -> None:
    app, _ = _live(wiring, about)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        reaper.end(session, app, stage, now)
        thread.void(session, about.request, now)
        said = f":white_check_mark: <@{about.person.user}> ended it on {words.when(now)}."
        _answer_reminder(session, about, said, now)
        record(session, wiring, about, action)


def _live(wiring: Wiring, about: About) -> tuple[str, Request]:
    """The live app."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
    if app is None or app.stage not in (Stage.LIVE, Stage.SUSPENDED):
        raise Refused(OVERTAKEN)
    return app.id, about.request


def _answer_reminder(session: Session, about: About, said: str, now: int) -> bool:
    """Where the reminder's buttons were, what was chosen stands now. False when there were none."""
    return outbox.settle_buttons(session, f"reminder:{about.request.app}:", section(said), now)


def tick(wiring: Wiring) -> None:
    """Remind, end what has lapsed, and clear away what has ended. Whatever is left undone is found by the next tick."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        identity.forget_expired(session, now)
        gates.close(session, wiring, now)
        excepting.close(session, now)
        for digest in approvals.expire(session, now):
            _expired(session, wiring, digest, now)
        for app, stage in deployments.lapsed(session, now):
            _lapsed(session, wiring, app, stage, now)
        for app, _ in deployments.remind(session, now):
            _remind(session, wiring, app, now)
    reaper.finish(
        lambda: transaction(wiring.engine),
        wiring.data,
        wiring.exports,
        lambda session, app, action: _end_note(session, wiring, app, action, now),
        now,
    )


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
    """A Lease is over: a preview goes, and an app that never was live goes with it; a live app retires."""
    request = requests.of_app(session, app)
    deployments.end(session, app, stage, now)
    found = apps.get(session, app)
    assert found is not None
    ends = found.stage not in apps.ENDED and (stage == "live" or deployments.active(session, app, "live") is None)
    if ends:
        reaper.end(session, app, Stage.RETIRED, now)
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


def _remind(session: Session, wiring: Wiring, app: str, now: int) -> None:
    request, found = requests.of_app(session, app), apps.get(session, app)
    lease = deployments.leased(session, app, "live")
    if request is None or found is None or lease is None:
        return
    last = wiring.last_used(app)
    used = f"It was last used on {words.when(last)}." if last else "Nobody has used it yet."
    trace = telemetry.trace_id(request.trace)
    message = card.reminder(app, found.title, lease.ends_at, used, trace)
    outbox.put(session, thread.post(request, f"reminder:{app}:{lease.ends_at}:{lease.reminded}", message), now)
    _note(session, request, "app.reminded", now)


def _end_note(session: Session, wiring: Wiring, app: App, action: str, now: int) -> None:
    request, found = requests.of_app(session, app.id), apps.get(session, app.id)
    if request is None or found is None:
        return
    if action == "app.cleared":
        grants.revoke(session, app.id, now)
        breaching.close(session, app.id, now)
        picturing.drop(session, request.id, now)
        for bundle in deployments.abandoned(session, app.id):
            wiring.unload(bundle)
    _note(session, request, action, now)
    if request.state is not requests.State.DISCARDED:
        outbox.put(session, thread.ended_post(wiring, request, found), now)
    thread.refresh(session, wiring, request.id, now)


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
