"""Releases: the ledger of a shelf. A version that stands in it never changes; what it was released as is its digest.

`releases.yaml` is written by `platformctl template publish` and `deprecate` alone.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import PurePath
from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints

from templates.document import Document
from templates.fragments import FOLDER
from templates.manifest import Digest, Frozen
from templates.scaffold import parse
from templates.template import Template

LEDGER = "releases.yaml"
HEAD = "# Written by `platformctl template publish` and `deprecate`. A released version never changes.\n"
YEAR = timedelta(days=365)
MOST_WHY = 300

Ref = Annotated[str, StringConstraints(pattern=rf"^({FOLDER}/)?[a-z][a-z0-9_-]{{0,59}}@[0-9]+(\.[0-9]+){{0,2}}$")]
"""`name@version` of a template, or of a fragment with its folder: `_fragments/html@1`."""
Said = Annotated[str, StringConstraints(min_length=1, max_length=MOST_WHY)]
Hex = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
State = Literal["released", "deprecated", "not released"]


class Deprecation(Frozen):
    """Why no new apps are made of a version, and what is used instead."""

    since: date
    why: Said
    instead: Ref | None = None


class Forever(Frozen):
    """Whose word lets apps run longer than the policies' maximum, and the last day on which it holds."""

    by: Said
    until: date


class Release(Frozen):
    """One version, as it was released."""

    digest: Hex
    released: date
    deprecated: Deprecation | None = None
    forever: Forever | None = None


class Ledger(Frozen):
    """A whole `releases.yaml`."""

    releases: dict[Ref, Release] = Field(default_factory=dict)

    def get(self, ref: str) -> Release | None:
        """What this version was released as."""
        return self.releases.get(ref)

    def state(self, ref: str) -> State:
        """How far this version has come."""
        found = self.get(ref)
        return "not released" if found is None else "deprecated" if found.deprecated else "released"

    def plus(self, ref: str, release: Release) -> "Ledger":
        """The ledger with this entry, new or in the place of the one before."""
        return Ledger(releases={**self.releases, ref: release})


def read(text: str, path: PurePath) -> Ledger:
    """The ledger in `text`; `path` is named in faults. Raises FaultyTemplate."""
    return parse(Document(text, path), Ledger)


def spelled(ledger: Ledger) -> str:
    """The ledger as its file says it: templates first, each by name and version."""
    entries = {
        ref: one.model_dump(mode="json", exclude_none=True) for ref, one in sorted(ledger.releases.items(), key=_place)
    }
    plain = {ref: {name: _plain(value) for name, value in one.items()} for ref, one in entries.items()}
    return HEAD + yaml.safe_dump({"releases": plain}, sort_keys=False, allow_unicode=True, width=120)


def _plain(value: object) -> object:
    """Days as days, which YAML writes without quotes."""
    if isinstance(value, dict):
        return {name: _plain(one) if name in ("since", "until") else one for name, one in value.items()}
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _place(entry: tuple[str, Release]) -> tuple[bool, str, tuple[int, ...]]:
    name, _, version = entry[0].partition("@")
    return name.startswith(f"{FOLDER}/"), name, tuple(map(int, version.split(".")))


def fragment(ref: str) -> str:
    """How the ledger calls a fragment: `_fragments/html@1` for `html@1`."""
    return f"{FOLDER}/{ref}"


def short(digest: str) -> str:
    """The first 12 characters of a digest, for a sentence."""
    return digest.removeprefix("sha256:")[:12]


def differs(ref: str, released: str, found: str) -> str:
    """That a released version has other bytes now, which two, and what to do."""
    return (
        f"{ref} was released as {short(released)}, and its files give {short(found)}. "
        "Put the released files back, or copy the folder and raise the number."
    )


def mismatch(template: Template, ledger: Ledger) -> str:
    """Why this template is not what was released, by its fragments first; empty when it is, or never was released."""
    entry = ledger.get(template.ref)
    if entry is None or entry.digest == template.digest:
        return ""
    pins = _pins(template.pinned, ledger)
    return next(iter(pins), differs(template.ref, entry.digest, template.digest))


def _pins(pinned: Mapping[str, Digest], ledger: Ledger) -> list[str]:
    """Each fragment that is not what was released."""
    known = [(fragment(ref), ledger.get(fragment(ref)), digest) for ref, digest in pinned.items()]
    return [differs(ref, one.digest, digest) for ref, one, digest in known if one and one.digest != digest]


def against(template: Template, ledger: Ledger) -> list[str]:
    """Why the ledger cannot take this version: other bytes under a number that is taken, or what it is built on."""
    found = [*_pins(template.pinned, ledger)]
    entry = ledger.get(template.ref)
    if entry is not None and entry.digest != template.digest:
        found.append(differs(template.ref, entry.digest, template.digest))
    if entry is not None and entry.deprecated:
        found.append(f"{template.ref} is deprecated. Copy the folder and raise the number.")
    if template.base and ledger.get(template.base) is None:
        found.append(f"it builds on {template.base}, which is not released. Publish that first.")
    for ref in template.pinned:
        if ledger.state(fragment(ref)) == "deprecated":
            found.append(f"it is made with {ref}, which is deprecated. Use another version of it.")
    return found


def released(template: Template, ledger: Ledger, day: date, by: str = "") -> Ledger:
    """The ledger with this version and its fragments; `by` is whose word lets its apps run without an end.

    What was released before keeps its day; a new word holds for a year.
    """
    for ref, digest in template.pinned.items():
        if ledger.get(fragment(ref)) is None:
            ledger = ledger.plus(fragment(ref), Release(digest=digest, released=day))
    entry = ledger.get(template.ref) or Release(digest=template.digest, released=day)
    forever = Forever(by=by, until=day + YEAR) if by else entry.forever
    return ledger.plus(template.ref, entry.model_copy(update={"forever": forever}))


def lapsed(until: date, day: date) -> bool:
    """Whether a word that has to be given anew each year holds no more."""
    return day > until


def deprecated(ledger: Ledger, ref: str, deprecation: Deprecation) -> Ledger:
    """The ledger in which no new apps are made of this version. Raises KeyError when it was never released."""
    entry = ledger.releases[ref]
    return ledger.plus(ref, entry.model_copy(update={"deprecated": deprecation}))
