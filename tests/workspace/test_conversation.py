"""A real bolt app over Socket Mode, and people without hands, in one workspace."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from tests.workspace.harbour import Running, until

pytestmark = pytest.mark.scenario

Listen = Callable[[App], SocketModeHandler]
BUTTON = {
    "type": "actions",
    "block_id": "decide",
    "elements": [
        {"type": "button", "action_id": "approve", "value": "42", "text": {"type": "plain_text", "text": "Approve"}}
    ],
}
FORM = {
    "type": "modal",
    "callback_id": "details",
    "private_metadata": "about-42",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Details"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "title", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "who",
            "label": {"type": "plain_text", "text": "Who"},
            "optional": True,
            "element": {"type": "multi_users_select", "action_id": "who"},
        },
    ],
}


def test_a_mention_reaches_the_bot_once_and_its_answer_lands_in_the_thread(harbor: Running, listening: Listen) -> None:
    app, heard = harbor.bolt(), []

    @app.event("app_mention")
    def mentioned(body: dict[str, Any], say: Any) -> None:
        heard.append(body)
        say(text="Hello", thread_ts=body["event"]["ts"])

    @app.event("message")
    def other() -> None: ...

    listening(app)
    ana = harbor.person("ana")
    ts = ana.say("@slipway a survey <b> & more for @ben in #ops", "#ops")
    thread = until(lambda: len(found := ana.thread("#ops", ts)) == 2 and found)
    bot, ben, ops = harbor.config.bot_user, harbor.person("ben").id, harbor.channel("ops")
    assert heard[0]["event"]["text"] == f"<@{bot}> a survey &lt;b&gt; &amp; more for <@{ben}> in <#{ops}|ops>"
    assert [one["text"] for one in thread[1:]] == ["Hello"]
    assert len(heard) == 1
    assert len({one["event_id"] for one in heard}) == len(heard)


def test_a_command_is_acknowledged_privately_and_answered_by_its_url(harbor: Running, listening: Listen) -> None:
    app, bodies = harbor.bolt(), []

    @app.command("/slipway")
    def asked(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        bodies.append(body)
        ack("Heard")
        respond(text="Everyone", response_type="in_channel")

    listening(app)
    ana = harbor.person("ana")
    assert ana.command("/slipway a form for @ben & #ops", "#general") == ""
    until(lambda: any(one["text"] == "Everyone" for one in ana.messages("#general")))
    assert [one["text"] for one in ana.whispers("#general")] == ["Heard"]
    assert harbor.person("ben").whispers("#general") == []
    ben, ops = harbor.person("ben").id, harbor.channel("ops")
    assert bodies[0]["text"] == f"a form for <@{ben}|ben> &amp; <#{ops}|ops>"


def test_a_press_opens_a_form_that_checks_itself_and_then_the_bot_checks_it(harbor: Running, listening: Listen) -> None:
    app, sent = harbor.bolt(), []

    @app.action("approve")
    def pressed(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        sent.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("details")
    def filled(ack: Any, body: dict[str, Any]) -> None:
        sent.append(body)
        values = body["view"]["state"]["values"]
        if values["title"]["title"]["value"] == "bad":
            ack(response_action="errors", errors={"title": "Not that one."})
        else:
            ack()

    @app.event("message")
    def other() -> None: ...

    listening(app)
    ben = harbor.person("ben")
    posted = harbor.client.chat_postMessage(channel="#finance", text="Decide", blocks=[BUTTON])
    assert ben.press("#finance", posted["ts"], "approve") == ""
    view = until(ben.views)[0]
    assert sent[0]["actions"][0]["value"] == "42"
    assert sent[0]["container"]["message_ts"] == posted["ts"]
    assert ben.submit(view["id"], {"title": ""}) == {"title": "Please complete this required field."}
    assert ben.submit(view["id"], {"title": "x" * 21}) == {"title": "Must be 20 characters or fewer."}
    assert ben.submit(view["id"], {"title": "bad"}) == {"title": "Not that one."}
    assert ben.submit(view["id"], {"title": "good", "who": [ben.id]}) == {}
    assert ben.views() == []
    last = sent[-1]["view"]
    assert last["private_metadata"] == "about-42"
    assert last["state"]["values"]["who"]["who"] == {"type": "multi_users_select", "selected_users": [ben.id]}
