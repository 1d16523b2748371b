"""`platformctl grant`: what apps were granted, taking it back, allowing it until a time, and what may not be gone.

All but `give` works while control is away; that is a person's word, which control judges.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from bot.clockwork import Clock
from bot.database import transaction
from bot.operating import gates
from bot.platformctl import word
from bot.platformctl.installation import Undone, app_called, opened, operator
from bot.threads import forms
from bot.wording import words
from guardrails import grants, revocations
from guardrails.grants import Grant
from guardrails.revocations import Revocation
from runtime import apps
from runtime.apps import App

PATIENCE = 10.0
"""Seconds to wait for control to decide."""
_LONG = re.compile(r"(\d{1,4})([mhd])")
_UNITS = {"m": 60, "h": 3600, "d": 86_400}
NONE_OPEN = "Everything that was taken back is known to be gone."


@dataclass(frozen=True, slots=True)
class Gift:
    """What an approver allows: which capability, until when or for how long, by whose word, and why."""

    app: str
    capability: str
    person: str
    reason: str
    until: str = ""
    long: str = ""


def run(home: Path, action: str, name: str, gate: str) -> str:
    """List or revoke; what to print."""
    with opened(home) as engine, transaction(engine) as session:
        app, now = app_called(session, name), Clock(session).now()
        return _revoke(session, app, gate, now) if action == "revoke" else _listed(session, app, now)


def give(home: Path, gift: Gift, patience: float = PATIENCE) -> str:
    """Put an approver's word where presses wait, and say what became of it. Raises Undone when it changed nothing."""
    with opened(home) as engine:
        with transaction(engine) as session:
            app = app_called(session, gift.app)
            about = {"app": app.id, "capability": gift.capability, "until": str(_end(gift, Clock(session).now()))}
            key = word.keep(session, app, gift.person, gift.reason, forms.GIVE, about)
        return word.outcome(engine, key, patience, lambda session: _given(session, app, gift.capability))


def exposures(home: Path) -> tuple[str, bool]:
    """Everything taken back that is not known to be gone, and whether there is nothing."""
    with opened(home) as engine:
        open_ones = _open(engine)
    return "\n".join(open_ones) or NONE_OPEN, not open_ones


def _open(engine: Engine) -> list[str]:
    with transaction(engine) as session:
        return [_exposure(session, one) for one in revocations.exposures(session)]


def _exposure(session: Session, one: Revocation) -> str:
    app = apps.get(session, one.app) if one.app else None
    why = one.trouble or "It is about to be asked."
    tries = words.counted(one.tries, "time", "times")
    return (
        f"{app.slug if app else 'the platform'}  {one.name}  taken back {words.when(one.since)}, asked {tries}: {why}"
    )


def _end(gift: Gift, now: int) -> int:
    """The UNIX second in which it ends, as it was said."""
    if gift.long:
        long = _LONG.fullmatch(gift.long)
        if long is None:
            raise Undone(f"{gift.long!r} is no length of time: write 30m, 2h or 3d")
        return now + int(long[1]) * _UNITS[long[2]]
    try:
        return int(datetime.strptime(gift.until, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise Undone(f"{gift.until!r} is no time: write it in UTC as 2026-12-31T17:30") from error


def _given(session: Session, app: App, name: str) -> str:
    held = [one for one in grants.every(session, app.id) if one.name == name and one.gate and one.revoked_at is None]
    if not held:
        return "Your yes counts; another one is still missing."
    return f"{app.slug} may use {name} until {words.when(held[-1].until)}."


def _revoke(session: Session, app: App, gate: str, now: int) -> str:
    held = grants.active(session, app.id, now)
    if gate not in held:
        raise Undone(f"{app.slug} has no grant {gate or '(none named)'}; it has {', '.join(sorted(held)) or 'none'}")
    gates.take_back(session, app, gate, operator(), now)
    return f"{app.slug} may not use {gate} any more, from the next visit on."


def _listed(session: Session, app: App, now: int) -> str:
    """One line a Grant: its name, whether it holds, and the Proposal that gave it."""
    given = grants.every(session, app.id)
    waiting = frozenset(one.name for one in revocations.exposures(session) if one.app == app.id)
    return "\n".join(_line(one, now, waiting) for one in given) or f"{app.slug} was granted nothing."


def _line(one: Grant, now: int, waiting: frozenset[str]) -> str:
    state = f"holds until {words.when(one.until)}"
    if one.revoked_at is not None:
        state = f"ended {words.when(one.revoked_at)}"
    elif one.until <= now:
        state = f"over since {words.when(one.until)}"
    if one.revoked_at is not None and one.name in waiting:
        state += ", not known to be gone"
    by = f"gate {one.gate[:19]}" if one.gate else one.proposal[:19]
    return f"{one.name}  {state}  granted {words.when(one.granted_at)} by {by}"
