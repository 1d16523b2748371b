"""Gates: what an app is told it may not reach outside, its thread is told as well. Once, not at each visit."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from bot import outbox, requests, thread, words
from bot.blocks import escape, quoted
from bot.control import Refused
from bot.database import transaction
from bot.wiring import Wiring
from guardrails import grants
from runtime import apps
from templates.manifest import DomainName, HostName

DAY = 86_400
BLOCKED_A_DAY = 5
"""Messages about one app in a day: whatever its code asks for, its thread stays readable."""
_HOST, _DOMAIN = TypeAdapter(HostName), TypeAdapter(DomainName)


def blocked(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say what an app was kept from: each host once a day, and that an approval has ended once for all."""
    name, now = _name(asked["name"]), wiring.now()
    with transaction(wiring.engine) as session:
        app, request = apps.get(session, asked["app"]), requests.of_app(session, asked["app"])
        if app is None or request is None:
            raise Refused("There is no such app.")
        ended = _ended(session, app.id, name, now)
        prefix = f"blocked:{app.id}:"
        if ended:
            key, said = f"gate:{app.id}:{name}:{ended}", words.gate_ended(request.user, quoted(app.title), name, ended)
        elif outbox.count_since(session, prefix, now - DAY) < BLOCKED_A_DAY:
            key, said = f"{prefix}{asked['stage']}:{name}:{now // DAY}", words.blocked(quoted(app.title), name)
        else:
            return {}
        if not outbox.known(session, key):
            outbox.put(session, thread.post(request, key, thread.note(request, said)), now)
    return {}


def _name(said: object) -> str:
    """A host, or a domain behind `@`; ValueError for anything else that a worker might say."""
    name = str(said)
    try:
        (_DOMAIN if name.startswith("@") else _HOST).validate_python(name.removeprefix("@"))
    except ValidationError:
        raise ValueError("it is no host and no domain") from None
    return escape(name)


def _ended(session: Session, app: str, name: str, now: int) -> int:
    """When the approval for it ended by itself; 0 when there was none, or somebody took it back."""
    kind = "mail" if name.startswith("@") else "egress"
    plain = name.removeprefix("@")
    return max(grants.ended(session, app, f"{kind}:{one}", now) for one in (plain, f"{plain}:443"))
