"""The catalog: every template on the shelf, by name and version. Adding one is adding a folder."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from pydantic import JsonValue

from templates.bundle import canonical_json, digest_of
from templates.errors import FaultyTemplate, UnknownTemplate
from templates.lint import check
from templates.manifest import Lifecycle, Limits
from templates.picture import PICTURE
from templates.scaffold import Parameter, Scaffold, read_base, read_scaffold
from templates.template import PLATFORM, Question, Template

SHELF = Path(__file__).parent / "shelf"
BESIDE = ("golden", PICTURE)
"""What lies in a version's folder and shapes no bundle: its digest is without it."""


@dataclass(frozen=True)
class Catalog:
    """What can be built."""

    templates: tuple[Template, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Each name once, sorted."""
        return tuple(sorted({one.name for one in self.templates}))

    def get(self, name: str, version: str | None = None) -> Template:
        """This template, its newest version when none is named; `name@version` works as `name` too.

        Raises UnknownTemplate.
        """
        name, _, tail = name.partition("@")
        wanted = version or tail
        named = [one for one in self.templates if one.name == name and wanted in ("", one.version)]
        if not named:
            raise UnknownTemplate(self._unknown(name, wanted))
        return max(named, key=lambda one: _order(one.version))

    def for_kind(self, kind: str) -> Template | None:
        """The newest template that builds this kind of the catalogue, or None."""
        built = [one for one in self.templates if one.kind == kind]
        return max(built, key=lambda one: _order(one.version), default=None)

    def called(self, text: str) -> Template | None:
        """The template that builds no kind of its own and whose name stands in `text` as a word, or None."""
        words = set(re.findall(r"[a-z0-9_-]+", text.lower()))
        named = [one for one in self.templates if not one.kind and one.name in words]
        return self.get(named[0].name) if named else None

    def _unknown(self, name: str, version: str) -> str:
        versions = [one.version for one in self.templates if one.name == name]
        if versions:
            return f"There is no version {version} of {name}. There is {', '.join(versions)}."
        near = get_close_matches(name, self.names, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}?" if near else f"There is {', '.join(self.names)}."
        return f"There is no template called {name}. {hint}"


def load(folder: Path = SHELF) -> Catalog:
    """Every template below `folder`, checked. Raises FaultyTemplate for the first that cannot be used."""
    shelf = _Shelf(folder)
    found = sorted(one.parent for one in folder.glob("[a-z]*/*/template.yaml"))
    return Catalog(tuple(shelf.template(one.parent.name, one.name) for one in found))


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@dataclass(frozen=True)
class _Shelf:
    folder: Path
    known: dict[tuple[str, str], Template] = field(default_factory=dict)

    def template(self, name: str, version: str) -> Template:
        if (name, version) not in self.known:
            self.known[name, version] = self._read(name, version)
        return self.known[name, version]

    def _read(self, name: str, version: str) -> Template:
        folder = self.folder / name / version
        path = (folder / "template.yaml").relative_to(self.folder)
        written = read_scaffold((folder / "template.yaml").read_text("utf-8"), path)
        if (written.scaffold.name, written.scaffold.version) != (name, version):
            raise FaultyTemplate(path, 1, "name and version differ from the folders", f"Move it to {name}/{version}")
        base = self._base(folder)
        if base is None and written.notes:
            raise FaultyTemplate(path, 0, written.notes[0], "Only a scaffold with a base.yaml may stay so")
        made = self._build(folder, path, written.scaffold, base, written.notes)
        check(made, path)
        return made

    def _base(self, folder: Path) -> Template | None:
        path = folder / "base.yaml"
        if not path.exists():
            return None
        name, _, version = read_base(path.read_text("utf-8"), path.relative_to(self.folder)).partition("@")
        if not (self.folder / name / version / "template.yaml").exists():
            raise FaultyTemplate(path.relative_to(self.folder), 1, f"no {name}@{version}", "Name one on the shelf")
        return self.template(name, version)

    def _build(
        self, folder: Path, path: Path, written: Scaffold, base: Template | None, notes: tuple[str, ...]
    ) -> Template:
        own = _bytes(folder, skip=BESIDE)
        fragments = {ref: self._fragment(ref, path) for ref in written.fragments}
        digest = digest_of(
            canonical_json(
                {
                    "files": {name: digest_of(content) for name, content in own.items()},
                    "fragments": {ref: _digests(files) for ref, files in fragments.items()},
                    "base": base.digest if base else None,
                }
            )
        )
        return Template(
            name=written.name,
            version=written.version,
            kind=written.kind,
            owner=written.owner or (base.owner if base else ""),
            description=written.description or (base.description if base else ""),
            questions=_questions(written.parameters, base),
            needs=written.capabilities or (base.needs if base else ()),
            limits=written.limits or (base.limits if base else Limits()),
            lifecycle=written.lifecycle or (base.lifecycle if base else Lifecycle()),
            data_class=written.data_class or (base.data_class if base else "internal"),
            secrets=tuple(one.platform_secret for one in written.secrets),
            policies=written.policies,
            runtimes=tuple(name for one in written.runtimes for name in one.model_dump(exclude_none=True)),
            files=_merged(base.files if base else {}, *map(_static, fragments.values()), _below(own, "files")),
            fragments=_merged(base.fragments if base else {}, *map(_scripts, fragments.values()), _below(own, "parts")),
            digest=digest,
            notes=notes,
        )

    def _fragment(self, ref: str, path: Path) -> dict[str, bytes]:
        name, _, version = ref.partition("@")
        folder = self.folder / "_fragments" / name / version
        if not folder.is_dir():
            raise FaultyTemplate(path, 0, f"there is no fragment {ref}", "Name a folder below _fragments")
        return _bytes(folder)


def _bytes(folder: Path, skip: Collection[str] = ()) -> dict[str, bytes]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    named = {one.relative_to(folder).as_posix(): one for one in files}
    return {name: one.read_bytes() for name, one in named.items() if name.partition("/")[0] not in skip}


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: digest_of(content) for name, content in files.items()}


def _below(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {n.removeprefix(f"{folder}/"): content for n, content in files.items() if n.startswith(f"{folder}/")}


def _static(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith("static/")}


def _scripts(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if "/" not in name}


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
