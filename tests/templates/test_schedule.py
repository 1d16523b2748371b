"""A schedule in a template: declared, switched on by an answer, and never more of it than the template says."""

from pathlib import Path

import pytest
from pydantic import JsonValue, ValidationError

from templates.catalog import Catalog
from templates.errors import BadAnswer, FaultyTemplate
from templates.excess import excess
from templates.manifest import Manifest, ScheduleCapability, Time
from templates.render import render
from tests.templates.roundup import changed, roundup

DAILY = Time(every="day", at="09:00")
TIMES = {"weekly_roundup": Time(every="monday", at="09:00")}


def manifest(*schedules: JsonValue) -> Manifest:
    given = {"name": "a", "template": "a@1.0", "template_digest": "sha256:0", "title": "A"}
    return Manifest.model_validate({**given, "capabilities": schedules})


def times(**named: JsonValue) -> JsonValue:
    return {"kind": "schedule", "times": dict(named)}


def test_an_app_has_no_schedule_unless_somebody_wants_it() -> None:
    quiet, weekly = (render(roundup(), {"title": "Wishes", "weekly": answer}).manifest for answer in (False, True))
    assert (quiet.capability("schedule"), quiet.times) == (None, {})
    assert (weekly.capability("schedule"), weekly.times) == (ScheduleCapability(times=TIMES), TIMES)


def test_a_time_without_a_question_is_set_in_every_app(tmp_path: Path) -> None:
    question = "  - name: weekly\n    type: bool\n    label: Tell us weekly\n    default: false\n"
    always = changed(tmp_path, {question: "", ", when: weekly": ""})
    assert render(always, {"title": "Wishes"}).manifest.times == TIMES


@pytest.mark.parametrize("said", ["every second", {"every": "day", "at": "00:00"}, ["monday", "tuesday"]])
def test_an_answer_says_yes_or_no_and_nothing_else(said: JsonValue) -> None:  # S4
    with pytest.raises(BadAnswer):
        render(roundup(), {"title": "Wishes", "weekly": said})


@pytest.mark.parametrize(
    "time",
    [
        {"every": "second", "at": "09:00"},
        {"every": "hour", "at": "09:00"},
        {"every": ["monday", "tuesday"], "at": "09:00"},
        {"every": "mon,", "at": "09:00"},
        {"every": "mon,hour", "at": "09:00"},
        {"every": "mon tue", "at": "09:00"},
        {"every": "day", "at": "24:00"},
        {"every": "day", "at": "9:00"},
        {"every": "day", "at": "09:00:30"},
        {"every": "day", "at": "* *"},
        {"every": "day", "at": ["09:00", "09:01"]},
        {"every": "day"},
        {"every": "day", "at": "09:00", "zone": "Europe/Berlin"},
        {"every": "day", "at": "09:00", "minutes": 1},
    ],
)
def test_nothing_but_a_day_and_a_time_can_be_asked_for(time: JsonValue) -> None:  # S4 S6
    with pytest.raises(ValidationError):
        manifest(times(daily=time))


def test_an_app_has_itself_run_at_most_four_times_a_day() -> None:  # S6
    daily: dict[str, JsonValue] = {f"at_{hour}": {"every": "day", "at": f"0{hour}:00"} for hour in range(4)}
    assert len(manifest(times(**daily)).times) == 4
    more: JsonValue = {"every": "day", "at": "04:00"}
    for schedules in ([times(**daily, more=more)], [times(**daily), times(more=more)], [times()]):
        with pytest.raises(ValidationError):
            manifest(*schedules)


def test_a_time_that_hangs_on_no_question_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultyTemplate, match=r"monthly is not a question of type bool\. Name one that is"):
        changed(tmp_path, {"when: weekly": "when: monthly"})


def test_an_unknown_day_has_its_line(tmp_path: Path) -> None:
    line = (
        r"roundup/1\.0/template\.yaml:26: .*every.*write day, weekday, the name of a day, or some days as mon,wed,fri"
    )
    with pytest.raises(FaultyTemplate, match=line):
        changed(tmp_path, {"every: monday": "every: second"})


@pytest.mark.parametrize(
    ("forged", "found"),
    [
        ({"hourly": DAILY}, "schedule.times: hourly, every day at 09:00"),
        ({"weekly_roundup": DAILY}, "schedule.times: weekly_roundup, every day at 09:00"),
        ({**TIMES, "more": DAILY}, "schedule.times: more, every day at 09:00"),
    ],
)
def test_a_manifest_with_other_times_than_its_templates_is_named(forged: dict[str, Time], found: str) -> None:  # S4
    made = render(roundup(), {"title": "Wishes", "weekly": True}).manifest
    others = tuple(one for one in made.capabilities if one.kind != "schedule")
    asking = made.model_copy(update={"capabilities": (*others, ScheduleCapability(times=forged))})
    shelf = Catalog((roundup(),))
    assert excess(made, shelf) == ()
    assert excess(asking, shelf) == (found,)
