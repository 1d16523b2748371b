"""`platformctl template test` and `preview`: a template tried on this machine, and why it may not be published."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from bot.platformctl import rehearsing
from bot.platformctl.command import main
from templates.catalog import SHELF
from templates.planning import plan
from tests.templates.shelf import ANSWERS, shelf

pytestmark = pytest.mark.scenario

RED = "- {as: ana, submit: /vote, empty: true, status: 422}"


def copied(folder: Path, name: str, change: tuple[str, str], file: str = "checks.yaml") -> Path:
    here = folder / name / "1.0"
    shutil.copytree(SHELF / name / "1.0", here)
    text = (here / file).read_text()
    assert change[0] in text
    (here / file).write_text(text.replace(*change))
    return here


def test_a_green_template_ends_with_0_and_says_how_much_was_tried(capsys: pytest.CaptureFixture[str]) -> None:  # T7
    assert main(["template", "test", "poll", "--seed", "4"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "poll@1.0" and out.count("✓") == 2 and "seed 4, Deutsch: " in out


def test_a_red_check_ends_with_1_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # T7
    folder = copied(tmp_path, "poll", (RED, RED.replace("422", "200")))
    assert main(["template", "test", str(folder), "--seed", "1"]) == 1
    assert "✗ Whoever picks nothing is asked again. Ana on /vote got 422, not 200." in capsys.readouterr().out


def test_a_leak_ends_with_1_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # N9
    folder = copied(tmp_path, "rsvp", ("call.visitor.owner && reply.note", "reply.note"), "parts/people.js")
    assert main(["template", "test", str(folder), "--seed", "1"]) == 1
    assert "A planted word turned up in the page / / as ben." in capsys.readouterr().out


def test_a_faulty_file_is_said_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copied(tmp_path, "poll", ("says: Nobody votes", "say: Nobody votes"))
    assert main(["template", "test", str(folder)]) == 1
    assert "unknown key 'say'. The nearest valid key is 'says'" in capsys.readouterr().err


def test_an_unknown_template_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "test", "pol"]) == 1
    assert "Did you mean poll?" in capsys.readouterr().err


def test_a_good_template_may_be_published() -> None:  # T6 T7 P4
    assert rehearsing.reasons(shelf().get("faq"), ANSWERS["faq"]) == ()


def test_a_template_without_checks_may_not_be_published() -> None:  # T7 P4
    assert "has no checks.yaml" in rehearsing.reasons(replace(shelf().get("faq"), checks=None))[0]


def test_a_template_that_cannot_take_its_own_data_may_not_be_published() -> None:  # T6
    template = shelf().get("faq")
    impossible = {"max": 1, "min": 2}
    longer = [one.model_copy(update=impossible) if one.name == "topics" else one for one in template.questions]
    found = rehearsing.reasons(replace(template, questions=tuple(longer)))
    assert found and all(one.startswith("Its generator gives answers that it does not take") for one in found)


def test_a_template_with_a_red_check_may_not_be_published(tmp_path: Path) -> None:  # T7
    folder = copied(tmp_path, "poll", (RED, RED.replace("422", "200")))
    template = rehearsing._with(folder).get("poll")
    assert any(one.startswith("Whoever picks nothing is asked again.") for one in rehearsing.reasons(template))


def test_the_preview_serves_an_app_with_entries_to_whom_one_wants_to_be(tmp_path: Path) -> None:  # N9
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(ANSWERS["rsvp"]))
    ana = next(
        one.name for one in plan(shelf().get("rsvp"), ANSWERS["rsvp"], rehearsing.NOW, 1).people if one.role == "ana"
    )
    command = [sys.executable, "-m", "bot.platformctl", "template", "preview", "rsvp", "--answers", str(answers)]
    with subprocess.Popen([*command, "--as", "ben"], stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            url = serving.stdout.readline().split()[0]
            with httpx2.Client(base_url=url, verify=False) as web:
                page = web.get("/")
                assert page.status_code == 200 and ana in page.text and "default-src 'none'" in str(page.headers)
                assert web.get("/static/app.css").headers["content-type"].startswith("text/css")
                assert web.get("/", headers={"host": "evil.test"}).status_code == 421
                assert web.post("/", data={"answer": "yes"}).status_code == 403
                sent = web.post("/", data={"_csrf": "rehearsal", "answer": "yes", "note": "soup"})
                assert sent.status_code == 200
                assert web.get("/replies.csv").status_code == 403
        finally:
            serving.kill()


def test_nobody_unknown_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "preview", "rsvp", "--as", "zoe"]) == 1
    assert "nobody is called zoe: there is owner, ana, ben, guest, outsider" in capsys.readouterr().err


def test_answers_that_it_does_not_take_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"title": "", "capacity": -1}')
    assert main(["template", "preview", "rsvp", "--answers", str(answers)]) == 1
    assert "“Event”" in capsys.readouterr().err
