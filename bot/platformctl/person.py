"""`platformctl person`: say that two accounts of the chat are one human, or are not. Works while control is away."""

from pathlib import Path

from sqlmodel import Session

from bot.clockwork import Clock
from bot.database import transaction
from bot.platformctl.installation import Undone, opened, operator
from bot.who import people
from bot.who.people import Person
from guardrails import approvals, audit, selves
from runtime import apps, deployments, identity


def run(home: Path, action: str, first: str, second: str) -> str:
    """Link or unlink two accounts; what to print. Raises Undone."""
    if not (first and second):
        raise Undone("two accounts are one human: say both")
    with opened(home) as engine, transaction(engine) as session:
        now = Clock(session).now()
        act = _link if action == "link" else _unlink
        return act(session, *_both(session, first, second), now)


def _link(session: Session, one: Person, other: Person, now: int) -> str:
    if not selves.join(session, one.workspace, one.id, other.id, now):
        raise Undone(f"@{one.handle} and @{other.handle} are one person already")
    everybody = selves.all_of(session, one.id)
    alone = _by_themselves(session, everybody)
    _settle(session, one, other, everybody, "person.linked", now)
    said = f"@{one.handle} and @{other.handle} are one person from now on."
    return f"{said} Nobody else said yes to {', '.join(alone)}: have somebody look." if alone else said


def _unlink(session: Session, one: Person, other: Person, now: int) -> str:
    everybody = selves.all_of(session, one.id)
    if other.id not in everybody or one.id == other.id:
        raise Undone(f"@{one.handle} and @{other.handle} are not linked")
    selves.part(session, one.workspace, other.id, now)
    _settle(session, one, other, everybody, "person.unlinked", now)
    return f"@{one.handle} and @{other.handle} are two people from now on."


def _by_themselves(session: Session, everybody: frozenset[str]) -> list[str]:
    """Live apps of theirs that needed somebody's yes, and had nobody's but their own."""
    found = []
    for live in deployments.standing(session):
        standing = approvals.get(session, live.proposal or "") if live.stage == "live" else None
        app = apps.get(session, live.app)
        if app and standing and standing.groups and {standing.asker, app.owner} & everybody:
            others = [one for one in standing.approvals if one.yes and one.human not in standing.authors]
            found += [] if others else [app.slug]
    return sorted(found)


def _settle(session: Session, one: Person, other: Person, everybody: frozenset[str], action: str, now: int) -> None:
    """Record it, and have each of the accounts sign in anew: an app sees one visitor a human."""
    identity.close_person(session, everybody)
    apps.touch_routes(session)
    audit.append(
        session,
        workspace=one.workspace,
        actor=operator(),
        action=action,
        subject=one.id,
        facts={"account": other.id},
        now=now,
    )


def _both(session: Session, first: str, second: str) -> tuple[Person, Person]:
    one, other = _met(session, first), _met(session, second)
    if one is None and other is None:
        raise Undone(f"neither {first} nor {second} is known here; one of them has to have asked for something")
    known = one or other
    assert known is not None
    one, other = one or _expected(session, known, first), other or _expected(session, known, second)
    if one.workspace != other.workspace or one.id == other.id:
        raise Undone("a link is between two accounts of one workspace")
    return one, other


def _met(session: Session, name: str) -> Person | None:
    found = people.called(session, name)
    if len(found) > 1:
        raise Undone(f"several people are called {name}; give the chat's own id")
    return found[0] if found else None


def _expected(session: Session, known: Person, name: str) -> Person:
    """An account that has not done anything yet: it is linked all the same."""
    if not people.ACCOUNT.fullmatch(name):
        raise Undone(f"nobody here is known to be called {name}; give the chat's own id")
    return people.expect(session, known.workspace, name)
