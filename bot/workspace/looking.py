"""The Web API's methods that look things up: conversations, users, user groups."""

import base64
import binascii
from collections.abc import Sequence

from bot.workspace.config import MANAGER_FIELD, Json
from bot.workspace.directory import Channel
from bot.workspace.errors import Refused
from bot.workspace.messages import Message
from bot.workspace.talking import bot_channel
from bot.workspace.webapi import Ask, method

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def paged(ask: Ask, items: Sequence[Json], default: int = 100) -> tuple[list[Json], Json]:
    """One page of a list, and the `response_metadata` with the cursor of the next."""
    start, limit = _start(ask.text("cursor")), ask.number("limit", default, 1000)
    end = start + limit
    cursor = base64.b64encode(b"next:%d" % end).decode() if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if cursor and word != "next":
            raise Refused("invalid_cursor")
        return int(number or 0)
    except (binascii.Error, ValueError):
        raise Refused("invalid_cursor") from None


@method("conversations.list", "channels:read")
def conversations_list(ask: Ask) -> Json:
    """What the bot may know of, by type."""
    bot, directory = ask.harbor.directory.bot.id, ask.harbor.directory
    asked = ask.text("types") or "public_channel"
    kinds = {KINDS.get(one.strip(), one.strip()) for one in asked.split(",")}
    hidden = ask.flag("exclude_archived")
    found = [
        directory.channel_shape(one, bot)
        for one in directory.channels.values()
        if one.type in kinds and (one.type == "channel" or bot in one.members) and not (hidden and one.archived)
    ]
    page, more = paged(ask, found)
    return {"channels": page, **more}


@method("conversations.info", "channels:read")
def conversations_info(ask: Ask) -> Json:
    """One conversation."""
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    return {"channel": ask.harbor.directory.channel_shape(channel, ask.harbor.directory.bot.id)}


@method("conversations.members", "channels:read")
def conversations_members(ask: Ask) -> Json:
    """Who is in a conversation."""
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    start, limit = _start(ask.text("cursor")), ask.number("limit", 100, 1000)
    members = ask.harbor.directory.active(channel.members)
    end = start + limit
    cursor = base64.b64encode(b"next:%d" % end).decode() if end < len(members) else ""
    return {"members": members[start:end], "response_metadata": {"next_cursor": cursor}}


@method("conversations.join", "channels:join")
def conversations_join(ask: Ask) -> Json:
    """Let the bot into a public channel."""
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    if channel.direct or channel.private:
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    bot = ask.harbor.directory.bot.id
    return {"channel": ask.harbor.directory.channel_shape(ask.harbor.join(channel, bot), bot)}


@method("conversations.open", "im:write")
def conversations_open(ask: Ask) -> Json:
    """The bot's conversation with one person."""
    directory = ask.harbor.directory
    users = [one.strip() for one in ask.text("users").split(",") if one.strip()]
    if not users:
        raise Refused("users_list_not_supplied")
    if any(one not in directory.users for one in users):
        raise Refused("user_not_found")
    if directory.users[users[0]].deleted:
        raise Refused("user_disabled")
    if len(users) > 1 or users[0] == directory.bot.id:
        raise Refused("invalid_user_combination")
    known = len(directory.channels)
    channel = directory.direct(directory.bot.id, users[0])
    old = known == len(directory.channels)
    shape = directory.channel_shape(channel, directory.bot.id) if ask.flag("return_im") else {"id": channel.id}
    return {"channel": shape, "no_op": old, "already_open": old}


def _readable(ask: Ask) -> Channel:
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    if ask.harbor.directory.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _between(ask: Ask, messages: Sequence[Message]) -> list[Message]:
    oldest, latest = ask.text("oldest") or "0", ask.text("latest") or "9999999999"
    inclusive = ask.flag("inclusive")
    try:
        low, high = float(oldest), float(latest)
    except ValueError:
        raise Refused("invalid_ts_oldest") from None
    return [one for one in messages if low < float(one.ts) < high or (inclusive and float(one.ts) in (low, high))]


@method("conversations.history", "channels:history")
def conversations_history(ask: Ask) -> Json:
    """What a channel shows, newest first."""
    channel, metadata = _readable(ask), ask.flag("include_all_metadata")
    found = _between(ask, ask.harbor.log.roots(channel.id))
    shapes = [ask.harbor.shape(one, metadata=metadata) for one in reversed(found)]
    page, more = paged(ask, shapes)
    return {"messages": page, "has_more": bool(more["response_metadata"]["next_cursor"]), "pin_count": 0, **more}


@method("conversations.replies", "channels:history")
def conversations_replies(ask: Ask) -> Json:
    """A thread, its root first."""
    channel, metadata, log = _readable(ask), ask.flag("include_all_metadata"), ask.harbor.log
    named = log.get(channel.id, ask.text("ts", None))
    if named is None:
        raise Refused("thread_not_found")
    root = log.get(channel.id, named.thread) if named.thread else named
    thread = [*([root] if root else []), *_between(ask, log.replies(channel.id, named.thread or named.ts))]
    page, more = paged(ask, [ask.harbor.shape(one, metadata=metadata) for one in thread], 1000)
    return {"messages": page, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


@method("users.info", "users:read")
def users_info(ask: Ask) -> Json:
    """One user."""
    user = ask.harbor.directory.users.get(ask.text("user", None))
    if user is None:
        raise Refused("user_not_found")
    spoken = {"locale": user.locale} if ask.flag("include_locale") else {}
    return {"user": ask.harbor.directory.user_shape(user) | spoken}


@method("users.profile.get", "users.profile:read")
def users_profile(ask: Ask) -> Json:
    """Somebody's profile, with the fields that a workspace adds to it: of ours, who their manager is."""
    user = ask.harbor.directory.users.get(ask.text("user", None))
    if user is None:
        raise Refused("user_not_found")
    fields = {MANAGER_FIELD: {"value": user.manager, "alt": ""}} if user.manager else {}
    return {"profile": {**ask.harbor.directory.profile_shape(user), "fields": fields}}


@method("users.list", "users:read")
def users_list(ask: Ask) -> Json:
    """Everyone, the bot included."""
    directory = ask.harbor.directory
    page, more = paged(ask, [directory.user_shape(one) for one in directory.users.values()])
    return {"members": page, "cache_ts": int(ask.harbor.clock()), **more}


@method("users.lookupByEmail", "users:read.email")
def users_lookup(ask: Ask) -> Json:
    """One person by address."""
    email, directory = ask.text("email", None).lower(), ask.harbor.directory
    found = next((one for one in directory.people if one.email == email), None)
    if found is None:
        raise Refused("users_not_found")
    return {"user": directory.user_shape(found)}


@method("usergroups.list", "usergroups:read")
def usergroups_list(ask: Ask) -> Json:
    """Every user group; with their members when `include_users` is set, deactivated ones when `include_disabled` is."""
    with_users, disabled = ask.flag("include_users"), ask.flag("include_disabled")
    groups = [
        {
            "id": one.id,
            "team_id": ask.harbor.config.team_id,
            "is_usergroup": True,
            "name": one.name,
            "handle": one.handle,
            "date_delete": one.disabled_at,
            "user_count": len(one.members),
            **({"users": list(one.members)} if with_users else {}),
        }
        for one in ask.harbor.directory.groups.values()
        if disabled or not one.disabled_at
    ]
    return {"usergroups": groups}


@method("usergroups.users.list", "usergroups:read")
def usergroups_users(ask: Ask) -> Json:
    """Who is in a user group."""
    group = ask.harbor.directory.groups.get(ask.text("usergroup", None))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": ask.harbor.directory.active(group.members)}
