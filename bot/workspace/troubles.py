"""What can go wrong with a workspace, on demand: calls that fail, channels that close, messages and bots that go."""

from dataclasses import replace

from bot.workspace.config import Json, id_of
from bot.workspace.directory import User
from bot.workspace.faults import Fault
from bot.workspace.harbor import Harbor

BEFORE = id_of("U", "slipway-before")
"""The bot that we were before we were installed anew."""


def cause(harbor: Harbor, user: User, given: Json) -> Json:
    """`{fault: {…}}`, `{clear: true}`, or a channel to `archive`, to `unarchive` or for the bot to `leave`; a message
    to `remove` (`{channel, ts}`), whoever wrote it; or `{reinstall: true}`: what the bot said is somebody else's."""
    if isinstance(fault := given.get("fault"), dict):
        channel = str(fault.get("channel") or "")
        harbor.faults.add(Fault(**{**fault, "channel": harbor.channel(channel).id if channel else ""}))
    if given.get("clear"):
        harbor.faults.clear()
    for verb in ("archive", "unarchive"):
        if name := given.get(verb):
            _archive(harbor, user, str(name), archived=verb == "archive")
    if name := given.get("leave"):
        channel_ = harbor.channel(str(name))
        harbor.directory.save(replace(channel_, members=channel_.members - {harbor.directory.bot.id}))
    if isinstance(gone := given.get("remove"), dict):
        harbor.remove(harbor.message(harbor.channel(str(gone["channel"])).id, str(gone["ts"])))
    if given.get("reinstall"):
        harbor.log.hand_over(harbor.directory.bot.id, BEFORE)
    return {}


def _archive(harbor: Harbor, user: User, name: str, *, archived: bool) -> None:
    channel = harbor.directory.save(replace(harbor.channel(name), archived=archived))
    harbor.feed.tell(harbor.directory.users, "channels")
    kind = "group" if channel.private else "channel"
    harbor.emit(
        {
            "type": f"{kind}_{'archive' if archived else 'unarchive'}",
            "channel": channel.id,
            "user": user.id,
            "is_moved": 0,
            "event_ts": harbor.log.stamp(harbor.clock()),
        }
    )
