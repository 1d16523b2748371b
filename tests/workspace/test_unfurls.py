"""Links in messages: whom the workspace tells of them, and what may be shown below, as Slack would have it."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from tests.workspace.harbour import Running, until

URL = "http://lunch.localhost:8300/"
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Lunch*"}}]
Listening = Callable[[App], SocketModeHandler]


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as told:
        call()
    return str(told.value.response["error"])


def test_a_link_of_the_apps_domain_is_told_in_slacks_shape(harbor: Running, listening: Listening) -> None:
    heard: list[dict[str, Any]] = []
    app = harbor.bolt()
    app.event("link_shared")(lambda event: heard.append(event))
    app.event("message")(lambda event: None)
    listening(app)
    ana = harbor.person("ana")
    ts = ana.say(f"look: {URL}results?a=1&b=2 and http://evil.example/ and http://xlocalhost/", "#ops")
    [event] = until(lambda: [one for one in heard if one["message_ts"] == ts])
    assert {**event, "unfurl_id": "", "event_ts": ""} == {
        "type": "link_shared",
        "user": ana.id,
        "channel": harbor.channel("ops"),
        "message_ts": ts,
        "unfurl_id": "",
        "source": "conversations_history",
        "is_bot_user_member": True,
        "links": [{"domain": "localhost", "url": f"{URL}results?a=1&amp;b=2"}],
        "event_ts": "",
    }


def test_what_the_app_says_of_a_link_stands_below_the_message_for_everybody(harbor: Running) -> None:
    ana = harbor.person("ana")
    ts = ana.say(f"look: {URL}", "#ops")
    harbor.client.chat_unfurl(channel=harbor.channel("ops"), ts=ts, unfurls={URL: {"blocks": BLOCKS}})
    [message] = [one for one in harbor.person("ben").messages("#ops") if one["ts"] == ts]
    [shown] = message["attachments"]
    assert shown["from_url"] == URL and shown["blocks"][0]["text"]["text"] == "*Lunch*"
    named = f"{harbor.channel('ops')}.{ts}"
    told: list[Any] = []
    assert refused(lambda: harbor.client.chat_unfurl(unfurl_id=named, source="nowhere", unfurls={URL: {}})) == (
        "invalid_source"
    ), told
    assert refused(
        lambda: harbor.client.chat_unfurl(unfurl_id=named, source="composer", unfurls={URL: {"blocks": BLOCKS}})
    ) == ("cannot_find_message")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"unfurls": {}}, "missing_unfurls"),
        ({"unfurls": "[1"}, "invalid_unfurls_format"),
        ({"unfurls": {URL: "x"}}, "invalid_unfurls_format"),
        ({"unfurls": {URL: {}}}, "invalid_unfurls_format"),
        ({"unfurls": {URL: {"blocks": [{"type": "nonsense"}]}}}, "cannot_unfurl_url"),
        ({"unfurls": {"http://other.localhost/": {"blocks": BLOCKS}}}, "cannot_unfurl_url"),
        ({"unfurls": {URL: {"blocks": BLOCKS}}, "ts": "1.1"}, "cannot_find_message"),
        ({"unfurls": {URL: {"blocks": BLOCKS}}, "ts": ""}, "missing_ts"),
        ({"unfurls": {URL: {"blocks": BLOCKS}}, "channel": ""}, "missing_channel"),
    ],
)
def test_what_slack_would_refuse_is_refused(harbor: Running, asked: dict[str, Any], code: str) -> None:
    ts = harbor.person("ana").say(f"look: {URL}", "#ops")
    asked = {"channel": harbor.channel("ops"), "ts": ts, **asked}
    assert refused(lambda: harbor.client.api_call("chat.unfurl", json=asked)) == code


def test_our_own_message_is_not_unfurled(harbor: Running) -> None:
    said = harbor.client.chat_postMessage(channel=harbor.channel("ops"), text=URL)
    call = {"channel": said["channel"], "ts": said["ts"], "unfurls": {URL: {"blocks": BLOCKS}}}
    assert refused(lambda: harbor.client.api_call("chat.unfurl", json=call)) == "cannot_unfurl_message"
