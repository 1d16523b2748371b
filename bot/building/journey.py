"""A Request's way from words to a live app: claim one, take one step, record it in one transaction.

A step does its slow calls first (model, chat, smoke Call) and returns what it found as a value. Only then does the
transaction open that moves the Request on, applies the effect, refreshes the card and appends the one AuditEvent.
After `kill -9` anywhere, ticking again reaches the same end: a step that was not recorded is simply taken again.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue
from sqlmodel import Session

from bot import telemetry
from bot.chat import ChatError
from bot.database import transaction
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.threads import still, thread
from bot.wiring import Unavailable, Wiring
from bot.wording import words
from guardrails import audit
from runtime.errors import NotAllowed

MAX_STEPS_A_TICK = 50
MAX_ATTEMPTS = 6
"""With doubling waits: about a minute of a part that does not answer, then the asker is told."""

log = logging.getLogger("slipway.journey")


@dataclass(frozen=True)
class Step:
    """What one step found: where the Request stands now, and what else becomes true in the same transaction."""

    state: State
    action: str
    """The AuditEvent's verb, for example `request.understood`."""
    why: str = ""
    changes: Mapping[str, JsonValue] = field(default_factory=dict)
    """Columns of the Request by name."""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    effect: Callable[[Session], None] = lambda session: None
    actor: str = "slipway"


Take = Callable[[Wiring, Request], Step]


def tick(wiring: Wiring, steps: Mapping[State, Take]) -> int:
    """Take the steps that are due, oldest Request first; return how many were taken."""
    for taken in range(MAX_STEPS_A_TICK):
        with transaction(wiring.engine) as session:
            request = requests.due(session, wiring.now())
        if request is None:
            return taken
        if _stands_still(wiring, request):
            continue
        advance(wiring, steps[request.state], request)
    return MAX_STEPS_A_TICK


def _stands_still(wiring: Wiring, request: Request) -> bool:
    """Whether operators froze what the next step needs: then it waits, however long, and the card says so."""
    with transaction(wiring.engine) as session:
        why = still.why(session, wiring, request)
        if why:
            now = wiring.now()
            requests.postpone(session, request, why, now + still.AGAIN, attempt=0)
            if why != request.trouble:
                thread.refresh(session, wiring, request.id, now)
    return bool(why)


def advance(wiring: Wiring, take: Take, request: Request) -> None:
    """Take one step of one Request and record it, or note why it could not be taken."""
    with telemetry.span(f"request.{request.state}", request.trace, {"request.id": request.id}):
        try:
            record(wiring, request, take(wiring, request))
        except (Unavailable, ChatError) as error:
            _stumble(wiring, request, str(error))
        except NotAllowed:
            # Its app ended, or its approval went, while the step was computed: trying again changes nothing.
            _fail(wiring, request, words.MOVED_ON)
        except Exception:
            # The rim of this worker: one Request's fault must not stop the others'.
            log.exception("step from %s of %s failed", request.state, request.id)
            _stumble(wiring, request, "Something went wrong inside Slipway.")


def record(wiring: Wiring, request: Request, step: Step) -> bool:
    """Make a step true in one transaction. False when the Request had moved on meanwhile; nothing changed then."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        if not requests.advance(session, request, step.state, now, **step.changes):
            return False
        step.effect(session)
        audit.append(
            session,
            workspace=request.workspace,
            actor=step.actor,
            action=step.action,
            subject=request.id,
            why=step.why,
            facts=step.facts,
            trace=telemetry.trace_id(request.trace),
            now=now,
        )
        thread.refresh(session, wiring, request.id, now)
    return True


def _stumble(wiring: Wiring, request: Request, trouble: str) -> None:
    """Try the step again later; after the last attempt tell the asker, and leave nothing half-made."""
    if request.attempts + 1 < MAX_ATTEMPTS:
        now = wiring.now()
        with transaction(wiring.engine) as session:
            requests.postpone(session, request, trouble, now + 2**request.attempts)
            thread.refresh(session, wiring, request.id, now)
        return
    _fail(wiring, request, trouble)


def _fail(wiring: Wiring, request: Request, trouble: str) -> None:
    record(wiring, request, Step(State.FAILED, "request.failed", why=trouble, changes={"trouble": trouble}))
