"""The evidence pack is verified from the file alone: no network, no installation; each part manipulated is rejected."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.chat import Place, Pressed
from bot.ending import endings
from bot.hearing import listening
from bot.platformctl import command, pack, sealing
from bot.rows.requests import Request, State
from generator.openai_model import OpenAIModel
from guardrails import audit, envelope, signing
from guardrails.approvals import ProposalRow
from guardrails.audit import AuditRow
from templates.bundle import digest_of
from tests.bot.desk import OPS, WORKSPACE, Desk
from tests.generator.endpoint import endpoint
from tests.generator.test_openai_model import surveyor

WIDE = "a feedback survey about the new office for everyone in the company"
Files = Mapping[str, bytes]


def published(desk: Desk) -> Request:
    """A survey for everyone, which ben approved; ana signed in and its entries were downloaded."""
    asked = desk.press("slipway.publish", desk.ask(WIDE))
    assert asked.state is State.PROPOSED
    hint = json.dumps({"request": asked.id, "proposal": asked.proposal})
    place = Place(WORKSPACE, OPS)
    listening.keep(desk.wiring, Pressed("P-yes", place, "U2", "slipway.approve", hint, "1.0", "t"))
    desk.tick()
    live = desk.seen(asked.id)
    assert live.state is State.LIVE
    with Session(desk.wiring.engine) as session, session.begin():
        for action in ("visitor.signed_in", "visitor.signed_in", "export.downloaded"):
            audit.append(
                session, workspace=WORKSPACE, actor="U3", action=action, subject=str(live.app), now=desk.now + 60
            )
    return live


def packed(desk: Desk, out: Path, *more: str) -> int:
    app = desk_app(desk)
    home = desk.wiring.notary.key.parent
    return command.main(["evidence", app, "--out", str(out), "--home", str(home), *more])


def desk_app(desk: Desk) -> str:
    with Session(desk.wiring.engine) as session:
        return session.exec(select(ProposalRow.app)).first() or ""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An installation in which everything happened, a model included."""
    with endpoint(lambda asked: surveyor(asked, title="New office", audience="org")) as served:
        made = Desk(tmp_path_factory.mktemp("desk"), model=OpenAIModel(model="m", base_url=served.url))
        published(made)
    return made


@pytest.fixture(scope="module")
def whole(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its pack, words included."""
    out = tmp_path_factory.mktemp("packed") / "pack.zip"
    assert packed(desk, out, "--words") == 0
    return out


def files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, content: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def resealed(content: Files, key: signing.SigningKey) -> Files:
    """As somebody would seal it who has that key."""
    rest = {name: data for name, data in content.items() if name != pack.SEAL}
    digests = {name: digest_of(data) for name, data in rest.items()}
    app = json.loads(rest[pack.DATA])["app"]
    return {**rest, pack.SEAL: envelope.sign(sealing.statement(app, digests), key)}


def verify(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    capsys.readouterr()
    code = command.main(["verify", str(path), *more])
    said = capsys.readouterr()
    return code, (said.out + said.err).splitlines()


def test_every_link_of_a_pack_is_computed_again(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:  # N13, G7
    code, lines = verify(whole, capsys)
    assert code == 0, lines
    found = dict(line.removeprefix("ok      ").split(": ", 1) for line in lines if line.startswith("ok "))
    assert list(found) == [
        *("keys", "seal", "request", "proposal", "verdict", "policies", "approvals", "signature", "SBOM", "receipt"),
        *("words", "answers", "events", "protected reads", "retirement", "audit chain"),
    ]
    assert found["verdict"].startswith("needs approval")
    assert found["approvals"] == "Ben (U2) said yes for platform-approvers"
    assert found["receipt"].endswith(
        f"to m, prompts {json.loads(files(whole)['published/1/receipt.json'])['prompts'][7:19]}"
    )
    assert found["protected reads"] == "3, as the record has them"
    [made] = [one for one in json.loads(files(whole)[pack.DATA])["audit"] if one["action"] == "evidence.packed"]
    assert made["why"] == "with words and answers", "whoever packs reads, and that is told as well"
    assert found["retirement"] == "it has not ended"
    assert lines[-1] == f"{whole}: every link holds"


ALONE = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.", "sqlite3.")):
        raise PermissionError(f"{event} is refused")

sys.addaudithook(refuse)
from bot.platformctl import command

sys.exit(command.main(sys.argv[1:]))
"""


def test_it_is_verified_without_network_and_without_an_installation(whole: Path, tmp_path: Path) -> None:  # N13
    ran = subprocess.run(
        [sys.executable, "-c", ALONE, "verify", str(whole)],
        cwd=Path(__file__).parents[2],
        env={"HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith(": every link holds\n")
    assert list(tmp_path.iterdir()) == []


def test_the_refusal_of_that_test_refuses() -> None:
    child = ALONE.replace("from bot.platformctl import command", "import socket; socket.socket().bind(('', 0))")
    ran = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, timeout=50)
    assert "is refused" in ran.stderr


def test_every_part_that_is_changed_is_named(  # N13
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = files(whole)
    for name in (one for one in good if one != pack.SEAL):
        flipped = bytes([*good[name][:-9], good[name][-9] ^ 1, *good[name][-8:]])
        code, lines = verify(zipped(tmp_path / "changed.zip", {**good, name: flipped}), capsys)
        assert code == 1
        told = [line for line in lines if f"BROKEN  seal: {name} is not what was sealed" in line]
        assert told or "cannot be read" in lines[-1] or f"{pack.KEYS}" in name, (name, lines)


def test_every_part_that_is_missing_is_named(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # N13, S16
    good = files(whole)
    for name in (one for one in good if one != pack.DATA):
        rest = {each: data for each, data in good.items() if each != name}
        code, lines = verify(zipped(tmp_path / "less.zip", rest), capsys)
        assert code == 1
        assert [one for one in lines if name in one or one.startswith(("GAP", "BROKEN")) or "missing" in one], name


def test_what_was_put_in_is_named(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # N13
    more = {**files(whole), "no\x1b[2Jte.txt": b"x"}
    code, lines = verify(zipped(tmp_path / "more.zip", more), capsys)
    assert (code, next(one for one in lines if "BROKEN" in one)) == (
        1,
        "BROKEN  seal: no?[2Jte.txt is not what was sealed",
    )


Change = Callable[[dict[str, Any]], object]


def changed(content: Files, name: str, change: Change) -> Files:
    document = json.loads(content[name])
    change(document)
    return {**content, name: json.dumps(document).encode()}


def first(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["published"][0]
    return found


FORGED: Mapping[str, tuple[str, Change, str]] = {
    "a proposal for more": (
        pack.DATA,
        lambda one: first(one)["proposal"].update(cost_high=99),
        "proposal: its content is not what its digest names",
    ),
    "another asker": (
        pack.DATA,
        lambda one: first(one).update(asker="person_x"),
        "proposal: the record does not tell that its asker asked for it",
    ),
    "an approval by somebody else": (
        pack.DATA,
        lambda one: first(one)["approvals"][0].update(person="person_x"),
        "approvals: the record does not tell of the word of Ben (U2)",
    ),
    "an approval left out": (
        pack.DATA,
        lambda one: first(one).update(approvals=[]),
        "approvals: the record tells of words that the pack does not have",
    ),
    "approvers that nobody needed": (
        pack.DATA,
        lambda one: first(one).update(needs=[]),
        "verdict: it is not the one that the proposal rests on",
    ),
    "reads that nobody counts": (
        pack.DATA,
        lambda one: one.update(reads=[]),
        "protected reads: the pack counts others than the record",
    ),
    "an event left out": (
        pack.DATA,
        lambda one: one["audit"].pop(),
        "events: the pack tells of others than the record",
    ),
    "an end that never was": (
        pack.DATA,
        lambda one: one.update(ended={"stage": "retired", "at": 1, "told": [["app.cleared", 1, "sha256:" + "0" * 64]]}),
        "retirement: the receipt names events that the record does not have",
    ),
    "a verdict that allows": (
        pack.VERDICT,
        lambda one: one.update(decision="allow"),
        "verdict: the record tells of another decision",
    ),
    "other policies": (
        pack.POLICIES,
        lambda one: one.pop("audience.rego"),
        "policies: their text is not what judged it",
    ),
    "another component": (
        "published/1/sbom.cdx.json",
        lambda one: one["components"].pop(),
        "SBOM: it is not the one that was signed",
    ),
    "another prompt": (
        "published/1/receipt.json",
        lambda one: one.update(model="another"),
        "receipt: it is not the one that was signed",
    ),
    "other words": (
        "published/1/said.json",
        lambda one: one.update(words="something else"),
        "words: they are not what was signed",
    ),
    "other answers": (
        "published/1/said.json",
        lambda one: one.update(answers="{}"),
        "answers: they are not what was signed",
    ),
    "another signature": (
        "published/1/signature.sigstore.json",
        lambda one: one["dsseEnvelope"].update(payload="e30="),
        "signature: the key ",
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_whoever_has_the_key_that_seals_cannot_change_what_others_wrote(  # N13
    desk: Desk, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    name, change, told = FORGED[what]
    key = signing.read(desk.wiring.notary.key)
    forged = resealed(changed(files(whole), name, change), key)
    code, lines = verify(zipped(tmp_path / "forged.zip", forged), capsys)
    assert code == 1
    assert [one for one in lines if one.startswith(f"BROKEN  {told}")], lines


def test_a_chain_that_was_edited_is_named_by_its_range(  # N13, G8
    desk: Desk, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, key = files(whole), signing.read(desk.wiring.notary.key)
    lines = good[pack.RECORD].decode().splitlines()
    for edited, told in (
        (lines[:3] + lines[4:], "event 3 is missing"),
        ([*lines[:3], lines[3].replace('"why":"', '"why":"x'), *lines[4:]], "event 3 was changed"),
        (lines[:-1], "is missing"),
    ):
        forged = resealed({**good, pack.RECORD: "\n".join(edited).encode() + b"\n"}, key)
        code, said = verify(zipped(tmp_path / "forged.zip", forged), capsys)
        assert code == 1
        assert [one for one in said if one.startswith("BROKEN  audit chain:") and told in one], said


def test_a_seal_and_signatures_by_somebody_elses_key_count_only_until_a_key_is_named(  # N13
    desk: Desk, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = signing.read(desk.wiring.notary.key), signing.make()
    code, lines = verify(whole, capsys, "--key", ours.id[7:27])
    assert (code, [one for one in lines if "own keys" in one]) == (0, [])
    [good] = json.loads(files(whole)[pack.KEYS])["keys"]
    both = [good, {**good, "id": theirs.id, "public": theirs.public}]
    forged = resealed({**files(whole), pack.KEYS: json.dumps({"keys": both}).encode()}, theirs)
    path = zipped(tmp_path / "theirs.zip", forged)
    code, lines = verify(path, capsys)
    assert (code, [one for one in lines if "own keys" in one]) == (
        0,
        ["These are the pack's own keys: compare them with `platformctl key list` there, or name them with --key."],
    )
    code, lines = verify(path, capsys, "--key", ours.id)
    assert code == 1
    assert f"BROKEN  seal: the key {theirs.id[7:19]} is not trusted here" in lines
    assert verify(whole, capsys, "--key", "abc") == (
        1,
        ["platformctl: name a key by at least 12 digits of its id, as `platformctl key list` prints it"],
    )


def test_a_key_that_was_revoked_proves_nothing(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # N13, K1
    forged = changed(files(whole), pack.KEYS, lambda one: one["keys"][0].update(revoked_at=1))
    code, lines = verify(zipped(tmp_path / "revoked.zip", forged), capsys)
    assert code == 1
    assert "GAP     keys: none that counts is in the pack" in lines
    assert [one for one in lines if one.startswith("BROKEN  signature: the key ") and "is not trusted" in one]


def test_an_anchor_of_ones_own_is_held_against_the_chain(  # N13, S12
    desk: Desk, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session(desk.wiring.engine) as session:
        seq, digest = session.exec(select(AuditRow.seq, AuditRow.digest).where(AuditRow.seq == 5)).one()
    assert verify(whole, capsys, "--anchor", f"{seq}:{digest}")[0] == 0
    code, lines = verify(whole, capsys, "--anchor", f"5:sha256:{'0' * 64}")
    assert code == 1
    assert [one for one in lines if one.endswith("not what was anchored (anchored as you said)")], lines
    code, lines = verify(whole, capsys, "--anchor", f"9999:sha256:{'0' * 64}")
    assert code == 1
    assert "GAP     audit chain: event 9999, which you named, is not in this stretch" in lines


def test_what_was_sent_to_a_model_is_in_the_pack_and_words_only_when_asked(  # N13, N2
    desk: Desk, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert packed(desk, tmp_path / "plain.zip") == 0
    assert "published/1/said.json" in files(whole)
    plain = files(tmp_path / "plain.zip")
    assert "published/1/said.json" not in plain
    assert WIDE in json.dumps(json.loads(plain["published/1/receipt.json"]))
    code, lines = verify(tmp_path / "plain.zip", capsys)
    assert (code, [one for one in lines if "words" in one or "answers" in one]) == (0, [])


def test_the_retirement_receipt_is_in_the_pack_and_in_the_record(  # N13, N6
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(tmp_path)
    asked = desk.press("slipway.publish", desk.ask())
    for days in (200, 4):  # nobody was reminded, so the end is put off once
        desk.now += days * 86_400
        endings.tick(desk.wiring)
    out = tmp_path / "ended.zip"
    assert packed(desk, out) == 0
    told = json.loads(files(out)[pack.DATA])["ended"]
    assert (told["stage"], [one[0] for one in told["told"]][-2:]) == ("archived", ["app.exported", "app.cleared"])
    code, lines = verify(out, capsys)
    assert code == 0 and [one for one in lines if one.startswith("ok      retirement: archived, told by ")]
    assert asked.app


def test_each_time_it_went_live_has_its_own_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # N13
    desk = Desk(tmp_path)
    asked = desk.press("slipway.publish", desk.ask())
    desk.send(asked, title="Lunch again")
    desk.press("slipway.publish", desk.seen(asked.id))
    out = tmp_path / "twice.zip"
    assert packed(desk, out) == 0
    code, lines = verify(out, capsys)
    assert code == 0, lines
    links = {one[8:].split(":")[0] for one in lines if one.startswith("ok ")}
    assert {"proposal 1", "signature 1", "SBOM 1", "proposal 2", "verdict 2", "signature 2", "SBOM 2"} <= links


def test_a_pack_without_a_seal_is_incomplete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # S16
    desk = Desk(tmp_path)
    desk.press("slipway.publish", desk.ask())
    desk.wiring.notary.key.unlink()
    out = tmp_path / "unsealed.zip"
    assert packed(desk, out) == 1
    assert capsys.readouterr().out.startswith("GAP  seal: there is no signing key here")
    code, lines = verify(out, capsys)
    assert (code, lines[-1]) == (1, f"{out}: INCOMPLETE")
    assert "GAP     seal: nobody sealed it, so nothing says that its page and its names are as they were" in lines


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"no zip at all"],
)
def test_what_is_no_pack_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(content)
    code, lines = verify(path, capsys)
    assert (code, lines[0][: len(f"platformctl: {path} is no evidence pack")]) == (
        1,
        f"platformctl: {path} is no evidence pack",
    )


def test_a_pack_with_the_same_file_twice_is_none(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "twice.zip", BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files(whole).items():
            archive.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(pack.DATA, b"{}")
    path.write_bytes(out.getvalue())
    assert verify(path, capsys) == (
        1,
        [f"platformctl: {path} is no evidence pack: it has too many files, or one of them twice"],
    )
