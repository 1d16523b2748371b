"""Fragments: files that templates share. One may build on others and need capabilities of the app it goes into."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from templates.bundle import canonical_json, digest_of
from templates.document import Document, text_of
from templates.errors import FaultyTemplate
from templates.manifest import MOST_TIMES, Digest
from templates.scaffold import FragmentScaffold, parse
from templates.template import Need, ScheduleShape, StoreShape

FOLDER = "_fragments"
SHEET = "fragment.yaml"

Way = tuple[str, ...]
"""How something is come by: `("survey@1.0", "chart@1", "html@1")`."""


@dataclass(frozen=True)
class Fragment:
    """One version of a fragment."""

    ref: str
    files: Mapping[str, bytes]
    """Its scripts, by name, and what is below `static/`."""
    builds_on: tuple[str, ...]
    needs: tuple[Need, ...]
    digest: Digest
    """Over each of its bytes and those of what it builds on."""

    @property
    def scripts(self) -> Mapping[str, bytes]:
        """What a file may include, by name."""
        return {name: content for name, content in self.files.items() if "/" not in name}

    @property
    def static(self) -> Mapping[str, bytes]:
        """What goes out as it stands."""
        return {name: content for name, content in self.files.items() if name.startswith("static/")}


@dataclass(frozen=True)
class Used:
    """A fragment, and the way that leads to it."""

    fragment: Fragment
    way: Way


@dataclass(frozen=True)
class Fragments:
    """The fragments of one shelf. `folder` is the shelf's."""

    folder: Path
    _known: dict[str, Fragment] = field(default_factory=dict)

    def used(self, ref: str, listed: Sequence[str], path: PurePath, line: int) -> tuple[Used, ...]:
        """The fragments that a template lists and all that they build on, those first.

        `path` and `line` name the template's list. Raises FaultyTemplate when one is missing or builds on itself, or
        when two bring the same file.
        """
        found: dict[str, Used] = {}
        for one in listed:
            self._visit(one, (ref,), found, (path, line))
        made = tuple(found.values())
        _apart(made, path, line)
        return made

    def get(self, ref: str) -> Fragment:
        """The fragment with this name and version. Raises FaultyTemplate."""
        path = PurePath(FOLDER, *ref.split("@"), SHEET)
        self._visit(ref, (), {}, (path, 0))
        return self._known[ref]

    def _visit(self, ref: str, way: Way, found: dict[str, Used], blamed: tuple[PurePath, int]) -> None:
        path, line = blamed
        if ref in way:
            circle = " -> ".join((*way[way.index(ref) :], ref))
            raise FaultyTemplate(path, line, f"it goes round in a circle: {circle}", "Take one step of it away")
        if ref in found:
            return
        name, _, version = ref.partition("@")
        folder = self.folder / FOLDER / name / version
        if not folder.is_dir():
            after = f" ({' -> '.join((*way, ref))})" if len(way) > 1 else ""
            raise FaultyTemplate(path, line, f"there is no fragment {ref}{after}", f"Name a folder below {FOLDER}")
        sheet, lines = self._sheet(folder)
        for one in sheet.fragments:
            self._visit(one, (*way, ref), found, (folder.relative_to(self.folder) / SHEET, lines))
        if ref not in self._known:
            below = {one: self._known[one].digest for one in sheet.fragments}
            self._known[ref] = _made(ref, folder, sheet, below)
        found[ref] = Used(self._known[ref], (*way, ref))

    def _sheet(self, folder: Path) -> tuple[FragmentScaffold, int]:
        """What its `fragment.yaml` says, and the line of its list."""
        path = folder / SHEET
        if not path.exists():
            return FragmentScaffold(), 0
        within = path.relative_to(self.folder)
        document = Document(text_of(path, within), within)
        return parse(document, FragmentScaffold), document.line(("fragments",))


def _made(ref: str, folder: Path, sheet: FragmentScaffold, below: Mapping[str, Digest]) -> Fragment:
    files = bytes_in(folder)
    digest = digest_of(canonical_json({"files": digests(files), "fragments": below}))
    shown = {name: content for name, content in files.items() if name != SHEET}
    return Fragment(ref, shown, sheet.fragments, sheet.capabilities, digest)


def bytes_in(folder: Path, skip: Collection[str] = ()) -> dict[str, bytes]:
    """Every file below the folder, by its path within; without what `skip` names in it."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    named = {one.relative_to(folder).as_posix(): one for one in files}
    return {name: one.read_bytes() for name, one in named.items() if name.partition("/")[0] not in skip}


def digests(files: Mapping[str, bytes]) -> dict[str, Digest]:
    """Each file's own digest."""
    return {name: digest_of(content) for name, content in files.items()}


def _apart(used: Sequence[Used], path: PurePath, line: int) -> None:
    """No file comes from two fragments: whichever came last would win unseen."""
    first: dict[str, Used] = {}
    for one in used:
        for name in one.fragment.files:
            other = first.setdefault(name, one)
            if other is not one:
                ways = f"{' -> '.join(other.way)} and {' -> '.join(one.way)}"
                raise FaultyTemplate(path, line, f"{name} comes from two fragments: {ways}", "Keep one of them")


def grants(own: Sequence[Need], ref: str, used: Sequence[Used], path: PurePath, line: int) -> tuple[Need, ...]:
    """What the template needs, with what its fragments do: its tables and times together, all else once.

    Raises FaultyTemplate when two of them ask for the same thing differently, or a store is left without any table.
    """
    asked: dict[tuple[str, str], tuple[object, Way]] = {}
    for needs, way in [(own, (ref,)), *((one.fragment.needs, one.way) for one in used)]:
        for need in needs:
            for part, wish in _parts(need):
                before, theirs = asked.setdefault((need.kind, part), (wish, way))
                if before != wish:
                    what = f"{need.kind} ({part})" if part else need.kind
                    ways = f"{' -> '.join(theirs)} and {' -> '.join(way)}"
                    raise FaultyTemplate(path, line, f"{what} is asked for differently by {ways}", "Let both ask alike")
    if sum(part.startswith("time ") for _, part in asked) > MOST_TIMES:
        raise FaultyTemplate(path, line, "together they set more than four times", f"At most {MOST_TIMES} may be set")
    made: dict[str, Need] = {}
    for need in (*own, *(one for each in used for one in each.fragment.needs)):
        made[need.kind] = _joined(made[need.kind], need) if need.kind in made else need
    for each in used:
        for need in each.fragment.needs:
            if isinstance(held := made[need.kind], StoreShape) and not held.tables:
                why = f"{' -> '.join(each.way)} keeps rows, and no table is named"
                raise FaultyTemplate(path, line, why, "Give the store a table, or leave the fragment out")
    return tuple(made.values())


def _parts(need: Need) -> Iterator[tuple[str, object]]:
    """What of a need may stand beside the same kind of another: each table, each time; of the others all."""
    if isinstance(need, StoreShape):
        yield from ((f"table {name}", table) for name, table in need.tables.items())
    elif isinstance(need, ScheduleShape):
        yield from ((f"time {name}", time) for name, time in need.times.items())
    else:
        yield "", need


def _joined(held: Need, more: Need) -> Need:
    if isinstance(held, StoreShape) and isinstance(more, StoreShape):
        return held.model_copy(update={"tables": {**held.tables, **more.tables}})
    if isinstance(held, ScheduleShape) and isinstance(more, ScheduleShape):
        return ScheduleShape(times={**held.times, **more.times})
    return held
