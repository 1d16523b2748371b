"""Blocked: what an app is told it may not reach outside, its thread is told as well. Once a day, not at each visit."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from bot.control import Refused
from bot.database import transaction
from bot.posting import outbox
from bot.rows import requests
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import words
from bot.wording.blocks import escape, quoted
from guardrails import grants
from runtime import apps
from templates.manifest import DomainName, HostName

DAY = 86_400
BLOCKED_A_DAY = 5
"""Messages about one app in a day: whatever its code asks for, its thread stays readable."""
_HOST, _DOMAIN = TypeAdapter(HostName), TypeAdapter(DomainName)


def blocked(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say what an app was kept from. That its Grant for it has ended is said once for all, by `bot.operating.gates`."""
    name, now = _name(asked["name"]), wiring.now()
    with transaction(wiring.engine) as session:
        app, request = apps.get(session, asked["app"]), requests.of_app(session, asked["app"])
        if app is None or request is None:
            raise Refused("There is no such app.")
        prefix = f"blocked:{app.id}:"
        key = f"{prefix}{asked['stage']}:{name}:{now // DAY}"
        full = outbox.count_since(session, prefix, now - DAY) >= BLOCKED_A_DAY
        if not full and not outbox.known(session, key) and not _closed(session, app.id, name, now):
            said = words.blocked(quoted(app.title), name)
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


def _closed(session: Session, app: str, name: str, now: int) -> bool:
    """Whether the newest Proposal gave it and it is over or was taken back: one that left it out closed no gate."""
    given = grants.every(session, app)
    newest = [one for one in given if one.granted_at == given[-1].granted_at]
    kind, plain = ("mail" if name.startswith("@") else "egress"), name.removeprefix("@")
    return not grants.ended(newest, now).isdisjoint({f"{kind}:{plain}", f"{kind}:{plain}:443"})
