"""Adopting: somebody who may open an orphan looks after it from now on, by one press, its budget with it (N7)."""

from collections.abc import Mapping

from bot.database import transaction
from bot.deciding import About, Refused, record
from bot.owning import handing, keeping, orphans
from bot.who import audiences, budgets
from bot.wiring import Wiring
from bot.wording import handing_words
from bot.wording.blocks import quoted
from runtime.apps import App


def adopt(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """The first who presses has it: owner, budget and reminders pass on together, and what was paused runs again."""
    app, now = keeping.live(wiring, about), wiring.now()
    with transaction(wiring.engine) as session:
        if not orphans.is_orphan(session, app.id):
            raise Refused(handing_words.NOT_AN_ORPHAN)
    _may(wiring, about, app)
    team = budgets.of_team(wiring, about.person)
    with transaction(wiring.engine) as session:
        if not orphans.is_orphan(session, app.id):
            raise Refused(handing_words.NOT_AN_ORPHAN)
        found = budgets.of(wiring, session, about.person) or team
        tag = found if found != app.budget_tag else ""
        handing.adopted(session, app, about.person.id, tag, now)
        handing.transfer(session, app, app.owner, about.person, tag, stays=False, now=now)
        lease = orphans.revive(session, app, now)
        charged = quoted(tag or app.budget_tag, 80)
        said = handing_words.adopted(about.person.user, quoted(app.title), charged, lease.ends_at if lease else 0)
        orphans.settle(session, app.id, said, now)
        record(session, wiring, about, "app.adopted", before=app.owner, budget=tag or app.budget_tag)


def _may(wiring: Wiring, about: About, app: App) -> None:
    """Members who may open it, or are in its channel, or whom it was put before. Raises Refused."""
    person = about.person
    if person.outsider or person.bot or person.deleted:
        raise Refused(handing_words.ADOPT_WHO)
    with transaction(wiring.engine) as session:
        asked = orphans.manager(session, app.id) == person.user
    here = audiences.asked_in(about.request.place, about.request.person or "")
    named = person.handle.lower() in (*app.collaborators, *app.audience.also)
    if not (
        asked
        or named
        or audiences.includes(wiring.chat, here, person)
        or audiences.includes(wiring.chat, app.audience, person)
    ):
        raise Refused(handing_words.ADOPT_WHO)
