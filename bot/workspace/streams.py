"""Messages that are streamed, and the prompts that an agent suggests: what Slack has for agents."""

from collections.abc import Sequence
from typing import Any

from bot.workspace.config import Json
from bot.workspace.directory import Channel
from bot.workspace.errors import Refused
from bot.workspace.harbor import Harbor
from bot.workspace.messages import Message
from bot.workspace.talking import bot_channel
from bot.workspace.webapi import Ask, method

STREAM, PROMPTS = "stream", "prompts"
STATES = ("pending", "in_progress", "complete", "error")
MOST_PROMPTS = 4


@method("assistant.threads.setSuggestedPrompts", "assistant:write")
def set_prompts(ask: Ask) -> Json:
    """Suggest prompts in the app's conversation with one person. With a `thread_ts` nothing happens."""
    channel = bot_channel(ask.harbor, ask.text("channel_id", None))
    prompts = ask.parsed("prompts", "invalid_arguments")
    fine = isinstance(prompts, list) and 0 < len(prompts) <= MOST_PROMPTS
    if not fine or not all(isinstance(one, dict) and one.get("title") and one.get("message") for one in prompts):
        raise Refused("invalid_arguments", ["[ERROR] prompts must be one to four titles with messages"])
    if not channel.direct or ask.text("thread_ts"):
        return {}
    kept = [{"title": str(one["title"]), "message": str(one["message"])} for one in prompts]
    body = {"title": ask.text("title"), "prompts": kept}
    ask.harbor.keep.put(PROMPTS, channel.id, body)
    ask.harbor.feed.tell(channel.members, PROMPTS, channel=channel.id, **body)
    return {}


def prompts_in(harbor: Harbor, channel: Channel) -> Json | None:
    """What is suggested in a conversation."""
    return harbor.keep.one(PROMPTS, channel.id)


@method("chat.startStream", "chat:write")
def start(ask: Ask) -> Json:
    """Begin a message that is drawn as it grows; in a channel it needs to know for whom."""
    harbor, channel = ask.harbor, bot_channel(ask.harbor, ask.text("channel", None))
    bot = harbor.directory.bot.id
    if bot not in channel.members:
        raise Refused("not_in_channel")
    if not channel.direct:
        for name in ("recipient_team_id", "recipient_user_id"):
            if not ask.text(name):
                raise Refused(f"missing_{name}")
    if not ask.text("thread_ts") and channel.direct:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: thread_ts"])
    grown = _grown({"title": "", "tasks": []}, _chunks(ask))
    message = harbor.say(channel, bot, grown["title"] or "…", blocks=_drawn(grown), thread=ask.text("thread_ts"))
    harbor.keep.put(STREAM, _key(message), {**grown, "began": harbor.clock()})
    return {"channel": channel.id, "ts": message.ts}


@method("chat.appendStream", "chat:write")
def append(ask: Ask) -> Json:
    """Go on with it."""
    message, grown = _growing(ask)
    _grow(ask.harbor, message, grown, _chunks(ask))
    return {"channel": message.channel, "ts": message.ts}


@method("chat.stopStream", "chat:write")
def stop(ask: Ask) -> Json:
    """End it: from now on it is a message like any other."""
    message, grown = _growing(ask)
    metadata = ask.parsed("metadata", "invalid_metadata_format")
    _grow(ask.harbor, message, grown, _chunks(ask), metadata)
    ask.harbor.keep.drop(STREAM, _key(message))
    return {"channel": message.channel, "ts": message.ts, "message": ask.harbor.shape(message)}


def _growing(ask: Ask) -> tuple[Message, Json]:
    channel = bot_channel(ask.harbor, ask.text("channel", None))
    message = ask.harbor.message(channel.id, ask.text("ts", None))
    if message.user != ask.harbor.directory.bot.id:
        raise Refused("message_not_owned_by_app")
    grown = ask.harbor.keep.one(STREAM, _key(message))
    if grown is None or not ask.harbor.growing(message):
        raise Refused("message_not_in_streaming_state")
    return message, grown


def _key(message: Message) -> str:
    return f"{message.channel}:{message.ts}"


def _chunks(ask: Ask) -> Sequence[Json]:
    chunks = ask.parsed("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list) or not all(_fine(one) for one in chunks):
        raise Refused("invalid_chunks")
    return chunks


def _fine(chunk: Any) -> bool:
    if not isinstance(chunk, dict):
        return False
    if chunk.get("type") == "task_update":
        return bool(chunk.get("id") and chunk.get("title")) and chunk.get("status") in STATES
    return chunk.get("type") == "plan_update" and bool(chunk.get("title"))


def _grow(harbor: Harbor, message: Message, grown: Json, chunks: Sequence[Json], metadata: Json | None = None) -> None:
    after = _grown(grown, chunks)
    harbor.change(message, after["title"] or "…", _drawn(after), metadata)
    harbor.keep.put(STREAM, _key(message), {**grown, **after})


def _grown(before: Json, chunks: Sequence[Json]) -> Json:
    tasks = {one["task_id"]: one for one in before["tasks"]}
    title = before["title"]
    for one in chunks:
        if one["type"] == "plan_update":
            title = one["title"]
        else:
            tasks[one["id"]] = {"task_id": one["id"], "title": one["title"], "status": one["status"]}
    return {"title": title, "tasks": list(tasks.values())}


def _drawn(grown: Json) -> list[Json]:
    return [{"type": "plan", "title": grown["title"], "tasks": grown["tasks"]}]
