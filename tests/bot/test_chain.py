"""From the words to the bundle: signed before it runs, computed again link by link, and unattested when one breaks."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.operating import chain
from bot.platformctl import command
from bot.rows.requests import Request, State
from bot.wiring import Smoked, Unavailable
from generator.openai_model import OpenAIModel
from generator.receipt import Receipt
from guardrails import audit, evidence, keys
from guardrails.evidence import EvidenceRow
from runtime.bundles import BundleStore
from templates.bundle import digest_of
from templates.manifest import Digest
from tests.bot.desk import Desk
from tests.generator.endpoint import endpoint
from tests.generator.test_openai_model import surveyor

pytestmark = pytest.mark.scenario

NAMES = ["files", "signature", "SBOM", "request", "prompt", "model", "parameters", "artefact"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def asked(desk: Desk) -> Request:
    found = desk.ask()
    assert found.state is State.PREVIEWED
    return found


def kept(desk: Desk) -> EvidenceRow:
    with Session(desk.wiring.engine) as session:
        return session.exec(select(EvidenceRow)).one()


def change(desk: Desk, **columns: str) -> None:
    """What is kept of the only app is something else now."""
    with Session(desk.wiring.engine) as session, session.begin():
        session.exec(select(EvidenceRow)).one().sqlmodel_update(columns)


def links(desk: Desk, request: Request) -> dict[str, bool]:
    with Session(desk.wiring.engine) as session:
        resting = evidence.of_bundle(session, str(request.bundle))
        trusted = keys.trusted(session)
    digest, wiring = Digest(str(request.bundle)), desk.wiring
    return {one.name: one.ok for one in chain.links(digest, resting, wiring.bundles, wiring.catalog, trusted)}


def verify(tmp_path: Path, name: str) -> int:
    return command.main(["verify", name, "--home", str(tmp_path)])


def test_an_app_is_signed_before_it_is_tried(tmp_path: Path) -> None:  # K1
    found: list[int] = []
    store = BundleStore(tmp_path / "bundles")

    def smoke(bundle: Digest) -> Smoked:
        found.append(len(store.signatures(bundle)))
        return Smoked()

    Desk(tmp_path, smoke=smoke).ask()
    assert found == [1]


def test_every_link_of_an_app_can_be_computed_again(desk: Desk, asked: Request) -> None:  # G7
    assert links(desk, asked) == dict.fromkeys(NAMES, True)


def test_the_statement_has_digests_and_no_words(desk: Desk, asked: Request, tmp_path: Path) -> None:  # G7
    (signature,) = desk.wiring.bundles.signatures(Digest(str(asked.bundle)))
    with Session(desk.wiring.engine) as session:
        said, _ = chain.proof(Digest(str(asked.bundle)), signature, keys.trusted(session))
    assert (said.source.id, said.source.model, said.source.template) == (asked.id, "router", "survey@1.0")
    assert said.source.words == digest_of(asked.text.encode())
    assert b"lunch survey for" not in signature and asked.text not in str(said)


def test_the_sbom_lists_what_the_app_is_made_of(desk: Desk, asked: Request) -> None:  # G4
    (listed,) = desk.wiring.bundles.sboms(Digest(str(asked.bundle)))
    names = {one["name"]: one for one in json.loads(listed)["components"]}
    assert {
        "survey",
        "app.js",
        "slot title",
        "guest.wasm",
        "quickjs-ng",
        "wasmtime",
        "slipway",
        "policies",
        "router",
    } <= {*names}
    assert all(one.get("hashes") or one.get("version") for one in names.values())
    assert names["slot title"]["properties"] == [{"name": "slipway:origin", "value": "said"}]
    assert not any("slipway:unknown" in json.dumps(one) for one in names.values())


def test_the_event_of_the_preview_names_the_attestation(desk: Desk, asked: Request) -> None:  # G7
    with Session(desk.wiring.engine) as session:
        told = [one for one in audit.story(session, asked.id) if one.action == "preview.opened"]
    assert [one.facts["attestation"] for one in told] == [kept(desk).attestation]


def test_verify_prints_each_link_and_exits_0(
    desk: Desk, asked: Request, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # G7
    assert verify(tmp_path, "lunch") == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == f"preview {asked.bundle}: attested"
    assert [one.split(":")[0].split()[1] for one in rest] == NAMES
    assert all(one.startswith("  ok      ") for one in rest)
    assert verify(tmp_path, str(asked.bundle)) == 0
    assert verify(tmp_path, "nobody") == 1
    assert capsys.readouterr().err == "platformctl: there is no app nobody\n"


@pytest.mark.parametrize(
    ("link", "columns"),
    [
        ("request", {"words": "another wish"}),
        ("prompt", {"receipt": '{"model":"m","prompts":"sha256:0","exchanges":[]}'}),
        ("parameters", {"answers": "{}"}),
    ],
)
def test_a_link_that_was_changed_is_broken_and_the_app_unattested(  # G7
    desk: Desk, asked: Request, tmp_path: Path, capsys: pytest.CaptureFixture[str], link: str, columns: dict[str, str]
) -> None:
    change(desk, **columns)
    assert links(desk, asked)[link] is False
    assert verify(tmp_path, "lunch") == 1
    printed = capsys.readouterr().out
    assert "unattested, preview only" in printed
    assert f"  BROKEN  {link}: what is kept is not what was signed\n" in printed


def _without_sbom(desk: Desk, asked: Request) -> None:
    (listed,) = desk.wiring.bundles.sboms(Digest(str(asked.bundle)))
    (desk.wiring.bundles.folder / "blobs" / "sha256" / digest_of(listed)[7:]).unlink()


def _flipped(desk: Desk, asked: Request) -> None:
    blob = desk.wiring.bundles.folder / "blobs" / "sha256" / str(asked.bundle)[7:]
    content = bytearray(blob.read_bytes())
    content[10] ^= 1
    blob.write_bytes(content)


def _unsigned(desk: Desk, asked: Request) -> None:
    (desk.wiring.bundles.folder / "referrers" / f"{str(asked.bundle)[7:]}.json").unlink()


def _revoked(desk: Desk, asked: Request) -> None:
    with Session(desk.wiring.engine) as session, session.begin():
        keys.revoke(session, kept(desk).key, "", 1)


BREAKS = {"SBOM": _without_sbom, "files": _flipped, "signature": _unsigned}


@pytest.mark.parametrize(("link", "damage"), [*BREAKS.items(), ("signature", _revoked)])
def test_what_is_damaged_or_revoked_breaks_its_link(  # G7, K1
    desk: Desk, asked: Request, link: str, damage: Callable[[Desk, Request], None]
) -> None:
    damage(desk, asked)
    assert links(desk, asked)[link] is False


@pytest.mark.parametrize("damage", [_without_sbom, _unsigned, _revoked])
def test_what_is_unattested_is_not_published(  # G7
    desk: Desk, asked: Request, damage: Callable[[Desk, Request], None]
) -> None:
    damage(desk, asked)
    pressed = desk.press("slipway.publish", asked)
    assert pressed.state is State.FAILED
    assert pressed.trouble.startswith("It is unattested, so it stays a preview. Broken: ")
    assert not any(one.startswith("live:") for one in desk.chat.keys)


def test_a_step_that_died_after_signing_is_taken_again_with_the_same_signature(tmp_path: Path) -> None:  # R5
    dies = [True]

    def smoke(bundle: Digest) -> Smoked:
        if dies:
            dies.clear()
            raise Unavailable("killed")
        return Smoked()

    desk = Desk(tmp_path, smoke=smoke)
    asked = desk.ask()
    with Session(desk.wiring.engine) as session:
        assert session.exec(select(EvidenceRow)).all() == []
    before = desk.wiring.bundles.signatures(Digest(str(asked.bundle)))
    desk.now += 10
    desk.tick()
    assert desk.seen(asked.id).state is State.PREVIEWED
    assert desk.wiring.bundles.signatures(Digest(str(asked.bundle))) == before
    assert kept(desk).attestation == digest_of(before[0])


def test_without_a_key_nothing_is_shown(desk: Desk) -> None:  # K1
    desk.wiring.notary.key.unlink()
    asked = desk.ask()
    for _ in range(8):
        desk.now += 100
        desk.tick()
    seen = desk.seen(asked.id)
    assert (seen.state, seen.trouble) == (State.FAILED, "Slipway cannot sign this app right now.")


def test_what_the_shelf_no_longer_has_cannot_be_proved(desk: Desk, asked: Request) -> None:  # G7
    shelf = desk.wiring.catalog
    without = replace(shelf, templates=tuple(one for one in shelf.templates if one.name != "survey"))
    desk.wiring = replace(desk.wiring, catalog=without)
    assert links(desk, asked)["artefact"] is False


def test_with_a_remote_model_what_was_sent_is_a_link_too(tmp_path: Path) -> None:  # G7, N2
    with endpoint(lambda asked: surveyor(asked, title="Lunch")) as served:
        desk = Desk(tmp_path, model=OpenAIModel(model="m", base_url=served.url))
        asked = desk.ask()
    receipt = Receipt.model_validate_json(kept(desk).receipt)
    assert [text for one in receipt.exchanges for _, text in one.messages] == [
        one["content"] for asked in served.asked for one in asked["messages"]
    ]
    assert links(desk, asked) == dict.fromkeys(NAMES, True)
    (listed,) = desk.wiring.bundles.sboms(Digest(str(asked.bundle)))
    names = {one["name"]: one for one in json.loads(listed)["components"]}
    assert names["m"]["type"] == "machine-learning-model"
    assert names["prompts"]["hashes"][0]["content"] == receipt.prompts[7:]
    change(desk, receipt=receipt.model_copy(update={"exchanges": ()}).model_dump_json())
    assert links(desk, asked) == {**dict.fromkeys(NAMES, True), "prompt": False}
