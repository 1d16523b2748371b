"""What one app declares and needs.

A Manifest is data from a template: it never grants itself anything. What the app is granted, and who may
open it, are rows elsewhere (`guardrails.grants`, `runtime.apps`), so that both can change without a redeploy.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, NewType

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

Digest = NewType("Digest", str)
"""`sha256:` and 64 hex digits; names bytes."""

FieldType = Literal[
    "text", "long_text", "number", "money", "date", "email", "select", "checkbox", "url", "person", "choices"
]
DataClass = Literal["internal", "personal"]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = "|".join(one[:3] for one in WEEK)
_DAYS = re.compile(rf"day|weekday|{'|'.join(WEEK)}|({_SHORT})(,({_SHORT})){{0,6}}")


def _days(text: str) -> str:
    if not _DAYS.fullmatch(text):
        raise ValueError("write day, weekday, the name of a day, or some days as mon,wed,fri")
    return text


Days = Annotated[str, AfterValidator(_days)]
"""Every day, every weekday, one day of the week by its name, or some by their first three letters: `mon,wed,fri`."""
MOST_TIMES = 4
"""Times of one app's schedule. Each comes at most once a day, so an app cannot have itself run more often than this."""
REQUESTS_PER_MINUTE = 600
"""How often an app may be called in a minute unless its template says otherwise."""
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_PLACE = re.compile(rf"(s3://[a-z0-9][a-z0-9-]{{1,61}}[a-z0-9](/{_PART})*/?|{_PART}(/{_PART})*/?)?")


def _place(text: str) -> str:
    if len(text) > 200 or ".." in text or not _PLACE.fullmatch(text):
        raise ValueError("write a folder below the installation's archives, such as surveys/2026, or s3://bucket/path/")
    return text


Destination = Annotated[str, AfterValidator(_place)]
"""Where archives go. A path upwards or from the root is no such place."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$")]
DomainName = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$")
]


class Frozen(BaseModel):
    """Parsed strictly, then immutable: the base of every value that crosses a boundary."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(Frozen):
    """One table of the app's own store. A row also has `id`, `at` (UNIX seconds) and `by` (the visitor's id)."""

    fields: dict[Name, FieldType]
    anonymous: bool = False
    """The store keeps no `by` for its rows, and of `at` only the start of the day (UTC)."""
    per_user: bool = False
    """Each visitor has rows of their own: the store shows and changes no others, whatever the app asks for."""
    scrub: bool = False
    """Secrets in what people write are taken out before a row is kept, whatever the app does."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Table":
        if self.anonymous and self.per_user:
            raise ValueError("a table whose rows nobody signs cannot be per user")
        return self

    @model_serializer(mode="wrap")
    def _short(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """What a table is not stays unsaid, so that bundles from before it could be said keep their digests."""
        said: dict[str, object] = handler(self)
        return {name: value for name, value in said.items() if value or name not in ("per_user", "scrub")}


class StoreCapability(Frozen):
    """Keep rows in tables of declared fields, in the app's own store."""

    kind: Literal["store"] = "store"
    tables: dict[Name, Table]


class EgressCapability(Frozen):
    """Call named hosts over HTTPS, `host` or `host:port`. Declared here; usable only with a Grant for each."""

    kind: Literal["egress"] = "egress"
    hosts: tuple[HostName, ...]
    requests_per_hour: Annotated[int, Field(ge=1, le=10_000)] = 100
    mb_per_day: Annotated[int, Field(ge=1, le=1024)] = 10
    """Both directions together, as counted on the wire."""


class MailCapability(Frozen):
    """Send plain mail to addresses in named domains. Declared here; usable only with a Grant for each domain."""

    kind: Literal["mail"] = "mail"
    domains: tuple[DomainName, ...]
    per_day: Annotated[int, Field(ge=1, le=500)] = 20
    """Recipients, all mails of a day together."""


class NotifyCapability(Frozen):
    """Post into the app's own thread, at most `per_day` times."""

    kind: Literal["notify"] = "notify"
    per_day: Annotated[int, Field(ge=1, le=50)] = 10


class Time(Frozen):
    """When something happens by itself: once on each such day, at an hour and minute of UTC."""

    every: Days
    at: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class ScheduleCapability(Frozen):
    """Run by itself at named times. Usable only with a Grant for each, and only while the app is live."""

    kind: Literal["schedule"] = "schedule"
    times: Annotated[dict[Name, Time], Field(min_length=1, max_length=MOST_TIMES)]


Capability = Annotated[
    StoreCapability | EgressCapability | MailCapability | NotifyCapability | ScheduleCapability,
    Field(discriminator="kind"),
]


class Limits(Frozen):
    """What one Call and one app may use. Breaches are Outcomes, not exceptions (`runtime.call`)."""

    cpu_ms: Annotated[int, Field(ge=1, le=1000)] = 50
    wall_ms: Annotated[int, Field(ge=10, le=10_000)] = 5000
    memory_mb: Annotated[int, Field(ge=4, le=64)] = 32
    output_kb: Annotated[int, Field(ge=1, le=2048)] = 512
    log_kb: Annotated[int, Field(ge=1, le=64)] = 16
    store_mb: Annotated[int, Field(ge=1, le=100)] = 10
    store_rows: Annotated[int, Field(ge=1, le=100_000)] = 10_000
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = REQUESTS_PER_MINUTE
    """Calls, by the clock's minutes, of all visitors together; a preview counts for itself."""

    @model_serializer(mode="wrap")
    def _short(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """A usual number of requests stays unsaid, so that bundles from before it could be said keep their digests."""
        said: dict[str, object] = handler(self)
        usual = self.requests_per_minute == REQUESTS_PER_MINUTE
        return {name: value for name, value in said.items() if name != "requests_per_minute"} if usual else said


class Lifecycle(Frozen):
    """When the app ends and what is kept. Accepts `reference/lifecycle.yaml` as it stands."""

    ttl_days: Annotated[int, Field(ge=1, le=3650)] = 30
    auto_archive: bool = True
    """At its end it is archived, to be restored for a while; without, it is retired."""
    archive_destination: Destination = ""
    """Empty for the installation's own; else a folder below it, or a bucket that the operators allow."""


class Manifest(Frozen):
    """One app, declared: the document that policies judge as `input.app`."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    template: str
    """`name@version` of the template this came from."""
    template_digest: Digest
    title: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    purpose: str = ""
    capabilities: tuple[Capability, ...] = ()
    limits: Limits = Limits()
    lifecycle: Lifecycle = Lifecycle()
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 90
    data_class: DataClass = "internal"
    secrets: tuple[str, ...] = ()
    """Names of platform secrets that the platform uses on the app's behalf; never given to the guest."""
    policies: tuple[str, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    budget_tag: str = "unassigned"

    @model_validator(mode="after")
    def _one_schedule(self) -> "Manifest":
        if sum(one.kind == "schedule" for one in self.capabilities) > 1:
            raise ValueError("an app has one schedule: name all of its times there")
        return self

    @property
    def times(self) -> Mapping[str, Time]:
        """When the app is to run by itself, by name."""
        schedule = self.capability("schedule")
        return schedule.times if isinstance(schedule, ScheduleCapability) else {}

    def capability(self, kind: str) -> Capability | None:
        """The declared capability of this kind, or None."""
        return next((one for one in self.capabilities if one.kind == kind), None)
