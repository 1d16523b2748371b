"""Configured: that another file of channels holds than before is in the record, once, with the file's digest (U8)."""

import logging

from bot.chat import ChatError
from bot.database import transaction
from bot.wiring import Wiring
from guardrails import audit

SUBJECT, CHANGED = "channels", "channels.changed"

log = logging.getLogger("slipway.configured")


def tick(wiring: Wiring) -> None:
    """Record what holds now, unless the record says so already."""
    try:
        workspace = wiring.home()
    except ChatError as error:
        log.info("the workspace is not known yet: %s", error.code)
        return
    with transaction(wiring.engine) as session:
        told = [one for one in audit.story(session, SUBJECT) if one.workspace == workspace]
        before = str(told[-1].facts.get("digest", "")) if told else ""
        if before == wiring.channels.digest:
            return
        audit.append(
            session,
            workspace=workspace,
            actor="slipway",
            action=CHANGED,
            subject=SUBJECT,
            why="the file of channels is another one" if wiring.channels.digest else "there is no file of channels",
            facts={"digest": wiring.channels.digest, "before": before, "channels": len(wiring.channels.named)},
            now=wiring.now(),
        )
