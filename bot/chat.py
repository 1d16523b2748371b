"""The surface a person talks through: Slack, or the local workspace that speaks Slack's protocol.

Values in (`Heard`, `Pressed`, `Submitted`) and one narrow Protocol out (`Chat`). Nothing here knows bolt.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Block = Mapping[str, Any]
Chunk = Mapping[str, str]
"""A piece of a streamed message: a step of a plan, and how it stands."""
GroupState = Literal["active", "disabled", "none"]
"""Of a user group: it is there, it was deactivated, or there never was one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said. `thread` is the root message's ts, None outside a thread."""

    workspace: str
    channel: str
    thread: str | None = None
    kind: Literal["channel", "dm"] = "channel"


@dataclass(frozen=True, slots=True)
class Heard:
    """Words addressed to us, already scrubbed, user text unescaped (`&amp;` is `&` again).

    `key` is unique per utterance and the same on each redelivery (`event_id`, or the slash command's trigger id).
    `ts` is the message's own timestamp, None for a slash command. `removed` names the kinds of secret taken out.
    """

    key: str
    place: Place
    user: str
    text: str
    via: Literal["mention", "dm", "command", "thread", "button", "shortcut"]
    ts: str | None = None
    removed: tuple[str, ...] = ()
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed. `value` is what we put into the button; it is only a hint and is judged again."""

    key: str
    place: Place
    user: str
    action: str
    value: str
    message: str
    """ts of the message that carries the button."""
    trigger: str
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form sent. `values` maps our field names to scrubbed text, a list of picks, or None."""

    key: str
    workspace: str
    user: str
    form: str
    """callback_id of the view."""
    about: str
    """private_metadata: what the form is about; only a hint and judged again."""
    values: Mapping[str, str | Sequence[str] | None]
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pointed:
    """Somebody (`user`) points at a message of somebody's (`author`, empty where the chat does not say whose).

    `place` is the message's thread, `text` its words, scrubbed; they are a quotation and nobody's wish yet.
    """

    place: Place
    user: str
    author: str
    text: str
    shortcut: str
    """By which entry of the message's menu, as the app's manifest names it."""
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """What stands in an open form, not sent: as of a `Submitted`, already scrubbed."""

    workspace: str
    user: str
    about: str
    values: Mapping[str, str | Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Shared:
    """A message with links to apps in it. `unfurl` and `source` name it as well: in the composer it has no ts yet."""

    key: str
    place: Place
    user: str
    ts: str
    urls: tuple[str, ...]
    unfurl: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What to post: blocks, and the plain text that notifications and screen readers get."""

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Profile:
    """A user as the chat knows them."""

    user: str
    name: str
    handle: str
    guest: bool = False
    bot: bool = False
    deleted: bool = False
    email: str = ""
    partner: bool = False
    """Whether they belong to another organisation, with which a channel is shared (Slack Connect)."""

    locale: str = ""
    """The language that they use the chat in: `de-DE`; empty where the chat does not say."""

    @property
    def outsider(self) -> bool:
        """Whether they are no full member of the workspace."""
        return self.guest or self.partner


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as the chat knows it; `joined` says whether we are in it."""

    name: str
    joined: bool


class ChatError(Exception):
    """The chat said no, or nothing. `permanent` errors are not tried again; `retry_after` is in seconds."""

    def __init__(self, code: str, *, permanent: bool, retry_after: int = 1) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after


class Chat(Protocol):
    """What we may do in a workspace. Every method raises ChatError, and nothing else, when it fails."""

    def post(self, place: Place, message: Message, key: str) -> str:
        """Post once per `key` (carried as message metadata) and return the message's ts."""

    def find(self, place: Place, key: str, since: int) -> str | None:
        """The ts of the message posted with `key` after `since` (UNIX seconds), or None: look before posting again."""

    def update(self, channel: str, ts: str, message: Message) -> None:
        """Replace a message of ours in place."""

    def whisper(self, place: Place, user: str, message: Message) -> None:
        """Show a message to one person only."""

    def unfurl(self, shared: Shared, blocks: Mapping[str, Sequence[Block]]) -> None:
        """Show these blocks below a message that somebody posted, by the link in it that each is for."""

    def respond(self, response_url: str, text: str) -> None:
        """Answer privately by the URL that came with a command or a press."""

    def open_form(self, trigger: str, view: Mapping[str, Any]) -> str:
        """Open a modal within the 3 s that a trigger lives; return the view's id."""

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        """Show this view as somebody's Home tab."""

    def update_form(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Replace an open modal."""

    def upload(self, content: bytes, name: str, alt: str) -> str:
        """Upload a picture that nobody sees until a message shows it by the id that is returned; `alt` describes it."""

    def remove(self, file: str) -> None:
        """Take a picture of ours away; one that is gone is fine."""

    def profile(self, user: str) -> Profile:
        """Look one person up."""

    def profiles(self, users: Collection[str]) -> Mapping[str, Profile]:
        """Look many people up; whoever the chat does not tell of is missing."""

    def known(self, handles: Collection[str]) -> Mapping[str, Profile]:
        """The people with these handles, in small letters, by handle; whoever is missing is not here."""

    def inside(self, channel: str) -> bool:
        """Whether we are in a conversation, so that we can post there."""

    def suggest(self, channel: str, title: str, prompts: Sequence[tuple[str, str]]) -> None:
        """Suggest prompts in a direct conversation, at most four: what each is called, and what it says."""

    def start_stream(self, place: Place, chunks: Sequence[Chunk]) -> str:
        """Begin a message that is drawn as it grows, in a thread of a direct conversation; its ts."""

    def append_stream(self, channel: str, ts: str, chunks: Sequence[Chunk]) -> None:
        """Go on with it."""

    def stop_stream(self, channel: str, ts: str, chunks: Sequence[Chunk], key: str) -> None:
        """End it: from then on it is a message like any other, found by `key`."""

    def begun(self, place: Place, since: int) -> str | None:
        """The ts of a stream of ours in this thread whose beginning we did not hear of."""

    def members(self, channel: str) -> frozenset[str]:
        """The user ids in a channel."""

    def group(self, handle: str) -> frozenset[str]:
        """The user ids of a user group by its handle; empty when there is no such group."""

    def group_state(self, handle: str) -> GroupState:
        """Whether there is a user group with this handle, and whether it was deactivated."""

    def mention(self, handle: str) -> str:
        """What calls a user group in a message; its handle in bold when there is no such group."""

    def channel_named(self, name: str) -> str | None:
        """The id of the channel with this name, if the bot can see it."""

    def channel(self, channel: str) -> Channel:
        """Look one channel up by its id."""

    def dm(self, user: str) -> str:
        """The channel id of the direct conversation with a person."""

    def permalink(self, channel: str, ts: str) -> str:
        """A link to a message."""
