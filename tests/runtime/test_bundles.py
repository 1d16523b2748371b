"""The bundle store: bytes by digest, checked whenever they are read."""

from pathlib import Path

import pytest

from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from templates.bundle import digest_of
from templates.manifest import Digest
from tests.runtime import scene


def test_a_bundle_comes_back_as_it_went_in(tmp_path: Path) -> None:
    store, kept = BundleStore(tmp_path), scene.bundle("handle", **{"app.css": b"body{}"})
    digest = store.put(kept)
    assert digest == kept.digest
    assert BundleStore(tmp_path).get(digest) == kept
    assert (tmp_path / "oci-layout").read_text() == '{"imageLayoutVersion":"1.0.0"}'


def test_keeping_the_same_bundle_again_writes_nothing(tmp_path: Path) -> None:
    store, kept = BundleStore(tmp_path), scene.bundle("handle")
    store.put(kept)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    store.put(kept)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_changed_byte_is_found_and_mended_by_keeping_it_again(tmp_path: Path) -> None:
    store, kept = BundleStore(tmp_path), scene.bundle("handle")
    digest = store.put(kept)
    blob = tmp_path / "blobs" / "sha256" / digest_of(b"handle").removeprefix("sha256:")
    blob.write_bytes(b"hijack")
    with pytest.raises(Corrupt, match="on disk is something else"):
        store.get(digest)
    assert store.put(kept) == digest
    assert store.get(digest) == kept


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Corrupt, match="cannot be read: No such file or directory"):
        BundleStore(tmp_path).get(scene.BUNDLE)


@pytest.mark.parametrize("name", ["", "sha256:../../etc/passwd", "md5:" + "a" * 32, "sha256:" + "A" * 64, "a" * 64])
def test_what_is_no_digest_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(Corrupt, match="is no digest"):
        BundleStore(tmp_path).blob(Digest(name))


def test_a_write_cut_short_leaves_no_blob(tmp_path: Path) -> None:
    store, kept = BundleStore(tmp_path), scene.bundle("handle")
    cut = tmp_path / "blobs" / "sha256" / f".{kept.digest.removeprefix('sha256:')}.4711.draft"
    cut.write_bytes(b"{")
    assert store.get(store.put(kept)) == kept
