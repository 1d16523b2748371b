"""What an app is made of and how it came about: the same twice, and nothing else passes for it."""

import contextlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, SQLModel, create_engine

from guardrails import keys, sbom, signing
from guardrails.envelope import NotSigned, opened
from guardrails.keys import KeyRow, Trust
from guardrails.proof import problem, proof
from guardrails.sbom import Part
from guardrails.signing import NoKey
from templates.bundle import digest_of
from templates.manifest import Digest
from tests.guardrails import signed
from tests.guardrails.signed import BUNDLE, MANIPULATIONS, OTHER, made, trusted

TWICE = (
    "import sys; from tests.guardrails import signed; from guardrails import sbom; print(sbom.build(signed.whole()))"
)


def judged(*signatures: bytes, keys: keys.Trusted | None = None, missing: Digest | None = None) -> str:
    return problem(BUNDLE, signatures, trusted() if keys is None else keys, lambda digest: digest != missing)


def test_an_sbom_is_the_same_in_another_process() -> None:  # G4
    environ = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    again = subprocess.run([sys.executable, "-c", TWICE], env=environ, capture_output=True, text=True, check=True)
    assert again.stdout == f"{sbom.build(signed.whole())!r}\n"


def test_an_sbom_names_each_part_with_its_digest_and_where_it_came_from() -> None:  # G4
    document = json.loads(made().sbom)
    parts = {one["name"]: one for one in document["components"]}
    assert set(parts) == {"survey", "app.js", "wasmtime", "router"}
    assert parts["app.js"]["hashes"] == [{"alg": "SHA-256", "content": digest_of(b"handle")[7:]}]
    assert parts["app.js"]["properties"] == [{"name": "slipway:origin", "value": "filled in"}]
    assert parts["wasmtime"]["purl"] == "pkg:pypi/wasmtime@50.0.1"
    assert document["metadata"]["timestamp"] == "2027-01-15T08:00:00+00:00"
    assert (document["specVersion"], document["metadata"]["component"]["hashes"][0]["content"]) == ("1.6", "a" * 64)


def test_an_unknown_part_is_listed_as_unknown() -> None:  # G4
    strange = Part(name="survey", kind="framework", version="0.9", known=False)
    document = json.loads(sbom.build(signed.whole().model_copy(update={"parts": (strange,)})))
    assert document["components"][0]["properties"] == [{"name": "slipway:unknown", "value": "true"}]


def test_attesting_again_gives_the_same_bytes() -> None:  # R5
    assert made() == made()


def test_a_good_signature_of_a_trusted_key_lets_a_bundle_run() -> None:  # K1
    assert judged(made().signature) == ""
    found, by = proof(BUNDLE, made().signature, trusted())
    assert (found.source, found.sbom, by) == (signed.SOURCE, digest_of(made().sbom), signed.key().id)


@pytest.mark.parametrize("manipulated", MANIPULATIONS.values(), ids=MANIPULATIONS)
def test_nothing_else_passes_for_it(manipulated: object) -> None:  # K1, G6
    assert callable(manipulated)
    assert judged(manipulated()) != ""


@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_flipped_bit_changes_what_is_believed(at: int, bit: int) -> None:  # K1
    """Base64 has spare bits at its end; whatever still reads as signed is the very same statement."""
    whole = made().signature
    changed = bytearray(whole)
    changed[at % len(whole)] ^= 1 << bit
    # Most changed bits are refused; what opens all the same must say the same.
    with contextlib.suppress(NotSigned):
        assert opened(bytes(changed), trusted()) == opened(whole, trusted())


def test_why_it_is_not_believed_is_said() -> None:
    ours, (theirs,) = signed.key().id, trusted("theirs").values()
    assert judged(made().signature, keys={}) == f"the key {ours[7:19]} is not trusted here"
    assert judged(made().signature, keys={ours: theirs}) == f"the key {ours[7:19]} did not sign this"


def test_what_nobody_signed_does_not_run() -> None:  # K1
    assert judged() == "nobody signed it"


def test_without_its_sbom_it_does_not_run() -> None:  # G5, K1
    gone = digest_of(made().sbom)
    assert judged(made().signature, missing=gone) == "its SBOM is missing or damaged"
    for others in ((made().signature, made(by="theirs").signature), (made(by="theirs").signature, made().signature)):
        assert judged(*others, missing=gone) == "its SBOM is missing or damaged", "it says more than a stranger's key"


def test_one_good_signature_among_bad_ones_is_enough() -> None:
    assert judged(made(by="theirs").signature, b"{}", made().signature) == ""


def test_the_key_is_a_file_for_us_alone(tmp_path: Path) -> None:  # K1
    path = tmp_path / "signing.key"
    signed.key().keep(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing.read(path).id == signed.key().id
    path.chmod(0o640)
    with pytest.raises(NoKey, match="can be read by others"):
        signing.read(path)


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\n"])
def test_a_file_without_a_key_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "signing.key"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(NoKey, match="holds no key: run `platformctl key rotate`"):
        signing.read(path)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A database that trusts our key and theirs."""
    path = tmp_path / "control.db"
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine, tables=[KeyRow.__table__])
    with Session(engine) as session, session.begin():
        session.execute(text('CREATE TABLE clock (id INTEGER PRIMARY KEY, "offset" INTEGER NOT NULL)'))
        for one in (signed.key(), signed.key("theirs")):
            assert keys.trust(session, one.id, one.public, 1)
            assert not keys.trust(session, one.id, one.public, 2)
    engine.dispose()
    return path


def believed(path: Path, now: int = 1) -> Mapping[str, object]:
    return Trust(path, lambda: now).keys()


def test_an_ended_key_counts_until_its_grace_is_over_by_the_demos_clock_too(kept: Path) -> None:  # G6
    over = 1 + keys.VALID_DAYS * keys.DAY + keys.GRACE
    assert (len(believed(kept, over - 1)), len(believed(kept, over))) == (2, 0)
    with contextlib.closing(sqlite3.connect(kept)) as database, database:
        database.execute("INSERT INTO clock VALUES (1, 1000)")
    assert (len(believed(kept, over - 1001)), len(believed(kept, over - 1000))) == (2, 0)


def test_a_revoked_key_counts_no_more(kept: Path) -> None:  # K1
    assert set(believed(kept)) == {signed.key().id, signed.key("theirs").id}
    engine = create_engine(f"sqlite:///{kept}")
    with Session(engine) as session, session.begin():
        assert keys.revoke(session, signed.key().id, "lost", 3)
        assert not keys.revoke(session, signed.key().id, "lost", 4)
        assert set(keys.trusted(session)) == {signed.key("theirs").id}
    engine.dispose()
    assert set(believed(kept)) == {signed.key("theirs").id}


@pytest.mark.parametrize("instead", ["theirs", "nothing", ""])
def test_a_key_that_was_put_in_anothers_place_counts_for_nothing(kept: Path, instead: str) -> None:
    instead = signed.key(instead).public if instead == "theirs" else instead
    engine = create_engine(f"sqlite:///{kept}")
    with Session(engine) as session, session.begin():
        session.get_one(KeyRow, signed.key().id).public = instead
    engine.dispose()
    assert set(believed(kept)) == {signed.key("theirs").id}


def test_where_keys_cannot_be_read_nothing_is_believed(tmp_path: Path) -> None:  # K1
    assert believed(tmp_path / "nowhere.db") == {}


def test_a_bundle_is_not_another(tmp_path: Path) -> None:
    assert problem(OTHER, [made().signature], trusted(), lambda _: True) == "what was signed is another app"
