"""`platformctl secret` with a real broker: kept sealed, listed without values, rotated, forgotten; each an event."""

import base64
import io
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session

from bot import database
from bot.broker import deliver, keys
from bot.broker_settings import BrokerSettings, read
from bot.platformctl.command import main
from bot.settings import BadSetting
from guardrails import audit
from runtime.broker.vault import Locked
from tests.runtime import scene

pytestmark = pytest.mark.scenario

CANARY = "sk_c4naRy/of+a=value"
ROOT = Path(__file__).parents[2]


def key_line(name: str) -> str:
    return f"{name}:{base64.b64encode(name.encode() * 16).decode()}\n"


@dataclass
class Installation:
    """A home with an app in it, and its broker as a process."""

    home: Path
    process: subprocess.Popen[bytes]

    def secret(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
        code = main(["secret", *arguments, "--home", str(self.home)])
        said = capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home = tmp_path_factory.mktemp("installation")
    engine = database.connect(f"sqlite:///{home / 'control.db'}")
    database.migrate(engine)
    with Session(engine) as session, session.begin():
        scene.app(session)
        audit.append(session, workspace="T1", actor="ana", action="app.created", subject="app_1", now=scene.NOW)
    engine.dispose()
    key = home / "vault.key"
    key.touch(mode=0o600)
    key.write_text(key_line("k1"))
    environ = {"PATH": os.environ["PATH"], "SLIPWAY_HOME": str(home), "SLIPWAY_VAULT_KEY_FILE": str(key)}
    with (home / "broker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.platformctl", "broker"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    wait(lambda: (home / "run" / "broker.sock").exists())
    yield Installation(home, process)
    process.terminate()
    process.wait(10)


def wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def home(installed: Installation) -> Iterator[Installation]:
    """The installation, without any secret and with the key it began with."""
    (installed.home / "vault.key").write_text(key_line("k1"))
    yield installed
    with sqlite3.connect(installed.home / "control.db") as connection:
        connection.execute("DELETE FROM secret")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Standard input is a pipe with this in it."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def events(home: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(home / "control.db") as connection:
        rows = connection.execute("SELECT action, facts FROM audit_event WHERE action LIKE 'secret.%' ORDER BY seq")
        return list(rows)


def test_a_value_is_kept_sealed_and_shown_to_nobody_again(
    home: Installation, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:  # S5, T16, K3
    typed(f"{CANARY}\n")
    code, out, err = home.secret(capsys, "set", "api-key", "--app", "lunch-survey", "--host", "API.example.com:443")
    assert (code, out, err) == (0, "api-key is kept for app app_1. It may be sent to api.example.com.\n", "")
    code, out, _ = home.secret(capsys, "list")
    assert out.startswith("api-key  app app_1  api.example.com  key k1  set ")
    assert events(home.home)[-1] == ("secret.set", '{"hosts":"api.example.com","key":"k1","name":"api-key"}')
    for path in home.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert CANARY.encode() not in content
            assert base64.b64encode(CANARY.encode())[:16] not in content


def test_a_platform_secret_needs_no_workspace_where_there_is_one(
    home: Installation, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:  # T16
    typed(CANARY)
    code, out, _ = home.secret(capsys, "set", "analytics-write-key", "--platform", "--host", "a.example.com:8443")
    assert (code, out) == (
        0,
        "analytics-write-key is kept for the platform. It may be sent to a.example.com:8443.\n",
    )


def test_a_key_is_rotated_while_the_broker_runs(
    home: Installation, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:  # K3
    for name in ("one", "two"):
        typed(CANARY)
        home.secret(capsys, "set", name, "--app", "app_1", "--host", "api.example.com")
    (home.home / "vault.key").write_text(key_line("k2") + key_line("k1"))
    assert home.secret(capsys, "rotate-key")[1] == "2 of 2 secrets were sealed anew under key k2.\n"
    assert home.secret(capsys, "rotate-key")[1] == "0 of 2 secrets were sealed anew under key k2.\n"
    assert home.secret(capsys, "list")[1].count("key k2") == 2
    assert [name for name, _ in events(home.home)][-2:] == ["secret.rewrapped"] * 2


def test_a_secret_is_forgotten_and_the_chain_holds(
    home: Installation, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:
    typed(CANARY)
    home.secret(capsys, "set", "api-key", "--app", "app_1", "--host", "api.example.com")
    assert home.secret(capsys, "remove", "api-key", "--app", "app_1")[:2] == (0, "api-key is forgotten.\n")
    assert home.secret(capsys, "list")[1] == "There are no secrets.\n"
    assert events(home.home)[-1][0] == "secret.removed"
    code, _, err = home.secret(capsys, "remove", "api-key", "--app", "app_1")
    assert (code, err) == (1, "platformctl: there is no secret api-key there\n")
    assert main(["audit", "verify", "--home", str(home.home)]) == 0


@pytest.mark.parametrize(
    ("arguments", "value", "why"),
    [
        (["api-key", "--app", "nobody", "--host", "a.example.com"], CANARY, "there is no app nobody"),
        (["api key", "--app", "app_1", "--host", "a.example.com"], CANARY, "a name is letters, digits, - and _, and"),
        (["api-key", "--app", "app_1", "--host", "10.0.0.1"], CANARY, "'10.0.0.1' is no host: write api.example.com"),
        (["api-key", "--app", "app_1", "--host", "a.example.com/x"], CANARY, "'a.example.com/x' is no host: write"),
        (["api-key", "--app", "app_1", "--host", "a.example.com"], "short", "a secret has 8 to 4,096 bytes"),
    ],
)
def test_what_cannot_be_kept_is_said_and_leaves_no_event(
    home: Installation,
    capsys: pytest.CaptureFixture[str],
    typed: Callable[[str], None],
    arguments: list[str],
    value: str,
    why: str,
) -> None:
    before = events(home.home)
    typed(value)
    code, _, err = home.secret(capsys, "set", *arguments)
    assert (code, err.startswith(f"platformctl: {why}")) == (1, True), err
    assert events(home.home) == before


def test_the_broker_shows_itself_to_nobody(home: Installation) -> None:  # S5
    assert stat.S_IMODE((home.home / "run" / "broker.sock").stat().st_mode) == 0o600
    assert stat.S_IMODE((home.home / "broker.db").stat().st_mode) == 0o600
    limits = Path(f"/proc/{home.process.pid}/limits").read_text()
    assert [line.split()[-3:-1] for line in limits.splitlines() if line.startswith("Max core")] == [["0", "0"]]
    environ = Path(f"/proc/{home.process.pid}/environ").read_bytes()
    assert b"PYTHONMALLOC=malloc" in environ


def test_without_a_broker_nothing_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:
    database.migrate(database.connect(f"sqlite:///{tmp_path / 'control.db'}"))
    typed(CANARY)
    arguments = ["secret", "set", "a", "--platform", "--workspace", "T1", "--host", "a.example.com"]
    assert main([*arguments, "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "platformctl: the broker does not answer, and only it can seal: is it running?\n"
    arguments = ["secret", "set", "a", "--platform", "--host", "a.example.com", "--home", str(tmp_path)]
    assert main(arguments) == 1
    assert capsys.readouterr().err == "platformctl: say --workspace: there are 0\n"
    assert main(["secret", "list", "--home", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err == f"platformctl: there is no {tmp_path / 'nowhere' / 'control.db'}\n"


def test_a_second_broker_and_a_damaged_ledger_say_why_they_cannot_start(home: Installation, tmp_path: Path) -> None:
    (tmp_path / "broker.db").write_bytes(b"not a database, but long enough to be read as one " * 100)
    for folder, why in (
        (home.home, f"Another broker process is at work in {home.home}. Stop it first.\n"),
        (tmp_path, f"The broker cannot use {tmp_path / 'broker.db'} and {tmp_path / 'run' / 'broker.sock'}: "),
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "bot.platformctl", "broker"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "SLIPWAY_HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert ran.returncode == 1
        assert f"platformctl: {why}" in ran.stderr


def test_keys_come_from_a_command_a_file_or_the_environment(tmp_path: Path) -> None:  # K3
    lines = key_line("k1") + key_line("k0")
    file = tmp_path / "vault.key"
    file.write_text(lines)
    file.chmod(0o600)
    assert keys(BrokerSettings(tmp_path, vault_key_file=file))() == lines
    assert keys(BrokerSettings(tmp_path, vault_key_command=f"cat {file}"))() == lines
    assert keys(BrokerSettings(tmp_path, vault_key=lines.strip().replace("\n", ",")))() == lines.strip()
    assert keys(BrokerSettings(tmp_path))() == ""
    file.chmod(0o640)
    with pytest.raises(Locked, match=f"others may read {file}: chmod 600 it"):
        keys(BrokerSettings(tmp_path, vault_key_file=file))()
    with pytest.raises(Locked, match="cannot be read"):
        keys(BrokerSettings(tmp_path, vault_key_file=tmp_path / "gone"))()
    for command in ("false", "no-such-command", 'unbalanced "'):
        with pytest.raises(Locked, match="the command that gives the vault's keys failed"):
            keys(BrokerSettings(tmp_path, vault_key_command=command))()


def test_the_broker_s_settings_name_what_is_wrong(tmp_path: Path) -> None:
    chosen = read({"SLIPWAY_HOME": str(tmp_path), "SLIPWAY_VAULT_KEY": "k1:x", "SMTP_URL": "smtp://u:hunter2@relay"})
    assert (chosen.socket, chosen.team_mb_per_day) == (tmp_path / "run" / "broker.sock", 200)
    assert "k1:x" not in repr(chosen)
    assert "hunter2" not in repr(chosen)
    with pytest.raises(BadSetting, match="SLIPWAY_TEAM_MB_PER_DAY is 'lots': set it to a whole number"):
        read({"SLIPWAY_TEAM_MB_PER_DAY": "lots"})
    with pytest.raises(BadSetting, match=r"SMTP_URL is wrong: it is not smtp://host or smtps://host\."):
        deliver(BrokerSettings(tmp_path, smtp_url="relay:25"))
    with pytest.raises(BadSetting, match="SLIPWAY_MAIL_FROM is 'Slipway <a@b>': set it to a plain address"):
        deliver(BrokerSettings(tmp_path, mail_from="Slipway <a@b>"))
    assert deliver(BrokerSettings(tmp_path)) is None
    assert deliver(BrokerSettings(tmp_path, capture_mail=True)) is not None
