"""`platformctl approve` and `reject`: an approver's word from the command line, decided as one from the thread.

The word is put where presses wait. Control judges it by the same rules, with the groups as the chat has them then, and
leaves the same record, which says besides that it came this way and whose account on this machine typed it.
"""

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from bot import clockwork, forms, outbox, people, presses
from bot.blocks import VERSION
from bot.chat import Submitted
from bot.clockwork import Clock
from bot.database import transaction
from bot.deciding import CLI
from bot.main import scrubbed
from bot.platformctl.installation import Undone, account, app_called, opened
from guardrails import approvals

ACCOUNT = re.compile("[UW][A-Z0-9]{2,}")
"""The chat's own id of somebody, whom we need not have met."""
PATIENCE, GLANCE = 10.0, 0.2
"""Seconds to wait for control to decide, and between two looks."""


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
            digest, word = _word(session, wanted)
            presses.keep(session, word, Clock(session).now())
        return _outcome(engine, digest, word.key, patience)


def _word(session: Session, wanted: Wanted) -> tuple[str, Submitted]:
    app = app_called(session, wanted.app)
    standing = approvals.open_of(session, app.id)
    if standing is None:
        raise Undone(f"nothing of {app.slug} waits for approval")
    handle = wanted.person.removeprefix("@").lower()
    known = people.known(session, app.workspace, wanted.person) or next(
        iter(people.by_handles(session, app.workspace, (handle,))), None
    )
    user = known.user if known else wanted.person if ACCOUNT.fullmatch(wanted.person) else ""
    if not user:
        raise Undone(f"nobody here called {wanted.person} is known; give the chat's own id for them")
    try:
        reason, removed = scrubbed(wanted.reason)
    except ValueError as error:
        raise Undone("the reason could not be checked for secrets, so nothing was kept") from error
    if not reason.strip():
        raise Undone("say why with --reason")
    digest = standing.proposal.digest
    return digest, Submitted(
        key=f"{CLI}:{account()}:{secrets.token_hex(6)}",
        workspace=app.workspace,
        user=user,
        form=forms.APPROVE if wanted.yes else forms.REJECT,
        about=json.dumps({"v": VERSION, "proposal": digest}),
        values={"reason": reason},
        removed=removed,
    )


def _outcome(engine: Engine, digest: str, key: str, patience: float) -> str:
    end = clockwork.stopwatch() + patience
    while clockwork.stopwatch() < end:
        with transaction(engine) as session:
            if presses.settled(session, key):
                if refused := outbox.text(session, f"refused:{key}"):
                    raise Undone(refused)
                standing = approvals.get(session, digest)
                assert standing is not None
                return OUTCOMES.get(standing.state, f"It is {standing.state}.")
        clockwork.pause(GLANCE)
    return "It is kept, and is decided as soon as control runs."


OUTCOMES = {
    "approved": "It is approved, and goes live.",
    "rejected": "It is rejected; the asker reads why.",
    "open": "Your yes counts; another one is still missing.",
}
"""What became of it, by the state of what was decided on."""
