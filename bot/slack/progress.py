"""What Slack offers to agents: suggested prompts, and messages that are streamed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.chat import Chunk, Place

Call = Callable[..., Mapping[str, Any]]
"""One method of the Web API with its arguments. Raises ChatError."""


def suggest(call: Call, channel: str, title: str, prompts: Sequence[tuple[str, str]]) -> None:
    """Suggest these prompts in a direct conversation. With a `thread_ts` an agent's call would do nothing."""
    said = [{"title": name, "message": message} for name, message in prompts]
    call("assistant.threads.setSuggestedPrompts", channel_id=channel, title=title, prompts=said)


def start(call: Call, place: Place, chunks: Sequence[Chunk]) -> str:
    """Begin a streamed message in a thread of a direct conversation; its ts."""
    given = {"channel": place.channel, "thread_ts": place.thread, "task_display_mode": "plan", "chunks": list(chunks)}
    return str(call("chat.startStream", **given)["ts"])


def append(call: Call, channel: str, ts: str, chunks: Sequence[Chunk]) -> None:
    """Go on with it."""
    call("chat.appendStream", channel=channel, ts=ts, chunks=list(chunks))


def stop(call: Call, channel: str, ts: str, chunks: Sequence[Chunk], metadata: Mapping[str, Any]) -> None:
    """End it: from then on it is a message like any other."""
    call("chat.stopStream", channel=channel, ts=ts, chunks=list(chunks), metadata=dict(metadata))


def begun(messages: Sequence[Mapping[str, Any]], ours: str) -> str | None:
    """The newest message of ours that carries no key: a stream whose beginning we did not hear of."""
    found = [str(one["ts"]) for one in messages if one.get("user") == ours and not one.get("metadata")]
    return max(found, default=None)
