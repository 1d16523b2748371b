"""The Web API refuses what Slack refuses, in Slack's words."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace.config import MANAGER_FIELD, ChannelSeed
from bot.workspace.person import PageError
from tests.workspace.harbour import Running

Make = Callable[..., Running]


def refused(call: Callable[..., Any], **more: Any) -> str:
    """The error a call is refused with."""
    with pytest.raises(SlackApiError) as caught:
        call(**more)
    return str(caught.value.response["error"])


def section(text: str) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


def test_a_token_must_be_there_and_right_and_of_the_right_kind(harbor: Running) -> None:
    url = harbor.config.api_url
    assert httpx2.post(f"{url}auth.test").json() == {"ok": False, "error": "not_authed"}
    assert refused(WebClient("xoxb-wrong", base_url=url).auth_test) == "invalid_auth"
    assert refused(WebClient("xapp-test", base_url=url).auth_test) == "not_allowed_token_type"
    assert refused(harbor.client.apps_connections_open, app_token="xoxb-test") == "not_allowed_token_type"
    assert harbor.client.auth_test()["user_id"] == harbor.config.bot_user


def test_json_and_forms_and_tokens_in_the_body_are_the_same(harbor: Running) -> None:
    url, bearer = harbor.config.api_url, {"Authorization": "Bearer xoxb-test"}
    said = {"channel": "#general", "text": "hi", "blocks": json.dumps(section("hi"))}
    as_form = httpx2.post(f"{url}chat.postMessage", data={**said, "token": "xoxb-test"}).json()
    as_json = httpx2.post(f"{url}chat.postMessage", json={**said, "blocks": section("hi")}, headers=bearer).json()
    assert as_form["ok"] and as_json["ok"]
    assert as_form["message"]["blocks"][0]["text"] == as_json["message"]["blocks"][0]["text"]
    broken = {**bearer, "Content-Type": "application/json"}
    assert httpx2.post(f"{url}chat.postMessage", content=b"{", headers=broken).json()["error"] == "invalid_json"
    assert httpx2.post(f"{url}no.such", headers=bearer).json()["error"] == "unknown_method"


def test_a_missing_scope_is_named(made: Make) -> None:
    harbor = made(scopes=("chat:write",))
    with pytest.raises(SlackApiError) as caught:
        harbor.client.users_list()
    assert caught.value.response.data == {
        "ok": False,
        "error": "missing_scope",
        "needed": "users:read",
        "provided": "chat:write",
    }


def test_posting_where_one_may_not_is_refused(harbor: Running) -> None:
    post = harbor.client.chat_postMessage
    assert refused(post, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refused(harbor.client.api_call, api_method="chat.postMessage", json={"channel": "#general"}) == "no_text"
    assert refused(post, channel="#general", text="x" * 40_001) == "msg_too_long"
    assert refused(post, channel="#general", text="x", thread_ts="1.000001") == "thread_not_found"
    cy, whisper = harbor.person("cy").id, harbor.client.chat_postEphemeral
    assert refused(whisper, channel="#finance", user=cy, text="x") == "user_not_in_channel"


def test_a_bot_outside_a_channel_may_not_speak_there_until_it_joins(made: Make) -> None:
    harbor = made(
        channels=(ChannelSeed("quiet", ("ana",), bot=False), ChannelSeed("own", ("ana",), private=True, bot=False))
    )
    assert refused(harbor.client.chat_postMessage, channel="#quiet", text="x") == "not_in_channel"
    assert refused(harbor.client.conversations_history, channel=harbor.channel("quiet")) == "not_in_channel"
    assert refused(harbor.client.conversations_info, channel=harbor.channel("own")) == "channel_not_found"
    harbor.client.conversations_join(channel=harbor.channel("quiet"))
    assert harbor.client.chat_postMessage(channel="#quiet", text="x")["ok"]


def test_bad_blocks_are_refused_with_where_and_why(harbor: Running) -> None:
    with pytest.raises(SlackApiError) as caught:
        harbor.client.chat_postMessage(channel="#general", text="x", blocks=section("x" * 3001))
    body = caught.value.response
    assert body["error"] == "invalid_blocks"
    assert body["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    long = [*section("x" * 3000)] * 5
    assert refused(harbor.client.chat_postMessage, channel="#general", text="x", blocks=long) == "msg_blocks_too_long"


def test_only_own_messages_are_changed_and_text_alone_takes_the_blocks_away(harbor: Running) -> None:
    client, general = harbor.client, harbor.channel("general")
    theirs = harbor.person("ana").say("mine", "#general")
    assert refused(client.chat_update, channel=general, ts=theirs, text="yours") == "cant_update_message"
    assert refused(client.chat_delete, channel=general, ts=theirs) == "cant_delete_message"
    assert refused(client.chat_update, channel=general, ts="1.000001", text="x") == "message_not_found"
    posted = client.chat_postMessage(channel=general, text="a", blocks=section("a"))
    assert "blocks" not in client.chat_update(channel=general, ts=posted["ts"], text="b")["message"]
    client.chat_delete(channel=general, ts=posted["ts"])
    assert refused(client.chat_delete, channel=general, ts=posted["ts"]) == "message_not_found"


def test_history_and_replies_give_metadata_on_demand(harbor: Running) -> None:
    client, ops = harbor.client, harbor.channel("ops")
    metadata = {"event_type": "slipway_post", "event_payload": {"key": "k1"}}
    root = client.chat_postMessage(channel=ops, text="root", metadata=metadata)["ts"]
    client.chat_postMessage(channel=ops, text="reply", thread_ts=root, metadata=metadata)
    plain = client.conversations_history(channel=ops, oldest=root, inclusive=True)["messages"]
    assert ["metadata" in one for one in plain if one["ts"] == root] == [False]
    found = client.conversations_replies(channel=ops, ts=root, include_all_metadata=True)["messages"]
    assert [one["text"] for one in found] == ["root", "reply"]
    assert [one["metadata"] for one in found] == [metadata, metadata]
    assert found[0]["reply_count"] == 1
    assert client.conversations_history(channel=ops, oldest=root)["messages"] == []


def test_lists_come_in_pages(harbor: Running) -> None:
    pages = harbor.client.users_list(limit=4)
    assert len(pages["members"]) == 4
    assert len(harbor.client.users_list(cursor=pages["response_metadata"]["next_cursor"])["members"]) == 3
    assert refused(harbor.client.users_list, cursor="bogus!") == "invalid_cursor"


def test_user_groups_name_their_members(harbor: Running) -> None:
    groups = harbor.client.usergroups_list(include_users=True)["usergroups"]
    approvers = next(one for one in groups if one["handle"] == "platform-approvers")
    ben, dora = harbor.person("ben").id, harbor.person("dora").id
    assert approvers["users"] == [ben, dora]
    assert harbor.client.usergroups_users_list(usergroup=approvers["id"])["users"] == [ben, dora]
    assert harbor.client.users_info(user=harbor.person("gil").id)["user"]["is_ultra_restricted"] is True


def test_a_message_to_a_person_opens_the_conversation(harbor: Running) -> None:
    dora = harbor.person("dora")
    posted = harbor.client.chat_postMessage(channel=dora.id, text="hello")
    opened = harbor.client.conversations_open(users=[dora.id])["channel"]["id"]
    assert posted["channel"] == opened
    assert [one["text"] for one in dora.messages("@slipway")] == ["hello"]


def test_too_many_posts_in_one_channel_are_told_to_wait(made: Make) -> None:
    harbor = made(post_burst=2, post_rate=1.0)
    url, bearer = harbor.config.api_url + "chat.postMessage", {"Authorization": "Bearer xoxb-test"}
    answers = [httpx2.post(url, json={"channel": "#ops", "text": "x"}, headers=bearer) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "1"
    assert answers[2].json() == {"ok": False, "error": "ratelimited"}
    assert httpx2.post(url, json={"channel": "#general", "text": "x"}, headers=bearer).status_code == 200


def test_reactions_are_counted_once(harbor: Running) -> None:
    general = harbor.channel("general")
    ts = harbor.person("ana").say("nice", "#general")
    harbor.client.reactions_add(channel=general, timestamp=ts, name="eyes")
    again = harbor.client.reactions_add
    assert refused(again, channel=general, timestamp=ts, name="eyes") == "already_reacted"
    shown = next(one for one in harbor.person("ana").messages("#general") if one["ts"] == ts)
    assert shown["reactions"] == [{"name": "eyes", "users": [harbor.config.bot_user], "count": 1}]


def test_a_closed_account_and_an_archived_channel_are_refused_as_slack_does(made: Make) -> None:  # D8 N7
    harbor = made()
    ben, cy, ops = harbor.person("ben"), harbor.person("cy"), harbor.channel("ops")
    assert ben.command("/deactivate @cy", "#ops") == ""
    assert harbor.client.users_info(user=cy.id)["user"]["deleted"] is True
    assert cy.id not in harbor.client.conversations_members(channel=ops)["members"]
    assert refused(harbor.client.conversations_open, users=cy.id) == "user_disabled"
    assert refused(harbor.client.chat_postEphemeral, channel=ops, user=cy.id, text="hi") == "user_not_in_channel"
    with pytest.raises(PageError, match="account_inactive"):
        cy.say("still here", "#ops")
    ben.command("/reactivate @cy", "#ops")
    assert cy.say("back", "#ops")
    ben.command("/archive", "#ops")
    assert refused(harbor.client.chat_postMessage, channel=ops, text="hi") == "is_archived"
    assert harbor.client.conversations_info(channel=ops)["channel"]["is_archived"] is True
    ben.command("/unarchive", "#ops")
    assert harbor.client.chat_postMessage(channel=ops, text="hi")["ok"]


def test_a_profile_names_the_manager_where_there_is_one(harbor: Running) -> None:  # N7
    ana, ben = harbor.person("ana"), harbor.person("ben")
    asked = harbor.client.users_profile_get
    assert asked(user=ana.id)["profile"]["fields"] == {MANAGER_FIELD: {"value": ben.id, "alt": ""}}
    assert asked(user=ben.id)["profile"]["fields"] == {}
    assert refused(asked, user="U0NOBODY") == "user_not_found"
