"""The store capability: an app's own rows, in tables and fields that its Manifest declares. Speaks to the guest."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic import JsonValue

from runtime.appdata import Box, Busy, Full, TooMuch
from runtime.call import HostResult
from runtime.sandbox import Operation
from templates.manifest import Limits, StoreCapability

OWN = ("id", "at", "by")
DAY = 86_400
MAX_TEXT = 20_000
"""Characters of one field."""
MAX_OFFSET = 1 << 31


class NotDeclared(Exception):
    """The app named a table or field, or gave a value, that its Manifest does not declare."""


class Nobodys(Exception):
    """Each visitor has rows of their own in this table, and nobody visits."""


Scrub = Callable[[str], str]
"""Takes secrets out of a text."""


def unreadable(text: str) -> str:
    """Where nobody can take secrets out, nothing is kept of what should have gone through."""
    return "<unreadable#1>"


class Store:
    """The store of one Call: whose rows they are, and when, the host says and not the app."""

    def __init__(
        self,
        declared: StoreCapability,
        limits: Limits,
        box: Callable[[], Box],
        *,
        by: str,
        now: int,
        scrub: Scrub = unreadable,
    ) -> None:
        self._tables = declared.tables
        self._limits = limits
        self._open = box
        self._scrub = scrub
        self._box: Box | None = None
        self._by = by
        self._now = now
        self._began = False

    def operations(self) -> Mapping[str, Operation]:
        """What a dispatch table gets."""
        return {name: partial(_told, work, self) for name, work in _WORK.items()}

    def finish(self) -> None:
        """The Call waits or is over: what it left open never happened. It may go on, and the store is opened anew."""
        if self._box is not None:
            self._box.rollback()
        self._box, self._began = None, False

    def _insert(self, asked: Mapping[str, Any]) -> JsonValue:
        row = self._checked(asked["table"], asked["row"])
        anonymous = self._tables[asked["table"]].anonymous
        by, at = ("", self._now - self._now % DAY) if anonymous else (self._by, self._now)
        return self._box_of(asked).insert(asked["table"], row, at=at, by=by, most=self._limits.store_rows)

    def _get(self, asked: Mapping[str, Any]) -> JsonValue:
        row = self._box_of(asked).get(asked["table"], _id(asked))
        theirs = row is not None and self._tables[asked["table"]].per_user and row["by"] != self._by
        return None if theirs else row

    def _own(self, asked: Mapping[str, Any]) -> bool:
        """Whether this visitor may change the row. Who wrote a row never changes, so to look first is enough."""
        self._box_of(asked)
        return not self._tables[asked["table"]].per_user or self._get(asked) is not None

    def _count(self, asked: Mapping[str, Any]) -> JsonValue:
        return self._box_of(asked).count(asked["table"], self._where(asked))

    def _remove(self, asked: Mapping[str, Any]) -> JsonValue:
        return self._own(asked) and self._box_of(asked).remove(asked["table"], _id(asked))

    def _list(self, asked: Mapping[str, Any]) -> JsonValue:
        box = self._box_of(asked)
        order = asked.get("orderBy", "id")
        self._declared(asked["table"], order)
        limit, offset = asked.get("limit", 1000), asked.get("offset", 0)
        if not all(type(one) is int and 0 <= one <= MAX_OFFSET for one in (limit, offset)):
            raise NotDeclared("limit and offset must be whole numbers, 0 or more")
        found = box.list(
            asked["table"],
            self._where(asked),
            order=order,
            descending=bool(asked.get("desc")),
            limit=limit,
            offset=offset,
        )
        return list(found)

    def _update(self, asked: Mapping[str, Any]) -> JsonValue:
        changes = self._checked(asked["table"], asked["changes"])
        return self._own(asked) and self._box_of(asked).update(asked["table"], _id(asked), changes)

    def _begin(self, _: Mapping[str, Any]) -> JsonValue:
        if self._began:
            raise NotDeclared("a transaction cannot stand in another")
        self._opened().begin()
        self._began = True
        return None

    def _commit(self, _: Mapping[str, Any]) -> JsonValue:
        if not self._began:
            raise NotDeclared("there is no transaction to commit")
        self._opened().commit()
        self._began = False
        return None

    def _rollback(self, _: Mapping[str, Any]) -> JsonValue:
        self._opened().rollback()
        self._began = False
        return None

    def _opened(self) -> Box:
        if self._box is None:
            self._box = self._open()
        return self._box

    def _box_of(self, asked: Mapping[str, Any]) -> Box:
        table = asked.get("table")
        if not isinstance(table, str) or table not in self._tables:
            raise NotDeclared(f"the Manifest declares no table {table!r}")
        if self._tables[table].per_user and not self._by:
            raise Nobodys(
                f"in {table} each visitor has rows of their own, and nobody visits an app that runs by itself"
            )
        return self._opened()

    def _where(self, asked: Mapping[str, Any]) -> Mapping[str, JsonValue]:
        where = asked.get("where") or {}
        if not isinstance(where, dict):
            raise NotDeclared("where must be an object")
        for field in where:
            self._declared(asked["table"], field)
        if not self._tables[asked["table"]].per_user:
            return dict(where)
        # From the session, never from the app: asked for somebody else's rows, there are none.
        return {**where, "by": self._by if where.get("by", self._by) == self._by else None}

    def _declared(self, table: str, field: object) -> None:
        if not isinstance(field, str) or (field not in OWN and field not in self._tables[table].fields):
            raise NotDeclared(f"the Manifest declares no field {field!r} in {table}")

    def _checked(self, table: object, row: object) -> dict[str, JsonValue]:
        """A row's fields, each declared and of its type; what the host adds may be given and is left out."""
        if not isinstance(table, str) or table not in self._tables:
            raise NotDeclared(f"the Manifest declares no table {table!r}")
        if not isinstance(row, dict):
            raise NotDeclared("a row must be an object")
        fields, scrubbed = self._tables[table].fields, self._tables[table].scrub
        checked: dict[str, JsonValue] = {}
        for name, value in row.items():
            if name in OWN:
                continue
            self._declared(table, name)
            if not _fits(fields[name], value):
                raise NotDeclared(f"{table}.{name} is a {fields[name]}, and {str(value)[:40]!r} is none")
            checked[name] = self._without_secrets(value) if scrubbed else value
        return checked

    def _without_secrets(self, value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [self._without_secrets(one) for one in value]
        return self._scrub(value) if isinstance(value, str) else value


def _fits(kind: str, value: JsonValue) -> bool:
    if value is None:
        return True
    if kind in ("number", "money"):
        # JSON has larger numbers than JavaScript; read back, they would spoil every question about their table.
        return type(value) in (int, float) and abs(value) <= sys.float_info.max  # type: ignore[arg-type]  # a number
    if kind == "checkbox":
        return isinstance(value, bool)
    if kind == "choices":
        return isinstance(value, list) and all(isinstance(one, str) and len(one) <= MAX_TEXT for one in value)
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _id(asked: Mapping[str, Any]) -> str:
    return str(asked.get("id", ""))


Work = Callable[[Store, Mapping[str, Any]], JsonValue]


def _told(work: Work, store: Store, asked: Mapping[str, JsonValue]) -> HostResult:
    """The work's answer, or a sentence that the app's author understands."""
    try:
        return {"ok": work(store, asked)}
    except Full as error:
        return {"error": f"store: {error}", "full": True}
    except Nobodys as error:
        return {"error": f"store: {error}", "kind": "nobody"}
    except (NotDeclared, Busy, TooMuch) as error:
        return {"error": f"store: {error}"}
    except KeyError as error:
        return {"error": f"store: {error} is missing"}


_WORK: Mapping[str, Work] = {
    "store.insert": Store._insert,
    "store.get": Store._get,
    "store.list": Store._list,
    "store.count": Store._count,
    "store.update": Store._update,
    "store.remove": Store._remove,
    "store.begin": Store._begin,
    "store.commit": Store._commit,
    "store.rollback": Store._rollback,
}
OPERATIONS: tuple[str, ...] = tuple(_WORK)
"""What a Manifest that asks for a store lets an app ask of the host."""
