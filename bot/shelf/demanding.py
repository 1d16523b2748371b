"""Asking for a kind of app that the shelf does not have, and joining others who did."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.chat import Message, Place, Pressed
from bot.database import transaction
from bot.deciding import About, Refused, record, standing_in
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import demand, presses
from bot.rows.demand import OTHER, Demand, Wish
from bot.rows.requests import Request, State
from bot.shelf import creating
from bot.threads import demand_words, thread
from bot.who.meeting import meet
from bot.wiring import Wiring
from bot.wording.spelling import spelled
from generator.lacking import lacking
from guardrails import audit, selves


def wish(request: Request, person: str) -> Wish | None:
    """What a Request wanted, as far as it is something that a template could be written for."""
    understood = request.understanding
    if understood is None or request.trouble or understood.reason in demand_words.UNSOUGHT:
        return None
    text = spelled(request.text)
    kind = understood.kind or OTHER
    return Wish(request.id, request.workspace, person, text, kind, lacking(text))


def want(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """The asker files it: once a Request, with a receipt in the thread and a line for the template team."""
    standing_in(about, State.DECLINED)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        wanted = wish(about.request, selves.one_of(session, about.person.id))
        if wanted is None:
            raise Refused(demand_words.NOTHING_WANTED)
        found = demand.ask(session, wanted, now)
        if found is None:
            raise Refused(demand_words.ASKED_ALREADY)
        show(session, wiring, found, now)
        said = demand_words.receipt(found, joined=found.people > 1 or found.filed_at != now)
        receipt = thread.post(about.request, f"wanted:{about.request.id}", thread.note(about.request, said))
        outbox.put(session, receipt, now)
        record(session, wiring, about, "demand.asked", demand=found.name)


def also(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Anybody who may ask for apps wants it as well; everybody counts once."""
    workspace, now = press.place.workspace, wiring.now()
    person = meet(wiring, workspace, press.user)
    if why := creating.barred(wiring, person, press.place.channel):
        raise Refused(why)
    with transaction(wiring.engine) as session:
        found = demand.get(session, demand.number(hint.get("demand", "")) or 0)
        if found is None or found.workspace != workspace or found.filed_at is None or found.closed_at is not None:
            raise Refused(demand_words.CLOSED)
        if not demand.also(session, found, selves.one_of(session, person.id), now):
            raise Refused(demand_words.ALSO_ALREADY)
        show(session, wiring, demand.get(session, found.id), now)
        audit.append(session, workspace=workspace, actor=person.id, action="demand.joined", subject=found.name, now=now)
        presses.settle(session, press.key, now)


def show(session: Session, wiring: Wiring, found: Demand | None, now: int) -> None:
    """Make the template team's message say how it stands; where there is no such channel it is only counted."""
    if found is not None and found.filed_at is not None and wiring.template_channel:
        place = Place(found.workspace, wiring.template_channel)
        message: Message = demand_words.team(found)
        outbox.put(session, Post(f"demand:{found.id}", place, message), now)
