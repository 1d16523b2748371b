"""What a local workspace is made of: where it listens, its secrets, and who and what it starts with."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Json = dict[str, Any]
Clock = Callable[[], float]
"""UNIX seconds, fractions included. The caller passes it in; nothing here reads a clock."""

MANAGER_FIELD = "Xf0MANAGER"
"""The id of the profile field for somebody's manager."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def id_of(prefix: str, name: str) -> str:
    """A stable id in Slack's form (`U0…`, `C0…`, `S0…`): the same name gets the same id on every machine."""
    digest = hashlib.sha256(f"{prefix}:{name}".encode()).digest()
    return f"{prefix}0{base64.b32encode(digest).decode()[:9]}"


@dataclass(frozen=True, slots=True)
class PersonSeed:
    """One person to be. `hint` is shown beside the name; guests and partners see only the channels they are in.

    `company` is another organisation's team, with which a channel is shared (Slack Connect); empty for our own people.
    """

    handle: str
    name: str
    hint: str = ""
    guest: bool = False
    company: str = ""
    locale: str = "en-GB"
    manager: str = ""
    """The handle of whom they report to, as their profile says it under `MANAGER_FIELD`."""

    @property
    def id(self) -> str:
        return id_of("U", self.handle)


@dataclass(frozen=True, slots=True)
class ChannelSeed:
    """One channel; `members` are handles. `bot` says whether the bot is already in it."""

    name: str
    members: tuple[str, ...]
    topic: str = ""
    private: bool = False
    bot: bool = True

    @property
    def id(self) -> str:
        return id_of("C", self.name)


@dataclass(frozen=True, slots=True)
class GroupSeed:
    """One user group; `members` are handles. `disabled` says that it was deactivated."""

    handle: str
    name: str
    members: tuple[str, ...]
    disabled: bool = False

    @property
    def id(self) -> str:
        return id_of("S", self.handle)


PEOPLE = (
    PersonSeed("ana", "Ana Ortiz", "asks · ops", manager="ben"),
    PersonSeed("ben", "Ben Okafor", "approves · platform"),
    PersonSeed("cy", "Cy Lindqvist", "no special rights"),
    PersonSeed("dora", "Dora Meyer", "approves · finance", locale="de-DE"),
    PersonSeed("gil", "Gil Santos", "guest in #slipway-demo", guest=True),
    PersonSeed("pia", "Pia Rossi", "from Quay, a partner", company="Quay"),
)
CHANNELS = (
    ChannelSeed("general", ("ana", "ben", "cy", "dora"), "Company-wide news"),
    ChannelSeed("ops", ("ana", "ben", "cy"), "Keeping things running"),
    ChannelSeed("finance", ("dora", "ben"), "Budgets and approvals"),
    ChannelSeed("templates", ("ana", "ben", "cy", "dora"), "What the shelf should have"),
    ChannelSeed("slipway-demo", ("ana", "ben", "cy", "dora", "gil", "pia"), "Ask Slipway for a small app here"),
)
GROUPS = (
    GroupSeed("platform-approvers", "Platform approvers", ("ben", "dora")),
    GroupSeed("data-stewards", "Data stewards", ("ben",)),
    GroupSeed("ops", "Operations", ("ana", "ben", "cy")),
    GroupSeed("audit", "Auditors", ("dora",)),
    GroupSeed("platform-templates", "Template owners", ("ben",)),
)
EXAMPLES = (
    "/slipway a lunch survey for ops, three questions, keep it two weeks",
    "@Slipway we need an approval form for travel costs over 500 euros",
    "/slipway a tracker for the laptops we lend out",
    "/slipway help",
)
SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "reactions:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
    "users.profile:read",
)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a workspace needs. Times are seconds.

    `redirect_uris` are the sign-in callbacks allowed; `*` stands for one or more host labels or a port,
    as in `http://*.localhost:8790/_slipway/callback`. `keep` is the file that holds messages over a restart.
    """

    bot_token: str
    app_token: str
    signing_secret: str
    client_id: str
    client_secret: str
    host: str = "127.0.0.1"
    port: int = 8780
    redirect_uris: tuple[str, ...] = ()
    mode: Literal["socket", "http"] = "socket"
    request_url: str = ""
    keep: Path | None = None
    team: str = "Harbor"
    bot_handle: str = "slipway"
    bot_name: str = "Slipway"
    people: tuple[PersonSeed, ...] = PEOPLE
    channels: tuple[ChannelSeed, ...] = CHANNELS
    groups: tuple[GroupSeed, ...] = GROUPS
    commands: tuple[tuple[str, str], ...] = (("/slipway", "Ask for a small app, in your own words"),)
    shortcuts: tuple[tuple[str, str], ...] = (
        ("slipway.from_message", "Make an app from this"),
        ("slipway.from_comment", "Change the app like this"),
    )
    """What the menu of a message offers: callback id and name."""
    examples: tuple[str, ...] = EXAMPLES
    unfurl_domains: tuple[str, ...] = ("localhost",)
    """Domains of which the app hears when somebody posts a link, subdomains included."""
    scopes: tuple[str, ...] = SCOPES
    post_rate: float = 1.0
    """Messages a second in one channel, after `post_burst` at once."""
    post_burst: int = 30
    call_rate: float = 20.0
    """Calls a second of any other one method, after `call_burst` at once."""
    call_burst: int = 200
    stream_s: float = 300.0
    """How long a streamed message may grow."""
    ack_s: float = 3.0
    trigger_s: float = 3.0
    socket_retries: tuple[float, ...] = (1.0, 10.0, 60.0)
    http_retries: tuple[float, ...] = (0.0, 5.0, 20.0)
    refresh_s: float = 0.0
    """Ask each socket to reconnect after this long; 0 for never."""
    team_id: str = field(default="", init=False)
    app_id: str = field(default="", init=False)
    bot_user: str = field(default="", init=False)
    bot_id: str = field(default="", init=False)

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK:
            raise ValueError(f"the local workspace listens on loopback only, not on {self.host}")
        if self.mode == "http" and not self.request_url:
            raise ValueError("mode http needs a request_url")
        object.__setattr__(self, "team_id", id_of("T", self.team))
        object.__setattr__(self, "app_id", id_of("A", self.bot_handle))
        object.__setattr__(self, "bot_user", id_of("U", self.bot_handle))
        object.__setattr__(self, "bot_id", id_of("B", self.bot_handle))

    @property
    def base_url(self) -> str:
        """Where the page is, and the issuer of sign-ins. `localhost`, so that apps live beside it."""
        return f"http://localhost:{self.port}"

    @property
    def api_url(self) -> str:
        """What a Slack client takes as its base URL."""
        return f"{self.base_url}/api/"

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins that this page itself may have."""
        return tuple(f"http://{host}:{self.port}" for host in ("localhost", "127.0.0.1", "[::1]"))

    def allows_redirect(self, uri: str) -> bool:
        """Whether a sign-in may send people back to `uri`."""
        return any(_pattern(one).fullmatch(uri) for one in self.redirect_uris)


def _pattern(allowed: str) -> re.Pattern[str]:
    labels = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
    return re.compile(labels.join(re.escape(part) for part in allowed.split("*")))
