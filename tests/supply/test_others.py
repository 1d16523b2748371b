"""Others' tools accept what we sign and list, and refuse each way to pass something else off for it.

Node's verifiers are pinned in package-lock.json; `make test-supply` installs them. openssl is asked as well.
"""

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.operating import chain
from guardrails import keys
from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest
from tests.bot.desk import Desk
from tests.guardrails import signed
from tests.guardrails.signed import BUNDLE, MANIPULATIONS, made

HERE = Path(__file__).parent
pytestmark = pytest.mark.supply


def judged(cases: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    """What the judges say of each case: empty when they accept it."""
    assert (HERE / "node_modules").is_dir(), "the judges are not installed: run `make test-supply`"
    asked = json.dumps(cases)
    done = subprocess.run(["node", "judge.mjs"], cwd=HERE, input=asked, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    found: Mapping[str, str] = json.loads(done.stdout)
    return found


def case(signature: bytes, sbom: bytes, bundle: str, public: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "signature": base64.b64encode(signature).decode(),
        "sbom": base64.b64encode(sbom).decode(),
        "bundle": bundle.removeprefix("sha256:"),
        "keys": dict(public),
    }


OURS = {signed.key().id: signed.key().public}


def test_they_refuse_each_manipulation_and_accept_what_was_manipulated() -> None:  # K1, G6
    bad = {name: case(make(), made().sbom, BUNDLE, OURS) for name, make in MANIPULATIONS.items()}
    said = judged({**bad, "as it was signed": case(made().signature, made().sbom, BUNDLE, OURS)})
    assert [name for name, why in said.items() if not why] == ["as it was signed"]
    assert len(bad) >= 10


def _without(sbom: bytes, *names: str) -> bytes:
    return canonical_json({name: value for name, value in json.loads(sbom).items() if name not in names})


def test_they_refuse_an_sbom_that_is_none_or_another() -> None:  # G4
    sbom = made().sbom
    cases = {
        "as it is": {"sbom": base64.b64encode(sbom).decode()},
        "without a format": {"sbom": base64.b64encode(_without(sbom, "bomFormat")).decode()},
        "with a field of ours": {"sbom": base64.b64encode(sbom.replace(b'"components"', b'"pieces"')).decode()},
        "with half a digest": {"sbom": base64.b64encode(sbom.replace(b"a" * 64, b"a" * 9)).decode()},
        "another under our signature": case(made().signature, sbom.replace(b"50.0.1", b"50.0.2"), BUNDLE, OURS),
    }
    assert [name for name, why in judged(cases).items() if not why] == ["as it is"]


def test_they_accept_each_app_of_an_installation_from_its_folder_alone(tmp_path: Path) -> None:  # G4, G5, G7
    desk = Desk(tmp_path)
    for words in ("a lunch survey for ops", "track our laptops: model, serial number, price", "a snack survey for ops"):
        assert desk.press("slipway.publish", desk.ask(words)).bundle
    with Session(desk.wiring.engine) as session:
        public = {one.id: one.public for one in keys.every(session)}
    folder = desk.wiring.bundles.folder
    read: dict[str, dict[str, Any]] = {}
    for one in json.loads((folder / "index.json").read_text())["manifests"]:
        manifest = json.loads(blob(folder, one["digest"]))
        about = manifest.get("subject", one)["digest"]
        read.setdefault(about, {})[one["artifactType"]] = manifest
    cases = {
        about: case(
            blob(folder, found["application/vnd.dev.sigstore.bundle.v0.3+json"]["layers"][0]["digest"]),
            blob(folder, found["application/vnd.cyclonedx+json"]["layers"][0]["digest"]),
            found["application/vnd.slipway.bundle.v1+json"]["config"]["digest"],
            public,
        )
        for about, found in read.items()
    }
    assert judged(cases) == dict.fromkeys(read, "") and len(read) == 3


def blob(folder: Path, digest: str) -> bytes:
    content = (folder / "blobs" / "sha256" / digest.removeprefix("sha256:")).read_bytes()
    assert digest_of(content) == digest
    return content


def test_openssl_verifies_the_signature_over_what_dsse_says(tmp_path: Path) -> None:  # G6
    envelope = json.loads(made().signature)["dsseEnvelope"]
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    (tmp_path / "framed").write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    (tmp_path / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    (tmp_path / "key.pem").write_text(signed.key().public)
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "sig", "framed"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout == "Verified OK\n"
    with (tmp_path / "framed").open("ab") as more:
        more.write(b" ")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).returncode != 0


def test_we_and_they_agree_on_what_is_good(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    bundle = Digest(str(desk.ask().bundle))
    with Session(desk.wiring.engine) as session:
        trusted = keys.trusted(session)
        public = {one.id: one.public for one in keys.every(session)}
    (signature,), (sbom,) = desk.wiring.bundles.signatures(bundle), desk.wiring.bundles.sboms(bundle)
    assert chain.proof(bundle, signature, trusted)[0].sbom == digest_of(sbom)
    assert judged({"it": case(signature, sbom, bundle, public)}) == {"it": ""}
