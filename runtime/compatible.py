"""Compatible: what becomes of the rows in a store when an app goes to another of its versions. Pure; no row is read.

A version reads what it declares. What others wrote beyond that stays and is not shown; what others wrote in another
way under the same name cannot be read, and no such step is taken.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from templates.manifest import FieldType, StoreCapability, Table

Fate = Literal["kept", "hidden", "unreadable"]
PLAIN: frozenset[FieldType] = frozenset({"text", "long_text", "email", "select", "url", "person"})
"""Read as they were written, whatever kind of text that was."""
READS: Mapping[FieldType, frozenset[FieldType]] = {
    **{kind: PLAIN | {"date"} for kind in PLAIN},
    "number": frozenset({"number", "money"}),
    "money": frozenset({"number", "money"}),
}
"""Which kinds a field can read beside its own."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a version makes of a store: names of tables and of fields, as `table.field`."""

    hidden: tuple[str, ...] = ()
    """They stay, and this version does not know them."""
    unreadable: tuple[str, ...] = ()
    """It would read them wrongly, or show them to others than those who were promised."""

    @property
    def fate(self) -> Fate:
        """The worst that happens to any row."""
        return "unreadable" if self.unreadable else "hidden" if self.hidden else "kept"


def fit(reader: StoreCapability | None, writers: Iterable[StoreCapability | None], filled: Collection[str]) -> Fit:
    """How rows fit that `writers` may have written, in the tables that are `filled`; an empty one is like none."""
    hidden: set[str] = set()
    unreadable: set[str] = set()
    tables = reader.tables if reader else {}
    for writer in writers:
        for name, written in (writer.tables if writer else {}).items():
            if name not in filled:
                continue
            if name not in tables:
                hidden.add(name)
            else:
                _compare(name, tables[name], written, hidden, unreadable)
    return Fit(tuple(sorted(hidden)), tuple(sorted(unreadable)))


def _compare(name: str, reads: Table, written: Table, hidden: set[str], unreadable: set[str]) -> None:
    # Whose rows they are is a promise to those who wrote them: a version of another promise shows none of them.
    if (reads.per_user, reads.anonymous) != (written.per_user, written.anonymous):
        unreadable.add(name)
        return
    for field, kind in written.fields.items():
        if field not in reads.fields:
            hidden.add(f"{name}.{field}")
        elif kind != reads.fields[field] and kind not in READS.get(reads.fields[field], frozenset()):
            unreadable.add(f"{name}.{field}")
