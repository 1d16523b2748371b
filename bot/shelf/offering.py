"""Whether a template may be asked for now: whose owners are there, and whose word for it still holds (T11, P4).

Apps that were made of it are not looked at here: they run on, and can be changed.
"""

import logging
from datetime import date

from bot import clockwork
from bot.chat import ChatError
from bot.database import transaction
from bot.threads import still
from bot.wiring import Wiring
from bot.wording import freeze_words, shelving
from runtime.frozen import Frozen
from templates import release
from templates.catalog import Catalog
from templates.template import Template

log = logging.getLogger("slipway.offering")


def why_not(wiring: Wiring, kind: str, template: Template | None) -> str:
    """Why no new app is made of this template, or of none although the shelf has one for the kind; empty when one is.

    Asks the chat, so call it outside of a transaction.
    """
    if template is None:
        why = wiring.catalog.why_not(kind)
        return shelving.withheld(kind, why) if why else ""
    if at := stilled(wiring).template(template.ref):
        return freeze_words.no_new(template.ref, at)
    if until := ended(wiring.catalog, template, clockwork.day(wiring.now())):
        return shelving.lapsed(template.ref, until)
    return shelving.frozen(template.ref, template.owner) if frozen(wiring, template.owner) else ""


def stilled(wiring: Wiring) -> Frozen:
    """What operators have stopped: no new app is made of a template that stands still."""
    with transaction(wiring.engine) as session:
        return still.seen(session)


def ended(catalog: Catalog, template: Template, today: date) -> date | None:
    """The last day on which somebody's word for a template held, once that is past."""
    until = catalog.until.get(template.ref)
    return until if until is not None and release.lapsed(until, today) else None


def frozen(wiring: Wiring, owner: str) -> bool:
    """Whether the chat says that this group was deactivated.

    A group that never was one, or a chat that does not answer, freezes nothing: `platformctl doctor` speaks of it.
    """
    try:
        return wiring.chat.group_state(owner) == "disabled"
    except ChatError as error:
        log.warning("nobody can say whether the group %s is there: %s", owner, error)
        return False
