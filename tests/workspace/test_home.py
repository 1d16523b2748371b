"""The Home tab as Slack has it: published for one person, kept, told of to the app, and its buttons carry the view."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.workspace.person import PageError
from tests.workspace.harbour import Running, config, until
from tests.workspace.test_web_api import refused

Listen = Callable[[App], SocketModeHandler]
PRESS = {
    "type": "section",
    "block_id": "poll",
    "text": {"type": "mrkdwn", "text": "*Poll*"},
    "accessory": {
        "type": "button",
        "action_id": "make",
        "value": "7",
        "text": {"type": "plain_text", "text": "Make one"},
    },
}
HOME: dict[str, Any] = {"type": "home", "callback_id": "home", "blocks": [PRESS, {**PRESS, "block_id": "faq"}]}


def test_what_is_published_stands_for_that_person_alone_and_keeps_its_id(harbor: Running) -> None:
    ana = harbor.person("ana")
    first = harbor.client.views_publish(user_id=ana.id, view=HOME)["view"]
    assert (first["type"], first["callback_id"], first["id"][0]) == ("home", "home", "V")
    again = harbor.client.views_publish(user_id=ana.id, view={**HOME, "blocks": [PRESS]})["view"]
    assert again["id"] == first["id"] and again["hash"] != first["hash"]
    seen = ana.home()
    assert seen is not None and [one["block_id"] for one in seen["blocks"]] == ["poll"]
    assert harbor.person("ben").home() is None


def test_what_slack_would_refuse_is_refused(harbor: Running) -> None:
    publish, ana = harbor.client.views_publish, harbor.person("ana").id
    wrong: list[dict[str, Any]] = [
        {**HOME, "type": "modal"},
        {**HOME, "title": {"type": "plain_text", "text": "No"}},
        {**HOME, "submit": {"type": "plain_text", "text": "No"}},
        {**HOME, "blocks": [{"type": "divider"}] * 101},
        {**HOME, "blocks": [{"type": "nothing"}]},
        {**HOME, "private_metadata": "x" * 3001},
        {"type": "home"},
    ]
    assert {refused(publish, user_id=ana, view=one) for one in wrong} == {"invalid_arguments"}
    assert refused(publish, user_id="UNOBODY", view=HOME) == "user_not_found"
    kept = publish(user_id=ana, view=HOME)["view"]
    publish(user_id=ana, view=HOME, hash=kept["hash"])
    assert refused(publish, user_id=ana, view=HOME, hash=kept["hash"]) == "hash_conflict"


@pytest.mark.scenario
def test_the_app_hears_of_a_look_and_of_a_press_with_its_view(harbor: Running, listening: Listen) -> None:
    app, looks, presses = harbor.bolt(), [], []

    @app.event("app_home_opened")
    def looked(event: dict[str, Any], client: Any) -> None:
        looks.append(event)
        client.views_publish(user_id=event["user"], view=HOME)

    @app.action("make")
    def pressed(ack: Any, body: dict[str, Any]) -> None:
        ack()
        presses.append(body)

    listening(app)
    ana = harbor.person("ana")
    ana.home()
    until(lambda: looks)
    assert (looks[0]["tab"], looks[0]["user"], looks[0]["channel"][0]) == ("home", ana.id, "D")
    view = until(ana.home)
    assert not ana.press_home(view["id"], "make", "faq")
    until(lambda: presses)
    assert presses[0]["container"] == {"type": "view", "view_id": view["id"]}
    assert presses[0]["view"]["type"] == "home" and "channel" not in presses[0] and "message" not in presses[0]
    assert presses[0]["actions"][0]["block_id"] == "faq" and "response_url" not in presses[0]
    ana.home()
    until(lambda: looks[-1].get("view", {}).get("id") == view["id"])


def test_nobody_presses_on_anothers_home(harbor: Running) -> None:
    view = harbor.client.views_publish(user_id=harbor.person("ana").id, view=HOME)["view"]
    with pytest.raises(PageError, match="not_found"):
        harbor.person("ben").press_home(view["id"], "make")


def test_it_stands_there_after_a_restart(tmp_path: Path) -> None:
    made = config(keep=tmp_path / "keep.db")
    first = Running(made)
    first.client.views_publish(user_id=first.person("ana").id, view=HOME)
    first.stop()
    second = Running(config(keep=tmp_path / "keep.db"))
    try:
        assert second.person("ana").home() is not None
    finally:
        second.stop()
