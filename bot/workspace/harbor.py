"""The workspace itself: everything it knows, and the changes that pages and the app both hear of."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace

from bot.workspace import payloads, shared_links
from bot.workspace.blocks import with_ids
from bot.workspace.config import Clock, Config, Json
from bot.workspace.delivery import Delivery
from bot.workspace.directory import SLACKBOT, Channel, Directory
from bot.workspace.errors import Refused
from bot.workspace.faults import Faults
from bot.workspace.feed import Feed
from bot.workspace.forms import View
from bot.workspace.hooks import Hooks
from bot.workspace.keep import Keep
from bot.workspace.limits import Buckets, ResponseUrls, Triggers
from bot.workspace.messages import Log, Message, Whisper, whisper_shape
from bot.workspace.sockets import Sockets


class Harbor:
    """One workspace. Lives in one event loop; every method but the async ones takes effect at once."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock = config, clock
        self.keep = Keep(config.keep)
        self.directory = Directory(config, self.keep, int(clock()))
        self.log = Log(self.keep)
        self.feed = Feed()
        self.triggers = Triggers(config.trigger_s)
        self.urls = ResponseUrls(config.base_url, config.team_id)
        self.posts = Buckets(config.post_rate, config.post_burst)
        self.calls = Buckets(config.call_rate, config.call_burst)
        self.faults = Faults()
        self.views: dict[str, View] = {}
        self.read: dict[tuple[str, str], str] = {
            (one["user"], one["channel"]): one["ts"] for one in self.keep.all("read")
        }
        self.sockets = Sockets(config)
        self.delivery: Delivery = Hooks(config, clock) if config.mode == "http" else self.sockets
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop delivering and let go of the file."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        if self.delivery is not self.sockets:
            await self.delivery.close()
        self.keep.close()

    def later(self, work: Coroutine[object, object, None]) -> None:
        """Let something run beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def emit(self, event: Json) -> None:
        """Send the app an event."""
        self.later(self.delivery.event(payloads.envelope(self.config, event, self.clock())))

    def channel(self, channel: str) -> Channel:
        """A channel by id or name, a person's id for their conversation with the bot; or `channel_not_found`."""
        if channel in self.directory.users and channel != self.directory.bot.id:
            return self.directory.direct(self.directory.bot.id, channel)
        found = self.directory.channel_named(channel)
        if found is None:
            raise Refused("channel_not_found")
        return found

    def message(self, channel: str, ts: str) -> Message:
        """A message, or `message_not_found`."""
        found = self.log.get(channel, ts)
        if found is None:
            raise Refused("message_not_found")
        return found

    def growing(self, message: Message) -> bool:
        """Whether a message is still being streamed; one that is too old has ended by itself."""
        kept = self.keep.one("stream", f"{message.channel}:{message.ts}")
        return kept is not None and self.clock() - kept["began"] < self.config.stream_s

    def shape(self, message: Message, *, metadata: bool = False) -> Json:
        """A message as history gives it: with its thread's summary, its reactions, and metadata on demand."""
        shape: Json = {
            "type": "message",
            "user": message.user,
            "ts": message.ts,
            "text": message.text,
            "team": self.config.team_id,
        }
        if message.blocks:
            shape["blocks"] = list(message.blocks)
        if message.bot:
            shape |= {"bot_id": self.config.bot_id, "app_id": self.config.app_id}
        if message.subtype:
            shape["subtype"] = message.subtype
        if message.edited:
            shape["edited"] = {"user": message.user, "ts": message.edited}
        if metadata and message.metadata:
            shape["metadata"] = message.metadata
        if message.attachments:
            shape["attachments"] = list(message.attachments)
        if message.reactions:
            shape["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions
            ]
        return shape | self._thread(message)

    def _thread(self, message: Message) -> Json:
        if message.thread:
            return {"thread_ts": message.thread}
        replies = self.log.replies(message.channel, message.ts)
        if not replies:
            return {}
        users = list(dict.fromkeys(one.user for one in replies))
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
        }

    def say(
        self,
        channel: Channel,
        user: str,
        text: str,
        *,
        blocks: Sequence[Json] = (),
        thread: str = "",
        metadata: Json | None = None,
        subtype: str = "",
    ) -> Message:
        """Put a message into a channel or thread, and tell everyone whom it concerns."""
        if thread:
            root = self.log.get(channel.id, thread)
            if root is None:
                raise Refused("thread_not_found")
            thread = root.thread or root.ts
        by_bot = user == self.directory.bot.id
        stamp = self.log.stamp(self.clock())
        message = Message(channel.id, stamp, user, text, with_ids(blocks), thread, metadata, by_bot, subtype)
        self.log.put(message)
        self._show("message", channel, message)
        if self.directory.bot.id in channel.members:
            self.emit(payloads.message_event(self.config, message, channel.type))
            if f"<@{self.directory.bot.id}>" in text and not by_bot and not channel.direct:
                self.emit(payloads.message_event(self.config, message, channel.type, "app_mention"))
        if shared := shared_links.event(self.config, message, self.directory.bot.id in channel.members):
            self.emit(shared)
        return message

    def attach(self, message: Message) -> None:
        """Put what stands below a message's links; everybody who sees it sees that."""
        channel, before = self.channel(message.channel), self.shape(self.message(message.channel, message.ts))
        self._show("message_changed", channel, self.log.put(message))
        if self.directory.bot.id in channel.members:
            after, stamp = self.shape(message), self.log.stamp(self.clock())
            self.emit(payloads.changed_event(before, after, channel, stamp))

    def change(self, message: Message, text: str, blocks: Sequence[Json], metadata: Json | None = None) -> Message:
        """Replace what a message says."""
        channel, before = self.channel(message.channel), self.shape(message)
        stamp = self.log.stamp(self.clock())
        edited = message.edited if blocks else stamp
        after = self.log.put(
            replace(message, text=text, blocks=with_ids(blocks), edited=edited, metadata=metadata or message.metadata)
        )
        self._show("message_changed", channel, after)
        if self.directory.bot.id in channel.members:
            self.emit(payloads.changed_event(before, self.shape(after), channel, stamp))
        return after

    def remove(self, message: Message) -> None:
        """Take a message away."""
        channel, before = self.channel(message.channel), self.shape(message)
        self.log.remove(message)
        self.feed.tell(channel_readers(self, channel), "message_deleted", channel=channel.id, message=before)
        if self.directory.bot.id in channel.members:
            self.emit(payloads.deleted_event(before, channel, self.log.stamp(self.clock())))

    def react(self, message: Message, name: str, user: str, *, add: bool) -> None:
        """Add or remove a reaction."""
        reactions = {key: list(users) for key, users in message.reactions}
        users = reactions.setdefault(name, [])
        if (user in users) == add:
            raise Refused("already_reacted" if add else "no_reaction")
        if add:
            users.append(user)
        else:
            users.remove(user)
        kept = tuple((key, tuple(who)) for key, who in reactions.items() if who)
        self._show("message_changed", self.channel(message.channel), self.log.put(replace(message, reactions=kept)))

    def whisper(
        self, channel: Channel, to: str, text: str, *, blocks: Sequence[Json] = (), thread: str = "", by: str = ""
    ) -> Whisper:
        """Show something to one person only; from Slackbot unless `by` says otherwise."""
        stamp = self.log.stamp(self.clock())
        made = Whisper(channel.id, stamp, to, by or SLACKBOT, text, with_ids(blocks), thread)
        return self.show_whisper(made)

    def show_whisper(self, whisper: Whisper) -> Whisper:
        """Put a whisper, new or changed."""
        self.log.put_whisper(whisper)
        self.feed.tell({whisper.to}, "whisper", channel=whisper.channel, message=whisper_shape(whisper))
        return whisper

    def drop_whisper(self, whisper: Whisper) -> None:
        """Take a whisper away."""
        self.log.remove_whisper(whisper.ts)
        self.feed.tell({whisper.to}, "whisper_gone", channel=whisper.channel, ts=whisper.ts)

    def join(self, channel: Channel, user: str, inviter: str = "") -> Channel:
        """Let someone into a channel; the app hears of it where it is a member."""
        if user in channel.members:
            return channel
        joined = self.directory.join(channel, user)
        self.feed.tell(self.directory.users, "channels")
        if self.directory.bot.id in joined.members:
            event = {
                "type": "member_joined_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": "G" if channel.private else "C",
                "team": self.config.team_id,
                "event_ts": self.log.stamp(self.clock()),
            }
            self.emit(event | ({"inviter": inviter} if inviter else {}))
        return joined

    def mark_read(self, user: str, channel: str) -> None:
        """Everything said so far in a channel has been seen."""
        stamp = self.log.stamp(self.clock())
        self.read[(user, channel)] = stamp
        self.keep.put("read", f"{user}:{channel}", {"user": user, "channel": channel, "ts": stamp})

    def _show(self, what: str, channel: Channel, message: Message) -> None:
        readers = channel_readers(self, channel)
        self.feed.tell(readers, what, channel=channel.id, message=self.shape(message))
        root = self.log.get(channel.id, message.thread) if message.thread else None
        if root:
            self.feed.tell(readers, "message_changed", channel=channel.id, message=self.shape(root))


def channel_readers(harbor: Harbor, channel: Channel) -> set[str]:
    """Whose pages show a channel."""
    people = harbor.directory.people
    return {one.id for one in people if any(each.id == channel.id for each in harbor.directory.seen_by(one.id))}
