"""Whatever Slack delivers five times, late and in any order, has one effect (U2)."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.conversation import Thread, buttons
from tests.bot.house import House
from tests.workspace.harbour import until

SURVEY = "a lunch survey, three questions, keep it two weeks"
FOR_ALL = "a feedback survey about the new office for everyone in the company"
Body = tuple[bytes, str]
Deliver = Callable[[House, Thread], list[Body]]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def _event(house: House, ident: str, event: Mapping[str, Any]) -> Body:
    whole = {"user": house.ana.id, "channel": house.harbor.channel("ops"), "event_ts": event.get("ts", "9.9"), **event}
    team = house.harbor.config.team_id
    body = {"type": "event_callback", "team_id": team, "event_id": ident, "event": whole}
    return json.dumps(body).encode(), JSON


def _interaction(house: House, who: str, **payload: Any) -> Body:
    team = house.harbor.config.team_id
    body = {"team": {"id": team}, "user": {"id": who, "team_id": team}, "trigger_id": "t1", **payload}
    return urlencode({"payload": json.dumps(body)}).encode(), FORM


def _press(house: House, thread: Thread, action: str, at: str = "7.7", who: str = "") -> Body:
    message = next(one for one in reversed(thread.messages(house.ana)) if action in buttons(one))
    pressed = {**buttons(message)[action], "action_ts": at, "block_id": "b"}
    where = {"channel": {"id": house.harbor.channel("ops")}, "message": {"ts": message["ts"], "thread_ts": thread.root}}
    return _interaction(house, who or house.ana.id, type="block_actions", actions=[pressed], **where)


def mention(house: House, thread: Thread) -> list[Body]:
    said = {"type": "app_mention", "text": "<@U0BOT> a poll about pizza or pasta", "ts": "1795700000.000100"}
    return [_event(house, "Ev1", said)]


def follow_up(house: House, thread: Thread) -> list[Body]:
    said = {"type": "message", "channel_type": "channel", "text": "rename it to Supper", "ts": "1795700000.000200"}
    return [_event(house, "Ev2", {**said, "thread_ts": thread.root})]


def command(house: House, thread: Thread) -> list[Body]:
    form = {
        "command": "/slipway",
        "text": "a poll about pizza or pasta",
        "team_id": house.harbor.config.team_id,
        "channel_id": house.harbor.channel("ops"),
        "user_id": house.ana.id,
        "trigger_id": "t7",
        "response_url": f"{house.harbor.config.base_url}/response/T/none",
    }
    return [(urlencode(form).encode(), FORM)]


def publish(house: House, thread: Thread) -> list[Body]:
    return [_press(house, thread, "slipway.publish")]


def two_clicks(house: House, thread: Thread) -> list[Body]:
    return [_press(house, thread, "slipway.publish"), _press(house, thread, "slipway.publish", "7.8")]


def publish_and_discard(house: House, thread: Thread) -> list[Body]:
    return [_press(house, thread, "slipway.publish"), _press(house, thread, "slipway.discard", "7.9")]


def form(house: House, thread: Thread) -> list[Body]:
    view = house.form(thread)
    values = {
        one["block_id"]: {one["element"]["action_id"]: {"type": one["element"]["type"], **_filled(one["element"])}}
        for one in view["blocks"]
        if one["type"] == "input"
    }
    values["title"] = {next(iter(values["title"])): {"type": "plain_text_input", "value": "Supper"}}
    sent = {**view, "state": {"values": values}}
    return [_interaction(house, house.ana.id, type="view_submission", view=sent)]


def _filled(element: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in a field as the form was opened."""
    held = {"initial_value": "value", "initial_option": "selected_option", "initial_options": "selected_options"}
    return {name: element[initial] for initial, name in held.items() if initial in element}


@pytest.mark.parametrize(
    ("deliver", "effect", "times"),
    [
        (mention, "request.received", 2),
        (command, "request.received", 2),
        (publish, "app.live", 1),
        (two_clicks, "app.live", 1),
        (form, "preview.opened", 2),
    ],
)  # fmt: skip  # a table
def test_five_deliveries_in_any_order_have_one_effect(
    house: House, deliver: Deliver, effect: str, times: int
) -> None:  # U2, U3, D6
    """`times` counts the Request that the thread begins with as well."""
    thread = house.ask(SURVEY)
    bodies = deliver(house, thread)
    for round_ in range(5):
        for body, kind in bodies if round_ % 2 else bodies[::-1]:
            assert house.door.post(body, kind)[0] == "200"
            if round_ in (0, 3):
                house.settle()
    until(lambda: house.settle() or house.actions().count(effect) >= times)
    house.settle()
    assert house.actions().count(effect) == times
    keys = [one["metadata"]["event_payload"]["key"] for one in thread.messages(house.ana) if one.get("metadata")]
    assert len(keys) == len(set(keys)), "nothing stands there twice"


def test_a_follow_up_delivered_five_times_is_one_change(house: House) -> None:  # U2
    thread = house.ask(SURVEY)
    for _ in range(5):
        [(body, kind)] = follow_up(house, thread)
        assert house.door.post(body, kind)[0] == "200"
        house.settle()
    asked = [one for one in thread.messages(house.ana) if "slipway.apply" in buttons(one)]
    assert len(asked) == 1
    house.press(thread, "slipway.apply")
    assert house.actions().count("preview.opened") == 2


def test_two_decisions_that_exclude_each_other_have_one_winner(house: House) -> None:  # U2, D6
    thread = house.ask(SURVEY)
    bodies = publish_and_discard(house, thread)
    for _ in range(5):
        for body, kind in bodies[::-1]:
            house.door.post(body, kind)
    until(lambda: house.settle() or {"app.live", "request.discarded"} & set(house.actions()))
    house.settle()
    told = house.actions()
    assert told.count("app.live") + told.count("request.discarded") == 1


def test_an_approval_delivered_five_times_beside_a_rejection_counts_once(house: House) -> None:  # U2, U3, D6
    thread = house.ask(FOR_ALL)
    house.press(thread, "slipway.publish")
    body, kind = _press(house, thread, "slipway.approve", who=house.ben.id)
    for _ in range(5):
        assert house.door.post(body, kind)[0] == "200"
    until(lambda: house.settle() or "app.live" in house.actions())
    assert house.actions().count("approval.given") == house.actions().count("app.live") == 1
    assert "slipway.approve" not in house.offered(thread), "buttons are replaced after the decision"
