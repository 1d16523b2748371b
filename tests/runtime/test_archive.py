"""The pack: equal content gives equal bytes, `sha256sum` agrees, and a byte that was changed is found."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from runtime.appdata import SqliteAppData
from runtime.archive import About, Archive, packed, rewritten, unpacked
from runtime.errors import Corrupt
from templates.bundle import Bundle, digest_of
from templates.manifest import Digest, Manifest

MANIFEST = Manifest(name="lunch", template="survey@1.0", template_digest=Digest("sha256:" + "a" * 64), title="Lunch")
BUNDLE = Bundle(MANIFEST, {"app.js": b"1", "static/a.css": b"a{}"})
ABOUT = About(app="app_1", title="Lunch", template="survey@1.0", bundle=BUNDLE.digest, proposal="sha256:p", ended_at=9)


@pytest.fixture
def data(tmp_path: Path) -> SqliteAppData:
    made = SqliteAppData(tmp_path / "data")
    box = made.open("app_1", "live", 10)
    for number in range(40):
        box.insert("answers", {"text": f"answer {number} ü", "who": "ana"}, at=100 + number, by=f"v_{number}", most=99)
    box.remove("answers", "7")
    box.close()
    return made


def archive(data: SqliteAppData) -> Archive:
    from runtime import reaper

    export = {"app.json": b"{}", **reaper.readable(data.export("app_1", "live"))}
    return Archive(ABOUT, BUNDLE, data.snapshot("app_1", "live"), export, ['{"seq":1}', '{"seq":2}'])


def test_what_is_packed_comes_out_again_and_equal_content_is_equal_bytes(data: SqliteAppData) -> None:  # D9
    one = archive(data)
    content = packed(one)
    assert packed(archive(data)) == content
    assert unpacked(content, digest_of(content)) == one
    assert one.oldest == 100


def test_checksums_are_those_of_sha256sum(data: SqliteAppData, tmp_path: Path) -> None:  # D9
    with zipfile.ZipFile(io.BytesIO(packed(archive(data)))) as pack:
        pack.extractall(tmp_path / "out")
    found = subprocess.run(
        [str(shutil.which("sha256sum")), "--check", "--strict", "checksums.sha256"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout
    assert len(found.stdout.splitlines()) == len([one for one in (tmp_path / "out").rglob("*") if one.is_file()]) - 1


def altered(content: bytes, **changed: bytes | None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as pack, zipfile.ZipFile(buffer, "w") as fresh:
        names = {name: pack.read(name) for name in pack.namelist()}
        for name, given in ({one.replace("__", "/").replace("_dot_", "."): x for one, x in changed.items()}).items():
            if given is None:
                names.pop(name)
            else:
                names[name] = given
        for name, given in names.items():
            fresh.writestr(name, given)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "changed",
    [
        {"store__live": b"other"},
        {"bundle__app_dot_js": b"evil()"},
        {"audit_dot_jsonl": b""},
        {"more_dot_txt": b"more"},
        {"checksums_dot_sha256": None},
        {"about_dot_json": None},
    ],
)
def test_a_pack_that_was_changed_is_never_used(data: SqliteAppData, changed: dict[str, bytes | None]) -> None:  # D9
    content = packed(archive(data))
    other = altered(content, **changed)
    with pytest.raises(Corrupt, match="is not what was put there"):
        unpacked(other, digest_of(content))
    with pytest.raises(Corrupt):
        unpacked(other, digest_of(other))


@pytest.mark.parametrize("content", [b"", b"PK", b"\0" * 500])
def test_what_is_no_pack_is_said(content: bytes) -> None:
    with pytest.raises(Corrupt, match="cannot be read"):
        unpacked(content, digest_of(content))


# The store as bytes


def test_a_snapshot_gives_the_very_same_store(data: SqliteAppData, tmp_path: Path) -> None:  # D9
    before, rows = data.snapshot("app_1", "live"), data.export("app_1", "live")
    assert (tmp_path / "data" / "app_1.live.db").read_bytes() == before
    data.drop("app_1", "live")
    data.restore("app_1", "live", before)
    assert (tmp_path / "data" / "app_1.live.db").read_bytes() == before
    assert data.snapshot("app_1", "live") == before
    assert data.export("app_1", "live") == rows
    box = data.open("app_1", "live", 10)
    assert box.insert("answers", {"text": "next"}, at=1, by="v", most=99) == "41", "ids go on where they were"
    box.close()


def test_a_snapshot_holds_what_only_the_log_held(data: SqliteAppData) -> None:
    box = data.open("app_1", "live", 10)
    box.insert("answers", {"text": "in the log"}, at=1, by="v", most=99)
    kept = data.snapshot("app_1", "live")  # while somebody has it open
    box.close()
    other = SqliteAppData(data._folder.parent / "other")
    other.restore("app_1", "live", kept)
    assert other.export("app_1", "live") == data.export("app_1", "live")


def test_of_nothing_there_is_an_empty_snapshot(data: SqliteAppData) -> None:
    assert data.snapshot("app_9", "live") == b""
    data.restore("app_9", "live", b"")
    assert ("app_9", "live") not in data.stores()
    assert data.rewritten(b"", lambda row: None) == b""


@pytest.mark.parametrize("content", [b"no store", b"SQLite format 3\0" + b"\0" * 4080])
def test_bytes_that_are_no_store_never_become_one(data: SqliteAppData, content: bytes) -> None:
    before = data.export("app_1", "live")
    with pytest.raises(ValueError, match="no store"):
        data.restore("app_1", "live", content)
    assert data.export("app_1", "live") == before
    assert [one.name for one in data._folder.iterdir() if "making" in one.name] == []


def test_what_is_taken_out_of_an_archive_is_in_no_byte_of_it(data: SqliteAppData) -> None:
    def without(row: dict[str, object]) -> dict[str, object] | None:
        return None if row["id"] == "3" else {**row, "who": "(forgotten)", "text": "…"} if row["id"] == "4" else row

    one = archive(data)
    fresh = rewritten(one, data, without)  # type: ignore[arg-type]  # rows of a test
    assert len(fresh.export["answers.csv"].splitlines()) == len(one.export["answers.csv"].splitlines()) - 1
    for gone in (b"answer 2 ", b"answer 3 "):
        assert gone in one.store
        assert gone not in fresh.store
        assert gone not in fresh.export["answers.json"] + fresh.export["answers.csv"]
    assert b"(forgotten)" in fresh.store
    other = SqliteAppData(data._folder.parent / "other")
    other.restore("app_1", "live", fresh.store)
    assert len(other.export("app_1", "live")["answers"]) == 38
    assert rewritten(one, data, lambda row: row).store == one.store
