"""The bundle store: bytes by digest, checked whenever they are read."""

import json
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


KEPT = scene.bundle("handle", **{"app.css": b"body{}"})
SBOM, SIGNATURE = b'{"components":[]}', b'{"dsseEnvelope":{}}'


def attached(folder: Path, *signatures: bytes) -> tuple[BundleStore, Digest]:
    store = BundleStore(folder)
    digest = store.put(KEPT)
    for one in signatures or (SIGNATURE,):
        store.attach(KEPT, SBOM, one)
    return store, digest


def test_what_belongs_to_a_bundle_is_found_by_its_digest_newest_first(tmp_path: Path) -> None:  # G5
    store, digest = attached(tmp_path, SIGNATURE, b"later")
    assert (store.signatures(digest), store.sboms(digest)) == ([b"later", SIGNATURE], [SBOM, SBOM])
    assert store.holds(digest_of(SBOM)) and not store.holds(scene.OTHER)


def test_a_bundle_from_before_is_read_and_has_nothing_beside_it(tmp_path: Path) -> None:
    store, kept = BundleStore(tmp_path), scene.bundle("handle")
    digest = store.put(kept)
    assert (store.get(digest), store.signatures(digest), store.sboms(digest)) == (kept, [], [])


def test_the_folder_is_an_image_layout_that_others_can_walk(tmp_path: Path) -> None:  # G5
    _, digest = attached(tmp_path)
    index = json.loads((tmp_path / "index.json").read_text())
    read = {}
    for one in index["manifests"]:
        content = (tmp_path / "blobs" / "sha256" / one["digest"][7:]).read_bytes()
        assert (len(content), digest_of(content)) == (one["size"], one["digest"])
        manifest = read[one["artifactType"]] = json.loads(content)
        for part in (manifest["config"], *manifest["layers"]):
            assert (tmp_path / "blobs" / "sha256" / part["digest"][7:]).stat().st_size == part["size"]
    about = read["application/vnd.slipway.bundle.v1+json"]
    assert about["config"]["digest"] == digest
    assert [one["annotations"]["org.opencontainers.image.title"] for one in about["layers"]] == [
        "app.js",
        "static/app.css",
    ]
    listed, signed = read["application/vnd.cyclonedx+json"], read["application/vnd.dev.sigstore.bundle.v0.3+json"]
    assert listed["layers"][0]["digest"] == digest_of(SBOM)
    assert (
        signed["subject"]
        == listed["subject"]
        == {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": index["manifests"][0]["digest"],
            "size": index["manifests"][0]["size"],
        }
    )


def test_attaching_the_same_again_writes_nothing(tmp_path: Path) -> None:
    store, _ = attached(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    store.attach(KEPT, SBOM, SIGNATURE)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("damaged", [b"", b"{", b'{"manifests": 3}', None])
def test_a_damaged_index_is_made_again_from_what_each_bundle_has(tmp_path: Path, damaged: bytes | None) -> None:
    attached(tmp_path)
    index = tmp_path / "index.json"
    whole = json.loads(index.read_text())["manifests"]
    index.unlink() if damaged is None else index.write_bytes(damaged)
    store = BundleStore(tmp_path)
    store.attach(scene.bundle("another"), SBOM, b"its own")
    assert json.loads(index.read_text())["manifests"][: len(whole)] == whole


@pytest.mark.parametrize("damaged", [b"", b"[]", b'{"manifests": [3, {}]}', b'{"manifests": [{"digest": "x"}]}'])
def test_damaged_referrers_prove_nothing_and_attaching_mends_them(tmp_path: Path, damaged: bytes) -> None:  # K1
    store, digest = attached(tmp_path)
    path = tmp_path / "referrers" / f"{digest[7:]}.json"
    path.write_bytes(damaged)
    assert store.signatures(digest) == []
    store.attach(KEPT, SBOM, SIGNATURE)
    assert store.signatures(digest) == [SIGNATURE]


def test_a_signature_that_was_changed_on_disk_is_left_out(tmp_path: Path) -> None:  # K1
    store, digest = attached(tmp_path, SIGNATURE, b"later")
    (tmp_path / "blobs" / "sha256" / digest_of(b"later")[7:]).write_bytes(b"other")
    assert store.signatures(digest) == [SIGNATURE]
