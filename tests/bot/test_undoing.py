"""One press takes back a change that was applied, as long as the answers are those that it made."""

import json

import pytest

from bot.conversation import Thread
from bot.wording import rolling_words
from tests.bot.house import House

pytestmark = pytest.mark.scenario

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
CHANGE = "make it anonymous"


@pytest.fixture
def changed(house: House) -> Thread:
    """A survey whose preview was changed by what ana said in its thread."""
    thread = house.ask(SURVEY)
    house.say(CHANGE, thread=thread.root)
    house.press(thread, "slipway.apply")
    assert anonymous(house)
    return thread


def anonymous(house: House) -> bool:
    answers = {one["name"]: one["value"] for one in json.loads(str(house.request().brief))["answers"]}
    return bool(answers["anonymous"])


def undo(house: House, thread: Thread, who: str = "ana") -> str:
    person = getattr(house, who)
    before = len(house.whispers(person))
    [message] = [one for one in thread.messages(person) if '"slipway.undo"' in json.dumps(one)]
    failed = person.press(thread.channel, message["ts"], "slipway.undo")
    assert not failed, failed
    house.settle()
    return " ".join(one["text"] for one in house.whispers(person)[before:])


def test_the_answers_are_as_they_were_and_the_preview_is_built_from_them(house: House, changed: Thread) -> None:
    assert undo(house, changed) == ""
    assert not anonymous(house)
    assert house.request().state == "previewed"
    assert house.actions().count("change.undone") == 1
    assert f"Undone by <@{house.ana.id}> on " in house.card(changed)
    assert '"slipway.undo"' not in json.dumps(changed.messages(house.ana))


def test_it_is_told_politely_when_the_answers_have_moved_on(house: House, changed: Thread) -> None:
    house.fill(changed, title="Supper")
    assert undo(house, changed) == rolling_words.NO_UNDO
    assert anonymous(house)
    assert "change.undone" not in house.actions()


def test_once_it_is_published_only_going_back_to_a_version_undoes_it(house: House, changed: Thread) -> None:
    house.press(changed, "slipway.publish")
    assert undo(house, changed) == rolling_words.NO_UNDO
    assert house.request().state == "live"


def test_strangers_undo_nothing(house: House, changed: Thread) -> None:
    assert "can do that" in undo(house, changed, "cy")
    assert anonymous(house)


def test_a_change_of_a_live_app_leaves_it_as_it_is_live(house: House) -> None:
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.say(CHANGE, thread=thread.root)
    house.press(thread, "slipway.apply")
    assert house.request().state == "previewed"
    assert undo(house, thread) == ""
    row = house.request()
    assert (row.state, row.brief == row.standing) == ("live", True)
    assert not anonymous(house)
