"""Apps that nobody visits: they hold no memory for long, and come back by their digest."""

from pathlib import Path

import pytest

from runtime import loaded
from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from runtime.loaded import Loader
from runtime.wasm import WasmSandbox
from templates.bundle import digest_of
from templates.manifest import Digest
from tests.runtime import scene

pytestmark = pytest.mark.scenario

SOURCE = "export function handle(call) { return { body: 'app NUMBER' } }"


@pytest.fixture
def many(tmp_path: Path, sandbox: WasmSandbox) -> tuple[Loader, list[Digest]]:
    """A worker's loader that has made one app more ready than it keeps in memory, the first of them first."""
    bundles = BundleStore(tmp_path / "bundles")
    loader = Loader(bundles, sandbox, tmp_path / "deltas", lambda *_: "")
    digests = [bundles.put(scene.bundle(SOURCE.replace("NUMBER", str(one)))) for one in range(loaded.KEEP + 1)]
    for one in digests:
        loader.get(one, 0)
    return loader, digests


def blob(folder: Path, digest: Digest) -> Path:
    return folder / "bundles" / "blobs" / "sha256" / digest.removeprefix("sha256:")


def test_an_idle_app_leaves_memory_and_comes_back_by_its_digest(  # D1
    many: tuple[Loader, list[Digest]], tmp_path: Path
) -> None:
    loader, digests = many
    away = tmp_path / "away"
    delta = tmp_path / "deltas" / digest_of(SOURCE.replace("NUMBER", "0").encode()).removeprefix("sha256:")
    made = delta.stat().st_mtime_ns
    for digest in (digests[0], digests[-1]):
        blob(tmp_path, digest).rename(away)
        if digest == digests[0]:
            with pytest.raises(Corrupt, match="cannot be read: No such file"):
                loader.get(digest, 0)
        else:
            assert loader.get(digest, 0), "the last one visited is in memory"
        away.rename(blob(tmp_path, digest))
    assert loader.get(digests[0], 0).manifest.title == "Lunch survey"
    assert delta.stat().st_mtime_ns == made, "its source was not evaluated again"


def test_what_comes_back_is_verified(many: tuple[Loader, list[Digest]], tmp_path: Path) -> None:  # D1
    loader, digests = many
    blob(tmp_path, digests[0]).write_bytes(blob(tmp_path, digests[1]).read_bytes())
    with pytest.raises(Corrupt, match="on disk is something else"):
        loader.get(digests[0], 0)
