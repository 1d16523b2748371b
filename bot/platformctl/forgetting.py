"""Forgetting a person: their names leave the database, and the audit chain still holds, for it never had them.

What apps keep is left alone unless somebody asks for it: entries are others' work, too.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import JsonValue
from sqlalchemy import Engine, MetaData, Table
from sqlmodel import Session, col, delete, select

from bot import named, settings
from bot.archives import archiving
from bot.clockwork import Clock
from bot.database import transaction
from bot.entrance.links import LinkRow
from bot.entrance.tickets import TicketRow
from bot.gateway import salt
from bot.platformctl import wiping
from bot.platformctl.installation import Undone, opened, operator
from bot.shelf.home import HomeRow
from bot.who import people
from bot.who.people import IdentityRow, Person, PersonRow
from bot.wording import words
from guardrails import aliases, audit
from runtime import apps, archives, deployments, forgetting
from runtime.apps import App, AppRow
from runtime.bundles import BundleStore
from runtime.errors import Corrupt, RuntimeFault
from runtime.forgetting import Someone, Touched
from runtime.identity import VisitSessionRow, visitor_id
from runtime.stores import in_postgres, stores
from templates.manifest import StoreCapability

SOMEBODY = "(forgotten)"
"""Stands wherever the name stood; nobody in a chat can be called so and get their rights."""
_OURS = frozenset(
    {"alembic_version", "audit_event", "person", "identity", "same_person", "visit_session", "alias", "home"}
)
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
        "place",
        "trace",
    }
)
"""Columns and fields whose words are Slipway's: a person may be called as one of them is."""


def forget(home: Path, called: str, *, in_apps: bool) -> str:
    """Take a person out of an installation's database, and out of apps' own data; what to print.

    Undone when it is not clear who, and when an app's data could not be written: nothing is forgotten in the database
    then, so that the same command can go on.
    """
    with opened(home) as engine:
        path = engine.url.database
        with transaction(engine) as session:
            person = people.named(session, called)
        if person is None:
            # Whoever was forgotten by a command that did not come to its end is nobody any more.
            wiped = f" {wiping.WIPED}" if wiping.wiped(engine) else ""
            raise Undone(f"nobody here is called {called}, or more than one: give the chat's id.{wiped}")
        told = list(_in_apps(engine, home, person)) if in_apps else []
        with transaction(engine) as session:
            _forget(session, person)
        wiping.wiped(engine)
    rest = (
        "Backups and what stands in the chat are not touched."
        if in_apps
        else ("Backups, what stands in the chat, and entries in apps are not touched (--apps does those).")
    )
    done = f"{person.id} is nobody's any more: no name, handle or chat id of theirs is in {path}. {rest}"
    return "\n".join([*told, done])


def _in_apps(engine: Engine, home: Path, person: Person) -> Iterator[str]:
    """Forget them in every app's stores and export; a line for each app in which something was changed."""
    with transaction(engine) as session:
        everything = [one for id_ in session.exec(select(AppRow.id)).all() if (one := apps.get(session, id_))]
        people_in = {one.id: _for_people(session, BundleStore(home / "bundles"), one.id) for one in everything}
    clean, key = _gentle(person), salt(home)
    stuck: list[str] = []
    for app in everything:
        someone = Someone(
            visitor=visitor_id(key, app.id, person.id),
            nobody=f"v_{secrets.token_hex(10)}",
            handle=person.handle,
            people=people_in[app.id],
            clean=clean,
            gone=SOMEBODY,
        )
        touched: list[Touched] = [
            *_in_stores(home, app.id, someone),
            *forgetting.export(home / "exports", app, someone),
            *_in_archives(engine, home, app, someone),
            *forgetting.copies(home / "snapshots", app.id, someone),
        ]
        stuck += [f"{app.slug} ({one.where}): {one.stuck}" for one in touched if one.stuck]
        count = sum(one.rows for one in touched)
        if count:
            with transaction(engine) as session:
                audit.append(
                    session,
                    workspace=app.workspace,
                    actor=operator(),
                    action="entries.anonymised",
                    subject=app.id,
                    facts={"count": count},
                    now=Clock(session).now(),
                )
            yield f"{app.slug}: {words.counted(count, 'entry', 'entries')} changed"
    if stuck:
        raise Undone(f"not everywhere: {'; '.join(stuck)}. Run it again.")


def _in_stores(home: Path, app: str, someone: Someone) -> Iterator[Touched]:
    url = named.app_data()
    if not in_postgres(url):
        return forgetting.stores(home / "data", app, someone)
    from runtime.postgres_data import PostgresAppData

    return forgetting.rewritten(PostgresAppData(url).rewrite, app, someone)


def _in_archives(engine: Engine, home: Path, app: App, someone: Someone) -> Iterator[Touched]:
    """In the packs from which an app may come back; each is written anew without them."""
    with transaction(engine) as session:
        kept, now = archives.there(session, app.id), Clock(session).now()
    if not kept:
        return
    places, data = settings.archives(home), stores(home / "data", named.app_data())
    for one in kept:
        try:
            count = archiving.change(engine, places, data, one, lambda row: forgetting.without(row, someone), now)
            yield Touched("archive", count)
        except (RuntimeFault, OSError, ValueError) as error:
            yield Touched("archive", 0, str(error))


def _gentle(person: Person) -> Callable[[str], str]:
    """Takes a person out of what people wrote in apps: their name and chat id as they are spelled, their @handle.

    Gentler than for our own rows: other people's words are worth keeping, and a handle or a first name may be a word.
    """
    whole = "|".join(re.escape(one) for one in (person.name, person.user) if one)
    either = [rf"(?<![\w.-])(?:{whole})(?![\w-])"]
    if person.handle:
        either.append(rf"(?<![\w@])@(?i:{re.escape(person.handle)})(?![\w-])(?!\.\w)")
    shape = re.compile("|".join(either))
    return lambda text: shape.sub(SOMEBODY, text)


def _for_people(session: Session, bundles: BundleStore, app: str) -> frozenset[str]:
    """The fields of an app's tables that hold people, as its newest bundles declare them."""
    stages: tuple[deployments.Where, ...] = ("live", "preview")
    found: set[str] = set()
    for standing in filter(None, (deployments.newest(session, app, one) for one in stages)):
        try:
            manifest = bundles.get(standing.bundle).manifest
        except (Corrupt, ValueError, KeyError):
            continue
        stores = [one for one in manifest.capabilities if isinstance(one, StoreCapability)]
        tables = [table for one in stores for table in one.tables.values()]
        found |= {name for table in tables for name, kind in table.fields.items() if kind == "person"}
    return frozenset(found)


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
    session.execute(delete(HomeRow).where(col(HomeRow.user).in_([one.user for one in accounts])))
    session.execute(delete(LinkRow).where(col(LinkRow.person).in_(ids)))
    session.execute(delete(TicketRow).where(col(TicketRow.user).in_([one.user for one in accounts])))
    session.execute(delete(IdentityRow).where(col(IdentityRow.person).in_(ids)))
    for ident in ids:
        row = session.get_one(PersonRow, ident)
        row.name = SOMEBODY
        session.add(row)
    aliases.forget(session, names)
    apps.touch_routes(session)  # tombstones name people
    audit.append(
        session,
        workspace=person.workspace,
        actor=operator(),
        action=wiping.FORGOTTEN,
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
