"""Forgetting a person: their names leave the database, and the audit chain still holds, for it never had them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from pydantic import JsonValue
from sqlalchemy import Engine, MetaData, Table
from sqlmodel import Session, col, delete

from bot import people
from bot.clockwork import Clock
from bot.database import transaction
from bot.people import IdentityRow, Person, PersonRow
from bot.platformctl.installation import Undone, opened, operator
from guardrails import aliases, audit
from runtime.identity import VisitSessionRow

SOMEBODY = "(forgotten)"
"""Stands wherever the name stood; nobody in a chat can be called so and get their rights."""
_OURS = frozenset({"alembic_version", "audit_event", "person", "identity", "same_person", "visit_session", "alias"})
"""Tables without names, or seen to one by one."""
_MEANING = frozenset(
    {
        "state",
        "stage",
        "kind",
        "via",
        "type",
        "style",
        "action",
        "action_id",
        "block_id",
        "decision",
        "origin",
        "slug",
        "channel_kind",
        "template",
        "team",
        "currency",
        "model",
        "rule",
        "emoji",
        "trace",
    }
)
"""Columns and fields whose words are Slipway's: a person may be called as one of them is."""


def forget(home: Path, called: str) -> str:
    """Take a person out of an installation's database; what to print. Undone when it is not clear who."""
    with opened(home) as engine:
        path = engine.url.database
        with transaction(engine) as session:
            person = people.named(session, called)
            if person is None:
                raise Undone(f"nobody here is called {called}, or more than one: give the chat's id")
            _forget(session, person)
        _wipe(engine)
    return (
        f"{person.id} is nobody's any more: no name, handle or chat id of theirs is in {path}. Backups, what stands "
        "in the chat, and entries in apps are not touched."
    )


def _forget(session: Session, person: Person) -> None:
    accounts = people.accounts(session, person.id) or (person,)
    ids = [one.id for one in accounts]
    names = frozenset(name for one in accounts for name in (one.name, one.handle, one.user))
    clean = _cleaner(names)
    everything = MetaData()
    everything.reflect(session.connection())
    for table in everything.sorted_tables:
        if table.name not in _OURS:
            _clean(session, table, clean)
    session.execute(delete(VisitSessionRow).where(col(VisitSessionRow.person).in_(ids)))
    session.execute(delete(IdentityRow).where(col(IdentityRow.person).in_(ids)))
    for ident in ids:
        row = session.get_one(PersonRow, ident)
        row.name = SOMEBODY
        session.add(row)
    aliases.forget(session, names)
    audit.append(
        session,
        workspace=person.workspace,
        actor=operator(),
        action="person.forgotten",
        subject=person.id,
        now=Clock(session).now(),
    )


def _cleaner(names: frozenset[str]) -> Callable[[str], str]:
    """Puts somebody where one of the names stands as a word; an @ or a mention goes with it."""
    by_length = sorted(filter(None, names), key=len, reverse=True)
    either = "|".join(re.escape(one) for one in by_length)
    shape = re.compile(rf"(?<![\w.-])(?:{either})(?![\w-])(?!\.\w)", re.IGNORECASE)
    return lambda text: shape.sub(SOMEBODY, text)


def _clean(session: Session, table: Table, clean: Callable[[str], str]) -> None:
    """Clean every text of a table; what is JSON stays the JSON that it was, with its fields' names."""
    columns = [one for one in table.columns if one.type.python_type is str and one.name not in _MEANING]
    keys = list(table.primary_key.columns)
    for row in session.execute(table.select()).mappings().all():
        held = {one.name: row[one.name] for one in columns if isinstance(row[one.name], str)}
        fresh = {name: _cleaned(text, clean) for name, text in held.items()}
        changed = {name: text for name, text in fresh.items() if text != held[name]}
        if changed:
            session.execute(table.update().where(*(one == row[one.name] for one in keys)).values(**changed))


def _cleaned(text: str, clean: Callable[[str], str]) -> str:
    if text[:1] not in ("{", "["):
        return clean(text)
    try:
        value = json.loads(text)
    except ValueError:
        return clean(text)
    fresh = _value(value, clean)
    return text if fresh == value else json.dumps(fresh)


def _value(value: JsonValue, clean: Callable[[str], str]) -> JsonValue:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_value(one, clean) for one in value]
    if isinstance(value, dict):
        return {name: one if name in _MEANING else _value(one, clean) for name, one in value.items()}
    return value


def _wipe(engine: Engine) -> None:
    """Let no free page and no log keep what was deleted."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection
        raw.rollback()
        for pragma in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            raw.cursor().execute(pragma).fetchall()
