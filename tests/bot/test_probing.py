"""What was taken back is asked about until it is gone; after a quarter of an hour the operators hear of it (K5)."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import Session

from bot import errands
from bot.control import ControlSocket
from bot.database import transaction
from bot.operating import probing
from bot.platformctl import command
from bot.posting import outbox
from bot.wiring import Unavailable
from guardrails import audit, grants, revocations
from guardrails.revocations import Revocation
from runtime.apps import App
from runtime.broker import secret
from runtime.broker.vault import Purpose, Sealed
from tests.bot.desk import Desk

MINUTE, EVERY = 60, 10


@dataclass
class Worker:
    """Whoever would serve it: says that it is gone, that it is held, or nothing."""

    says: bool | None = None
    asked: list[str] = field(default_factory=list)

    def holds(self, app: App | None, one: Revocation) -> bool:
        self.asked.append(one.name)
        if self.says is None:
            raise Unavailable("No gateway worker answers right now.")
        return self.says


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def desk(tmp_path: Path, worker: Worker) -> Desk:
    """An installation with a live survey, of which `store` was taken back just now."""
    desk = Desk(tmp_path, holds=worker.holds, operators="C-OPERATORS")
    request = desk.press("slipway.publish", desk.ask())
    with transaction(desk.wiring.engine) as session:
        grants.revoke(session, str(request.app), desk.now, "store")
    return desk


def minutes(desk: Desk, count: int) -> None:
    """Time goes by, with a tick every ten seconds."""
    for _ in range(count * MINUTE // EVERY):
        desk.now += EVERY
        probing.tick(desk.wiring)
    outbox.deliver(desk.wiring.engine, desk.wiring.chat, desk.now)


def actions(desk: Desk) -> list[str]:
    with Session(desk.wiring.engine) as session:
        return [one.action for name in audit.workspaces(session) for one in audit.read(session, name) if one]


def test_while_nobody_answers_it_is_asked_again_without_end(desk: Desk, worker: Worker) -> None:  # K5
    minutes(desk, 30)
    assert 30 <= len(worker.asked) <= 35, "every minute, in the end"
    assert "revocation.confirmed" not in actions(desk)
    worker.says = False
    minutes(desk, 2)
    assert actions(desk).count("revocation.confirmed") == 1
    asked = len(worker.asked)
    minutes(desk, 5)
    assert len(worker.asked) == asked, "and then no more"


def test_after_a_quarter_of_an_hour_the_operators_are_told_once(desk: Desk, worker: Worker) -> None:  # K5
    minutes(desk, 14)
    assert not [key for key in desk.chat.keys if key.startswith("exposure:")]
    minutes(desk, 3)
    [key] = [key for key in desk.chat.keys if key.startswith("exposure:")]
    told = desk.chat.messages[f"{desk.chat.keys.index(key) + 1}.0"].text
    assert told.startswith(":rotating_light: *Lunch* may still use `store`, which was taken back on Mon 7 Dec 2026, ")
    assert told.endswith(
        "nobody could confirm that it is gone. No gateway worker answers right now. I go on asking; "
        "`platformctl grant exposures` lists what is open."
    )
    assert actions(desk).count("revocation.exposed") == 1
    worker.says = False
    minutes(desk, 2)
    told = desk.chat.messages[f"{desk.chat.keys.index(key) + 1}.0"].text
    assert told == ":white_check_mark: *Lunch* cannot use `store` any more; that is confirmed now."


def test_what_is_still_held_is_an_open_exposure(
    desk: Desk, worker: Worker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # K5
    worker.says = True
    minutes(desk, 1)
    assert command.main(["grant", "exposures", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert said.startswith("lunch  store  taken back Mon 7 Dec 2026, 10:00 UTC, asked ")
    assert said.endswith(" times: It is still held.\n")
    assert command.main(["grant", "list", "lunch", "--home", str(tmp_path)]) == 0
    assert ", not known to be gone  granted " in capsys.readouterr().out
    worker.says = False
    minutes(desk, 2)
    assert command.main(["grant", "exposures", "--home", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Everything that was taken back is known to be gone.\n"


def test_what_is_given_again_is_asked_about_no_more(desk: Desk, worker: Worker) -> None:  # K5
    minutes(desk, 1)
    with transaction(desk.wiring.engine) as session:
        [one] = revocations.exposures(session)
        revocations.again(session, one.app, [one.name])
        assert not revocations.confirm(session, one, desk.now)
    worker.asked.clear()
    minutes(desk, 2)
    assert worker.asked == []


def test_only_a_plain_no_counts_as_gone(tmp_path: Path) -> None:  # K5
    ask = errands.holds(tmp_path / "smoke.sock", tmp_path / "broker.sock")
    one = Revocation(1, "T1", "app_1", "secret:crm", 0, 0, "", alerted=False)
    answers: dict[str, object] = {}
    broker = ControlSocket(tmp_path / "broker.sock", {"holds": lambda asked: dict(answers)})
    broker.start()
    try:
        with pytest.raises(Unavailable, match="Whoever was asked gave an answer that is none"):
            ask(None, one)
        for said in (True, False):
            answers["holds"] = said
            assert ask(None, one) is said
    finally:
        broker.stop()


def test_a_removed_secret_is_asked_about_as_well(desk: Desk, worker: Worker, tmp_path: Path) -> None:  # K5
    with transaction(desk.wiring.engine) as session:
        [app] = [one.app for one in revocations.exposures(session)]
        purpose = Purpose("T1", app, "crm", ("crm.example.com",))
        secret.put(session, purpose, Sealed("k1", "wrapped", "sealed"), desk.now)
    assert command.main(["secret", "remove", "crm", "--app", "lunch", "--home", str(tmp_path)]) == 0
    minutes(desk, 1)
    assert "secret:crm" in worker.asked
    worker.says = False
    minutes(desk, 2)
    assert actions(desk).count("revocation.confirmed") == 2
