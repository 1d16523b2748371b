"""Admission: may this person ask this, here, now? Decided before anything is understood or built."""

from collections.abc import Mapping
from dataclasses import dataclass

PER_HOUR = 60
"""Requests one person may make in an hour; more is a loop or a prank."""
LONGEST = 8000
"""Characters; Slack splits longer messages anyway, and nobody reads them."""

OUTSIDE: Mapping[str, str] = {"guest": "Guests", "partner": "People of other organisations"}
"""Who is no full member of the workspace, as people read it."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer, with its reason in words for the asker."""

    allowed: bool
    why: str


def barred(*, outsider: str, bot: bool) -> str:
    """Why somebody may not create apps here, whatever they ask for; empty when they may."""
    if bot:
        return "I only build apps for people."
    who = OUTSIDE.get(outsider)
    return f"{who} cannot create apps here. Please ask a member of this workspace to do it." if who else ""


def admit(*, outsider: str, bot: bool, text: str, recent: int) -> Admission:
    """Judge an asker by what the chat says of them; `recent` counts their Requests of the last hour, this one too.

    `outsider` says what they are where only members may ask: `guest`, `partner`, or empty.
    """
    if why := barred(outsider=outsider, bot=bot):
        return Admission(False, why)
    if recent > PER_HOUR:
        return Admission(False, f"That is more than {PER_HOUR} requests in an hour. Please try again in an hour.")
    if len(text) > LONGEST:
        return Admission(False, f"That message is too long for me. Please say it in fewer than {LONGEST} characters.")
    if not text.strip():
        return Admission(False, "I did not find any words in that. Tell me what app you need, in a sentence.")
    return Admission(True, "a member of the workspace, within the hourly number")
