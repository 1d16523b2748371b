"""The Slack app's manifest asks for exactly what the bot uses.

Keys and lengths are those of Slack's manifest reference, https://docs.slack.dev/reference/app-manifest.
"""

import ast
import json
import re
from pathlib import Path
from typing import Any

from bot.slack import door as slack
from bot.slack import events, pointing, progress, uploads
from bot.slack import web_api as slack_chat

BOT = Path(slack.__file__).parents[1]
MANIFEST: dict[str, Any] = json.loads((BOT / "slack_manifest.json").read_text())

DOOR = (progress, slack_chat, uploads)
SCOPES: dict[str, set[str]] = {
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.test": set(),
    "chat.appendStream": {"chat:write"},
    "chat.startStream": {"chat:write"},
    "chat.stopStream": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.unfurl": {"links:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.delete": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "users.profile.get": {"users.profile:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
}
"""What each method needs for the conversations that we are in: channels, private channels and direct messages.

From "Required scopes" on https://docs.slack.dev/reference/methods/{method}.
"""

EVENTS: dict[str, dict[str, str]] = {
    "app_home_opened": {"app_home_opened": ""},
    "app_mention": {"app_mention": "app_mentions:read"},
    "channel_unarchive": {"channel_unarchive": "channels:read"},
    "group_unarchive": {"group_unarchive": "groups:read"},
    "link_shared": {"link_shared": "links:read"},
    "member_joined_channel": {"member_joined_channel": "channels:read"},
    "message": {
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
    },
}
"""What to subscribe to for each event listened to, and its scope.

From "Required scopes" on https://docs.slack.dev/reference/events/{event}.
"""

KEYS = {
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"agent_view", "app_home", "bot_user", "shortcuts", "slash_commands", "unfurl_domains"},
    "oauth_config": {"scopes"},
    "settings": {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
}


def methods() -> set[str]:
    """The Web API methods that the door to Slack names."""
    texts = (
        node.value
        for room in DOOR
        for node in ast.walk(ast.parse(Path(room.__file__ or "").read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    families = "assistant|auth|chat|conversations|files|usergroups|users|views"
    return {one for one in texts if re.fullmatch(rf"({families})(\.\w+)+", one)}


def listened(kind: str) -> set[str]:
    """What `door.py`, `events.py` and `pointing.py` register for, of one kind (`event`, `command`)."""
    doors = "".join(Path(str(one.__file__)).read_text() for one in (slack, events, pointing))
    return set(re.findall(rf'app\.{kind}\("([^"]+)"', doors))


def test_every_method_that_is_called_stands_in_the_table() -> None:
    assert methods() == set(SCOPES)


def test_the_scopes_are_those_that_are_needed_and_no_more() -> None:
    needed = set().union(*SCOPES.values())
    needed |= {scope for event in listened("event") for scope in EVENTS[event].values() if scope} | {"commands"}
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert asked == sorted(needed)
    assert "user" not in MANIFEST["oauth_config"]["scopes"]


def test_the_events_are_those_that_are_listened_to() -> None:
    wanted = {one for event in listened("event") for one in EVENTS[event]}
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == sorted(wanted)


def test_the_commands_are_those_that_are_answered_and_arrive_encoded() -> None:
    commands = MANIFEST["features"]["slash_commands"]
    assert {one["command"] for one in commands} == listened("command") == {"/slipway"}
    assert all(one["should_escape"] for one in commands)


def test_the_shortcuts_are_those_that_are_answered() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert {one["callback_id"] for one in shortcuts} == listened("shortcut")
    for one in shortcuts:
        assert set(one) == {"name", "type", "callback_id", "description"} and one["type"] == "message"
        assert len(one["name"]) <= 24 and len(one["description"]) <= 150


def test_people_can_write_to_the_bot_and_press_its_buttons() -> None:
    assert MANIFEST["features"]["app_home"]["messages_tab_enabled"]
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"]
    assert not MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]


def test_it_connects_by_itself_and_needs_no_address() -> None:
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert 'url"' not in json.dumps(MANIFEST)


def test_links_are_told_of_one_domain_that_whoever_installs_it_replaces() -> None:  # N1
    assert MANIFEST["features"]["unfurl_domains"] == ["apps.example.com"]
    assert "`unfurl_domains`" in (BOT.parent / "docs" / "slack.md").read_text()


def test_it_has_the_keys_and_lengths_that_slack_takes() -> None:
    assert {name: set(part) for name, part in MANIFEST.items()} == KEYS
    about = MANIFEST["display_information"]
    assert len(about["name"]) <= 35 and len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
    [command] = MANIFEST["features"]["slash_commands"]
    assert set(command) == {"command", "description", "usage_hint", "should_escape"}
    assert len(command["usage_hint"]) <= 1000 and len(command["command"]) <= 32


def test_the_page_about_slack_explains_each_scope_and_event() -> None:
    page = (BOT.parent / "docs" / "slack.md").read_text()
    explained = set(re.findall(r"^\| `([a-z_.:]+)` \|", page, re.MULTILINE))
    events = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) | events <= explained
