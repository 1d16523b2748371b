"""Pleading: what the asker cannot change is put before the platform team, in the app's own thread."""

from collections.abc import Mapping

from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, record
from bot.posting import outbox
from bot.threads import card_view, thread
from bot.wiring import Wiring
from bot.wording import remarks, rulings
from bot.wording.blocks import quoted

PLATFORM = "platform-approvers"
"""The user group of the platform team."""


def plead(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Call the platform team, once for each thing that stands in the way."""
    request = about.request
    denials = remarks.beyond(card_view.findings(request), card_view.labels_of(wiring, request))
    if not denials:
        raise Refused(OVERTAKEN)
    mention, now = wiring.chat.mention(PLATFORM), wiring.now()
    first = denials[0]
    text = rulings.pleads(mention, request.user, quoted(first.rule, 80), quoted(first.why), request.id)
    with transaction(wiring.engine) as session:
        key = f"plea:{request.id}:{request.version}"
        outbox.put(session, thread.post(request, key, thread.note(request, text)), now)
        record(session, wiring, about, "platform.asked", rule=first.rule)
