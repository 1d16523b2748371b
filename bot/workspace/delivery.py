"""How payloads reach the app: over its sockets (Socket Mode), or as signed HTTP requests."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.workspace.config import Json

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Ack:
    """What the app answered within its time. `error` is Slack's word for why nothing good came."""

    ok: bool
    payload: Json | None = None
    error: str = ""


class Delivery(Protocol):
    """One way to the app."""

    async def event(self, payload: Json) -> None:
        """Deliver an event: wait for the app to be there, repeat what it does not acknowledge, then give up."""

    async def ask(self, kind: Kind, payload: Json) -> Ack:
        """Deliver what a person waits for, once, and give back the app's answer."""

    async def close(self) -> None:
        """Stop."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`X-Slack-Signature` of a request body."""
    signed = b"v0:%d:%b" % (timestamp, body)
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def answer_of(text: str) -> Json | None:
    """An acknowledgement's content: JSON as it is, other words as `text`, nothing as None."""
    if not text.strip():
        return None
    try:
        parsed = json.loads(text)
    except ValueError:
        return {"text": text}
    return parsed if isinstance(parsed, dict) else {"text": text}
