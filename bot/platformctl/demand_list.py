"""`platformctl demand`: what people want and the shelf does not have; the template team's backlog, and its answers.

Works while control is away: what is said to people waits in the outbox.
"""

from pathlib import Path

from sqlmodel import Session

from bot.chat import Place
from bot.clockwork import Clock
from bot.database import transaction
from bot.named import operators, template_channel
from bot.platformctl.installation import Undone, opened, operator
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import demand, requests
from bot.rows.demand import OTHER, Demand
from bot.threads import demand_words, thread
from bot.wording import words
from guardrails import audit
from guardrails.scrub import scrub
from templates import catalog
from templates.errors import UnknownTemplate

WIDTH = 70


def listed(home: Path, *, closed: bool) -> str:
    """Every open wish, what most people want first; with `closed` those that were answered as well."""
    with opened(home) as engine, transaction(engine) as session:
        found = demand.every(session, closed=closed)
        if not found:
            return "Nobody wants anything that is not there."
        return "\n".join(_line(one) for one in found)


def shown(home: Path, name: str) -> str:
    """One wish in full."""
    with opened(home) as engine, transaction(engine) as session:
        one = _found(session, name)
        asked = demand.askers(session, one.id)
    filed = f"filed {words.when(one.filed_at)}" if one.filed_at else "filed by nobody yet"
    lines = [
        f"{one.name}, {'another kind' if one.kind == OTHER else one.kind}: {_count(one)}",
        f"words      {one.words}",
        *([f"missing    {one.lacks}"] if one.lacks else []),
        f"since      {words.when(one.created_at)}, {filed}",
        *([f"requests   {', '.join(asked)}"] if asked else []),
        *([f"answer     {_answer(one)}"] if one.closed_at else []),
    ]
    return "\n".join(lines)


def close(home: Path, name: str, met_with: str, why: str) -> str:
    """Answer a wish: it is on the shelf as `met_with`, or in `why` why it never will be. Tells each who asked, once."""
    said = scrub(why).text.strip()
    if met_with:
        try:
            met_with = catalog.load().get(met_with).ref
        except UnknownTemplate as error:
            raise Undone(str(error)) from error
    elif not said:
        raise Undone("a no needs a reason, in words that the askers will read")
    with opened(home) as engine, transaction(engine) as session:
        one, now = _found(session, name), Clock(session).now()
        if one.closed_at is not None:
            raise Undone(f"{one.name} is closed already: {_answer(one)}")
        demand.close(session, one, now, met_with=met_with, why=said)
        closed = _found(session, name)
        told = _tell(session, closed, now)
        audit.append(
            session,
            workspace=one.workspace,
            actor=operator(),
            action="demand.closed",
            subject=one.name,
            why=said,
            facts={"with": met_with, "people": one.people},
            now=now,
        )
    return f"{one.name} is closed; {words.counted(told, 'thread is', 'threads are')} told."


def _tell(session: Session, one: Demand, now: int) -> int:
    """Ask for the posts: in the thread of each who asked, and in the template team's channel."""
    told = [found for each in demand.askers(session, one.id) if (found := requests.get(session, each))]
    for request in told:
        message = thread.note(request, demand_words.told(one))
        outbox.put(session, thread.post(request, f"answered:{one.id}:{request.id}", message), now)
    channel = template_channel() or operators()
    if one.filed_at is not None and outbox.known(session, f"demand:{one.id}"):
        outbox.put(session, Post(f"demand:{one.id}", Place(one.workspace, channel), demand_words.team(one)), now)
    return len(told)


def _found(session: Session, name: str) -> Demand:
    number = demand.number(name)
    one = demand.get(session, number) if number is not None and number < 2**63 else None
    if one is None:
        raise Undone(f"there is no {name}; see platformctl demand list")
    return one


def _line(one: Demand) -> str:
    said = " ".join(one.words.split())
    said = said if len(said) <= WIDTH else f"{said[: WIDTH - 1]}…"
    kind = "" if one.kind == OTHER else f"{one.kind}: "
    return f"{one.name:7}{_count(one):34}{kind}{said}" + (f"  [{_answer(one)}]" if one.closed_at else "")


def _count(one: Demand) -> str:
    people = words.counted(one.people, "person asked", "people asked")
    return f"{people}, {words.counted(one.noticed, 'request', 'requests')}"


def _answer(one: Demand) -> str:
    return f"on the shelf as {one.met_with}" if one.met_with else f"no: {one.why}"
