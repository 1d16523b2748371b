"""`platformctl` as people run it: a process with standard input and output, and a status that scripts can trust."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.platformctl import command

ROOT = Path(__file__).parents[2]
KEY = "AKIA" + "Z7Q2MNB4XK6RTV3W"
OFFLINE = """
import socket
def no(*_, **__): raise OSError("no network here")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = no
"""
"""Put before the command: every way to another machine, or to our own, is refused."""

pytestmark = pytest.mark.scenario


def start(*arguments: str, before: str = "", **environ: str) -> subprocess.Popen[bytes]:
    """The command, started as its entry point starts it."""
    code = f"{before}\nimport sys\nfrom bot.platformctl.command import main\nsys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environ},
    )


def run(*arguments: str, given: bytes = b"", before: str = "", **environ: str) -> tuple[int, str, str]:
    """Status, standard output and standard error."""
    with start(*arguments, before=before, **environ) as process:
        out, err = process.communicate(given, timeout=30)
    return process.returncode, out.decode(), err.decode()


def lines(*texts: object) -> bytes:
    return b"".join(json.dumps({"text": one}).encode() + b"\n" for one in texts)


def test_scrub_answers_each_line_in_its_place_without_any_network() -> None:
    hidden = f"🙂 my key is {KEY}, ok?"
    code, out, err = run("scrub", "--jsonl", given=lines("a lunch survey", hidden, ""), before=OFFLINE)
    plain, scrubbed, empty = map(json.loads, out.splitlines())
    assert (code, err) == (0, "")
    assert plain == {"text": "a lunch survey", "found": []}
    assert empty == {"text": "", "found": []}
    [found] = scrubbed["found"]
    assert scrubbed["text"] == f"🙂 my key is <{found['type']}#1>, ok?"
    assert hidden[found["start"] : found["end"]] == KEY, "spans are code points of the original"
    assert set(scrubbed) == {"text", "found"} and set(found) == {"type", "start", "end"}


def test_understand_speaks_the_catalogues_words_without_any_network() -> None:
    asked = (
        "a lunch survey for ops, three questions, until Friday",
        "what will the weather be",
        "something for invoices",
    )
    given = ("understand", "--jsonl", "--today", "2026-11-23")
    code, out, err = run(
        *given, given=lines(*asked), before=OFFLINE, OPENAI_API_KEY="sk-x", OPENAI_BASE_URL="http://127.0.0.1:1/v1"
    )
    answers = list(map(json.loads, out.splitlines()))
    assert (code, err) == (0, "")
    assert all(set(one) == {"action", "template", "params", "alternatives", "confidence"} for one in answers)
    assert [one["action"] for one in answers[:2]] == ["build", "decline"]
    assert answers[0]["template"] == "survey"
    assert "2026-11-27" in json.dumps(answers[0]["params"]), "the Friday after the day that was given"


def test_each_answer_is_there_before_the_next_line_comes() -> None:
    with start("scrub", "--jsonl") as process:
        assert process.stdin is not None and process.stdout is not None
        killer = threading.Timer(20, process.kill)
        killer.start()
        for number in range(3):
            process.stdin.write(lines(f"line {number}"))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == f"line {number}"
        killer.cancel()
        process.stdin.close()
        assert process.wait(10) == 0


BROKEN = [
    b"{",
    b"nonsense",
    b"[]",
    b"7",
    b"null",
    b'"text"',
    b"{}",
    b'{"text": 7}',
    b'{"text": null}',
    b'{"text": ["a"]}',
    b'{"txt": "a"}',
    b"\xff\xfe",
    b"[" * 50_000,
    b'{"text": "a"} {"text": "b"}',
]


def test_a_line_that_cannot_be_read_is_named_and_the_others_are_answered() -> None:
    good = lines("first"), lines("last")
    given = good[0] + b"".join(one + b"\n" for one in BROKEN) + b"\n  \n" + good[1]
    code, out, err = run("scrub", "--jsonl", given=given)
    assert [json.loads(one)["text"] for one in out.splitlines()] == ["first", "last"]
    assert code == 1
    told = [f'line {number}: expected a JSON object such as {{"text": "..."}}' for number in range(2, 2 + len(BROKEN))]
    assert err.splitlines() == told


def test_huge_lines_half_characters_and_a_last_line_without_an_end_are_answered() -> None:
    given = lines("lunch " * 20_000, "half \ud83d of one", "nul \x00") + b'{"text": "no newline"}'
    code, out, err = run("scrub", "--jsonl", given=given)
    answers = list(map(json.loads, out.splitlines()))
    assert (code, err, len(answers)) == (0, "", 4)
    assert answers[1]["text"] == "half \ud83d of one"
    assert answers[3] == {"text": "no newline", "found": []}


def test_a_reader_that_goes_away_is_no_trouble() -> None:
    with start("scrub", "--jsonl") as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(lines("a"))
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(lines("b", "c") * 100)
        process.stdin.close()
        assert process.wait(20) == 1
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["scrub"], "the following arguments are required: --jsonl"),
        (["scrub", "--json", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["understand", "--jsonl", "--today", "tomorrow"], "'tomorrow' is no day: write it as 2026-11-23"),
        (["understand", "--jsonl", "--today", "2026-02-30"], "'2026-02-30' is no day: write it as 2026-11-23"),
        (["policy"], "the following arguments are required: ACTION"),
        (["audit", "burn"], "invalid choice: 'burn'"),
    ],
)
def test_what_is_not_understood_shows_the_usage(
    arguments: Sequence[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert shown.err.startswith("usage: platformctl")
    assert told in shown.err
    assert shown.out == ""


def test_the_help_names_every_command_and_where_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    commands = ("demo", "tour", "control", "gateway", "workspace", "scrub", "understand", "policy", "audit")
    assert all(f"\n    {one}" in shown for one in commands)
    assert "Begin with `platformctl demo`." in shown
    assert "no key and no account needed" in shown


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("control", "SLACK_BOT_TOKEN is not set: see docs/slack.md, or run `make demo`, which needs no token."),
        ("gateway", "SLIPWAY_CLIENT_ID is not set, and visitors could not sign in: copy it from Basic Information"),
    ],
)
def test_a_process_without_its_settings_says_which_and_where_to_get_them(command: str, told: str) -> None:
    code, out, err = run(command)
    assert (code, out) == (1, "")
    assert err.startswith(f"platformctl: {told}")
    assert "Traceback" not in err


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environ = {"SLIPWAY_HOME": str(tmp_path / "file"), "SLIPWAY_CLIENT_ID": "1"}
    code, _, err = run("gateway", **environ)
    assert code == 1
    assert err.startswith("platformctl: ") and "Traceback" not in err


def test_the_shipped_policies_pass_their_tests(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["policy", "test"]) == 0
    assert "every rule has been seen to fire, every test passes" in capsys.readouterr().out


def test_an_installation_that_is_not_there_has_no_audit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["audit", "verify", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"platformctl: there is no {tmp_path / 'control.db'}\n"


def test_doctor_says_what_holds_here_and_what_to_do_about_the_rest(tmp_path: Path) -> None:
    code, out, err = run("doctor", "--home", str(tmp_path))
    assert (code, err) == (0, "")
    looked_at = [line[9:].replace(":", " ").split()[0] for line in out.splitlines()]
    assert looked_at == [
        "Python",
        "clock",
        "home",
        "disk",
        "port",
        "port",
        "guest",
        "instances",
        "files",
        "network",
        "programs",
        "limits",
        "namespaces",
        "database",
        "templates",
        "channels",
        "chromium",
    ]
    assert f"ok       database: not there yet: {tmp_path}/control.db is made at the first start\n" in out
    assert "MISSING" not in out


def test_doctor_fails_where_something_needed_is_broken(tmp_path: Path) -> None:
    (tmp_path / "control.db").write_bytes(b"no database at all, but long enough to look at" * 100)
    code, out, _ = run("doctor", "--home", str(tmp_path))
    assert code == 1
    assert f"MISSING  database: {tmp_path}/control.db is file is not a database. Put a backup in its place\n" in out
