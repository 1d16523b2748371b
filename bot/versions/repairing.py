"""Repairing: what Slipway tries by itself about a broken app, at most twice for one defect; then it goes back (N12).

A repair writes nothing that was not approved: the same answers are filled into the same template again, and only where
that gives the very bundle that is live are its files written anew, and what was prepared of it is forgotten. The app is
let run again when its first page and every check are green. No model is asked, so no repair costs anybody's budget.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlmodel import Session

from bot import telemetry
from bot.billing import TAG
from bot.database import transaction
from bot.deciding import Refused
from bot.rows.requests import Request
from bot.threads import rehearsing, thread
from bot.versions import choosing, rolling
from bot.versions.choosing import Choice, Offer
from bot.wiring import Unavailable, Wiring
from bot.wording import broken_words
from generator.brief import Brief
from guardrails import audit
from runtime import defects, deployments, history
from runtime.apps import App
from runtime.defects import Defect, State
from runtime.deployments import Deployment
from runtime.errors import NotAllowed
from runtime.history import Version
from runtime.slugs import slug_of
from runtime.windows import REPAIRABLE
from templates.answers import settle_all
from templates.errors import BadAnswer
from templates.render import render

AGAIN, AWAY = 30, 10
"""Seconds until the second repair after one that did not help, and until a worker that is away is asked again."""
BY_US = "Slipway"
Show = Callable[[Session], None]
"""Makes the card of a broken app say what is true in a transaction."""


def mend(wiring: Wiring, request: Request, app: App, defect: Defect, show: Show) -> None:
    """Try what is to be tried next about a defect of what is live; `show` tells it, in the same transaction."""
    with transaction(wiring.engine) as session:
        live = deployments.active(session, app.id, "live")
        version = history.of(session, live) if live else None
    if live is None or live.bundle != defect.bundle:
        return
    spent = defect.attempts >= defects.ATTEMPTS or bool(version and version.reverted_at)
    if defect.kind not in REPAIRABLE or spent or version is None:
        _revert(wiring, request, app, live, defect, version, show)
        return
    began = wiring.now()
    try:
        why = _made_anew(wiring, request, app, version, live)
    except Unavailable:
        with transaction(wiring.engine) as session:
            defects.move(session, defect, State.OPEN, due_at=began + AWAY)
        return
    now = wiring.now()
    with transaction(wiring.engine) as session:
        after = State.OPEN if why else State.WATCHED
        if not defects.move(session, defect, after, due_at=now + AGAIN, tried=True):
            return
        defects.tried(session, defect, began, why, now)
        if not why:
            deployments.resume(session, app.id, "live", now)
        facts: Mapping[str, str | int] = {"defect": defect.id, "number": defect.attempts + 1, "kind": defect.kind}
        part(session, request, app, "app.repair_failed" if why else "app.repaired", now, facts, why)
        show(session)
        thread.refresh(session, wiring, request.id, now)


def _made_anew(wiring: Wiring, request: Request, app: App, version: Version, live: Deployment) -> str:
    """Write the approved files anew and try them; why that does not help, empty when it does. Raises Unavailable."""
    brief = Brief.model_validate_json(version.answers) if version.answers else None
    template = wiring.catalog.known(brief.template) if brief else None
    if brief is None or template is None or template.ref in wiring.catalog.refused:
        return broken_words.NO_TEMPLATE
    answers = {one.name: one.value for one in brief.answers}
    said = brief.value(TAG)
    try:
        bundle = render(
            template,
            answers,
            name=slug_of(str(settle_all(template, answers)["title"])),
            budget_tag=wiring.billing.tag(said if isinstance(said, str) else "", app.team),
            labels={"team": app.team},
        )
    except (BadAnswer, ValueError):
        return broken_words.NO_TEMPLATE
    if bundle.digest != live.bundle:
        return broken_words.OTHER_DIGEST
    wiring.bundles.put(bundle)
    wiring.unload(bundle.digest)
    if problem := wiring.smoke(bundle.digest).problem:
        return problem
    plan = rehearsing.planned(wiring, replace(request, brief=brief), bundle.digest)
    tried = wiring.rehearse(bundle.digest, plan)
    red = [f"{one.says} {one.why}" for one in tried.ticks if not one.passed]
    return f"A check is red: {red[0]}" if red else ""


def good_of(wiring: Wiring, request: Request) -> tuple[Deployment | None, Offer | None]:
    """What is live, and the newest other version that was green, never broke, and can be live with these entries."""
    live, offered = choosing.offers(wiring, request)
    with transaction(wiring.engine) as session:
        fine = [
            one
            for one in offered
            if not one.live
            and one.version.rehearsed
            and one.version.reverted_at is None
            and one.fit.fate != "unreadable"
            and not defects.of_bundle(session, one.version.app, one.version.bundle)
        ]
    return live, next((one for one in fine if not choosing.against(wiring, request, one.version)), None)


def _revert(
    wiring: Wiring,
    request: Request,
    app: App,
    live: Deployment,
    defect: Defect,
    version: Version | None,
    show: Show,
) -> None:
    """Go back to the last good version; where there is none, suspend the app and hand it to people."""
    _, good = good_of(wiring, request)
    now = wiring.now()
    if good is not None and defect.state is State.OPEN:
        try:
            choice = choosing.choose(wiring, request, good.version.number, "", live.id)
            choice = rolling.with_entries_kept(wiring, choice)
            with transaction(wiring.engine) as session:
                _back(session, wiring, request, choice, defect, version, now)
                show(session)
            return
        except (Refused, NotAllowed):
            # Somebody was faster, or another version is on its way: what is live then is looked at again.
            with transaction(wiring.engine) as session:
                defects.move(session, defect, State.OPEN, due_at=now + AGAIN)
            return
    with transaction(wiring.engine) as session:
        if not defects.move(session, defect, State.HANDED):
            return
        deployments.pause(session, app.id, "live", defect.kind, now)
        part(session, request, app, "app.handed", now, {"defect": defect.id, "kind": defect.kind})
        show(session)
        thread.refresh(session, wiring, request.id, now)


def _back(
    session: Session,
    wiring: Wiring,
    request: Request,
    choice: Choice,
    defect: Defect,
    version: Version | None,
    now: int,
) -> None:
    if not defects.move(session, defect, State.REVERTED):
        raise NotAllowed(f"{defect.id} was seen to by somebody else")
    facts = rolling.switch(session, wiring, request, choice, BY_US, now)
    if version is not None:
        history.reverted(session, version, now)
    for window in defects.open_windows(session, defect.app):
        defects.close(session, window.id, "revert", now)
    part(session, request, choice.app, "app.reverted", now, {**facts, "defect": defect.id, "kind": defect.kind})
    thread.refresh(session, wiring, request.id, now)


def part(
    session: Session,
    request: Request,
    app: App,
    action: str,
    now: int,
    facts: Mapping[str, str | int],
    why: str = "",
) -> None:
    """Append the AuditEvent of what Slipway saw or did by itself about a broken app."""
    audit.append(
        session,
        workspace=app.workspace,
        actor="slipway",
        action=action,
        subject=app.id,
        why=why,
        facts={"request": request.id, **facts},
        trace=telemetry.trace_id(request.trace),
        now=now,
    )
