"""`platformctl stand-in`: an approver names who speaks for them until a date, or ends that before."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from bot.clockwork import Clock
from bot.database import transaction
from bot.platformctl.installation import Undone, opened, operator
from bot.who import people, roles
from bot.wording import words
from guardrails import audit, delegation
from guardrails.admission import OUTSIDE

MOST_DAYS = 90
DAY = 86_400


def run(home: Path, approver: str, stand_in: str, until: str) -> str:
    """Name a stand-in until that day begins, or end it when `stand_in` is empty; what to print. Raises Undone."""
    with opened(home) as engine, transaction(engine) as session:
        now = Clock(session).now()
        return _name(session, approver, stand_in, until, now) if stand_in else _end(session, approver, now)


def _name(session: Session, approver: str, stand_in: str, until: str, now: int) -> str:
    speaker, for_whom = _person(session, stand_in), _person(session, approver)
    if speaker.owns(for_whom.id) or speaker.workspace != for_whom.workspace:
        raise Undone("a stand-in is somebody else of the same workspace")
    if stranger := OUTSIDE.get(roles.outsider(speaker)):
        raise Undone(f"{stranger.lower()} never approve, nor stand in for somebody who does")
    try:
        end = int(datetime.strptime(until, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise Undone(f"{until!r} is no day: write it as 2026-12-31") from error
    if not now < end <= now + MOST_DAYS * DAY:
        raise Undone(f"a stand-in is named for {MOST_DAYS} days at most, from today on")
    delegation.give(session, workspace=speaker.workspace, approver=for_whom.id, stand_in=speaker.id, until=end, now=now)
    _note(session, for_whom, "delegation.given", now, stand_in=speaker.id, until=str(end))
    return f"@{speaker.handle} speaks for @{for_whom.handle} until {words.when(end)}."


def _end(session: Session, approver: str, now: int) -> str:
    for_whom = _person(session, approver)
    if not delegation.end(session, for_whom.workspace, for_whom.id, now):
        raise Undone(f"nobody speaks for @{for_whom.handle}")
    _note(session, for_whom, "delegation.ended", now)
    return f"Nobody speaks for @{for_whom.handle} any more."


def _person(session: Session, name: str) -> people.Person:
    found = people.called(session, name)
    if len(found) != 1:
        many = "several people are" if found else "nobody here is known to be"
        raise Undone(f"{many} called {name}; give the chat's own id")
    return found[0]


def _note(session: Session, approver: people.Person, action: str, now: int, **facts: str) -> None:
    audit.append(
        session,
        workspace=approver.workspace,
        actor=operator(),
        action=action,
        subject=approver.id,
        facts=facts,
        now=now,
    )
