"""Advisories: OSV records from a folder, matched with what SBOMs list. No network: the folder is somebody's snapshot.

https://ossf.github.io/osv-schema/. Besides PyPI's packages, templates are matched, under the ecosystem `Slipway`, so
that whoever keeps the shelf can warn of one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from sqlmodel import Field, Session, SQLModel

from guardrails.sbom import Listed
from templates.manifest import Frozen

FETCHED = "fetched"
"""A file beside the records, written by whoever fetches them: when that was, as an ISO date and time."""
STALE = 48 * 3600
"""Seconds after which the data is too old to believe that nothing is wrong (K2)."""


class ScanRow(SQLModel, table=True):
    __tablename__ = "advisory_scan"

    id: int = Field(default=1, primary_key=True)
    day: int


def scanned(session: Session, day: int) -> bool:
    """Whether this day's look through all SBOMs is done."""
    row = session.get(ScanRow, 1)
    return row is not None and row.day >= day


def done(session: Session, day: int) -> None:
    """It is now."""
    row = session.get(ScanRow, 1) or ScanRow(day=day)
    row.day = day
    session.add(row)


class Affected(Frozen):
    """One package and its versions that are affected."""

    ecosystem: str
    name: str
    ranges: tuple[tuple[tuple[str, str], ...], ...] = ()
    """Each a list of events (`introduced`, `fixed`, `last_affected`) with a version."""
    versions: tuple[str, ...] = ()


class Advisory(Frozen):
    """One OSV record, as far as it is used here."""

    id: str
    summary: str
    severity: str
    affected: tuple[Affected, ...]


class Snapshot(Frozen):
    """All records of a folder. `at` is when they were fetched, 0 when nobody can say."""

    at: int
    advisories: tuple[Advisory, ...]
    unread: tuple[str, ...] = ()
    """Files that could not be read: what stands in them is not known."""

    def age(self, now: int) -> int:
        """Seconds."""
        return max(0, now - self.at)

    def stale(self, now: int) -> bool:
        """Whether a finding may be missing only because the data is old."""
        return not self.at or self.age(now) > STALE


class Match(Frozen):
    """An advisory that is about a component. `fixed` is the least version that it names as good, or empty."""

    advisory: Advisory
    component: Listed
    fixed: str


def load(folder: Path) -> Snapshot:
    """Every record below a folder; OSError when there is no such folder."""
    found, unread, newest = [], [], 0
    if not folder.is_dir():
        raise NotADirectoryError(f"there is no folder {folder}")
    for path in sorted(folder.rglob("*.json")):
        try:
            document = json.loads(path.read_bytes())
            newest = max(newest, _moment(document["modified"]))
            if not document.get("withdrawn"):
                found.append(_advisory(document))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            unread.append(path.name)
    return Snapshot(at=_fetched(folder) or newest, advisories=tuple(found), unread=tuple(unread))


def _fetched(folder: Path) -> int:
    try:
        return _moment((folder / FETCHED).read_text().strip())
    except (OSError, ValueError):
        return 0


def _moment(text: str) -> int:
    found = datetime.fromisoformat(text)
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def _advisory(document: Mapping[str, Any]) -> Advisory:
    rating = document.get("database_specific", {}).get("severity", "")
    return Advisory(
        id=document["id"],
        summary=document.get("summary") or document.get("details", "")[:200],
        severity=str(rating).lower() or "unrated",
        affected=tuple(_affected(document.get("affected", ()))),
    )


def _affected(documents: Iterable[Mapping[str, Any]]) -> Iterator[Affected]:
    for one in documents:
        ranges = tuple(
            tuple((kind, str(version)) for event in found["events"] for kind, version in event.items())
            for found in one.get("ranges", ())
            if found["type"] in ("ECOSYSTEM", "SEMVER")
        )
        package = one["package"]
        yield Affected(
            ecosystem=package["ecosystem"].partition(":")[0],
            name=package["name"],
            ranges=ranges,
            versions=tuple(map(str, one.get("versions", ()))),
        )


def matches(listed: Sequence[Listed], snapshot: Snapshot) -> tuple[Match, ...]:
    """Which advisories are about which of these components. A version that cannot be compared counts as affected."""
    by_name: dict[tuple[str, str], list[tuple[Advisory, Affected]]] = {}
    for advisory in snapshot.advisories:
        for affected in advisory.affected:
            by_name.setdefault((affected.ecosystem, canonicalize_name(affected.name)), []).append((advisory, affected))
    found: dict[tuple[str, str, str], Match] = {}
    for component in listed:
        for advisory, affected in by_name.get((component.ecosystem, canonicalize_name(component.name)), ()):
            if _hit(component.version, affected):
                match = Match(advisory=advisory, component=component, fixed=_fixed(component.version, affected))
                found.setdefault((advisory.id, component.ecosystem, component.name), match)
    return tuple(found.values())


def _hit(version: str, affected: Affected) -> bool:
    if version in affected.versions:
        return True
    try:
        return any(_within(Version(version), events) for events in affected.ranges)
    except InvalidVersion:
        return bool(affected.ranges)


def _within(version: Version, events: Sequence[tuple[str, str]]) -> bool:
    """OSV's own evaluation: the events in their order; what was introduced stays until it is fixed."""
    hit = False
    for kind, text in sorted(events, key=lambda one: (_version(one[1]), one[0] != "introduced")):
        at = _version(text)
        if kind == "introduced" and version >= at:
            hit = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            hit = False
    return hit


def _version(text: str) -> Version:
    return Version("0.dev0") if text == "0" else Version(text)


def _fixed(version: str, affected: Affected) -> str:
    """The least fixed version above this one."""
    try:
        fixed = sorted(
            Version(text)
            for events in affected.ranges
            for kind, text in events
            if kind == "fixed" and Version(text) > Version(version)
        )
        return str(fixed[0]) if fixed else ""
    except InvalidVersion:
        return ""
