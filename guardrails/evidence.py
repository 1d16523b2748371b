"""Evidence: what the signed statements about apps were computed from, kept so that it can be computed again.

The statement beside the bundle has digests alone. Words, prompt and answers stand here, where they can be erased.
"""

import json
from collections.abc import Mapping

from pydantic import JsonValue
from sqlmodel import Field, Session, SQLModel, col, select

from templates.bundle import canonical_json
from templates.manifest import Digest, Frozen


class EvidenceRow(SQLModel, table=True):
    __tablename__ = "evidence"

    attestation: str = Field(primary_key=True)
    workspace: str
    request: str = Field(index=True)
    bundle: str = Field(index=True)
    key: str = Field(index=True)
    words: str
    receipt: str
    answers: str
    created_at: int


class Evidence(Frozen):
    """One attestation, by the digest of its signature, and what it rests on. `receipt` is empty with the router."""

    attestation: Digest
    workspace: str
    request: str
    bundle: Digest
    key: str
    words: str
    receipt: str
    answers: Mapping[str, JsonValue]
    created_at: int


def keep(session: Session, one: Evidence) -> None:
    """Keep it, in the transaction of what it is evidence for. The same again changes nothing."""
    if session.get(EvidenceRow, one.attestation) is None:
        fields = one.model_dump(exclude={"answers"})
        session.add(EvidenceRow(**fields, answers=canonical_json(dict(one.answers)).decode()))


def of_bundle(session: Session, bundle: str, request: str = "") -> tuple[Evidence, ...]:
    """What is kept about a bundle, newest first; with `request`, about how it came from that one."""
    rows = select(EvidenceRow).where(EvidenceRow.bundle == bundle)
    if request:
        rows = rows.where(EvidenceRow.request == request)
    found = session.exec(rows.order_by(col(EvidenceRow.created_at).desc(), col(EvidenceRow.attestation)))
    return tuple(_view(row) for row in found)


def _view(row: EvidenceRow) -> Evidence:
    fields = {name: getattr(row, name) for name in Evidence.model_fields}
    return Evidence.model_validate({**fields, "answers": json.loads(row.answers)})
