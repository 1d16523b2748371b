"""`platformctl secret`: an operator keeps a value for apps. The broker seals it; here the row and its event are made.

The value comes from standard input or a prompt without echo, never from the command line, and is shown to nobody again.
"""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot import clockwork, database
from bot.platformctl.installation import Undone, app_called, opened, operator
from bot.who import people
from guardrails import audit, revocations
from runtime.broker import decision, secret
from runtime.broker.refusal import Refusal
from runtime.broker.secret import Secret
from runtime.broker.vault import Purpose, Sealed
from runtime.broker_wire import BrokerWire


def run(given: argparse.Namespace) -> str:
    """Do one action; what to print. Raises Undone."""
    home = given.home.absolute()
    with opened(home) as engine:
        match given.action:
            case "set":
                return keep(engine, home, given, value())
            case "remove":
                return remove(engine, given)
            case "rotate-key":
                return rotate(engine, home)
        return listed(engine)


def value() -> str:
    """The value: one line or more from a pipe, or what is typed without echo."""
    text = getpass.getpass("Value (it is not shown): ") if sys.stdin.isatty() else sys.stdin.read()
    return text.removesuffix("\n")


def keep(engine: Engine, home: Path, given: argparse.Namespace, text: str) -> str:
    """Seal a value and keep it, in the place of an older one."""
    if not secret.NAME.fullmatch(given.name):
        raise Undone("a name is letters, digits, - and _, and begins with a letter")
    with database.transaction(engine) as session:
        workspace, app = _whose(session, given)
        answers = _answers(session, given.by) if given.by else ""
    purpose = Purpose(workspace, app, given.name, tuple(sorted({_host(one) for one in given.host})))
    sealed = _sealed(home, "secret.seal", {**_document(purpose), "value": text})
    with database.transaction(engine) as session:
        kept = secret.put(session, purpose, sealed, clockwork.wall(), answers)
        revocations.again(session, purpose.app, (f"secret:{purpose.name}",))
        _note(session, kept, "secret.set", **({"given_by": answers} if answers else {}))
    return f"{given.name} is kept for {_words(purpose)}. It may be sent to {', '.join(purpose.hosts)}."


def remove(engine: Engine, given: argparse.Namespace) -> str:
    """Forget a value; apps that need it are told which one is missing."""
    with database.transaction(engine) as session:
        workspace, app = _whose(session, given)
        gone = secret.remove(session, workspace, app, given.name)
        if gone is None:
            raise Undone(f"there is no secret {given.name} there")
        names, now = (f"secret:{given.name}",), clockwork.Clock(session).now()
        revocations.expect(session, workspace=workspace, app=app, names=names, now=now)
        _note(session, gone, "secret.removed")
    return f"{given.name} is forgotten."


def listed(engine: Engine) -> str:
    """One line a secret, without values."""
    with database.transaction(engine) as session:
        found = [one for one, _ in secret.every(session)]
    lines = [
        f"{one.purpose.name}  {_words(one.purpose)}  {', '.join(one.purpose.hosts)}  key {one.key}  "
        f"set {_day(one.created_at)}, sealed {_day(one.rotated_at)}"
        for one in found
    ]
    return "\n".join(lines) or "There are no secrets."


def rotate(engine: Engine, home: Path) -> str:
    """Seal every data key under the vault's current key; values stay readable all the while."""
    with database.transaction(engine) as session:
        found = secret.every(session)
    count, current = 0, ""
    for one, before in found:
        document = {**_document(one.purpose), "sealed": _fields(before)}
        sealed = _sealed(home, "secret.rewrap", document)
        current = sealed.key
        with database.transaction(engine) as session:
            if sealed.key != before.key and secret.rewrap(session, one, sealed, clockwork.wall()):
                _note(session, one, "secret.rewrapped", key=sealed.key)
                count += 1
    return f"{count} of {len(found)} secrets were sealed anew{f' under key {current}' if current else ''}."


def _whose(session: Session, given: argparse.Namespace) -> tuple[str, str]:
    """Workspace and app id; the id is empty for a platform secret."""
    if given.app:
        app = app_called(session, given.app)
        return app.workspace, app.id
    if given.workspace:
        return given.workspace, ""
    known = audit.workspaces(session)
    if len(known) != 1:
        raise Undone(f"say --workspace: there are {len(known)}{': ' if known else ''}{', '.join(known)}")
    return known[0], ""


def _answers(session: Session, name: str) -> str:
    """The Person who answers for a value: with them it passes on, and goes."""
    found = people.called(session, name)
    if len(found) != 1:
        raise Undone(f"nobody here is known as {name}" if not found else f"more than one is known as {name}")
    return found[0].id


def _host(text: str) -> str:
    target = decision.parse(f"https://{text}/")
    if isinstance(target, Refusal) or target.path != "/":
        raise Undone(f"{text!r} is no host: write api.example.com, or api.example.com:8443")
    return target.name


def _sealed(home: Path, question: str, document: Mapping[str, Any]) -> Sealed:
    async def ask() -> Mapping[str, Any]:
        wire = BrokerWire(home / "run" / "broker.sock")
        try:
            return await wire.ask(question, document)
        finally:
            await wire.close()

    answer = asyncio.run(ask())
    if answer.get("kind") == "unavailable":
        raise Undone("the broker does not answer, and only it can seal: is it running?")
    if "error" in answer:
        raise Undone(str(answer["error"]))
    return Sealed(**answer)


def _document(purpose: Purpose) -> Mapping[str, Any]:
    return {"workspace": purpose.workspace, "app": purpose.app, "name": purpose.name, "hosts": list(purpose.hosts)}


def _fields(sealed: Sealed) -> Mapping[str, str]:
    return {"key": sealed.key, "wrapped": sealed.wrapped, "value": sealed.value}


def _note(session: Session, kept: Secret, action: str, **facts: str) -> None:
    audit.append(
        session,
        workspace=kept.purpose.workspace,
        actor=operator(),
        action=action,
        subject=kept.purpose.app or kept.id,
        facts={"name": kept.purpose.name, "hosts": ", ".join(kept.purpose.hosts), "key": kept.key, **facts},
        now=clockwork.wall(),
    )


def _words(purpose: Purpose) -> str:
    return f"app {purpose.app}" if purpose.app else "the platform"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
