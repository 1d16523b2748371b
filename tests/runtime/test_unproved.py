"""A bundle that nobody whom we trust signed never runs; what is held in memory is verified again after a revocation."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlmodel import Session

from guardrails.keys import KeyRow
from runtime import apps
from runtime.bundles import BundleStore
from runtime.errors import Unproved
from runtime.loaded import Loader
from runtime.wasm import WasmSandbox
from templates.manifest import Digest
from tests.runtime import scene
from tests.runtime.door import SOURCE, Door, request_id

WHY = "the key 0123456789ab is not trusted here"


def test_its_visitors_get_a_page_and_control_is_told_why_once(door: Door) -> None:  # K1
    door.publish()
    door.unproved = WHY
    ben = door.visitor("ben")
    for reply in [ben.get("/") for _ in range(3)]:
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "60")
        assert "Lunch survey cannot be opened" in reply.text
        assert "Nobody whom Slipway trusts signed its files, so nothing of it was run." in reply.text
        assert f"<strong>{request_id(reply)}</strong>" in reply.text
    assert door.calls() == 0
    door.settle()
    [document] = [one for name, one in door.control.asked if name == "breached"]
    assert (document["kind"], document["detail"], document["row"]) == ("Unproved", WHY, 0)


def test_what_is_signed_meanwhile_runs_with_the_next_visit(door: Door) -> None:
    door.publish()
    door.unproved = WHY
    ben = door.visitor("ben")
    assert ben.get("/").status_code == 503
    door.unproved = ""
    assert ben.get("/").text == "hello Ben"


def test_a_revoked_key_stops_what_is_held_in_memory_with_the_next_visit(door: Door) -> None:  # K1
    door.publish()
    ben = door.visitor("ben")
    assert ben.get("/").status_code == 200
    door.unproved = WHY
    assert ben.get("/").status_code == 200, "nothing is verified again at each visit"
    with Session(door.engine) as session, session.begin():
        session.add(KeyRow(id="k", public="", created_at=1, ends_at=9, revoked_at=2))
        apps.touch_routes(session)
    assert ben.get("/").status_code == 503


def test_the_list_of_its_parts_is_there_for_whoever_may_visit(door: Door) -> None:  # G5
    kept = door.bundles.get(door.publish())
    ben = door.visitor("ben")
    assert ben.get("/_slipway/sbom").status_code == 404
    door.bundles.attach(kept, b'{"bomFormat":"CycloneDX"}', b"{}")
    listed = ben.get("/_slipway/sbom")
    assert (listed.json(), listed.headers["content-type"]) == (
        {"bomFormat": "CycloneDX"},
        "application/vnd.cyclonedx+json",
    )
    assert door.visitor("dora").get("/_slipway/sbom").status_code == 403


@pytest.fixture
def asked(tmp_path: Path, sandbox: WasmSandbox) -> tuple[Loader, list[tuple[Digest, Sequence[bytes]]], Digest]:
    """A loader of one signed bundle, and what its `verify` was asked."""
    bundles = BundleStore(tmp_path / "bundles")
    digest = bundles.put(scene.bundle(SOURCE))
    bundles.attach(scene.bundle(SOURCE), b"{}", b"signed")
    found: list[tuple[Digest, Sequence[bytes]]] = []

    def verify(bundle: Digest, signatures: Sequence[bytes], holds: Callable[[Digest], bool]) -> str:
        assert holds(bundle)
        found.append((bundle, signatures))
        return "" if len(found) < 3 else WHY

    return Loader(bundles, sandbox, tmp_path / "deltas", verify), found, digest


def test_a_bundle_is_verified_when_it_is_loaded_and_not_for_each_call(  # K1
    asked: tuple[Loader, list[tuple[Digest, Sequence[bytes]]], Digest],
) -> None:
    loader, found, digest = asked
    for _ in range(3):
        loader.get(digest, 0)
    assert found == [(digest, [b"signed"])]
    loader.forget()
    loader.get(digest, 0)
    assert len(found) == 2
    loader.get(digest, revoked=0)
    assert len(found) == 2
    with pytest.raises(Unproved, match=WHY):
        loader.get(digest, revoked=1)
