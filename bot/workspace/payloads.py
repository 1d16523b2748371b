"""What the workspace sends to an app, as values: events, commands, presses, submissions."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot.workspace.config import Config, Json, id_of
from bot.workspace.directory import Channel, User
from bot.workspace.messages import Message


@dataclass(frozen=True, slots=True)
class Act:
    """Who did something, where, and the short-lived handles that let the app answer."""

    user: User
    channel: Channel | None
    trigger: str
    response_url: str = ""


def envelope(config: Config, event: Json, now: float) -> Json:
    """An event as the Events API delivers it, with an id of its own."""
    return {
        "token": "verification-token-is-deprecated",
        "team_id": config.team_id,
        "api_app_id": config.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(now),
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": config.team_id,
                "user_id": config.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }


def message_event(config: Config, message: Message, kind: str, event_type: str = "message") -> Json:
    """A `message` or `app_mention` event. `kind` is the channel's type."""
    event: Json = {
        "type": event_type,
        "user": message.user,
        "ts": message.ts,
        "client_msg_id": secrets.token_hex(16),
        "text": message.text,
        "team": config.team_id,
        "channel": message.channel,
        "event_ts": message.ts,
    }
    if message.thread:
        event |= {"thread_ts": message.thread}
    if event_type == "message":
        event |= {"channel_type": kind}
    if message.bot:
        event |= {"bot_id": config.bot_id, "app_id": config.app_id}
        event.pop("client_msg_id")
    if message.blocks:
        event |= {"blocks": list(message.blocks)}
    return event | ({"subtype": message.subtype} if message.subtype else {})


def changed_event(before: Json, after: Json, channel: Channel, stamp: str) -> Json:
    """A `message_changed` event."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": after,
        "previous_message": before,
        "channel": channel.id,
        "channel_type": channel.type,
        "hidden": True,
        "ts": stamp,
        "event_ts": stamp,
    }


def deleted_event(before: Json, channel: Channel, stamp: str) -> Json:
    """A `message_deleted` event."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "deleted_ts": before["ts"],
        "channel": channel.id,
        "channel_type": channel.type,
        "hidden": True,
        "ts": stamp,
        "event_ts": stamp,
    }


def command(config: Config, act: Act, channel: Channel, name: str, text: str) -> Json:
    """A slash command, with `should_escape` on: `text` is encoded."""
    return {
        "token": "verification-token-is-deprecated",
        "team_id": config.team_id,
        "team_domain": config.team.lower(),
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.direct else channel.name,
        "user_id": act.user.id,
        "user_name": act.user.handle,
        "command": name,
        "text": text,
        "api_app_id": config.app_id,
        "is_enterprise_install": "false",
        "response_url": act.response_url,
        "trigger_id": act.trigger,
    }


def interaction(config: Config, act: Act, kind: str) -> Json:
    """What every interactive payload has."""
    return {
        "type": kind,
        "team": {"id": config.team_id, "domain": config.team.lower()},
        "user": {
            "id": act.user.id,
            "username": act.user.handle,
            "name": act.user.handle,
            "team_id": id_of("T", act.user.company) if act.user.company else config.team_id,
        },
        "api_app_id": config.app_id,
        "token": "verification-token-is-deprecated",
        "trigger_id": act.trigger,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_part(channel: Channel) -> Json:
    """How interactive payloads name a channel."""
    return {"channel": {"id": channel.id, "name": "directmessage" if channel.direct else channel.name}}


def pressed_in_message(
    config: Config, act: Act, channel: Channel, source: Json, actions: Sequence[Json], state: Json
) -> Json:
    """`block_actions` on a message; on a whisper the payload carries no message."""
    hidden = bool(source.get("is_ephemeral"))
    container = {
        "type": "message",
        "message_ts": source["ts"],
        "channel_id": channel.id,
        "is_ephemeral": hidden,
    } | ({"thread_ts": source["thread_ts"]} if source.get("thread_ts") else {})
    return {
        **interaction(config, act, "block_actions"),
        **channel_part(channel),
        "container": container,
        "response_url": act.response_url,
        "state": {"values": state},
        "actions": list(actions),
        **({} if hidden else {"message": source}),
    }


def pointed_at(config: Config, act: Act, channel: Channel, message: Json, callback_id: str) -> Json:
    """`message_action`: a shortcut on a message."""
    return {
        **interaction(config, act, "message_action"),
        **channel_part(channel),
        "callback_id": callback_id,
        "message_ts": message["ts"],
        "message": message,
        "response_url": act.response_url,
        "action_ts": message["ts"],
    }


def pressed_in_view(config: Config, act: Act, view: Json, actions: Sequence[Json]) -> Json:
    """`block_actions` in a modal."""
    return {
        **interaction(config, act, "block_actions"),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "state": view["state"],
        "actions": list(actions),
    }


def submitted(config: Config, act: Act, view: Json) -> Json:
    """`view_submission`."""
    return {**interaction(config, act, "view_submission"), "view": view, "response_urls": []}


def closed(config: Config, act: Act, view: Json, *, cleared: bool = False) -> Json:
    """`view_closed`."""
    made = {**interaction(config, act, "view_closed"), "view": view, "is_cleared": cleared}
    made.pop("trigger_id")
    return made
