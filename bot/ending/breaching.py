"""What becomes of an app that hits its limits: a line in its thread, a suspension, a look at it, and another try."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot import telemetry
from bot.chat import Message
from bot.control import Refused as NotTold
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, record
from bot.owning import orphans
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import thread
from bot.threads.card import remedies
from bot.wiring import Wiring
from bot.wording import handing_words, limits
from bot.wording.blocks import actions, context, quoted, section
from guardrails import audit
from runtime import apps, breaches, defects, deployments, schedules
from runtime.apps import App
from runtime.breaches import IN_A_ROW, KILLED, KILLS, KILLS_WITHIN, LINE, LINES, MILD, Breaches
from runtime.deployments import Where

LINES_A_DAY = 4
"""Messages about limits in one app's thread in a day; what is counted further changes them in place."""
KINDS_SHOWN = 3
DETAIL = 500
DAY = 86_400
TOLD_AT = frozenset({1, 2, 3, 10, 30, 100, 300, 1000, 3000, 10_000})
"""Counts at which the message is written anew: an edit costs the chat a call as well."""


def breached(wiring: Wiring, scrub: Callable[[str], str], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """A worker tells that an app hit a limit, as the `row`-th in a row; the third one suspends it."""
    kind, stage = str(asked["kind"]), _stage(asked)
    if kind not in limits.NEEDED or kind == KILLED:
        raise NotTold("That is no kind of breach.")
    logs = [scrub(str(line)[:LINE]) for line in asked["logs"][:LINES]]
    detail, row, now = scrub(str(asked["detail"])[:DETAIL]), int(asked["row"]), wiring.now()
    with transaction(wiring.engine) as session:
        app, request = _found(session, str(asked["app"]))
        seen = breaches.note(
            session,
            workspace=app.workspace,
            app=app.id,
            stage=stage,
            kind=kind,
            request=_visit(asked),
            detail=detail,
            logs=logs,
            now=now,
        )
        if kind not in MILD and row >= IN_A_ROW:
            _suspend(session, wiring, app, request, seen, now)
        else:
            _say(session, app, request, seen, now, str(asked.get("schedule", "")))
    return {}


def killed(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """A worker had to be killed while it ran this app; three within ten minutes quarantine the app (S1)."""
    stage, now = _stage(asked), wiring.now()
    with transaction(wiring.engine) as session:
        app, request = _found(session, str(asked["app"]))
        seen = breaches.note(
            session,
            workspace=app.workspace,
            app=app.id,
            stage=stage,
            kind=KILLED,
            request=_visit(asked),
            now=now,
        )
        if breaches.kills_since(session, app.id, now - KILLS_WITHIN) >= KILLS:
            _suspend(session, wiring, app, request, seen, now)
        else:
            _say(session, app, request, seen, now)
    return {}


def _visit(asked: Mapping[str, Any]) -> str:
    return quoted(str(asked["request"]), 40)


def _stage(asked: Mapping[str, Any]) -> Where:
    return "live" if asked["stage"] == "live" else "preview"


def _found(session: Session, name: str) -> tuple[App, Request]:
    app, request = apps.get(session, name), requests.of_app(session, name)
    if app is None or request is None:
        raise NotTold("There is no such app.")
    return app, request


def _say(session: Session, app: App, request: Request, seen: Breaches, now: int, schedule: str = "") -> None:
    """One message a kind and day, later only edited; the first one leaves an AuditEvent."""
    prefix = f"breach:{app.id}:"
    key = f"{prefix}{seen.stage}:{seen.kind}:{now // DAY}"
    known = outbox.known(session, key)
    if seen.count not in TOLD_AT or (not known and outbox.count_since(session, prefix, now - DAY) >= LINES_A_DAY):
        return
    again = next((one.next_at for one in schedules.of(session, app.id) if one.name == schedule), 0)
    text = limits.hit(quoted(app.title), seen.stage, seen, schedule if again else "", again)
    outbox.put(session, thread.post(request, key, _message(app, request, seen, text, suspended=False)), now)
    if not known:
        _note(session, app, request, "limit.hit", seen, now)


def _suspend(session: Session, wiring: Wiring, app: App, request: Request, seen: Breaches, now: int) -> None:
    stage: Where = "live" if seen.stage == "live" else "preview"
    if not deployments.pause(session, app.id, stage, seen.kind, now):
        return
    text = limits.suspended(quoted(app.title), stage, seen.kind)
    key = f"{_paused(app.id, stage)}{seen.visits[0][1]}"
    outbox.put(session, thread.post(request, key, _message(app, request, seen, text, suspended=True)), now)
    _note(session, app, request, "app.suspended", seen, now)
    thread.refresh(session, wiring, request.id, now)


def _paused(app: str, stage: str) -> str:
    return f"paused:{app}:{stage}:"


def _message(app: App, request: Request, seen: Breaches, text: str, *, suspended: bool) -> Message:
    small = context(f"visit {seen.visits[0][1]} · trace {telemetry.trace_id(request.trace)}")
    buttons = remedies({"app": app.id, "stage": seen.stage}, suspended=suspended)
    return Message(text, (section(text), actions(*buttons), small))


def _note(session: Session, app: App, request: Request, action: str, seen: Breaches, now: int) -> None:
    audit.append(
        session,
        workspace=app.workspace,
        actor="slipway",
        action=action,
        subject=app.id,
        why=limits.NEEDED[seen.kind],
        facts={"stage": seen.stage, "kind": seen.kind, "visit": seen.visits[0][1], "count": seen.count},
        trace=telemetry.trace_id(request.trace),
        now=now,
    )


def resume(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """Let what was suspended run again."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
        if app is None:
            raise Refused(OVERTAKEN)
        wanted = [_stage({"stage": hint["stage"]})] if "stage" in hint else ["live", "preview"]
        if orphans.is_orphan(session, app.id):
            raise Refused(handing_words.ORPHAN_RUNS)
        resumed = [one for one in wanted if deployments.resume(session, app.id, _stage({"stage": one}), now)]
        if not resumed:
            raise Refused(OVERTAKEN)
        for stage in resumed:
            said = section(limits.runs_again(about.person.user, now))
            outbox.settle_buttons(session, _paused(app.id, stage), said, now)
        record(session, wiring, about, "app.resumed", stage=" ".join(resumed))


def look(wiring: Wiring, request: Request) -> Sequence[str] | str:
    """What is known of an app's last breaches, for those who may look."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
        if app is None:
            return OVERTAKEN
        return limits.looked_at(breaches.latest(session, app.id, KINDS_SHOWN))


def close(session: Session, app: str, now: int) -> None:
    """Of an ended app nothing is left to look at, nor to allow."""
    for prefix in (f"breach:{app}:", f"paused:{app}:", f"gate:{app}:", f"given:{app}:"):
        outbox.settle_buttons(session, prefix, section(limits.OVER), now)
    breaches.forget(session, now, app)
    for one in defects.open_windows(session, app):
        defects.close(session, one.id, "end", now)
