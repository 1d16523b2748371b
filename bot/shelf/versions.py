"""Released versions as this installation first saw them: whoever changes a folder and its ledger is noticed (T9)."""

import logging
from collections.abc import Sequence

from sqlalchemy import Engine
from sqlmodel import Field, Session, SQLModel

from bot.chat import Message, Place
from bot.database import transaction
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.wording import shelving
from guardrails import audit
from templates import release
from templates.catalog import Catalog
from templates.template import Template

log = logging.getLogger("slipway.templates")


class VersionRow(SQLModel, table=True):
    __tablename__ = "template_version"

    ref: str = Field(primary_key=True)
    """`name@version`."""
    digest: str = ""
    """As it was first seen released; empty while it never was what its ledger says."""
    seen_at: int
    refused: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The digest that was refused and told of; empty when all is well."""


def remembered(engine: Engine, shelf: Catalog, operators: str, now: int) -> Catalog:
    """The shelf without what is not as this installation first saw it; new versions are remembered.

    What is refused is logged at each start, and once, in the audit and to the operators in their channel, told of.
    """
    for ref in sorted(set(shelf.withheld) - {one.ref for one in shelf.templates}):
        log.error("%s cannot be used: %s", ref, shelf.withheld[ref])
    refused: dict[str, str] = {}
    fresh: list[str] = []
    with transaction(engine) as session:
        for template in shelf.templates:
            if (why := _look(session, shelf, template, now)) is None:
                continue
            if why:
                refused[template.ref] = why
            if _noted(session, template, why, now) and why:
                fresh.append(why)
        _post(session, tuple(dict.fromkeys(fresh)), operators, now)
    for why in refused.values():
        log.error("%s", why)
    return Catalog(shelf.templates, {**shelf.withheld, **refused}, shelf.refused.union(refused), dict(shelf.until))


def _look(session: Session, shelf: Catalog, template: Template, now: int) -> str | None:
    """Why this version is refused, empty when it is not; None when it was never released."""
    row = session.get(VersionRow, template.ref)
    if template.ref in shelf.refused:
        return shelf.withheld[template.ref]
    if shelf.withheld.get(template.ref) == "":
        return None
    if row is None or not row.digest:
        session.merge(
            VersionRow(ref=template.ref, digest=template.digest, seen_at=now, refused=row.refused if row else "")
        )
        _record(session, "template.released", template, now)
        return ""
    if row.digest == template.digest:
        return ""
    return shelving.seen_before(template.ref, release.short(row.digest), release.short(template.digest))


def _noted(session: Session, template: Template, why: str, now: int) -> bool:
    """Once for each digest that is refused, and once when it is right again: whether this is the first time."""
    row = session.get(VersionRow, template.ref)
    wrong: str = template.digest if why else ""
    told = row.refused if row else ""
    workspaces = audit.workspaces(session)
    if wrong == told or not workspaces:  # An installation that nobody ever asked anything has nobody to tell.
        return False
    row = row or VersionRow(ref=template.ref, seen_at=now)
    row.refused = wrong
    session.add(row)
    _record(session, "template.refused" if why else "template.restored", template, now, why)
    return True


def _post(session: Session, whys: Sequence[str], operators: str, now: int) -> None:
    """One line for the operators of each workspace, whatever was refused."""
    for workspace in audit.workspaces(session) if whys and operators else ():
        message = Message(shelving.changed(" ".join(whys)))
        outbox.put(session, Post(f"templates:{workspace}:{now}", Place(workspace, operators), message), now)


def _record(session: Session, action: str, template: Template, now: int, why: str = "") -> None:
    for workspace in audit.workspaces(session):
        audit.append(
            session,
            workspace=workspace,
            actor="slipway",
            action=action,
            subject=template.ref,
            why=why,
            facts={"digest": template.digest},
            now=now,
        )
