"""Leftovers: everything that is left of an app, the runtime's inventory with what others keep of it (D3)."""

import json
from collections.abc import Callable, Iterator

from sqlmodel import Session, col, or_, select

from bot.posting.outbox import PostRow
from bot.rows import requests
from bot.threads.ended import RESTORE
from guardrails import approvals, grants
from runtime import apps, archives, inventory
from runtime.inventory import Left, Stores
from templates.manifest import Digest

LINKS = frozenset({"slipway.open"})
"""Buttons that only lead somewhere."""


def of_app(session: Session, data: Stores, prepared: Callable[[Digest], bool], app: str, now: int) -> tuple[Left, ...]:
    """What of an app could still be reached, used or pressed; empty when it is cleared away."""
    return (*inventory.left(session, data, prepared, app), *_others(session, app, now))


def _others(session: Session, app: str, now: int) -> Iterator[Left]:
    held = [one.name for one in grants.every(session, app) if one.revoked_at is None]
    yield from (Left("grant", name) for name in held)
    waiting = approvals.open_of(session, app)
    if waiting is not None:
        yield Left("approval", waiting.proposal.digest)
    found = apps.get(session, app)
    back = found is not None and archives.restorable(session, app, now) is not None
    yield from _buttons(session, app, {RESTORE} if back else frozenset())


def _buttons(session: Session, app: str, meant: frozenset[str] | set[str]) -> Iterator[Left]:
    """In messages that stand in the chat. What was whispered cannot be changed any more, and is judged when pressed."""
    request = requests.of_app(session, app)
    names = {
        app,
        *(one.proposal.digest for one in approvals.every(session, app)),
        *({request.id} if request else set()),
    }
    about = [col(column).contains(name, autoescape=True) for name in names for column in (PostRow.key, PostRow.blocks)]
    rows = select(PostRow.key, PostRow.blocks).where(PostRow.user == "", or_(*about)).order_by(PostRow.key)
    for key, blocks in session.exec(rows):
        for block in json.loads(blocks):
            for one in block.get("elements", []) if block["type"] == "actions" else []:
                action = one.get("action_id", "").rpartition(".")
                verb = action[0] if action[2].isdigit() else one.get("action_id", "")
                if verb not in meant | LINKS:
                    yield Left("button", f"{verb} in {key}")
