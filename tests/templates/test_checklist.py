"""Checklists, in the sandbox: ticking together, taking steps, and what the thread is told."""  # R1

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.call import Visitor
from tests.templates.stage import ANA, BEN, CY, NOW, Stage

Opens = Callable[..., Stage]
DAY = 86_400


@pytest.fixture
def checklist(stage: Opens) -> Opens:
    return lambda **answers: stage("checklist", **answers)


def tick(stage: Stage, step: str, visitor: Visitor = BEN, done: str = "yes") -> int:
    return stage.post("/tick", visitor, step=step, done=done).status


def ticked(stage: Stage) -> set[str]:
    return {str(one["step"]) for one in stage.rows("ticks")}


def test_whoever_ticks_a_step_is_named_with_the_time(checklist: Opens) -> None:
    stage = checklist()
    assert "0 of 3 steps done" in stage.get("/").text
    assert tick(stage, "Run the tests") == 303
    page = stage.get("/").text
    assert "1 of 3 steps done" in page
    assert '<bdi>Ben Okafor</bdi>, <time datetime="2026-11-24T10:00Z">' in page
    assert page.count('aria-checked="true" aria-label="Done: Run the tests"') == 1


def test_a_tick_can_be_taken_back_by_anybody_who_may_tick(checklist: Opens) -> None:
    stage = checklist()
    tick(stage, "Run the tests", BEN)
    assert tick(stage, "Run the tests", CY, "no") == 303
    assert ticked(stage) == set()


def test_a_second_press_changes_nothing(checklist: Opens) -> None:
    stage = checklist()
    tick(stage, "Run the tests", BEN)
    tick(stage, "Run the tests", CY)
    assert [one["name"] for one in stage.rows("ticks")] == ["Ben Okafor"]


def test_fifty_people_at_once_leave_one_tick_and_one_word_in_the_thread(checklist: Opens) -> None:
    stage = checklist(items=["Only one"])
    crowd = [Visitor(f"v-{n}", f"Person {n}", handle=f"p{n}") for n in range(50)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda one: tick(stage, "Only one", one), crowd)) == {303}
    assert len(stage.rows("ticks")) == 1
    assert stage.told == ["The one step of “Release 4.2” is done."]


def test_the_thread_is_told_when_the_last_step_is_done(checklist: Opens) -> None:
    stage = checklist()
    for step in ("Bump the version", "Run the tests"):
        tick(stage, step)
    assert stage.told == []
    tick(stage, "Tell people")
    assert stage.told == ["All 3 steps of “Release 4.2” are done."]
    assert "Everything is done." in stage.get("/").text


def test_a_step_can_be_taken_and_left(checklist: Opens) -> None:
    stage = checklist()
    stage.post("/take", BEN, step="Run the tests", mine="yes")
    assert "<bdi>Ben Okafor</bdi> does this" in stage.get("/", CY).text
    assert "I do this: Run the tests" not in stage.get("/", CY).text
    stage.post("/take", CY, step="Run the tests", mine="no")
    assert len(stage.rows("claims")) == 1, "only who took it can leave it"
    stage.post("/take", BEN, step="Run the tests", mine="no")
    assert stage.rows("claims") == []


def test_steps_are_added_and_removed_while_people_work(checklist: Opens) -> None:
    stage = checklist()
    assert stage.post("/steps", BEN, text="  Ring   the bell ").status == 303
    [row] = stage.rows("steps")
    assert row["text"] == "Ring the bell"
    key = f"+{row['id']}"
    tick(stage, key)
    assert "Remove this step?" in stage.get(f"/remove?step={key.replace('+', '%2B')}").text
    assert stage.post("/remove", CY, step=key).status == 303
    assert stage.rows("steps") == stage.rows("ticks") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Say what has to be done."),
        ("Run the tests", "This step is on the list already."),
        ("x" * 301, "This is 301 characters long; 300 fit."),
    ],
)
def test_a_step_that_will_not_do_is_told_at_the_field_and_kept(checklist: Opens, text: str, why: str) -> None:
    answer = checklist().post("/steps", BEN, text=text)
    assert answer.status == 422
    assert f'<p class="error" id="f-text-error">{why}</p>' in answer.text
    assert f'value="{text}"' in answer.text


def test_two_hundred_steps_are_enough(checklist: Opens) -> None:
    stage = checklist()
    stage.fill("steps", [{"text": f"Step {n}", "name": "Cy"} for n in range(197)])
    assert "There is room for 200 steps. Remove one first." in stage.post("/steps", BEN, text="One more").text


def test_a_step_from_the_start_stays(checklist: Opens) -> None:
    stage = checklist()
    assert stage.post("/remove", ANA, step="Run the tests").status == 403
    assert "This step stays" in stage.get("/remove?step=Run%20the%20tests").text


def test_with_names_only_they_and_the_owner_change_the_list(checklist: Opens) -> None:
    stage = checklist(assignees=["Ben"])
    assert "For <bdi>Ben</bdi>." in stage.get("/", CY).text
    assert "disabled" in stage.get("/", CY).text and "Add a step" not in stage.get("/", CY).text
    for path, fields in (
        ("/tick", {"step": "Run the tests", "done": "yes"}),
        ("/take", {"step": "Run the tests", "mine": "yes"}),
        ("/steps", {"text": "More"}),
        ("/remove", {"step": "Run the tests"}),
    ):
        assert stage.post(path, CY, **fields).status == 403
    assert tick(stage, "Run the tests", BEN) == tick(stage, "Tell people", ANA) == 303


def test_a_step_that_is_gone_is_said(checklist: Opens) -> None:
    answer = checklist().post("/tick", BEN, step="No such", done="yes")
    assert (answer.status, "This step is not there any more" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        ("2026-11-27", "Due 27 Nov 2026."),
        ("2026-11-24", "Due today."),
        ("2026-11-20", '<strong class="late">This was due 20 Nov 2026.</strong>'),
    ],
)
def test_the_page_says_how_the_due_day_stands(checklist: Opens, deadline: str, said: str) -> None:
    assert said in checklist(deadline=deadline).get("/").text


def test_the_thread_is_reminded_the_day_before_and_on_the_day_while_steps_are_open(checklist: Opens) -> None:
    stage = checklist(deadline="2026-11-26", remind=True)
    for day in range(4):
        stage.now = NOW + day * DAY
        stage.due("reminder")
    assert stage.told == [
        "“Release 4.2” is due tomorrow, and 3 steps are open.",
        "“Release 4.2” is due today, and 3 steps are open.",
    ]
    for step in ("Bump the version", "Run the tests", "Tell people"):
        tick(stage, step)
    told = len(stage.told)
    stage.now = NOW + DAY
    stage.due("reminder")
    assert len(stage.told) == told


def test_nothing_runs_by_itself_unless_it_was_asked_for(checklist: Opens) -> None:
    assert checklist(deadline="2026-11-26").bundle.manifest.times == {}


def test_an_empty_list_says_what_to_do(checklist: Opens) -> None:
    assert "Add the first one below." in checklist(items=[]).get("/").text


def test_the_owner_takes_it_away_as_csv_and_nobody_else(checklist: Opens) -> None:
    stage = checklist(items=["=cmd()", "Tell people"])
    tick(stage, "=cmd()")
    answer = stage.get("/steps.csv", ANA)
    assert answer.text.splitlines()[1] == '"\'=cmd()",yes,Ben Okafor,2026-11-24T10:00,'
    assert stage.get("/steps.csv", BEN).status == 404


def test_it_speaks_german(checklist: Opens) -> None:
    stage = checklist(language="Deutsch", deadline="2026-11-27", assignees=["ben", "cy"])
    page = stage.get("/", BEN).text
    assert "0 von 3 Schritten erledigt" in page and "Fällig am 27. Nov. 2026." in page
    assert "Für <bdi>ben</bdi> und <bdi>cy</bdi>." in page
    assert "Schreibe, was zu tun ist." in stage.post("/steps", BEN, text="").text
    for step in ("Bump the version", "Run the tests", "Tell people"):
        tick(stage, step)
    assert stage.told == ["Alle 3 Schritte von „Release 4.2“ sind erledigt."]


def test_markup_in_a_step_is_words(checklist: Opens) -> None:
    page = checklist(items=['<script>alert(1)</script> "x"']).get("/").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
