"""Wiring only: the gateway, made of its parts. Nothing of control is loaded here, so that it is back at once."""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from bot import clockwork, database, foundations, telemetry
from bot.settings import CannotStart, GatewaySettings
from guardrails.keys import Trust
from guardrails.proof import problem
from guardrails.scrub import scrub
from runtime import worker
from runtime.entry import Doors
from runtime.loaded import Verify
from runtime.worker import GatewayConfig
from templates.picture import pictures

log = logging.getLogger("slipway")


def gateway(settings: GatewaySettings) -> None:
    """Be the gateway: a supervisor and its workers, until SIGTERM or Ctrl-C."""
    telemetry.log_lines()
    if settings.otlp_endpoint:
        # A worker's spans are of use only where they are sent; to make one costs as much as a small Call.
        telemetry.start("slipway-gateway", settings.otlp_endpoint)
    foundations.check(clockwork.wall())
    config = GatewayConfig(
        home=settings.home,
        database=settings.control_url or settings.database,
        data_url=settings.data_url,
        control_socket=settings.control_socket,
        smoke_socket=settings.smoke_socket,
        authorize_url=f"{settings.issuer.rstrip('/')}/openid/connect/authorize",
        client_id=settings.client_id,
        salt=salt(settings.home),
        host=settings.host,
        port=settings.port,
        domain=settings.domain,
        scheme=settings.scheme,
        workers=settings.workers,
        team_requests_per_minute=settings.team_requests_per_minute,
        sleep=settings.sleep,
        pictures=pictures(),
        doors=Doors(settings.public, settings.company),
    )
    _ready(settings)
    try:
        worker.serve(config, clockwork.wall, lambda text: scrub(text).text, verify(config.database), log.warning)
    except OSError as error:
        raise CannotStart(
            f"The gateway cannot listen on {config.host}:{config.port} and {config.smoke_socket}: {error}. "
            "Set SLIPWAY_GATEWAY_PORT to a free port, and SLIPWAY_HOME to a folder of ours with a short path."
        ) from error


def _ready(settings: GatewaySettings) -> None:
    """Have the control database be as workers need it before the first of them starts. Raises CannotStart."""
    for url in filter(None, (settings.control_url, settings.data_url)):
        from bot.postgres import local

        # The driver's libraries lie outside of a worker's walls: loaded before there are any.
        from runtime import postgres_data, postgres_routes  # noqa: F401  # for their driver

        if not local(url):
            raise CannotStart(
                "The gateway's workers connect to nothing but a unix socket, and hold no password: name PostgreSQL's, "
                "or a pooler's, as postgresql://slipway_gateway@/slipway?host=/run/postgresql. See docs/postgres.md."
            )
    if not settings.control_url:
        engine = database.connect(settings.control)
        database.migrate(engine)
        engine.dispose()


def verify(database: Path | str, wall: Callable[[], int] = clockwork.wall) -> Verify:
    """Why a bundle must not run, by the keys that count at that moment; workers see public ones alone (K1)."""
    if isinstance(database, str):
        from runtime.postgres_routes import Reader

        trust = Trust(Reader(database).rows, wall)
    else:
        trust = Trust(database, wall)
    return lambda bundle, signatures, holds: problem(bundle, signatures, trust.keys(), holds)


def salt(home: Path) -> bytes:
    """What visitors' ids are made with: made once for this installation, readable by us alone."""
    path = home / "visitor.salt"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        draft.rename(path)
    return path.read_bytes()
