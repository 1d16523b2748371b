"""What was said: messages, whispers (ephemeral messages), threads, and their shapes on the wire."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from bot.workspace.config import Json
from bot.workspace.keep import Keep


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `thread` is the root's ts for a reply, empty otherwise; `edited` the time of the last edit."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread: str = ""
    metadata: Json | None = None
    bot: bool = False
    subtype: str = ""
    edited: str = ""
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    attachments: tuple[Json, ...] = ()
    """What stands below it for the links in it."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """A message that only `to` sees, until they dismiss it."""

    channel: str
    ts: str
    to: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread: str = ""


def _message(kept: Json) -> Message:
    reactions = tuple((name, tuple(users)) for name, users in kept["reactions"])
    attached = tuple(kept.get("attachments", ()))
    return Message(**{**kept, "blocks": tuple(kept["blocks"]), "reactions": reactions, "attachments": attached})


class Log:
    """All messages and whispers by channel and ts, each written to the keep as it changes."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._said: dict[str, dict[str, Message]] = {}
        for kept in keep.all("message"):
            self._said.setdefault(kept["channel"], {})[kept["ts"]] = _message(kept)
        self._whispers = {
            kept["ts"]: Whisper(**{**kept, "blocks": tuple(kept["blocks"])}) for kept in keep.all("whisper")
        }
        times = [ts for said in self._said.values() for ts in said] + list(self._whispers)
        self._last = max((int(one.replace(".", "")) for one in times), default=0)

    def stamp(self, now: float) -> str:
        """A new ts, later than every one before."""
        self._last = max(self._last + 1, int(now * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def get(self, channel: str, ts: str) -> Message | None:
        """One message, or None."""
        return self._said.get(channel, {}).get(ts)

    def put(self, message: Message) -> Message:
        """Add or replace."""
        self._said.setdefault(message.channel, {})[message.ts] = message
        self._keep.put("message", f"{message.channel}:{message.ts}", asdict(message))
        return message

    def hand_over(self, bot: str, other: str) -> None:
        """What one bot said is another's from now on."""
        for said in list(self._said.values()):
            for one in list(said.values()):
                if one.user == bot:
                    self.put(replace(one, user=other))

    def remove(self, message: Message) -> None:
        """Forget a message."""
        self._said[message.channel].pop(message.ts, None)
        self._keep.drop("message", f"{message.channel}:{message.ts}")

    def roots(self, channel: str) -> list[Message]:
        """What the channel itself shows, oldest first."""
        return [one for one in self._said.get(channel, {}).values() if not one.thread]

    def replies(self, channel: str, root: str) -> list[Message]:
        """A thread's replies, oldest first."""
        return [one for one in self._said.get(channel, {}).values() if one.thread == root]

    def count_after(self, channel: str, ts: str, reader: str) -> int:
        """How many messages by others came to a channel, threads included, after `ts`."""
        return sum(one.ts > ts and one.user != reader for one in self._said.get(channel, {}).values())

    def whisper(self, ts: str) -> Whisper | None:
        """One whisper, or None."""
        return self._whispers.get(ts)

    def whispers(self, to: str) -> Iterator[Whisper]:
        """What one person alone sees, oldest first."""
        return (one for one in self._whispers.values() if one.to == to)

    def put_whisper(self, whisper: Whisper) -> Whisper:
        """Add or replace."""
        self._whispers[whisper.ts] = whisper
        self._keep.put("whisper", whisper.ts, asdict(whisper))
        return whisper

    def remove_whisper(self, ts: str) -> None:
        """Forget a whisper."""
        self._whispers.pop(ts, None)
        self._keep.drop("whisper", ts)


def whisper_shape(whisper: Whisper) -> Json:
    """A whisper as the page gets it."""
    return {
        "type": "message",
        "subtype": "ephemeral",
        "is_ephemeral": True,
        "channel": whisper.channel,
        "ts": whisper.ts,
        "user": whisper.user,
        "text": whisper.text,
        "blocks": list(whisper.blocks),
        **({"thread_ts": whisper.thread} if whisper.thread else {}),
    }
