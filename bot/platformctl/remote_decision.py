"""`platformctl approve` and `reject`: an approver's word from the command line, decided as one from the thread."""

from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from bot.database import transaction
from bot.platformctl import word
from bot.platformctl.installation import Undone, app_called, opened
from bot.threads import forms
from guardrails import approvals

PATIENCE = 10.0
"""Seconds to wait for control to decide."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants decided: which app, by whose word, why, and yes or no."""

    app: str
    person: str
    reason: str
    yes: bool


def run(home: Path, wanted: Wanted, patience: float = PATIENCE) -> str:
    """Put the word where presses wait, and say what became of it. Raises Undone when it changed nothing."""
    with opened(home) as engine:
        with transaction(engine) as session:
            app = app_called(session, wanted.app)
            standing = approvals.open_of(session, app.id)
            if standing is None:
                raise Undone(f"nothing of {app.slug} waits for approval")
            digest, form = standing.proposal.digest, forms.APPROVE if wanted.yes else forms.REJECT
            key = word.keep(session, app, wanted.person, wanted.reason, form, {"proposal": digest})
        return word.outcome(engine, key, patience, lambda session: _said(session, digest))


def _said(session: Session, digest: str) -> str:
    standing = approvals.get(session, digest)
    assert standing is not None
    return OUTCOMES.get(standing.state, f"It is {standing.state}.")


OUTCOMES = {
    "approved": "It is approved, and goes live.",
    "rejected": "It is rejected; the asker reads why.",
    "open": "Your yes counts; another one is still missing.",
}
"""What became of it, by the state of what was decided on."""
