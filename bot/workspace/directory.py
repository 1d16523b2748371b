"""Who and what is in the workspace: users, channels, user groups, and their shapes on the wire."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.workspace.config import Config, Json, id_of
from bot.workspace.keep import Keep

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class User:
    """A person or the bot."""

    id: str
    handle: str
    name: str
    hint: str = ""
    guest: bool = False
    bot: bool = False
    company: str = ""
    """Of somebody from another organisation, what it is called."""
    locale: str = "en-GB"
    manager: str = ""
    deleted: bool = False
    """Whether the account was deactivated."""

    @property
    def email(self) -> str:
        return f"{self.handle}@{self.company.lower() or 'harbor'}.example"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, or with `direct` a conversation of two."""

    id: str
    name: str
    members: frozenset[str]
    topic: str = ""
    private: bool = False
    direct: bool = False
    archived: bool = False

    @property
    def type(self) -> str:
        """`channel_type` as events carry it."""
        return "im" if self.direct else "group" if self.private else "channel"

    def other(self, user: str) -> str:
        """The one whom `user` talks with in a direct conversation."""
        return next((one for one in self.members if one != user), user)


@dataclass(frozen=True, slots=True)
class Group:
    """A user group."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]
    disabled_at: int = 0
    """UNIX seconds; 0 while it is active."""


class Directory:
    """Look-ups by id and name. Memberships and direct conversations are kept over a restart."""

    def __init__(self, config: Config, keep: Keep, now: int) -> None:
        self.config = config
        self.created = now
        self._keep = keep
        self.bot = User(config.bot_user, config.bot_handle, config.bot_name, "app", bot=True)
        gone = {one["id"] for one in keep.all("gone")}
        people = [
            User(
                one.id,
                one.handle,
                one.name,
                one.hint,
                one.guest,
                company=one.company,
                locale=one.locale,
                manager=id_of("U", one.manager) if one.manager else "",
                deleted=one.id in gone,
            )
            for one in config.people
        ]
        self.users = {one.id: one for one in (*people, self.bot)}
        self._ids = {one.handle: one.id for one in self.users.values()}
        self.groups = {
            one.id: Group(
                one.id, one.handle, one.name, tuple(self._ids[who] for who in one.members), now if one.disabled else 0
            )
            for one in config.groups
        }
        self.channels: dict[str, Channel] = {}
        for seed in config.channels:
            members = {self._ids[who] for who in seed.members} | ({self.bot.id} if seed.bot else set())
            self.channels[seed.id] = Channel(
                seed.id, seed.name, frozenset(members), topic=seed.topic, private=seed.private
            )
        for kept in keep.all("channel"):
            self.channels[kept["id"]] = Channel(**{**kept, "members": frozenset(kept["members"])})

    @property
    def people(self) -> Iterator[User]:
        """Everyone but the bot."""
        return (one for one in self.users.values() if not one.bot)

    def user_named(self, name: str) -> User | None:
        """A user by id, handle, or display name (all without `@`), whatever the case."""
        lower = name.lower()
        return next(
            (one for one in self.users.values() if lower in (one.id.lower(), one.handle, one.name.lower())), None
        )

    def channel_named(self, name: str) -> Channel | None:
        """A channel by id or name, with or without `#`."""
        found = self.channels.get(name)
        bare = name.removeprefix("#")
        return found or next((one for one in self.channels.values() if not one.direct and one.name == bare), None)

    def group_named(self, handle: str) -> Group | None:
        """An active user group by handle."""
        return next((one for one in self.groups.values() if one.handle == handle and not one.disabled_at), None)

    def direct(self, one: str, other: str) -> Channel:
        """The conversation of two, made when it is first needed."""
        pair = frozenset((one, other))
        found = next((each for each in self.channels.values() if each.direct and each.members == pair), None)
        if found:
            return found
        return self.save(Channel(id_of("D", ":".join(sorted(pair))), "", pair, direct=True))

    def save(self, channel: Channel) -> Channel:
        """Put a channel, new or changed."""
        self.channels[channel.id] = channel
        body = {name: getattr(channel, name) for name in Channel.__dataclass_fields__}
        self._keep.put("channel", channel.id, {**body, "members": sorted(channel.members)})
        return channel

    def activate(self, user: User, *, active: bool) -> User:
        """Deactivate somebody's account, or let it be used again."""
        self.users[user.id] = replace(user, deleted=not active)
        if active:
            self._keep.drop("gone", user.id)
        else:
            self._keep.put("gone", user.id, {"id": user.id})
        return self.users[user.id]

    def active(self, users: Iterable[str]) -> list[str]:
        """Of these, whose accounts are in use."""
        return sorted(one for one in users if not self.users[one].deleted)

    def join(self, channel: Channel, user: str) -> Channel:
        """The channel with one more member."""
        return self.save(replace(channel, members=channel.members | {user}))

    def seen_by(self, user: str) -> list[Channel]:
        """What a person's sidebar lists: all public channels for members, only their own for guests and partners."""
        guest = self.users[user].guest or bool(self.users[user].company)
        return [
            one for one in self.channels.values() if user in one.members or not (guest or one.private or one.direct)
        ]

    def team_of(self, user: str) -> str:
        """The id of the team that somebody belongs to."""
        found = self.users.get(user)
        return id_of("T", found.company) if found and found.company else self.config.team_id

    def user_shape(self, user: User) -> Json:
        """A user as `users.info` gives it."""
        shape: Json = {
            "id": user.id,
            "team_id": self.team_of(user.id),
            "name": user.handle,
            "deleted": user.deleted,
            "real_name": user.name,
            "tz": "Europe/Berlin",
            "tz_label": "Central European Time",
            "tz_offset": 3600,
            "profile": self.profile_shape(user),
            "is_admin": False,
            "is_owner": False,
            "is_restricted": user.guest,
            "is_ultra_restricted": user.guest,
            "is_stranger": bool(user.company),
            "is_bot": user.bot,
            "is_app_user": False,
            "updated": self.created,
        }
        return shape

    def profile_shape(self, user: User) -> Json:
        """A user's profile; a bot has no address but names its app."""
        first, _, last = user.name.partition(" ")
        names = {"real_name": user.name, "display_name": user.handle, "first_name": first, "last_name": last}
        if user.bot:
            return {**names, "api_app_id": self.config.app_id, "bot_id": self.config.bot_id}
        return {**names, "email": user.email, "image_72": self.picture(user), "team": self.team_of(user.id)}

    def picture(self, user: User) -> str:
        """The address of a user's picture."""
        return f"{self.config.base_url}/page/picture/{user.id}.svg"

    def channel_shape(self, channel: Channel, viewer: str) -> Json:
        """A conversation as `conversations.info` gives it to `viewer`."""
        shape: Json = {
            "id": channel.id,
            "created": self.created,
            "is_channel": channel.type == "channel",
            "is_group": channel.type == "group",
            "is_im": channel.direct,
            "is_mpim": False,
            "is_private": channel.private or channel.direct,
            "is_archived": channel.archived,
            "context_team_id": self.config.team_id,
        }
        if channel.direct:
            return {
                **shape,
                "user": channel.other(viewer),
                "is_user_deleted": self.users[channel.other(viewer)].deleted,
            }
        return {
            **shape,
            "name": channel.name,
            "name_normalized": channel.name,
            "is_general": channel.name == "general",
            "is_member": viewer in channel.members,
            "topic": {"value": channel.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(channel.members),
        }
