"""Names beside the chain: an AuditEvent names people by a reference that only this table can resolve.

A row of the chain can never change. So that a person can be forgotten, their name is not in it: without the row here,
the reference is nobody's.
"""

import secrets

from sqlalchemy import UniqueConstraint, bindparam, delete, insert
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col

_NOBODY = frozenset({"slipway", "visitor"})
_PERSON, _REFERENCE = "person_", "who_"


class AliasRow(SQLModel, table=True):
    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("workspace", "name"),)

    ref: str = Field(primary_key=True)
    workspace: str
    name: str


_TABLE = SQLModel.metadata.tables["alias"]
_INSERT = insert(_TABLE)
_HELD = columns(_TABLE.c.ref).where(_TABLE.c.workspace == bindparam("workspace"), _TABLE.c.name == bindparam("name"))


def is_reference(text: str) -> bool:
    """Whether it stands for somebody."""
    return text.startswith((_PERSON, _REFERENCE))


def reference(session: Session, workspace: str, name: str) -> str:
    """What stands for this name in the workspace's chain. Slipway itself and Persons' ids stand for themselves."""
    if name in _NOBODY or is_reference(name):
        return name
    known = {"workspace": workspace, "name": name}
    ref: str | None = session.connection().execute(_HELD, known).scalar()
    if ref is None:
        ref = f"{_REFERENCE}{secrets.token_hex(8)}"
        session.connection().execute(_INSERT, {**known, "ref": ref})
    return ref


def name(session: Session, ref: str) -> str:
    """Whose reference this is; the reference itself when nobody is to know any more."""
    row = session.get(AliasRow, ref)
    return row.name if row else ref


def forget(session: Session, names: frozenset[str]) -> int:
    """Let go of these names; how many there were."""
    gone = session.execute(delete(AliasRow).where(col(AliasRow.name).in_(names)))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a CursorResult for a DELETE
