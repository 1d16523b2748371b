"""What the environment says, read once. Only this module, `bot.named` and `bot.environment` look at `os.environ`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot import named
from guardrails.personal import KINDS

SLACK_API = "https://slack.com/api/"
SLACK_ISSUER = "https://slack.com"


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
class ModelSettings:
    """An OpenAI-compatible endpoint; without a key or a base URL the zero-key model answers."""

    api_key: str = field(default="", repr=False)
    base_url: str = ""
    name: str = "gpt-4o-mini"

    @property
    def configured(self) -> bool:
        """Whether a remote model may be asked."""
        return bool(self.api_key or self.base_url)


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

    @property
    def database(self) -> Path:
        """The control database's file."""
        return self.home / "control.db"

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
    model: ModelSettings = ModelSettings()
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


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise BadSetting(f"{name} is {text!r}: set it to a port number between 1 and 65535.")
    return int(text)


def port(name: str, default: int) -> int:
    """A port that the environment names."""
    return _port(os.environ, name, default)


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
        http_port=_port(environ, "SLIPWAY_HTTP_PORT", 3000),
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
        personal=_chosen(environ, "SLIPWAY_SCRUB_PERSONAL", KINDS),
        operators=environ.get("SLIPWAY_OPERATORS_CHANNEL", ""),
    )


def budget_tags(environ: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """`ops=4711, hr=4712, guests`: each known tag with its cost centre, which may be left out."""
    given = (os.environ if environ is None else environ).get("SLIPWAY_BUDGET_TAGS", "")
    found: dict[str, str] = {}
    for one in filter(None, (part.strip() for part in given.split(","))):
        tag, _, centre = (part.strip() for part in one.partition("="))
        if not tag or len(tag) > 80 or tag in found:
            raise BadSetting(
                f"SLIPWAY_BUDGET_TAGS has {one!r}: write tag=cost centre, separated by commas, each tag once."
            )
        found[tag] = centre
    return found


def gateway(environ: Mapping[str, str] | None = None) -> GatewaySettings:
    """Only what the gateway needs: it never sees a token."""
    environ = os.environ if environ is None else environ
    workers = environ.get("SLIPWAY_WORKERS", "2")
    if not workers.isdigit() or not 0 < int(workers) <= 64:
        raise BadSetting(f"SLIPWAY_WORKERS is {workers!r}: set it to a number between 1 and 64.")
    team = environ.get("SLIPWAY_TEAM_REQUESTS_PER_MINUTE", "6000")
    if not team.isdigit() or not 0 < int(team) <= 100_000_000:
        raise BadSetting(f"SLIPWAY_TEAM_REQUESTS_PER_MINUTE is {team!r}: set it to a number, 1 or more.")
    scheme = environ.get("SLIPWAY_SCHEME", "http")
    if scheme not in ("http", "https"):
        raise BadSetting(f"SLIPWAY_SCHEME is {scheme!r}: set it to http or https.")
    return GatewaySettings(
        home=Path(environ.get("SLIPWAY_HOME", "var")).absolute(),
        issuer=environ.get("SLIPWAY_ISSUER", SLACK_ISSUER),
        client_id=_credential(environ, "SLIPWAY_CLIENT_ID"),
        port=_port(environ, "SLIPWAY_GATEWAY_PORT", 8300),
        public_port=_port(environ, "SLIPWAY_PUBLIC_PORT", 443) if environ.get("SLIPWAY_PUBLIC_PORT") else None,
        domain=environ.get("SLIPWAY_DOMAIN", "localhost"),
        scheme=scheme,
        workers=int(workers),
        team_requests_per_minute=int(team),
        otlp_endpoint=environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
    )


def workspace(environ: Mapping[str, str] | None = None) -> WorkspaceSettings:
    """The local workspace's settings."""
    environ = os.environ if environ is None else environ
    return WorkspaceSettings(
        home=Path(environ.get("SLIPWAY_HOME", "var")).absolute(),
        port=_port(environ, "SLIPWAY_WORKSPACE_PORT", 8200),
        gateway_port=_port(environ, "SLIPWAY_GATEWAY_PORT", 8300),
        slack=_slack(environ),
    )


def _chosen(environ: Mapping[str, str], name: str, known: frozenset[str]) -> frozenset[str]:
    given = frozenset(environ.get(name, "").replace(",", " ").split())
    if given - known:
        raise BadSetting(f"{name} has {', '.join(sorted(given - known))}: it can have {', '.join(sorted(known))}.")
    return given


def model(environ: Mapping[str, str] | None = None) -> ModelSettings:
    """Only the model's settings, for commands that need no chat."""
    environ = os.environ if environ is None else environ
    return ModelSettings(
        api_key=environ.get("OPENAI_API_KEY", ""),
        base_url=environ.get("OPENAI_BASE_URL", ""),
        name=environ.get("OPENAI_MODEL", "gpt-4o-mini"),
    )
