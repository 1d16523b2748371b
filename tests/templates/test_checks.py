"""checks.yaml: every fault has its line, and a plan holds no answer's blank any more (T7, P4)."""

import shutil
from pathlib import Path, PurePath

import pytest
from pydantic import JsonValue

from templates.catalog import SHELF, load
from templates.checks import FEWEST
from templates.errors import FaultyTemplate
from templates.planning import Plan, plan
from templates.scaffold import read_checks
from templates.template import Template
from tests.templates.shelf import ANSWERS, shelf

PATH = PurePath("survey/1.0/checks.yaml")
NOW = 1_795_514_400
GOOD = """\
checks:
  - {says: One., steps: [{get: /}]}
  - {says: Two., steps: [{as: ana, submit: /, sees_sent: true}]}
  - {says: Three., steps: [{get: /, sees: ["{title}"]}]}
retirement:
  steps: [{as: ana, submit: /}]
  exports: [responses]
"""


def fault(text: str) -> str:
    with pytest.raises(FaultyTemplate) as caught:
        read_checks(text, PATH)
    return str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("exports:", "export:", ":7: unknown key 'export'. The nearest valid key is 'exports'"),
        ("sees_sent", "sees_snt", ":3: unknown key 'sees_snt'. The nearest valid key is 'sees_sent'"),
        ("{get: /}", "{get: /, submit: /}", "checks.0.steps.0: value error, say one of get, follow, submit, again"),
        ("{get: /}", "{as: ana}", "checks.0.steps.0: value error, say one of get, follow, submit, again"),
        ("{get: /}", '{get: "no path"}', "checks.0.steps.0.get: string should match"),
        ("  - {says: One., steps: [{get: /}]}\n", "", ":1: checks: value error, there are 2; write 3 to 12"),
        ("retirement:\n  steps: [{as: ana, submit: /}]\n  exports: [responses]\n", "", "retirement: field required"),
        ("says: One.", "says: One., says: Two.", ":2: says stands here twice"),
        ("steps: [{get: /}]", "steps: []", "checks.0.steps: value error, there are 0; write 1 to 12"),
    ],
)
def test_a_fault_has_its_line_and_its_nearest_key(before: str, after: str, why: str) -> None:  # T7 P4 T13
    assert read_checks(GOOD, PATH).checks
    assert why in fault(GOOD.replace(before, after, 1))


def shelf_with(folder: Path, text: str) -> Path:
    shutil.copytree(SHELF, folder, dirs_exist_ok=True)
    (folder / "survey/1.0/checks.yaml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("{title}", "{titel}", "the blank 'titel' is neither a question of one line nor somebody"),
        ("{title}", "{questions}", "the blank 'questions' is neither a question of one line nor somebody"),
        ("as: ana", "as: anna", "nobody is called 'anna'"),
        ("{get: /}", "{time: ask}", "the schedule has no time 'ask'"),
        ("exports: [responses]", "exports: [answers]", "there is no table 'answers'"),
        ("exports: [responses]", "exports: []", "its retirement test names no table"),
        ("{get: /}", "{get: /, when: anonymus}", "the condition 'anonymus' is no question"),
        ("says: One.,", "says: One., when: anonymous,", "fewer than 3 checks hold for all answers"),
        ("retirement:", "clock: {before: [title]}\nretirement:", "'title' is not a question of type date"),
        ("retirement:", "people: {boss: title}\nretirement:", "'title' is not a question of type people"),
        ("retirement:", "private: [{table: responses, field: q77}]\nretirement:", "responses has no field 'q77'"),
    ],
)
def test_checks_name_only_what_their_template_has(tmp_path: Path, before: str, after: str, why: str) -> None:  # T7
    with pytest.raises(FaultyTemplate, match=r"survey/1\.0/checks\.yaml") as caught:
        load(shelf_with(tmp_path, GOOD.replace(before, after, 1)))
    assert why in str(caught.value)


def test_checks_are_a_part_of_the_digest(tmp_path: Path) -> None:  # T9
    other = load(shelf_with(tmp_path, GOOD))
    assert other.get("survey").digest != shelf().get("survey").digest
    assert other.get("poll").digest == shelf().get("poll").digest


@pytest.mark.parametrize("template", shelf().templates, ids=lambda one: one.ref)
def test_every_template_has_three_checks_and_a_retirement_test(template: Template) -> None:  # T7 P4
    assert template.checks is not None
    assert len([one for one in template.checks.checks if not one.when and not one.unless]) >= FEWEST
    keeps = any(need.kind == "store" for need in template.needs)
    assert bool(template.checks.retirement.exports) == keeps


def test_a_template_has_the_checks_of_its_base() -> None:
    assert shelf().get("simple-survey").checks == shelf().get("survey").checks


def planned(template: str, **answers: JsonValue) -> Plan:
    return plan(shelf().get(template), {**ANSWERS[template], **answers}, NOW, 7)


def test_conditions_hang_on_the_answers() -> None:
    open_, closed = planned("survey", share_results=True), planned("survey")
    assert "The results are for everybody." in [one.says for one in open_.checks]
    assert "The results are for everybody." not in [one.says for one in closed.checks]
    assert (open_.private, closed.private) == ({}, {"responses": ()})


def test_blanks_are_filled_with_answers_and_people() -> None:
    made = planned("calculator", title="Fuel {ana}")
    assert made.checks[0].steps[0].sees == ("Fuel {ana}",)
    ana = next(one for one in planned("survey").people if one.role == "ana")
    assert planned("survey").checks[0].steps[0].sees == (ana.name,)


def test_somebody_whom_the_answers_name_is_at_the_rehearsal() -> None:
    handles = {one.role: one.handle for one in planned("approval", approvers=["ben", "cy"]).people}
    assert handles["approver"] == "ben" and handles["ben"] != "ben"


@pytest.mark.parametrize(("deadline", "earlier"), [("2020-01-05", True), ("2030-01-05T10:30", False), ("", False)])
def test_what_is_over_is_rehearsed_as_it_was_before(deadline: str, earlier: bool) -> None:
    assert (planned("survey", deadline=deadline).now < NOW) == earlier


def test_what_has_not_begun_is_rehearsed_as_it_will_be() -> None:
    assert planned("oncall_rota", start_date="2027-05-01").now > NOW


def test_a_plan_is_the_same_for_the_same_seed_and_goes_over_a_socket() -> None:  # T6
    made = planned("approval")
    assert made == planned("approval")
    assert Plan.model_validate_json(made.model_dump_json(by_alias=True)) == made
