"""The Web API's methods that talk: chat, reactions, views, and the socket to listen on."""

from collections.abc import Sequence

from bot.workspace import files, homes, modals
from bot.workspace.acts import LONGEST
from bot.workspace.blocks import TEXT_IN_ALL, block_problems, text_in_all
from bot.workspace.config import Json
from bot.workspace.directory import Channel
from bot.workspace.errors import Refused
from bot.workspace.harbor import Harbor
from bot.workspace.messages import Message
from bot.workspace.webapi import Ask, method


@method("api.test", auth="none")
def api_test(ask: Ask) -> Json:
    """Answer with what was asked; refuse with `error` when told to."""
    if error := ask.text("error"):
        raise Refused(error)
    return {"args": {key: value for key, value in ask.args.items() if key != "token"}}


@method("auth.test")
def auth_test(ask: Ask) -> Json:
    """Who the bot is."""
    config = ask.harbor.config
    return {
        "url": f"{config.base_url}/",
        "team": config.team,
        "user": config.bot_handle,
        "team_id": config.team_id,
        "user_id": config.bot_user,
        "bot_id": config.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", auth="app")
def connections_open(ask: Ask) -> Json:
    """A socket's address, good for one connection."""
    return {"url": ask.harbor.sockets.ticket(ask.harbor.clock())}


def bot_channel(harbor: Harbor, name: str) -> Channel:
    """A channel that the bot may know of: others' private channels and conversations do not exist for it."""
    channel = harbor.channel(name)
    if (channel.private or channel.direct) and harbor.directory.bot.id not in channel.members:
        raise Refused("channel_not_found")
    return channel


def _writable(ask: Ask) -> Channel:
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    if channel.archived:
        raise Refused("is_archived")
    if ask.harbor.directory.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _blocks(ask: Ask) -> list[Json] | None:
    blocks = ask.parsed("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if problems := block_problems(blocks):
        raise Refused("invalid_blocks", problems)
    if unknown := files.unknown(ask.harbor, blocks):
        raise Refused("invalid_blocks", unknown)
    if text_in_all(blocks) > TEXT_IN_ALL:
        raise Refused("msg_blocks_too_long")
    return list(blocks)


def _said(ask: Ask) -> tuple[str, list[Json] | None]:
    text, blocks = ask.text("text"), _blocks(ask)
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > LONGEST:
        raise Refused("msg_too_long")
    return text, blocks


def _metadata(ask: Ask) -> Json | None:
    metadata = ask.parsed("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


@method("chat.postMessage", "chat:write")
def post_message(ask: Ask) -> Json:
    """Post into a channel or thread, or to a person."""
    channel = _writable(ask)
    text, blocks = _said(ask)
    harbor = ask.harbor
    message = harbor.say(
        channel,
        harbor.directory.bot.id,
        text,
        blocks=blocks or (),
        thread=ask.text("thread_ts"),
        metadata=_metadata(ask),
    )
    return {"channel": channel.id, "ts": message.ts, "message": harbor.shape(message, metadata=True)}


def _own(ask: Ask, no: str) -> Message:
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    message = ask.harbor.message(channel.id, ask.text("ts", None))
    if message.user != ask.harbor.directory.bot.id:
        raise Refused(no)
    return message


@method("chat.update", "chat:write")
def update(ask: Ask) -> Json:
    """Replace a message of the bot's. Text without blocks removes the blocks; nothing at all is `no_text`."""
    message = _own(ask, "cant_update_message")
    if ask.harbor.growing(message):
        raise Refused("streaming_state_conflict")
    text, blocks = _said(ask)
    kept: Sequence[Json] = blocks if blocks is not None else () if text else message.blocks
    after = ask.harbor.change(message, text or message.text, kept, _metadata(ask))
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": ask.harbor.shape(after)}


@method("chat.delete", "chat:write")
def delete(ask: Ask) -> Json:
    """Take a message of the bot's away."""
    message = _own(ask, "cant_delete_message")
    ask.harbor.remove(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(ask: Ask) -> Json:
    """Show something to one member of a channel."""
    channel = _writable(ask)
    text, blocks = _said(ask)
    harbor, user = ask.harbor, ask.text("user", None)
    if user not in channel.members or harbor.directory.users[user].deleted:
        raise Refused("user_not_in_channel")
    bot = harbor.directory.bot.id
    shown = harbor.whisper(channel, user, text, blocks=blocks or (), thread=ask.text("thread_ts"), by=bot)
    return {"message_ts": shown.ts}


@method("chat.getPermalink")
def permalink(ask: Ask) -> Json:
    """Where the page shows a message."""
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    message = ask.harbor.message(channel.id, ask.text("message_ts", None))
    thread = f"?thread_ts={message.thread}&cid={channel.id}" if message.thread else ""
    link = f"{ask.harbor.config.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": link}


def _react(ask: Ask, add: bool) -> Json:
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    message = ask.harbor.message(channel.id, ask.text("timestamp", None))
    ask.harbor.react(message, ask.text("name", None).strip(":"), ask.harbor.directory.bot.id, add=add)
    return {}


@method("reactions.add", "reactions:write")
def add_reaction(ask: Ask) -> Json:
    """React to a message."""
    return _react(ask, True)


@method("reactions.remove", "reactions:write")
def remove_reaction(ask: Ask) -> Json:
    """Take a reaction back."""
    return _react(ask, False)


@method("views.open")
def views_open(ask: Ask) -> Json:
    """Open a modal."""
    view = modals.open_view(ask.harbor, ask.text("trigger_id", None), ask.parsed("view", "invalid_arguments"))
    return {"view": modals.shape(ask.harbor, view)}


@method("views.push")
def views_push(ask: Ask) -> Json:
    """Put a modal on top of the open one."""
    given = modals.checked(ask.parsed("view", "invalid_arguments"))
    user = ask.harbor.triggers.spend(ask.text("trigger_id", None), ask.harbor.clock())
    return {"view": modals.shape(ask.harbor, modals.push_view(ask.harbor, user, given))}


@method("views.update")
def views_update(ask: Ask) -> Json:
    """Replace an open modal."""
    view = modals.update_view(
        ask.harbor,
        ask.text("view_id"),
        ask.text("external_id"),
        ask.parsed("view", "invalid_arguments"),
        ask.text("hash"),
    )
    return {"view": modals.shape(ask.harbor, view)}


@method("views.publish")
def views_publish(ask: Ask) -> Json:
    """Show somebody a Home tab."""
    view = homes.publish(
        ask.harbor, ask.text("user_id", None), ask.parsed("view", "invalid_arguments"), ask.text("hash")
    )
    return {"view": homes.shape(ask.harbor, view)}
