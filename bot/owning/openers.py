"""The buttons that open a form, and whose right each is: before it is opened, and where it is told whose they are."""

from collections.abc import Mapping

from bot.owning import sharing, widening
from bot.who.roles import Act

ANEW, MORE = "slipway.anew", "slipway.more"
OPENS: Mapping[str, Act] = {
    "slipway.answer": "answer",
    ANEW: "answer",
    MORE: "answer",
    "slipway.look": "look",
    "slipway.sent": "sent",
    "slipway.versions": "roll",
    widening.WHO: "audience",
}
"""Buttons that open something which only some may see."""
JUDGED_WHEN_SENT: Mapping[str, Act] = {sharing.SHARE: "share"}
"""Buttons whose form anybody may open: what is sent is judged."""
