"""Gates: what apps were granted, ended on time or by an operator, with a word to the owner; and checked for sense."""

from sqlmodel import Session

from bot import telemetry
from bot.chat import Message
from bot.database import transaction
from bot.posting import outbox
from bot.rows import app_record, requests
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import labels, limits, words
from bot.wording.blocks import actions, button, context, quoted, section
from guardrails import audit, grants
from runtime import apps, deployments
from runtime.apps import App
from runtime.errors import Corrupt

DISAGREE = "grants.disagree"


def close(session: Session, now: int) -> None:
    """End what is over, and tell each owner once (S11)."""
    for name, gate in grants.lapse(session, now):
        app = apps.get(session, name)
        if app is not None and not app.over:
            _tell(session, app, gate, now, expired=True)
            app_record.note(session, app, "slipway", "grant.expired", now, grant=gate)
            apps.touch_routes(session)


def compare(wiring: Wiring) -> None:
    """Record where what an app declares and what it was granted disagree: the smaller set holds anyway (S4)."""
    with transaction(wiring.engine) as session:
        live = [one for one in deployments.standing(session) if one.stage == "live"]
    for standing in live:
        try:
            manifest = wiring.bundles.get(standing.bundle).manifest
        except (OSError, Corrupt):
            continue  # the gateway refuses it, and says so
        now = wiring.now()
        with transaction(wiring.engine) as session:
            app = apps.get(session, standing.app)
            found = grants.difference(grants.names(manifest.capabilities), grants.every(session, standing.app), now)
            if app is None or not found:
                continue
            facts = {"granted": ", ".join(found.granted), "declared": ", ".join(found.declared)}
            known = [one for one in audit.story(session, app.id) if one.action == DISAGREE]
            if not known or {name: known[-1].facts.get(name) for name in facts} != facts:
                why = "granted and not declared, or declared and never granted"
                app_record.note(session, app, "slipway", DISAGREE, now, because=why, **facts)


def take_back(session: Session, app: App, gate: str, actor: str, now: int) -> None:
    """End one Grant now; workers see it with the next visit, and the owner is told."""
    grants.revoke(session, app.id, now, gate)
    apps.touch_routes(session)
    _tell(session, app, gate, now, expired=False)
    app_record.note(session, app, actor, "grant.revoked", now, grant=gate)


def _tell(session: Session, app: App, gate: str, now: int, *, expired: bool) -> None:
    request = requests.of_app(session, app.id)
    if request is not None:
        text = limits.gate_closed(quoted(app.title), gate, expired=expired)
        allow = button(labels.BUTTONS["slipway.allow"], "slipway.allow", {"app": app.id, "capability": gate})
        small = context(words.trace(telemetry.trace_id(request.trace)))
        message = Message(text, (section(text), actions(allow), small))
        outbox.put(session, thread.post(request, f"gate:{app.id}:{gate}:{now}", message), now)
