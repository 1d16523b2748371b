"""What main hands to the conversation: the parts it may use, and nothing to choose from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine

from bot.billing import Billing
from bot.channels import Channels
from bot.chat import Chat, Place
from bot.entrance.signin import Company
from bot.notary import Notary
from generator.model import Model
from guardrails.revocations import Revocation
from guardrails.verdict import Verdict
from runtime.appdata import AppData
from runtime.apps import App
from runtime.bundles import BundleStore
from runtime.destination import Places
from runtime.rehearsal import Rehearsal
from runtime.scheduled import Fired
from runtime.schedules import Schedule
from templates.audience import Audience
from templates.catalog import Catalog
from templates.manifest import Digest, Manifest
from templates.planning import Plan

Stage = Literal["preview", "live"]
Review = Callable[[Manifest, Audience, Audience, Stage], Verdict]
"""Judges a Manifest for an audience (first: wanted, second: where it was asked) at a stage."""


class Unavailable(Exception):
    """A part of the house does not answer right now; the step is tried again later."""


@dataclass(frozen=True)
class Smoked:
    """What the smoke Call of a bundle gave. `problem` is empty when the app answered its first page."""

    problem: str = ""


@dataclass(frozen=True)
class Wiring:
    """The parts, wired. `now` is UNIX seconds on the demo's clock or the wall's."""

    engine: Engine
    chat: Chat
    catalog: Catalog
    model: Model
    models: tuple[str, ...] = field(default=(), kw_only=True)
    """The names of the models that are asked; none where rules alone read."""
    review: Review
    bundles: BundleStore
    notary: Notary
    smoke: Callable[[Digest], Smoked]
    """Prepare a bundle and call it once in the sandbox; raises Unavailable when no worker answers."""
    rehearse: Callable[[Digest, Plan], Rehearsal] = field(default=lambda bundle, plan: Rehearsal(), kw_only=True)
    """Try a bundle by a plan, in the sandbox; raises Unavailable when no worker answers."""
    url: Callable[[str, Stage], str]
    """The address of an app by its slug."""
    now: Callable[[], int]
    data: AppData
    """The apps' own stores."""
    exports: Path
    """Where exports of ended apps are kept."""
    last_used: Callable[[str], int]
    """UNIX seconds of an app's last Call, 0 when there was none."""
    fire: Callable[[App, Schedule], Fired] = lambda app, schedule: Fired("later", "there is no gateway")
    """Have a gateway worker run an app for a time that is due, once; raises Unavailable when no worker answers."""
    holds: Callable[[App | None, Revocation], bool] = lambda app, one: False
    """Whether an app still holds what was taken back; raises Unavailable when whoever would serve it does not say."""
    visit: Callable[[str], Mapping[str, Any] | None] = lambda request: None
    """What the usage spool keeps of a visit by its request id, None when it keeps nothing."""
    unload: Callable[[Digest], None] = lambda bundle: None
    """Forget what was prepared to run a bundle; it can be made again."""
    prepared: Callable[[Digest], bool] = lambda bundle: False
    """Whether something lies ready to run a bundle."""
    archives: Places = field(default=Places(Path("archives")), kw_only=True)
    """Where archives of ended apps go."""
    usage: Path = Path("usage")
    """The folder of the usage spool."""
    anchors: Path = Path("anchors.jsonl")
    """Where the audit chain's heads are written down."""
    operators: str = ""
    """The channel in which the operators are told each week's head; empty for none."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The groups whose members have a role of the platform, by role."""
    public: bool = False
    """Whether apps may be opened to the public."""
    company: Company | None = None
    """The organisation's own sign-in, where it has one."""
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    """By team, the channel in which is asked what its own cannot be; under the empty name that of all others."""
    manager: Callable[[str], str] = lambda user: ""
    """The chat's id of somebody's manager, as their profile names them; empty when it does not. Raises ChatError."""
    guest_channels: frozenset[str] = frozenset()
    """Channels, by id, in which guests and partners may ask for apps and steer their own."""
    channels: Channels = field(default_factory=Channels)
    """What else holds in which channel, as operators say."""
    open_previews: int = 10
    """Previews that one person may have open without anything of them being live (D2)."""
    osv: Path = Path("osv")
    """The folder of OSV records that somebody else fetches."""
    billing: Billing = field(default_factory=Billing)
    team: Callable[[Place], str] = lambda place: place.channel
    """What the chat calls the channel, or in a direct message the whole team. Raises ChatError."""
    home: Callable[[], str] = lambda: ""
    """The id of the workspace that we are installed in. Raises ChatError."""
    template_channel: str = ""
    """The channel in which the template team is told what people want; empty for none."""
    photograph: Callable[[str, Mapping[str, bytes], str], bytes] | None = None
    """A PNG of a preview's first page, by its host's label, its files and a viewing; None where previews are not to be
    seen in their threads at all. Raises NoPicture."""
    picture: Callable[[str], str] = lambda ref: ""
    """The address of a template's picture, by `name@version`, where the chat can show it; else empty."""
