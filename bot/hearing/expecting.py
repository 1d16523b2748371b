"""Expecting: what its asker says in the thread that their app should do becomes a check, tried now and ever after."""

import json

from bot import telemetry
from bot.chat import Heard
from bot.database import transaction
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.threads import thread
from bot.who import rights
from bot.wiring import Wiring
from generator.expectations import expectation
from guardrails import audit
from templates.bundle import digest_of

MOST_WISHES = 5
"""Of one app; the newest stay."""
BUILT = (State.PREVIEWED, State.PROPOSED, State.LIVE)
"""States in which there is a preview to try it on."""
EXPECTED, EVENT = "request.expected", "event"
"""The AuditEvent of such a check, and its fact that names the utterance."""


def expected(wiring: Wiring, heard: Heard) -> bool:
    """Whether these words in a thread of ours were such a check, and are recorded."""
    if expectation(heard.text) is None:
        return False
    with transaction(wiring.engine) as session:
        request = thread.request_in(session, heard.place.channel, heard.place.thread or "")
    return request is not None and expect(wiring, request, heard)


def expect(wiring: Wiring, request: Request, heard: Heard) -> bool:
    """Record what its asker, or its owner by now, expects of an app that has a preview, and have it tried.

    The same words twice are once. False when the words are no such check, somebody else's, or the app is not there
    yet. What waits for approval is void: its approvers did not see this tried.
    """
    if expectation(heard.text) is None or request.state not in BUILT:
        return False
    with transaction(wiring.engine) as session:
        if not rights.heeded(session, request, heard.user):
            return False
        if not rights.of_rows(session, wiring, heard.user, "answer", request):
            return False
    text = " ".join(heard.text.split())
    if text in request.wishes:
        return True
    now = wiring.now()
    wishes = json.dumps([*request.wishes, text][-MOST_WISHES:])
    removed = json.dumps([*request.removed, *heard.removed])
    with transaction(wiring.engine) as session:
        changes = {"wishes": wishes, "removed": removed, "verdict": None, "trouble": ""}
        if not requests.advance(session, request, State.BRIEFED, now, **changes):
            return False
        thread.void(session, request, now)
        audit.append(
            session,
            workspace=request.workspace,
            actor=heard.user,
            action=EXPECTED,
            subject=request.id,
            facts={"check": digest_of(text.encode()), EVENT: heard.key},
            trace=telemetry.trace_id(request.trace),
            now=now,
        )
        thread.refresh(session, wiring, request.id, now)
    return True
