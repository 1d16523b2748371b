"""What the environment says, read once: here, in `bot.broker_settings`, `bot.named` and `bot.environment`."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot import archive_settings, company_settings, listed, model_settings, named
from bot.company_settings import CompanySettings
from bot.model_settings import RULES, ModelSettings
from runtime import sleeping
from runtime.destination import Places
from runtime.sleeping import IDLE_MINUTES, USUAL, Sleep

SLACK_API = "https://slack.com/api/"
SLACK_ISSUER = "https://slack.com"
T = TypeVar("T")


class BadSetting(Exception):
    """A variable is missing or malformed; the message names it and says what to set."""


class CannotStart(Exception):
    """What a process needs is taken, missing or damaged; the message says what, and what to do."""


@dataclass(frozen=True)
class SlackSettings:
    """How to reach the chat: Slack itself, or the local workspace by its base URL."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = SLACK_API
    issuer: str = SLACK_ISSUER
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    http_port: int = 3000


@dataclass(frozen=True)
class GatewaySettings:
    """Where apps are reached. The gateway's workers get no more than this, and no credential."""

    home: Path
    issuer: str = SLACK_ISSUER
    client_id: str = ""
    host: str = "127.0.0.1"
    port: int = 8300
    public_port: int | None = None
    """The port in app URLs, when a proxy stands in front; `port` otherwise."""
    domain: str = "localhost"
    scheme: str = "http"
    workers: int = 2
    team_requests_per_minute: int = 6000
    """How often the apps of one team may be called in a minute, all together."""
    otlp_endpoint: str = ""
    control_url: str = field(default="", repr=False)
    data_url: str = field(default="", repr=False)
    """The addresses of the control database and of the apps' stores, where they are no files in `home`."""
    sleep: Sleep = USUAL
    """When apps that nobody uses let go of a worker's memory."""
    public: bool = False  # whether apps may be open to the public
    company: str = ""
    """What people call the organisation's own sign-in; empty where there is none."""

    @property
    def database(self) -> Path:
        """The control database's file."""
        return self.home / "control.db"

    @property
    def control(self) -> str:
        """The control database's address."""
        return self.control_url or f"sqlite:///{self.database}"

    @property
    def control_socket(self) -> Path:
        """Where gateway workers ask control."""
        return self.home / "run" / "control.sock"

    @property
    def smoke_socket(self) -> Path:
        """Where control asks gateway workers to try a bundle."""
        return self.home / "run" / "smoke.sock"


@dataclass(frozen=True)
class Settings:
    """Everything control needs to start."""

    gateway: GatewaySettings
    slack: SlackSettings
    model: ModelSettings = RULES
    demo_clock: bool = False
    """Whether `/slipway clock +13d` may move the clock. Never set it outside the demo."""
    prices: Path | None = None
    """The installation's own price table; None for the one that ships with Slipway."""
    osv: Path = Path("osv")
    """The folder of OSV records that somebody else fetches."""
    policy_digest: str = ""
    """Names the policies that CI checked; empty when any may let apps go live."""
    budget_tags: Mapping[str, str] = field(default_factory=dict)
    """Each billing tag that finance knows, with its cost centre. Empty: any channel's or team's name will do."""
    anchors: Path | None = None
    """Where the audit chain's heads are written down: best on another disk, where nobody but us appends."""
    personal: frozenset[str] = frozenset()
    """The kinds of personal data that are taken out of what people write, as secrets are (`guardrails.personal`)."""
    operators: str = ""
    """The channel's id in which the operators are told each week's head."""
    template_channel: str = ""
    """The channel's id in which the template team is told what people want; empty for the operators'."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The groups whose members are operators and auditors."""
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    """By team, the channel in which is asked what its own cannot be; under the empty name that of all others."""
    manager_field: str = ""
    """The id of the profile field that names somebody's manager; empty for none."""
    roles_claim: str = ""
    """The claim of a sign-in that names such groups as well; empty for none."""
    chromium: str = ""
    """What draws the pictures of previews: a file, `off` for none; empty to look for it."""
    guest_channels: frozenset[str] = frozenset()
    """The ids of channels in which guests and partners may steer their own apps: the short form of `channels`."""
    channels: Path | None = None
    """The file that says what holds in which channel (`bot.channels`)."""
    archives: Places | None = None
    """Where archives of ended apps go; None for a folder of ours."""
    company: CompanySettings | None = None
    """The organisation's own sign-in."""

    @property
    def home(self) -> Path:
        """The installation's folder."""
        return self.gateway.home


@dataclass(frozen=True)
class WorkspaceSettings:
    """The local workspace of the demo."""

    home: Path
    port: int
    gateway_port: int
    slack: SlackSettings


def _within(environ: Mapping[str, str], name: str, default: int, most: int, what: str) -> int:
    text = environ.get(name, str(default))
    if not text.isdigit() or not 0 < int(text) <= most:
        raise BadSetting(f"{name} is {text!r}: set it to {what}.")
    return int(text)


def port(name: str, default: int, environ: Mapping[str, str] | None = None) -> int:
    """A port that the environment names."""
    environ = os.environ if environ is None else environ
    return _within(environ, name, default, 65535, "a port number between 1 and 65535")


def _credential(environ: Mapping[str, str], name: str) -> str:
    """What visitors' sign-in needs."""
    if not environ.get(name):
        raise BadSetting(
            f"{name} is not set, and visitors could not sign in: copy it from Basic Information, App Credentials; "
            "see docs/slack.md."
        )
    return environ[name]


def _slack(environ: Mapping[str, str]) -> SlackSettings:
    bot_token = environ.get("SLACK_BOT_TOKEN", "")
    app_token, secret = environ.get("SLACK_APP_TOKEN", ""), environ.get("SLACK_SIGNING_SECRET", "")
    if not bot_token:
        raise BadSetting("SLACK_BOT_TOKEN is not set: see docs/slack.md, or run `make demo`, which needs no token.")
    if not (app_token or secret):
        raise BadSetting("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP: see docs/slack.md.")
    if not bot_token.startswith("xoxb-"):
        raise BadSetting("SLACK_BOT_TOKEN does not begin with xoxb-: copy the Bot User OAuth Token; see docs/slack.md.")
    if app_token and not app_token.startswith("xapp-"):
        raise BadSetting("SLACK_APP_TOKEN does not begin with xapp-: generate an App-Level Token; see docs/slack.md.")
    return SlackSettings(
        bot_token=bot_token,
        app_token=app_token,
        signing_secret=secret,
        api_url=environ.get("SLACK_API_URL", SLACK_API),
        issuer=environ.get("SLIPWAY_ISSUER", SLACK_ISSUER),
        client_id=_credential(environ, "SLIPWAY_CLIENT_ID"),
        client_secret=_credential(environ, "SLIPWAY_CLIENT_SECRET"),
        http_port=port("SLIPWAY_HTTP_PORT", 3000, environ),
    )


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Control's settings; BadSetting says which variable to mend."""
    environ = os.environ if environ is None else environ
    slack, where = _slack(environ), gateway(environ)
    return Settings(
        gateway=where,
        slack=slack,
        model=model(environ),
        demo_clock=environ.get("SLIPWAY_DEMO_CLOCK") == "1",
        prices=named.price_table(environ),
        osv=named.osv(where.home, environ),
        policy_digest=environ.get("SLIPWAY_POLICY_DIGEST", ""),
        budget_tags=budget_tags(environ),
        anchors=named.anchors(environ),
        personal=_listed(environ, "SLIPWAY_SCRUB_PERSONAL", listed.personal),
        operators=named.operators(environ),
        template_channel=named.template_channel(environ),
        chromium=named.chromium(environ),
        roles=_listed(environ, "SLIPWAY_ROLES", listed.roles),
        fallbacks=_listed(environ, "SLIPWAY_FALLBACK_CHANNELS", listed.fallbacks),
        manager_field=environ.get("SLIPWAY_MANAGER_FIELD", ""),
        roles_claim=environ.get("SLIPWAY_ROLES_CLAIM", ""),
        guest_channels=_listed(environ, "SLIPWAY_GUEST_CHANNELS", listed.channels),
        archives=archives(where.home, environ),
        company=_strictly(lambda: company_settings.read(environ)),
        channels=named.channels(environ),
    )


def _strictly(said: Callable[[], T]) -> T:
    try:
        return said()
    except ValueError as error:
        raise BadSetting(str(error)) from None


def budget_tags(environ: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Each known billing tag with its cost centre."""
    return _listed(os.environ if environ is None else environ, "SLIPWAY_BUDGET_TAGS", listed.tags)


def archives(home: Path, environ: Mapping[str, str] | None = None) -> Places:
    """Where archives of the installation in this folder go; BadSetting names the variable to mend."""
    try:
        return archive_settings.places(home, os.environ if environ is None else environ)
    except ValueError as error:
        raise BadSetting(str(error)) from None


def _listed(environ: Mapping[str, str], name: str, read: Callable[[str], T]) -> T:
    try:
        return read(environ.get(name, ""))
    except ValueError as error:
        raise BadSetting(f"{name} {error}") from None


def gateway(environ: Mapping[str, str] | None = None) -> GatewaySettings:
    """Only what the gateway needs: it never sees a token."""
    environ = os.environ if environ is None else environ
    workers = _within(environ, "SLIPWAY_WORKERS", 2, 64, "a number between 1 and 64")
    idle = _within(environ, "SLIPWAY_SLEEP_AFTER_MINUTES", IDLE_MINUTES, 10_080, "minutes, up to a week")
    team = _within(environ, "SLIPWAY_TEAM_REQUESTS_PER_MINUTE", 6000, 100_000_000, "a number, 1 or more")
    scheme = environ.get("SLIPWAY_SCHEME", "http")
    if scheme not in ("http", "https"):
        raise BadSetting(f"SLIPWAY_SCHEME is {scheme!r}: set it to http or https.")
    return GatewaySettings(
        home=Path(environ.get("SLIPWAY_HOME", "var")).absolute(),
        issuer=environ.get("SLIPWAY_ISSUER", SLACK_ISSUER),
        client_id=_credential(environ, "SLIPWAY_CLIENT_ID"),
        port=port("SLIPWAY_GATEWAY_PORT", 8300, environ),
        public_port=port("SLIPWAY_PUBLIC_PORT", 443, environ) if environ.get("SLIPWAY_PUBLIC_PORT") else None,
        domain=environ.get("SLIPWAY_DOMAIN", "localhost"),
        scheme=scheme,
        workers=workers,
        team_requests_per_minute=team,
        otlp_endpoint=environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        control_url=_listed(environ, "SLIPWAY_DATABASE", named.postgres),
        data_url=_listed(environ, "SLIPWAY_APP_DATA", named.postgres),
        sleep=Sleep(idle, _listed(environ, "SLIPWAY_BUSINESS_HOURS", sleeping.hours)),
        public=public(environ),
        company=company_settings.name(environ),
    )


def public(environ: Mapping[str, str] | None = None) -> bool:
    """Whether apps may be open to the public; off unless the organisation says otherwise."""
    return _strictly(lambda: named.public(environ))


def workspace(environ: Mapping[str, str] | None = None) -> WorkspaceSettings:
    """The local workspace's settings."""
    environ = os.environ if environ is None else environ
    return WorkspaceSettings(
        home=Path(environ.get("SLIPWAY_HOME", "var")).absolute(),
        port=port("SLIPWAY_WORKSPACE_PORT", 8200, environ),
        gateway_port=port("SLIPWAY_GATEWAY_PORT", 8300, environ),
        slack=_slack(environ),
    )


def model(environ: Mapping[str, str] | None = None) -> ModelSettings:
    """Only the model's settings, for commands that need no chat. BadSetting when they do not say which."""
    return _strictly(lambda: model_settings.read(os.environ if environ is None else environ))
