"""What apps run on that others made, held against the list: when something is built, and when the gateway starts."""

import logging
from collections.abc import Sequence
from functools import cache

from bot import clockwork
from bot.settings import CannotStart
from guardrails import external
from guardrails.external import Allowed, BadList
from runtime.parts import RuntimePart, parts

log = logging.getLogger("slipway")


@cache
def listed() -> tuple[Allowed, ...]:
    """The list as it is shipped; BadList when it cannot be used."""
    return external.load()


@cache
def theirs() -> tuple[RuntimePart, ...]:
    """The parts that others made, as they are on this machine."""
    return parts()


def refusal(now: int, found: Sequence[RuntimePart] | None = None) -> str:
    """Why nothing new is built on these parts, or ours, in a sentence for whoever asks; empty when it is."""
    found = theirs() if found is None else found
    try:
        wrong = external.strangers(found, listed()) or external.over(found, listed(), clockwork.day(now))
    except BadList as error:
        return f"Nothing new is built: {error}. The platform team has to mend it."
    if not wrong:
        return ""
    return (
        f"Nothing new is built, because apps would run on what nobody answers for: {', '.join(wrong)}. "
        "The platform team has to look at it, see guardrails/external.yaml."
    )


def check(now: int, found: Sequence[RuntimePart] | None = None) -> None:
    """Let nothing start on a component that is not on the list. One whose entry has ended is said, and runs on."""
    found = theirs() if found is None else found
    try:
        wrong, ended = external.strangers(found, listed()), external.over(found, listed(), clockwork.day(now))
    except BadList as error:
        raise CannotStart(str(error)) from error
    if wrong:
        raise CannotStart(
            f"Apps would run on what is not on the list of external components: {', '.join(wrong)}. "
            "Install Slipway again, or have somebody answer for it in guardrails/external.yaml."
        )
    for one in ended:
        log.warning("NOBODY ANSWERS ANY MORE FOR %s: apps run on, and nothing new is built", one)
