"""The signing key: made at the first start, changed and taken back; apps from before it are signed once, then never."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.operating import keyring
from bot.platformctl import command
from bot.rows.requests import Request, State
from bot.settings import CannotStart
from guardrails import aliases, audit, keys, signing
from guardrails.audit import AuditRow
from guardrails.evidence import EvidenceRow
from guardrails.keys import Key, KeyRow
from templates.manifest import Digest
from tests.bot.desk import Desk

pytestmark = pytest.mark.scenario


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def start(desk: Desk) -> None:
    """What control does before it does anything else."""
    keyring.ready(desk.wiring.engine, desk.wiring.notary, desk.wiring.bundles, desk.now)


def trusted(desk: Desk) -> list[Key]:
    with Session(desk.wiring.engine) as session:
        return [one for one in keys.every(session) if one.revoked_at is None]


def current(desk: Desk) -> str:
    return signing.read(desk.wiring.notary.key).id


def events(desk: Desk, action: str) -> list[AuditRow]:
    with Session(desk.wiring.engine) as session:
        return list(session.exec(select(AuditRow).where(AuditRow.action == action)).all())


def problem(desk: Desk, asked: Request) -> str:
    bundle = Digest(str(asked.bundle))
    with Session(desk.wiring.engine) as session:
        good = keys.trusted(session)
    store = desk.wiring.bundles
    return keyring.problem(bundle, store.signatures(bundle), good, store.holds)


def before_signing(desk: Desk) -> Request:
    """An app of a version that did not sign."""
    asked = desk.press("slipway.publish", desk.ask())
    assert asked.state is State.LIVE
    with Session(desk.wiring.engine) as session, session.begin():
        for table in (KeyRow, EvidenceRow):
            for row in session.exec(select(table)):
                session.delete(row)
    desk.wiring.notary.key.unlink()
    for one in (desk.wiring.bundles.folder / "referrers").iterdir():
        one.unlink()
    (desk.wiring.bundles.folder / "index.json").unlink()
    return asked


def key(desk: Desk, *words: str) -> int:
    return command.main(["key", *words, "--home", str(desk.wiring.notary.key.parent)])


def test_the_first_start_makes_a_key_and_the_second_keeps_it(desk: Desk) -> None:  # K1
    made = current(desk)
    start(desk)
    assert (current(desk), [one.id for one in trusted(desk)]) == (made, [made])
    assert desk.wiring.notary.key.stat().st_mode & 0o777 == 0o600


def test_apps_from_before_are_signed_at_the_first_start_with_a_key(desk: Desk) -> None:
    asked = before_signing(desk)
    assert problem(desk, asked) == "nobody signed it"
    start(desk)
    assert problem(desk, asked) == ""
    [told] = events(desk, "key.made")
    assert (told.subject, told.facts) == (current(desk), '{"adopted":1}')


def test_a_start_that_was_cut_short_signs_them_the_next_time(desk: Desk) -> None:  # R5
    asked = before_signing(desk)
    signing.make().keep(desk.wiring.notary.key)
    start(desk)
    assert problem(desk, asked) == ""


def test_once_there_is_a_key_what_is_unsigned_stays_so(desk: Desk) -> None:  # K1
    asked = desk.ask()
    (desk.wiring.bundles.folder / "referrers" / f"{str(asked.bundle)[7:]}.json").unlink()
    start(desk)
    assert problem(desk, asked) == "nobody signed it"


def test_damaged_files_from_before_are_left_unsigned_and_keep_nobody_from_starting(desk: Desk) -> None:
    asked = before_signing(desk)
    (desk.wiring.bundles.folder / "blobs" / "sha256" / str(asked.bundle)[7:]).write_bytes(b"{}")
    start(desk)
    assert problem(desk, asked) == "nobody signed it"


def test_a_lost_key_is_replaced_and_what_it_signed_runs_on(desk: Desk) -> None:
    asked = desk.ask()
    desk.wiring.notary.key.unlink()
    start(desk)
    assert len(trusted(desk)) == 2 and problem(desk, asked) == ""


def test_a_key_that_nobody_trusts_here_is_never_used(desk: Desk) -> None:
    signing.make().keep(desk.wiring.notary.key)
    with pytest.raises(CannotStart, match=r"Nobody trusts the key in .* Run `platformctl key rotate`"):
        start(desk)
    assert key(desk, "rotate") == 0
    start(desk)


def test_a_key_that_others_may_read_is_never_used(desk: Desk) -> None:
    desk.wiring.notary.key.chmod(0o644)
    with pytest.raises(CannotStart, match="can be read by others"):
        start(desk)


def test_rotating_signs_with_a_new_key_and_stops_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    asked, old = desk.ask(), current(desk)
    assert key(desk, "rotate") == 0
    assert capsys.readouterr().out.startswith(f"{current(desk)} signs from now on.")
    assert problem(desk, asked) == "" and current(desk) != old
    assert desk.press("slipway.publish", desk.ask("a snack survey for ops")).state is State.LIVE
    assert len(events(desk, "key.rotated")) == 1


def test_listing_says_which_key_signs(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    old = current(desk)
    key(desk, "rotate")
    capsys.readouterr()
    assert key(desk, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert {one.split()[0]: one.split()[-1] for one in lines} == {old: "trusted", current(desk): "signs"}


def test_a_revoked_key_stops_what_it_signed_and_each_thread_is_told_once(  # K1
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = desk.press("slipway.publish", desk.ask())
    old = current(desk)
    key(desk, "rotate")
    good = desk.ask("a snack survey for ops")
    capsys.readouterr()
    assert key(desk, "revoke", old[7:17], "--why", "lost laptop") == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "Revoked. 2 deployments stopped:"
    why = f"the key {old[7:19]} is not trusted here"
    assert sorted(one.split("  ")[:2] + one.split("  ")[3:] for one in rest) == [
        ["lunch", "live", why],
        ["lunch", "preview", why],
    ]
    assert (problem(desk, asked), problem(desk, good)) == (why, "")
    desk.tick()
    said = [one.text for one in desk.chat.messages.values() if "revoked" in one.text]
    assert sorted(said) == [
        f":octagonal_sign: *Lunch* ({stage}) is stopped: the key that signed it was revoked. Nothing of it was run, "
        "and its entries are safe. Press Change answers and send them as they are: that builds and signs it anew."
        for stage in ("live", "preview")
    ]
    [told] = events(desk, "key.revoked")
    assert (told.subject, told.why, told.facts) == (old, "lost laptop", '{"apps":1}')
    with Session(desk.wiring.engine) as session:
        assert aliases.name(session, told.actor).startswith("operator ")


def test_the_operators_read_which_apps_a_revoked_key_stopped(  # K1
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.press("slipway.publish", desk.ask())
    desk.ask("a snack survey for ops")
    old = current(desk)
    monkeypatch.setenv("SLIPWAY_OPERATORS_CHANNEL", "C0OP")
    assert key(desk, "revoke", old) == 0
    desk.tick()
    [said] = [one.text for one in desk.chat.messages.values() if "The signing key" in one.text]
    assert said == f":octagonal_sign: The signing key `{old[7:19]}` was revoked. 2 apps stopped: Lunch, Snack."


def test_revoking_the_key_that_signs_makes_a_new_one(desk: Desk) -> None:  # K1
    asked, old = desk.ask(), current(desk)
    assert key(desk, "revoke", old) == 0
    assert current(desk) != old and [one.id for one in trusted(desk)] == [current(desk)]
    assert problem(desk, asked) != ""
    desk.send(asked)
    assert (desk.seen(asked.id).state, problem(desk, asked)) == (State.PREVIEWED, "")


@pytest.mark.parametrize("named", ["", "abc", "nothing", "0" * 64])
def test_revoking_no_such_key_changes_nothing(desk: Desk, capsys: pytest.CaptureFixture[str], named: str) -> None:
    assert key(desk, "revoke", named) == 1
    assert "no key that is trusted here begins so" in capsys.readouterr().err
    assert len(trusted(desk)) == 1


def test_where_control_never_ran_there_is_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["key", "list", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"platformctl: there is no {tmp_path / 'control.db'}\n"


def test_the_audit_chain_holds_after_all_of_it(desk: Desk) -> None:
    desk.ask()
    key(desk, "rotate")
    with Session(desk.wiring.engine) as session:
        assert audit.verify(session, "T1") == ()


def test_a_notary_elsewhere_signs_nothing_for_us(desk: Desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    asked, ours = desk.ask(), desk.wiring.notary
    desk.wiring = replace(desk.wiring, notary=type(ours)(elsewhere, desk.wiring.bundles, desk.wiring.catalog))
    signing.make().keep(desk.wiring.notary.key)
    (desk.wiring.bundles.folder / "referrers" / f"{str(asked.bundle)[7:]}.json").unlink()
    desk.wiring.notary.attest(asked, desk.wiring.bundles.get(Digest(str(asked.bundle))))
    assert problem(desk, asked).endswith("is not trusted here")
