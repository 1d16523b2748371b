"""Visits to apps, looked up by the request id that every response carries (O6)."""

import re

from bot import clockwork
from bot.database import transaction
from bot.wiring import Wiring
from bot.wording import words
from bot.wording.blocks import quoted
from runtime import apps, spool

KEPT_DAYS = 90
_ASKED = re.compile(r"\W*(?:(?:the )?(?:request(?: id)?|id|number)\W+)?(r[0-9a-f]{16})\W*", re.IGNORECASE)


def asked(text: str) -> str:
    """The request id that these words are, as people paste it; empty when they say something else."""
    found = _ASKED.fullmatch(text)
    return found[1].lower() if found else ""


def look(wiring: Wiring, workspace: str, request: str) -> str:
    """What became of the visit with this id, in a sentence; or why that is not known."""
    kept = wiring.visit(request)
    with transaction(wiring.engine) as session:
        app = apps.get(session, kept["app"]) if kept else None
    if kept is None or app is None or app.workspace != workspace:
        return _unknown(spool.visited_at(request), clockwork.wall())
    by_itself = str(kept.get("schedule", ""))
    return _kept(quoted(app.title), kept["stage"], kept["at"], str(kept["result"]), kept["trace"], by_itself)


def _kept(title: str, stage: str, at: int, result: str, trace: str, by_itself: str) -> str:
    """What became of a visit; `result` is an HTTP status, or what stopped the app."""
    became = f"answered with status {result}" if result.isdigit() else f"was stopped: {result.replace('_', ' ')}"
    if by_itself:
        how = "" if result.isdigit() else f" and {became}"
        became = f"ran by itself ({words.plain(by_itself)}){how}"
    return f"*{title}* ({stage}) {became} on {words.when(at)}. Its log lines and spans carry `{trace}`."


def _unknown(at: int, now: int) -> str:
    """Why nothing is known of a visit: never seen, no Call was made for it, or expired."""
    if not now - 10 * 365 * 86_400 < at <= now + 60:
        return "No visit has that id: I never gave it out."
    if at < now - KEPT_DAYS * 86_400:
        return f"That visit was on {words.when(at)}; I keep visits for {KEPT_DAYS} days."
    return (
        f"That visit on {words.when(at)} reached no app of this workspace: it got a page of mine, such as the sign-in, "
        "or a picture. Nothing more of it is kept."
    )
