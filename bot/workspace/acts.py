"""What a person does in the workspace: say, command, press, and the app's answers to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bot.workspace import homes, modals, payloads, words
from bot.workspace.blocks import block_problems, elements_of, with_ids
from bot.workspace.config import Json
from bot.workspace.delivery import Ack
from bot.workspace.directory import Channel, User
from bot.workspace.errors import Refused
from bot.workspace.forms import Filled, filled, state_of
from bot.workspace.harbor import Harbor
from bot.workspace.limits import Occasion
from bot.workspace.messages import Message, Whisper, whisper_shape

LONGEST = 40_000
"""Characters that Slack keeps of one message."""


def place(harbor: Harbor, user: User, channel: str) -> Channel:
    """A channel as a person may name it, if they can see it."""
    found = harbor.directory.channel_named(channel)
    if found is None and channel.startswith("@"):
        other = harbor.directory.user_named(channel[1:])
        found = harbor.directory.direct(user.id, other.id) if other else None
    if found is None or found not in harbor.directory.seen_by(user.id):
        raise Refused("channel_not_found")
    return found


def say(harbor: Harbor, user: User, channel: Channel, text: str, thread: str = "") -> Message:
    """A person says something."""
    if not text.strip():
        raise Refused("no_text")
    if len(text) > LONGEST:
        raise Refused("msg_too_long")
    if channel.archived:
        raise Refused("is_archived")
    channel = harbor.join(channel, user.id)
    encoded = words.encode(text, harbor.directory)
    message = harbor.say(channel, user.id, encoded, thread=thread)
    bot = harbor.directory.bot
    if f"<@{bot.id}>" in encoded and bot.id not in channel.members:
        harbor.whisper(channel, user.id, f"<@{bot.id}> is not in this channel. Type `/invite @{bot.handle}` to add it.")
    return message


def edit(harbor: Harbor, user: User, channel: Channel, ts: str, text: str | None) -> None:
    """A person changes, or with None removes, what they said."""
    message = harbor.message(channel.id, ts)
    if message.user != user.id:
        raise Refused("cant_update_message" if text is not None else "cant_delete_message")
    if text is None:
        harbor.remove(message)
    else:
        harbor.change(message, words.encode(text, harbor.directory), ())


async def command(harbor: Harbor, user: User, channel: Channel, text: str) -> str:
    """A person types a slash command. Returns Slack's word for what went wrong, empty when it was taken."""
    name, _, rest = text.strip().partition(" ")
    if name in OWN:
        return OWN[name](harbor, user, channel, rest)
    if name not in dict(harbor.config.commands):
        harbor.whisper(channel, user.id, f"`{words.escape(name)}` is not a valid command.")
        return "invalid_command"
    now = harbor.clock()
    url = harbor.urls.make(Occasion(channel.id, user.id), now)
    act = payloads.Act(user, channel, harbor.triggers.make(user.id, now), url)
    encoded = words.encode(rest.strip(), harbor.directory, named=True)
    ack = await harbor.delivery.ask("slash_commands", payloads.command(harbor.config, act, channel, name, encoded))
    if not ack.ok:
        harbor.whisper(channel, user.id, f"`{name}` failed with the error “{ack.error}”.")
        return ack.error
    _acknowledged(harbor, user, channel, ack)
    return ""


def _invite(harbor: Harbor, user: User, channel: Channel, whom: str) -> str:
    invited = harbor.directory.user_named(whom.strip().removeprefix("@"))
    if invited is None or channel.direct:
        harbor.whisper(channel, user.id, "Whom? Type `/invite @handle` in a channel.")
        return "user_not_found"
    harbor.join(channel, invited.id, user.id)
    harbor.whisper(channel, user.id, f"<@{invited.id}> is in this channel now.")
    return ""


def _remove(harbor: Harbor, user: User, channel: Channel, whom: str) -> str:
    gone = harbor.directory.user_named(whom.strip().removeprefix("@"))
    if gone is None or channel.direct or gone.id not in channel.members:
        harbor.whisper(channel, user.id, "Whom? Type `/remove @handle` of somebody who is in this channel.")
        return "user_not_found"
    harbor.directory.save(replace(channel, members=channel.members - {gone.id}))
    harbor.whisper(channel, user.id, f"<@{gone.id}> is not in this channel any more.")
    return ""


def _activate(harbor: Harbor, user: User, channel: Channel, whom: str, *, active: bool) -> str:
    found = harbor.directory.user_named(whom.strip().removeprefix("@"))
    if found is None or found.bot or found.id == user.id:
        harbor.whisper(channel, user.id, "Whom? Type `/deactivate @handle` of somebody else.")
        return "user_not_found"
    harbor.directory.activate(found, active=active)
    harbor.whisper(channel, user.id, f"The account of <@{found.id}> is {'in use' if active else 'deactivated'} now.")
    return ""


def _archive(harbor: Harbor, user: User, channel: Channel, *, archived: bool) -> str:
    if channel.direct or channel.name == "general":
        harbor.whisper(channel, user.id, "Only a channel can be archived, and never #general.")
        return "cant_archive_general"
    harbor.directory.save(replace(channel, archived=archived))
    harbor.whisper(channel, user.id, f"This channel is {'archived' if archived else 'open again'} now.")
    return ""


Own = Callable[[Harbor, User, Channel, str], str]
OWN: Mapping[str, Own] = {
    "/invite": _invite,
    "/remove": _remove,
    "/deactivate": partial(_activate, active=False),
    "/reactivate": partial(_activate, active=True),
    "/archive": lambda harbor, user, channel, _: _archive(harbor, user, channel, archived=True),
    "/unarchive": lambda harbor, user, channel, _: _archive(harbor, user, channel, archived=False),
}
"""The workspace's own commands, which no app hears of."""


def _acknowledged(harbor: Harbor, user: User, channel: Channel, ack: Ack) -> None:
    answer = ack.payload or {}
    if answer.get("text") or answer.get("blocks"):
        put(harbor, answer, Occasion(channel.id, user.id))


async def press(
    harbor: Harbor, user: User, channel: Channel, ts: str, action_id: str, value: Filled, block_id: str = ""
) -> str:
    """A person presses a button, or picks something, in a message or whisper."""
    whisper = harbor.log.whisper(ts)
    if whisper and whisper.to == user.id:
        source, thread = whisper_shape(whisper), whisper.thread
    else:
        message = harbor.message(channel.id, ts)
        source, thread = harbor.shape(message, metadata=True), message.thread
    action, state = acted(harbor, list(source.get("blocks", ())), action_id, value, block_id)
    now = harbor.clock()
    url = harbor.urls.make(Occasion(channel.id, user.id, ts, thread), now)
    act = payloads.Act(user, channel, harbor.triggers.make(user.id, now), url)
    payload = payloads.pressed_in_message(harbor.config, act, channel, source, [action], state)
    return (await harbor.delivery.ask("interactive", payload)).error


async def point(harbor: Harbor, user: User, channel: Channel, ts: str, callback_id: str) -> str:
    """A person picks a shortcut of the app's in a message's menu. Empty, or the word for what failed."""
    if callback_id not in dict(harbor.config.shortcuts):
        raise Refused("shortcut_not_found")
    message = harbor.message(channel.id, ts)
    now = harbor.clock()
    url = harbor.urls.make(Occasion(channel.id, user.id, ts, message.thread), now)
    act = payloads.Act(user, channel, harbor.triggers.make(user.id, now), url)
    payload = payloads.pointed_at(harbor.config, act, channel, harbor.shape(message), callback_id)
    return (await harbor.delivery.ask("interactive", payload)).error


async def press_in_view(
    harbor: Harbor,
    user: User,
    view_id: str,
    action_id: str,
    value: Filled,
    values: dict[str, Filled],
    block_id: str = "",
) -> str:
    """A person presses a button in a modal, or on the Home tab."""
    view = homes.mine(harbor, user.id, view_id) or modals.mine(harbor, user.id, view_id)
    action, _ = acted(harbor, view.blocks, action_id, value, block_id)
    act = payloads.Act(user, None, harbor.triggers.make(user.id, harbor.clock()))
    shaped = modals.shape(harbor, view, state_of(view.blocks, values))
    payload = payloads.pressed_in_view(harbor.config, act, shaped, [action])
    return (await harbor.delivery.ask("interactive", payload)).error


def acted(harbor: Harbor, blocks: list[Json], action_id: str, value: Filled, block_id: str) -> tuple[Json, Json]:
    """The `actions[]` entry for one element, and the state of all inputs beside it."""
    found = (
        (block, element)
        for block in blocks
        for element in elements_of(block)
        if element.get("action_id") == action_id and block_id in ("", block["block_id"])
    )
    block, element = next(found, (None, None))
    if block is None or element is None:
        raise Refused("action_not_found")
    base = {"action_id": action_id, "block_id": block["block_id"], "action_ts": harbor.log.stamp(harbor.clock())}
    if element["type"] == "button":
        kept: Json = {key: element[key] for key in ("text", "value", "style", "url", "confirm") if key in element}
        return {"type": "button", **base, **kept}, state_of(blocks, {})
    return {**base, **filled(element, value)}, state_of(blocks, {action_id: value})


def put(harbor: Harbor, answer: Json, occasion: Occasion) -> None:
    """What an app answers by acknowledgement or response_url, put where it belongs."""
    blocks = answer.get("blocks") or []
    if problems := block_problems(blocks):
        raise Refused("invalid_blocks", problems)
    text = str(answer.get("text") or "")
    source = _source(harbor, occasion)
    if answer.get("delete_original"):
        _delete(harbor, source)
    elif answer.get("replace_original"):
        _replace(harbor, source, text, blocks)
    elif not text and not blocks:
        raise Refused("no_text")
    else:
        _answer(harbor, answer, occasion, text, blocks)


def _source(harbor: Harbor, occasion: Occasion) -> Message | Whisper | None:
    return harbor.log.get(occasion.channel, occasion.message) or harbor.log.whisper(occasion.message)


def _delete(harbor: Harbor, source: Message | Whisper | None) -> None:
    if isinstance(source, Whisper):
        harbor.drop_whisper(source)
    elif source:
        harbor.remove(source)


def _replace(harbor: Harbor, source: Message | Whisper | None, text: str, blocks: list[Json]) -> None:
    if isinstance(source, Whisper):
        fresh = Whisper(source.channel, source.ts, source.to, source.user, text, with_ids(blocks), source.thread)
        harbor.show_whisper(fresh)
    elif source:
        harbor.change(source, text, blocks)


def _answer(harbor: Harbor, answer: Json, occasion: Occasion, text: str, blocks: list[Json]) -> None:
    channel, bot = harbor.channel(occasion.channel), harbor.directory.bot.id
    thread = str(answer.get("thread_ts") or "")
    if answer.get("response_type") == "in_channel":
        harbor.say(channel, bot, text, blocks=blocks, thread=thread, subtype="bot_message")
    else:
        harbor.whisper(channel, occasion.user, text, blocks=blocks, thread=thread, by=bot)


def open_direct(harbor: Harbor, user: User, other: str) -> Channel:
    """A person opens a conversation; the app hears when it is with the bot."""
    if other not in harbor.directory.users:
        raise Refused("user_not_found")
    channel = harbor.directory.direct(user.id, other)
    if other == harbor.directory.bot.id:
        harbor.emit(
            {
                "type": "app_home_opened",
                "user": user.id,
                "channel": channel.id,
                "tab": "messages",
                "event_ts": f"{harbor.clock():.6f}",
            }
        )
    return channel
