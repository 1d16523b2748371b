"""The catalog: every template on the shelf, by name and version. Adding one is adding a folder."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from pydantic import JsonValue

from templates.bundle import canonical_json, digest_of
from templates.checks import Checks
from templates.document import text_of
from templates.errors import FaultyTemplate, UnknownTemplate
from templates.fragments import Fragments, Used, bytes_in, digests, grants
from templates.lint import check
from templates.manifest import Lifecycle, Limits
from templates.picture import PICTURE
from templates.planning import check_plan
from templates.scaffold import Parameter, Written, read_base, read_checks, read_scaffold
from templates.template import PLATFORM, Question, Template

SHELF = Path(__file__).parent / "shelf"
BESIDE = ("golden", PICTURE)
"""What lies in a version's folder and shapes no bundle: its digest is without it."""


@dataclass(frozen=True)
class Catalog:
    """What can be built. What is withheld makes no new apps; those that were made from it can still be changed."""

    templates: tuple[Template, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Why no new apps are made from a version, by its `name@version`; empty when it is merely not released."""
    refused: frozenset[str] = frozenset()
    """Those of them from which nothing may be built at all: their files are not what was released."""
    until: Mapping[str, date] = field(default_factory=dict)
    """The last day of those that somebody has to confirm once a year."""

    @property
    def names(self) -> tuple[str, ...]:
        """Each name once, sorted."""
        return tuple(sorted({one.name for one in self.templates}))

    @property
    def standing(self) -> tuple[str, ...]:
        """Each version that apps may be made of, new ones or changed ones, as `name@version`."""
        return tuple(one.ref for one in self.templates if one.ref not in self.refused)

    def get(self, name: str, version: str | None = None) -> Template:
        """This template, its newest version when none is named; `name@version` works as `name` too.

        The newest that is not withheld, if there is one. Raises UnknownTemplate.
        """
        name, _, tail = name.partition("@")
        wanted = version or tail
        named = [one for one in self.templates if one.name == name and wanted in ("", one.version)]
        if not named:
            raise UnknownTemplate(self._unknown(name, wanted))
        return max(named, key=lambda one: (one.ref not in self.withheld, order(one.version)))

    def known(self, ref: str) -> Template | None:
        """The version called `name@version`, or None."""
        return next((one for one in self.templates if one.ref == ref), None)

    def for_kind(self, kind: str) -> Template | None:
        """The newest template that builds this kind of the catalogue for new apps, or None."""
        return self._newest(one for one in self._offered if one.kind == kind)

    @property
    def newest(self) -> tuple[Template, ...]:
        """Of each name the newest version for new apps, sorted by name."""
        named: dict[str, list[Template]] = {}
        for one in self._offered:
            named.setdefault(one.name, []).append(one)
        return tuple(max(named[name], key=lambda one: order(one.version)) for name in sorted(named))

    def called(self, text: str) -> Template | None:
        """The template that builds no kind of its own and whose name stands in `text` as a word, or None."""
        words = set(re.findall(r"[a-z0-9_-]+", text.lower()))
        named = [one for one in self._offered if not one.kind and one.name in words]
        return self._newest(one for one in named if one.name == named[0].name)

    def why_not(self, kind: str) -> str:
        """Why there is nothing for this kind although something was released; empty when nothing was."""
        found = self._newest(one for one in self.templates if one.kind == kind and self.withheld.get(one.ref))
        return self.withheld[found.ref] if found else ""

    @property
    def _offered(self) -> Iterator[Template]:
        return (one for one in self.templates if one.ref not in self.withheld)

    def _newest(self, of: Iterable[Template]) -> Template | None:
        return max(of, key=lambda one: order(one.version), default=None)

    def _unknown(self, name: str, version: str) -> str:
        versions = [one.version for one in self.templates if one.name == name]
        if versions:
            return f"There is no version {version} of {name}. There is {', '.join(versions)}."
        near = get_close_matches(name, self.names, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}?" if near else f"There is {', '.join(self.names)}."
        return f"There is no template called {name}. {hint}"


@dataclass(frozen=True)
class Reading:
    """A shelf as it was found: the templates that can be used, and what is wrong with the others, by `name@version`."""

    templates: tuple[Template, ...]
    faults: Mapping[str, FaultyTemplate]


def load(folder: Path = SHELF) -> Catalog:
    """Every template below `folder` as it stands there, released or not: for those who write them.

    Raises FaultyTemplate for the first that cannot be used. What is offered is `templates.offer.offered`.
    """
    found = read(folder)
    for fault in found.faults.values():
        raise fault
    return Catalog(found.templates)


def read(folder: Path = SHELF) -> Reading:
    """Every template below `folder`; a faulty one keeps no other from being read."""
    shelf = _Shelf(folder, Fragments(folder))
    templates, faults = [], {}
    for one in sorted(one.parent for one in folder.glob("[a-z]*/*/template.yaml")):
        try:
            templates.append(shelf.template(one.parent.name, one.name))
        except FaultyTemplate as fault:
            faults[f"{one.parent.name}@{one.name}"] = fault
    return Reading(tuple(templates), faults)


def order(version: str) -> tuple[int, ...]:
    """What versions are sorted by: 1.10 is newer than 1.9."""
    return tuple(int(part) for part in version.split("."))


@dataclass(frozen=True)
class _Shelf:
    folder: Path
    fragments: Fragments
    known: dict[tuple[str, str], Template] = field(default_factory=dict)

    def template(self, name: str, version: str) -> Template:
        if (name, version) not in self.known:
            self.known[name, version] = self._read(name, version)
        return self.known[name, version]

    def _read(self, name: str, version: str) -> Template:
        folder = self.folder / name / version
        path = (folder / "template.yaml").relative_to(self.folder)
        written = read_scaffold(text_of(folder / "template.yaml", path), path)
        if (written.scaffold.name, written.scaffold.version) != (name, version):
            raise FaultyTemplate(path, 1, "name and version differ from the folders", f"Move it to {name}/{version}")
        base = self._base(folder)
        if base is None and written.notes:
            raise FaultyTemplate(path, 0, written.notes[0], "Only a scaffold with a base.yaml may stay so")
        used = self.fragments.used(f"{name}@{version}", written.scaffold.fragments, path, written.line("fragments"))
        made = self._build(folder, written, base, used)
        check(made, written, used)
        check_plan(made, path.with_name("checks.yaml"))
        return made

    def _base(self, folder: Path) -> Template | None:
        path = folder / "base.yaml"
        if not path.exists():
            return None
        within = path.relative_to(self.folder)
        name, _, version = read_base(text_of(path, within), within).partition("@")
        if not (self.folder / name / version / "template.yaml").exists():
            raise FaultyTemplate(within, 1, f"no {name}@{version}", "Name one on the shelf")
        return self.template(name, version)

    def _build(self, folder: Path, sheet: Written, base: Template | None, used: Sequence[Used]) -> Template:
        written, own = sheet.scaffold, bytes_in(folder, skip=BESIDE)
        pinned = {one.fragment.ref: one.fragment.digest for one in used}
        digest = digest_of(
            canonical_json({"files": digests(own), "fragments": pinned, "base": base.digest if base else None})
        )
        needs, ref = written.capabilities or (base.needs if base else ()), f"{written.name}@{written.version}"
        return Template(
            name=written.name,
            version=written.version,
            kind=written.kind,
            owner=written.owner or (base.owner if base else ""),
            description=written.description or (base.description if base else ""),
            questions=_questions(written.parameters, base),
            needs=grants(needs, ref, used, sheet.document.path, sheet.line("capabilities")),
            limits=written.limits or (base.limits if base else Limits()),
            lifecycle=written.lifecycle or (base.lifecycle if base else Lifecycle()),
            data_class=written.data_class or (base.data_class if base else "internal"),
            secrets=tuple(one.platform_secret for one in written.secrets),
            policies=written.policies,
            runtimes=tuple(name for one in written.runtimes for name in one.model_dump(exclude_none=True)),
            files=_merged(base.files if base else {}, *(one.fragment.static for one in used), below(own, "files")),
            fragments=_merged(
                base.fragments if base else {}, *(one.fragment.scripts for one in used), below(own, "parts")
            ),
            digest=digest,
            checks=self._checks(folder) or (base.checks if base else None),
            notes=sheet.notes,
            pinned=MappingProxyType({**(base.pinned if base else {}), **pinned}),
            base=base.ref if base else "",
        )

    def _checks(self, folder: Path) -> Checks | None:
        path = folder / "checks.yaml"
        within = path.relative_to(self.folder)
        return read_checks(text_of(path, within), within) if path.exists() else None


def below(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The files in a folder, by their paths within."""
    return {n.removeprefix(f"{folder}/"): content for n, content in files.items() if n.startswith(f"{folder}/")}


def _merged(*layers: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return MappingProxyType({name: content for layer in layers for name, content in layer.items()})


def _questions(parameters: Iterable[Parameter], base: Template | None) -> tuple[Question, ...]:
    """The platform's questions and the base's, narrowed by the parameters; title first, platform's others last.

    Who builds on a base asks only what the platform asks of every app: the base's own questions keep their
    defaults.
    """
    platform = {one.name: one for one in PLATFORM}
    inherited = base.questions if base else PLATFORM
    known = {q.name: q if q.name in platform else q.model_copy(update={"ask": False}) for q in inherited}
    for one in parameters:
        known[one.name] = _question(one, known.get(one.name))
    own = [one for name, one in known.items() if name not in platform]
    return (known["title"], *own, *(known[name] for name in platform if name != "title"))


def _question(written: Parameter, known: Question | None) -> Question:
    said = written.model_dump(exclude_unset=True)
    if written.name == "retention_days" and written.default is not None:
        said.setdefault("max", written.default)  # a scaffold that says how long, says how long at most
    label = written.name.replace("_", " ").capitalize()
    start: dict[str, JsonValue] = known.model_dump() if known else {"label": label}
    return Question.model_validate({**start, **said})
