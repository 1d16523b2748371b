"""Archive: everything of an ended app in one pack, from which the very same app comes back (D9).

    about.json            which app it was, and until when
    manifest.json         what it declared
    bundle/...            its files, as they were approved and signed
    store/live            its store, byte for byte
    export/...            its entries for people: JSON, and CSV for a spreadsheet
    audit.jsonl           its events of the audit chain, each with its digest
    checksums.sha256      SHA-256 of each of them, as `sha256sum --check` reads it

Equal content gives equal bytes: a pack that is made again after a crash is the same pack.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from runtime import reaper
from runtime.errors import Corrupt
from runtime.rows import Row
from runtime.snapshot import Change, Snapshotting
from templates.bundle import Bundle, canonical_json, digest_of
from templates.manifest import Digest, Frozen, Manifest

ABOUT, MANIFEST, STORE, AUDIT, SUMS = "about.json", "manifest.json", "store/live", "audit.jsonl", "checksums.sha256"
BUNDLE, EXPORT = "bundle/", "export/"


class About(Frozen):
    """Which app this was. Times are UNIX seconds."""

    app: str
    title: str
    template: str
    bundle: Digest
    proposal: str
    """The digest of what was approved."""
    ended_at: int


@dataclass(frozen=True)
class Archive:
    """What a pack holds."""

    about: About
    bundle: Bundle
    store: bytes
    """A snapshot, empty when nothing was ever kept."""
    export: Mapping[str, bytes]
    """The files that people read, by name."""
    audit: Sequence[str]
    """The events, a line each."""

    @property
    def oldest(self) -> int:
        """The UNIX second of the oldest entry; 0 when there is none."""
        tables = (json.loads(content) for name, content in self.export.items() if _table(name))
        return min((int(row["at"]) for rows in tables for row in rows), default=0)


def packed(archive: Archive) -> bytes:
    """The pack."""
    files = {
        ABOUT: _readable(archive.about.model_dump(mode="json")),
        MANIFEST: _readable(archive.bundle.manifest.model_dump(mode="json")),
        **{BUNDLE + path: content for path, content in archive.bundle.files.items()},
        STORE: archive.store,
        **{EXPORT + name: content for name, content in archive.export.items()},
        AUDIT: "".join(f"{line}\n" for line in archive.audit).encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in sorted({**files, SUMS: _sums(files)}.items()):
            pack.writestr(zipfile.ZipInfo(name, reaper.ZIP_EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(content: bytes, digest: str) -> Archive:
    """What is in a pack of this digest; Corrupt when a byte of it is not what was packed."""
    if digest_of(content) != digest:
        raise Corrupt("the archive is not what was put there")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            files = {name: pack.read(name) for name in pack.namelist()}
        sums = files.pop(SUMS)
        if sums != _sums(files):
            raise Corrupt("the archive's files are not those of its list of checksums")
        about = About.model_validate_json(files[ABOUT])
        bundle = Bundle(Manifest.model_validate_json(files[MANIFEST]), _below(files, BUNDLE))
        lines = files[AUDIT].decode().splitlines()
        found = Archive(about, bundle, files[STORE], _below(files, EXPORT), lines)
    except (zipfile.BadZipFile, KeyError, ValidationError, UnicodeDecodeError) as error:
        raise Corrupt("the archive cannot be read") from error
    if bundle.digest != about.bundle:
        raise Corrupt("the archive's files are not those that were approved")
    return found


def rewritten(archive: Archive, data: Snapshotting, change: Change) -> Archive:
    """The same archive with its entries changed, in the store and in the export alike."""
    names = {name.removesuffix(".json"): name for name in archive.export if _table(name)}
    tables: dict[str, list[Row]] = {}
    for table, name in names.items():
        fresh = (change(row) for row in json.loads(archive.export[name]))
        tables[table] = [row for row in fresh if row is not None]
    store = data.rewritten(archive.store, change)
    export = {reaper.ABOUT: archive.export[reaper.ABOUT], **reaper.readable(tables)}
    return Archive(archive.about, archive.bundle, store, export, archive.audit)


def _table(name: str) -> bool:
    return name.endswith(".json") and name != reaper.ABOUT


def _below(files: Mapping[str, bytes], folder: str) -> Mapping[str, bytes]:
    return {name.removeprefix(folder): content for name, content in files.items() if name.startswith(folder)}


def _sums(files: Mapping[str, bytes]) -> bytes:
    """Two blanks, as `sha256sum` writes it."""
    return "".join(
        f"{digest_of(content).removeprefix('sha256:')}  {name}\n" for name, content in sorted(files.items())
    ).encode()


def _readable(value: Any) -> bytes:
    return json.dumps(json.loads(canonical_json(value)), indent=2, ensure_ascii=False).encode() + b"\n"
