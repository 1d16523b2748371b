"""Bundles and deltas damaged on disk are never executed: made again where that can be, else refused and told."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from runtime.bundles import BundleStore
from runtime.loaded import Loader
from runtime.wasm import WasmSandbox
from templates.bundle import digest_of
from templates.manifest import Digest
from tests.runtime import scene
from tests.runtime.damage import WAYS, Damage
from tests.runtime.door import SOURCE, Door, request_id

pytestmark = pytest.mark.scenario

OTHER = SOURCE.replace("hello", "hijacked")
DAMAGED = pytest.mark.parametrize("damage", WAYS.values(), ids=WAYS)


@pytest.fixture
def own(tmp_path: Path, sandbox: WasmSandbox) -> Iterator[Loader]:
    """A worker's loader of two apps, with an empty memory."""
    bundles = BundleStore(tmp_path / "bundles")
    for source in (SOURCE, OTHER):
        bundles.put(scene.bundle(source))
    loader = Loader(bundles, sandbox, tmp_path / "deltas", lambda *_: "")
    for source in (SOURCE, OTHER):
        loader.get(scene.bundle(source).digest, 0)
    loader.forget()
    yield loader


def delta(folder: Path, source: str) -> Path:
    return folder / "deltas" / digest_of(source.encode()).removeprefix("sha256:")


def blob(folder: Path, digest: Digest) -> Path:
    return folder / "bundles" / "blobs" / "sha256" / digest.removeprefix("sha256:")


@DAMAGED
def test_a_damaged_delta_is_made_again_from_its_bundle(  # K1
    own: Loader, tmp_path: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    path = delta(tmp_path, SOURCE)
    whole, other = path.read_bytes(), delta(tmp_path, OTHER).read_bytes()
    damage(path, delta(tmp_path, OTHER))
    was_there, is_folder = path.exists() or path.is_symlink(), path.is_dir()
    caplog.set_level(logging.ERROR, "slipway.loader")
    loaded = own.get(scene.bundle(SOURCE).digest, 0)
    assert loaded.prepared.held() > 0
    assert any("is not used: " in one.message for one in caplog.records) == was_there
    assert any("is not kept: " in one.message for one in caplog.records) == is_folder
    if not is_folder:
        assert path.read_bytes() == whole and not path.is_symlink()
    assert delta(tmp_path, OTHER).read_bytes() == other, "nothing was written through a link"


@pytest.mark.parametrize("part", ["index", "source"])
@DAMAGED
def test_an_app_whose_bundle_is_damaged_is_not_run_and_control_is_told_once(  # D1
    door: Door, damage: Damage, part: str
) -> None:
    digest = door.publish()
    other = door.bundles.put(scene.bundle(OTHER))
    named = (digest, other) if part == "index" else (digest_of(SOURCE.encode()), digest_of(OTHER.encode()))
    damage(*(blob(door.folder, one) for one in named))
    try:
        ben = door.visitor("ben")
        began = time.monotonic()
        replies = [ben.get("/") for _ in range(3)]
        assert time.monotonic() - began < 2
        for reply in replies:
            _refused(reply)
        assert door.calls() == 0
        door.settle()
        [document] = [one for name, one in door.control.asked if name == "breached"]
        assert (document["app"], document["kind"], document["row"]) == ("app_1", "Damaged", 0)
        assert document["request"] == request_id(replies[0])
        assert door.bundles.blob(named[1]), "the other app's is whole"
    finally:
        _mended(door.folder)


def _refused(reply: httpx2.Response) -> None:
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "60")
    assert "Lunch survey cannot be opened" in reply.text
    assert f"<strong>{request_id(reply)}</strong>" in reply.text
    assert "hijacked" not in reply.text


def _mended(folder: Path) -> None:
    for one in (folder / "bundles" / "blobs" / "sha256").iterdir():
        one.rmdir() if one.is_dir() and not one.is_symlink() else one.unlink()


@DAMAGED
def test_keeping_a_bundle_again_mends_what_is_damaged(tmp_path: Path, damage: Damage) -> None:
    store, kept, other = BundleStore(tmp_path), scene.bundle(SOURCE), scene.bundle(OTHER)
    digest, others = store.put(kept), store.put(other)
    path = tmp_path / "blobs" / "sha256" / digest.removeprefix("sha256:")
    damage(path, tmp_path / "blobs" / "sha256" / others.removeprefix("sha256:"))
    if path.is_dir():
        with pytest.raises(OSError, match="directory"):
            store.put(kept)
        path.rmdir()
    assert store.put(kept) == digest
    assert (store.get(digest), store.get(others)) == (kept, other)
