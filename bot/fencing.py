"""What a leader does, fenced by its term: a transaction and a call to the chat that begin when it is over do nothing.

The term is looked at in the transaction itself, behind the lock of whoever writes. A new leader takes its term behind
the same lock: until this transaction ends, nobody else can begin to lead.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, text

from bot.chat import ChatError
from bot.leading import Fenced, Lease
from bot.postgres import FENCE
from bot.slack.web_api import SlackChat
from bot.wiring import Wiring

_OURS = text("SELECT 1 FROM leader WHERE id = 1 AND holder = :holder AND term = :term")


def fenced(wiring: Wiring, lease: Lease, chat: SlackChat) -> Wiring:
    """The same parts for whoever leads; with SQLite they are those of everybody."""
    if not lease.shared:
        return wiring
    return replace(wiring, engine=fence(wiring.engine, lease), chat=LeadersChat(chat, lease))


def fence(engine: Engine, lease: Lease) -> Engine:
    """The same database, whose transactions raise Fenced when another leads. They share its connections."""

    def check(connection: Connection) -> None:
        if connection.execute(_OURS, {"holder": lease.holder, "term": lease.term}).first() is None:
            raise Fenced(f"term {lease.term} is over")

    # A listener of its own would be called before the one that takes the lock.
    return engine.execution_options(**{FENCE: check})


class LeadersChat(SlackChat):
    """The chat for whoever leads: each call looks at the lease right before it goes out.

    The chat itself knows no terms. Who was stopped after the look and before the call is not held back by it: that is
    the time of a few instructions, and then a message can be there twice.
    """

    def __init__(self, chat: SlackChat, lease: Lease) -> None:
        self.__dict__.update(vars(chat))
        self._lease = lease

    def respond(self, response_url: str, text: str) -> None:
        """Answer privately by a response_url."""
        self._look()
        super().respond(response_url, text)

    def _call(self, method: str, **asked: Any) -> Mapping[str, Any]:
        self._look()
        return super()._call(method, **asked)

    def _look(self) -> None:
        if not self._lease.held():
            raise ChatError("not_leading", permanent=False)
