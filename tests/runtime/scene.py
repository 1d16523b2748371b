"""What the tests of the runtime start from: a control database with an app of ana's in it."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from bot.clockwork import ClockRow
from bot.database import connect
from bot.who.people import IdentityRow, PersonRow
from guardrails.freezes import FreezeRow
from guardrails.grants import GrantRow
from guardrails.keys import KeyRow
from runtime import apps, deployments
from runtime.apps import App, Stage
from runtime.breaches import BreachRow
from runtime.broker.secret import SecretRow
from runtime.deployments import Backing, Deployment
from runtime.gauge import GaugeRow
from runtime.postgres_routes import PostgresSource
from runtime.retention import PurgeRow
from runtime.schedules import ScheduleRow
from runtime.source import Source
from runtime.tombstone import TombstoneRow
from runtime.usage import UsageRow
from templates.audience import Audience
from templates.bundle import Bundle
from templates.manifest import Capability, Digest, Limits, Manifest, NotifyCapability, StoreCapability, Table
from tests import engines

NOW = 1_800_000_000
DAY = 86_400
OPS = Audience(kind="channel", id="C-OPS", label="#ops")
BUNDLE = Digest("sha256:" + "a" * 64)
OTHER = Digest("sha256:" + "b" * 64)
TABLES = (
    *(BreachRow, ClockRow, FreezeRow, GrantRow, UsageRow, GaugeRow, PurgeRow, ScheduleRow, SecretRow, KeyRow),
    *(PersonRow, IdentityRow, TombstoneRow),
)
"""Tables that the schema has whether a test imports them or not."""


@cache
def empty() -> bytes:
    """A control database as the migrations would make it; made once, for it takes longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "control.db"
        engine = connect(f"sqlite:///{path}")
        SQLModel.metadata.create_all(engine)
        engine.dispose()
        return path.read_bytes()


def database(folder: Path) -> Engine:
    if engines.SERVER:
        return engines.fresh(folder)
    (folder / "control.db").write_bytes(empty())
    return connect(f"sqlite:///{folder / 'control.db'}")


def source(engine: Engine, folder: Path) -> Path | Source:
    """The control database for routes, which ask at each visit whether it changed."""
    if not engines.SERVER:
        return folder / "control.db"
    return PostgresSource(engines.plain(engine), fresh=0)


def app(
    session: Session, name: str = "app_1", title: str = "Lunch survey", audience: Audience = OPS, team: str = ""
) -> App:
    return apps.create(
        session,
        app=name,
        workspace="T1",
        title=title,
        template="survey@1.0",
        owner="ana",
        collaborators=("ben",),
        named=(),
        audience=audience,
        channel="C-OPS",
        team=team,
        trace="4bf92f3577b34da6a3ce929d0e0e4736",
        now=NOW,
    )


LIMITS = Limits()
BACKING = Backing(Digest("sha256:" + "e" * 64), Limits(), "ops")


def yes(_session: Session, _proposal: str) -> bool:
    return True


def publish(
    session: Session,
    name: str = "app_1",
    bundle: Digest = BUNDLE,
    days: int = 14,
    now: int = NOW,
    approved: Callable[[Session, str], bool] = yes,
    backing: Backing = BACKING,
) -> Deployment:
    apps.move(session, name, Stage.APPROVED, now)
    return deployments.go_live(
        session,
        name,
        proposal="p_1",
        bundle=bundle,
        audience=OPS,
        days=days,
        backing=backing,
        approved=approved,
        now=now,
    )


def bundle(source: str, declared: Sequence[Capability] = (), limits: Limits = LIMITS, **files: bytes) -> Bundle:
    manifest = Manifest(
        name="lunch",
        template="survey@1.0",
        template_digest=BUNDLE,
        title="Lunch survey",
        capabilities=(
            StoreCapability(tables={"answers": Table(fields={"meal": "text"})}),
            NotifyCapability(),
            *declared,
        ),
        limits=limits,
    )
    return Bundle(manifest, {"app.js": source.encode(), **{f"static/{k}": v for k, v in files.items()}})
