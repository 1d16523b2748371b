"""One gateway worker: its parts put together, its two listening sockets served, its heartbeat given."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn

from runtime import supervisor
from runtime.appdata import SqliteAppData
from runtime.bearer import Issuer
from runtime.broker_wire import BrokerWire
from runtime.bundles import BundleStore
from runtime.doorman import Doorman
from runtime.gateway import Gateway
from runtime.host import Host
from runtime.loaded import Loader
from runtime.outside import Way
from runtime.routes import Routes
from runtime.smoke import Smoke
from runtime.spool import Spool
from runtime.wasm import WasmSandbox
from runtime.wire import ControlWire

IDLE_SECONDS = 15
"""How long an idle connection is kept."""
GRACE_SECONDS = 2
"""How long a worker that is told to end finishes what it began."""


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """What the gateway needs to start. It holds no credential.

    `home` is the folder with `bundles/`, `deltas/`, `data/`, `exports/`, `usage/` and `guest/` (the compiled guest).
    `salt` makes visitors' ids this installation's own: bytes that stay the same for its life.
    """

    home: Path
    database: Path
    control_socket: Path
    smoke_socket: Path
    authorize_url: str
    client_id: str
    salt: bytes
    host: str = "127.0.0.1"
    port: int = 8300
    domain: str = "localhost"
    scheme: str = "http"
    workers: int = 2


def serve(
    config: GatewayConfig, wall: Callable[[], int], scrub: Callable[[str], str], report: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or Ctrl-C. `wall` is UNIX seconds; `scrub` takes secrets out of a text."""
    sockets = supervisor.listen(config.host, config.port, config.smoke_socket)
    _compile(config.home / "guest")
    supervisor.run(sockets, partial(work, config, wall, scrub, _issuer(config, report)), config.workers, report)


def _issuer(config: GatewayConfig, report: Callable[[str], None]) -> Issuer | None:
    """Who issues tokens to our workers: made before they are forked, so that only they have its key."""
    try:
        return Issuer(config.home / "run" / "gateway.pub")
    except OSError as error:
        report(f"no tokens are issued, so apps that call out are not run: {error}")
        return None


def _compile(cache: Path) -> None:
    """Compile the guest once, so that every worker finds it on disk; in a child, for the compiler starts threads."""
    pid = os.fork()
    if pid == 0:
        try:
            WasmSandbox(cache)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def work(
    config: GatewayConfig,
    wall: Callable[[], int],
    scrub: Callable[[str], str],
    issuer: Issuer | None,
    sockets: Sequence[socket.socket],
    alive: int,
) -> None:
    """Be one worker, on inherited sockets (HTTP, smoke); `alive` is where its heartbeat goes."""
    with asyncio.Runner(loop_factory=uvicorn.Config(app="", log_config=None).get_loop_factory()) as runner:
        runner.run(_serve(config, wall, scrub, issuer, sockets, alive))


async def _serve(
    config: GatewayConfig,
    wall: Callable[[], int],
    scrub: Callable[[str], str],
    issuer: Issuer | None,
    sockets: Sequence[socket.socket],
    alive: int,
) -> None:
    sandbox = WasmSandbox(config.home / "guest")
    routes = Routes(config.database)
    wire = ControlWire(config.control_socket)
    loader = Loader(BundleStore(config.home / "bundles"), sandbox, config.home / "deltas")
    broker = BrokerWire(config.home / "run" / "broker.sock")
    host = Host(sandbox, SqliteAppData(config.home / "data"), Way(issuer, broker.ask, wall) if issuer else None)
    spool = Spool(config.home / "usage", str(os.getpid()))
    gateway = Gateway(
        domain=config.domain,
        routes=routes,
        doorman=_doorman(config, routes, wire, wall),
        loader=loader,
        host=host,
        wire=wire,
        exports=lambda name: (config.home / "exports" / name).read_bytes(),
        salt=config.salt,
        wall=wall,
        spool=spool.keep,
        scrub=scrub,
    )
    http, local = sockets
    servers = (_server(gateway), _server(Smoke(loader, host)))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end, servers)
    _settle()
    heart = asyncio.create_task(_beat(alive))
    try:
        await asyncio.gather(servers[0].serve([http]), servers[1].serve([local]))
    finally:
        heart.cancel()
        await wire.close()
        await broker.close()
        host.close()
        routes.close()
        spool.close()


def _doorman(config: GatewayConfig, routes: Routes, wire: ControlWire, wall: Callable[[], int]) -> Doorman:
    return Doorman(
        routes,
        wire,
        authorize_url=config.authorize_url,
        client_id=config.client_id,
        scheme=config.scheme,
        domain=config.domain,
        wall=wall,
    )


def _settle() -> None:
    """What is here now stays: the collector need not look at it again in the middle of a visit."""
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """One of two in a process: signals are the worker's, not each server's."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]  # as it is used
        return contextlib.nullcontext()


def _end(servers: Sequence[_Server]) -> None:
    for server in servers:
        server.should_exit = True


def _server(application: Gateway | Smoke) -> _Server:
    return _Server(
        uvicorn.Config(
            application,
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            server_header=False,
            log_config=None,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


async def _beat(alive: int) -> None:
    """Show that the loop turns."""
    while True:
        os.write(alive, b".")
        await asyncio.sleep(supervisor.HEARTBEAT)
