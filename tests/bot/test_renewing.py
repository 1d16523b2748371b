"""A key ends: warned of, then loud, nothing new; what runs goes on until the grace is over, or is signed anew."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bot import gateway
from bot.operating import keyring, renewing
from bot.platformctl import command
from bot.rows.requests import Request, State
from guardrails import audit, keys, signing
from guardrails.audit import AuditRow
from guardrails.evidence import EvidenceRow
from templates.manifest import Digest
from tests.bot.desk import Desk

DAY = 86_400
OPERATORS = "C0OPERATORS"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, operators=OPERATORS)


@pytest.fixture
def live(desk: Desk) -> Request:
    found = desk.press("slipway.publish", desk.ask())
    assert found.state is State.LIVE
    return found


def later(desk: Desk, days: float) -> None:
    desk.now += int(days * DAY)


def hours(desk: Desk, count: int = 1) -> None:
    """So many rounds of what control does each hour."""
    for _ in range(count):
        renewing.tick(desk.wiring)
        desk.now += 3600
    desk.tick()


def told(desk: Desk) -> list[str]:
    """What stands in the operators' channel."""
    return [one.text for one in desk.chat.messages.values() if "igning key" in one.text or "SIGNING KEY" in one.text]


def runs(desk: Desk, request: Request) -> str:
    """Why a worker would not run it now; empty when it would."""
    store, bundle = desk.wiring.bundles, Digest(str(request.bundle))
    verify = gateway.verify(desk.wiring.notary.key.parent / "control.db", lambda: desk.now)
    return verify(bundle, store.signatures(bundle), store.holds)


def key(desk: Desk, *words: str) -> int:
    return command.main(["key", *words, "--home", str(desk.wiring.notary.key.parent)])


def test_the_operators_are_warned_for_thirty_days_once_a_week(desk: Desk, live: Request) -> None:  # G6
    later(desk, 334)
    hours(desk)
    assert told(desk) == []
    later(desk, 2)
    for _ in range(8):
        hours(desk, 3)
        later(desk, 1)
    first, _ = told(desk)
    assert first == (
        f":key: The signing key `{signing.read(desk.wiring.notary.key).id[7:19]}` ends on Tue 7 Dec 2027, 10:00 UTC; "
        "then nothing new is built. Run `platformctl key rotate`: what runs is signed anew within the hour, and goes "
        "on."
    )


def test_an_ended_key_is_loud_each_day_and_what_runs_goes_on(  # G6
    desk: Desk, live: Request, caplog: pytest.LogCaptureFixture
) -> None:
    later(desk, 365)
    caplog.clear()
    hours(desk, 48)
    assert len(told(desk)) == len([one for one in caplog.records if "ENDED" in one.getMessage()]) == 2
    assert told(desk)[0].startswith(":rotating_light: THE SIGNING KEY `")
    assert "ENDED on Tue 7 Dec 2027, 10:00 UTC. Nothing new is signed with it. On Mon 6 Mar 2028" in told(desk)[0]
    assert runs(desk, live) == ""


def test_with_an_ended_key_nothing_new_is_built_and_its_asker_reads_why(desk: Desk, live: Request) -> None:  # G6
    later(desk, 365)
    asked = desk.ask("a snack survey for ops")
    assert (asked.state, asked.trouble) == (
        State.FAILED,
        "The key that signs apps ended on Tue 7 Dec 2027, 10:00 UTC, so nothing new is built or published. The "
        "platform team has to make another, with `platformctl key rotate`; then ask again. What is live runs on until "
        "Mon 6 Mar 2028, 10:00 UTC.",
    )
    assert desk.wiring.bundles.signatures(Digest(str(asked.bundle))) == []


def test_what_was_previewed_before_is_not_published_after(desk: Desk) -> None:  # G6
    asked = desk.ask()
    later(desk, 365)
    pressed = desk.press("slipway.publish", asked)
    assert pressed.state is State.PREVIEWED
    assert "nothing new is built or published" in desk.chat.whispers[-1]


def test_after_the_grace_it_stops_like_what_a_revoked_key_signed(desk: Desk, live: Request) -> None:  # G6, K1
    later(desk, 365 + 89)
    hours(desk)
    assert runs(desk, live) == ""
    later(desk, 1)
    ended = signing.read(desk.wiring.notary.key).id
    assert runs(desk, live) == f"the key {ended[7:19]} is not trusted here", "also while control is away"
    hours(desk)
    with Session(desk.wiring.engine) as session:
        [event] = session.exec(select(AuditRow).where(AuditRow.action == "key.revoked")).all()
        assert audit.verify(session, "T1") == ()
        assert keys.trusted(session) == {}
    assert (event.actor, event.subject, event.why) == ("slipway", ended, renewing.OVER)
    assert f":octagonal_sign: The signing key `{ended[7:19]}` has ended. 1 app stopped: Lunch." in told(desk)
    stopped = [one.text for one in desk.chat.messages.values() if "is stopped" in one.text]
    assert stopped and all("the key that signed it has ended." in one for one in stopped)
    assert desk.ask("a snack survey for ops").state is State.FAILED


def test_a_new_key_signs_anew_what_runs_and_it_outlives_the_old_one(desk: Desk, live: Request) -> None:  # G6
    later(desk, 340)
    old = signing.read(desk.wiring.notary.key).id
    before = desk.wiring.bundles.signatures(Digest(str(live.bundle)))
    keyring.rotate(desk.wiring.engine, desk.wiring.notary.key, "operator", desk.now)
    hours(desk, 3)
    assert told(desk) == []
    with Session(desk.wiring.engine) as session:
        events = session.exec(select(AuditRow).where(AuditRow.action == "app.signed_anew")).all()
    assert len(events) == 1, "live and preview are one bundle, and it is done once"
    later(desk, 30 + 90)
    hours(desk)
    assert runs(desk, live) == ""
    with Session(desk.wiring.engine) as session:
        assert old not in keys.trusted(session)
    assert desk.wiring.bundles.signatures(Digest(str(live.bundle)))[1:] == before


def test_signing_anew_that_was_cut_short_is_done_again_and_told_once(desk: Desk, live: Request) -> None:  # G6, R5
    later(desk, 340)
    keyring.rotate(desk.wiring.engine, desk.wiring.notary.key, "operator", desk.now)
    referrers = desk.wiring.bundles.folder / "referrers" / f"{str(live.bundle)[7:]}.json"
    before = referrers.read_bytes()
    hours(desk)
    after = referrers.read_bytes()
    referrers.write_bytes(before)
    hours(desk)
    assert referrers.read_bytes() == after != before
    with Session(desk.wiring.engine) as session:
        assert len(session.exec(select(AuditRow).where(AuditRow.action == "app.signed_anew")).all()) == 1


def test_what_a_key_signed_in_secret_is_not_signed_anew(desk: Desk, live: Request) -> None:  # G6, K1
    with Session(desk.wiring.engine) as session, session.begin():
        for row in session.exec(select(EvidenceRow)):
            session.delete(row)
    later(desk, 340)
    keyring.rotate(desk.wiring.engine, desk.wiring.notary.key, "operator", desk.now)
    hours(desk)
    assert len(desk.wiring.bundles.signatures(Digest(str(live.bundle)))) == 1
    assert len(told(desk)) == 1, "and somebody is told, for it will stop"


def test_a_key_that_was_changed_early_signs_nothing_anew_so_that_revoking_the_old_one_stops_it(  # K1
    desk: Desk, live: Request
) -> None:
    keyring.rotate(desk.wiring.engine, desk.wiring.notary.key, "operator", desk.now)
    hours(desk)
    assert len(desk.wiring.bundles.signatures(Digest(str(live.bundle)))) == 1


def test_a_key_is_made_for_so_many_days(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:  # G6
    assert key(desk, "rotate", "--days", "20") == 0
    assert " signs from now on. It ends on " in capsys.readouterr().out
    assert key(desk, "list") == 0
    old, new = sorted(capsys.readouterr().out.splitlines(), key=lambda line: "ENDS SOON" in line)
    assert old.endswith("trusted") and " ends " in old
    assert new.endswith("ENDS SOON, signs")
    with pytest.raises(SystemExit):
        key(desk, "rotate", "--days", "0")


def doctor(desk: Desk, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    command.main(["doctor", "--home", str(desk.wiring.notary.key.parent)])
    lines = [line.split("  ", 1) for line in capsys.readouterr().out.splitlines()]
    return {line.split(": ", 1)[0].strip(): f"{state} {line}" for state, line in lines}


def test_doctor_says_when_the_key_ends(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:  # G6
    assert doctor(desk, capsys)["signing key"].startswith("ok ")
    key(desk, "rotate", "--days", "20")
    assert doctor(desk, capsys)["signing key"].startswith("without ")
    with Session(desk.wiring.engine) as session, session.begin():
        for row in session.exec(select(keys.KeyRow)):
            row.ends_at = row.created_at - 1
            session.add(row)
    said = doctor(desk, capsys)["signing key"]
    assert said.startswith("MISSING ") and "nothing new is built" in said and "Run `platformctl key rotate`" in said


def test_doctor_holds_the_chain_against_what_was_anchored(  # S12
    desk: Desk, live: Request, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path.parent / f"{tmp_path.name}-elsewhere" / "anchors.jsonl"
    assert doctor(desk, capsys)["anchors"].startswith("without ")
    monkeypatch.setenv("SLIPWAY_AUDIT_ANCHORS", str(file))
    assert command.main(["audit", "verify", "--home", str(tmp_path)]) == 0
    said = doctor(desk, capsys)
    assert said["audit"].endswith("audit: the chain is whole, and has all that was anchored")
    assert said["anchors"] == f"ok      anchors: the audit chain's head is written down in {file}"
    with Session(desk.wiring.engine) as session, session.begin():
        session.execute(text("DROP TRIGGER audit_event_no_delete"))
        session.execute(text("DELETE FROM audit_event WHERE seq > 3"))
    broken = doctor(desk, capsys)["audit"]
    assert broken.startswith("MISSING ") and "are missing (anchored on" in broken
    file.write_text("{}\n")
    assert "is no anchor" in doctor(desk, capsys)["audit"]
