"""One gateway worker: its parts put together, its two listening sockets served, its heartbeat given."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn

from runtime import keeper, seccomp, sleeping, supervisor, walls
from runtime.bearer import Issuer
from runtime.begun import Begun
from runtime.board import Board, Seat
from runtime.broker_wire import BrokerWire
from runtime.bundles import BundleStore
from runtime.doorman import Doorman
from runtime.entry import NONE, Doors
from runtime.gallery import Gallery
from runtime.gateway import Gateway
from runtime.guard import BODY_SECONDS, HEAD_SECONDS, GuardedHttp, Waiting
from runtime.holding import Holding
from runtime.host import Host
from runtime.keeper import Unanswered
from runtime.loaded import Loader, Verify, own_folder
from runtime.outside import Way
from runtime.rate import TEAM_REQUESTS_PER_MINUTE, Rate
from runtime.routes import Routes
from runtime.scheduled import Scheduled
from runtime.sleeping import USUAL, Sleep
from runtime.smoke import Smoke
from runtime.spool import Spool
from runtime.stores import stores
from runtime.wasm import WasmSandbox
from runtime.watch import Watch
from runtime.wire import ControlWire

BEGUN = "usage/begun"
"""Of the installation's folder, where scheduled Calls that were begun are noted."""
IDLE_SECONDS = 15
"""How long an idle connection is kept."""
FOLDERS = ("exports", "data", "usage", BEGUN, "scratch")
"""Of the installation's folder, what is made before the first worker, which then cannot."""
GRACE_SECONDS = 2
"""How long a worker that is told to end finishes what it began."""

log = logging.getLogger("slipway.gateway")


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """What the gateway needs to start. It holds no credential.

    `home` is the folder with `bundles/`, `deltas/`, `data/`, `exports/`, `usage/` and `guest/` (the compiled guest).
    `salt` makes visitors' ids this installation's own: bytes that stay the same for its life.
    """

    home: Path
    database: Path | str  # a file, or an address of PostgreSQL
    data_url: str = field(default="", repr=False, kw_only=True)  # where the apps' stores are no files
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
    team_requests_per_minute: int = TEAM_REQUESTS_PER_MINUTE
    sleep: Sleep = USUAL
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # of templates; read before workers have their walls
    doors: Doors = NONE


def serve(
    config: GatewayConfig,
    wall: Callable[[], int],
    scrub: Callable[[str], str],
    verify: Verify,
    report: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or Ctrl-C. `wall` is UNIX seconds; `scrub` takes secrets out of a text.

    `verify` says why a bundle must not run; it opens no file before it is asked, for workers are forked.
    """
    sockets = supervisor.listen(config.host, config.port, config.smoke_socket)
    _compile(config.home / "guest")
    BundleStore(config.home / "bundles")
    for name in FOLDERS:
        (config.home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    board, issuer = Board(config.workers), _issuer(config, report)
    supervisor.run(sockets, partial(work, config, wall, scrub, verify, board, issuer), config.workers, report)


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
    verify: Verify,
    board: Board,
    issuer: Issuer | None,
    sockets: Sequence[socket.socket],
    alive: int,
) -> None:
    """Be one worker, on inherited sockets (HTTP, smoke); `alive` is where its heartbeat goes."""
    home, scratch, unanswered = config.home, config.home / "scratch", Unanswered(supervisor.OPEN_FILES)
    alone = keeper.stand_by(unanswered, partial(walls.build, read=(), write=(), scratch=scratch))
    deltas = own_folder(home / "deltas")
    built = walls.build(
        read=[home / "bundles", home / "exports", home / "guest", *walls.database(config.database)],
        write=[home / "data", home / "usage", deltas],
        scratch=scratch,
    )
    missing = [f"this worker has not all of its walls: {one}" for one in built.missing]
    for one in [*missing, *([alone] if alone else [])]:
        log.warning("%s", one)
    with asyncio.Runner(loop_factory=uvicorn.Config(app="", log_config=None).get_loop_factory()) as runner:
        runner.run(_serve(config, deltas, wall, scrub, verify, board, issuer, unanswered, sockets, alive))


def _way(issuer: Issuer | None, broker: BrokerWire, wall: Callable[[], int]) -> Way | None:
    """To the outside; none where nobody issues tokens."""
    return Way(issuer, broker.ask, wall) if issuer else None


async def _serve(
    config: GatewayConfig,
    deltas: Path,
    wall: Callable[[], int],
    scrub: Callable[[str], str],
    verify: Verify,
    board: Board,
    issuer: Issuer | None,
    unanswered: Unanswered,
    sockets: Sequence[socket.socket],
    alive: int,
) -> None:
    seat, sandbox = board.seat(), WasmSandbox(config.home / "guest")
    loader = Loader(BundleStore(config.home / "bundles"), sandbox, deltas, verify)
    routes, wire = Routes(config.database, loader.template), ControlWire(config.control_socket)
    broker = BrokerWire(config.home / "run" / "broker.sock")
    host = Host(sandbox, stores(config.home / "data", config.data_url), _way(issuer, broker, wall), scrub)
    spool = Spool(config.home / "usage", str(os.getpid()))
    watch, rate = Watch(seat, wire, scrub, wall), Rate(seat, config.team_requests_per_minute, wall)
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
        rate=rate,
        watch=watch,
        gallery=Gallery(config.pictures, wire, config.scheme, config.domain, rate),
    )
    servers = _servers(gateway, _asked(config, seat, gateway, routes, loader, host, wall), wall, unanswered)
    _settle()
    sleep = sleeping.watch(config.sleep, wall, loader, host, routes)
    beside = [asyncio.create_task(one) for one in (supervisor.beat(alive), sleep, watch.inherit(board.abandoned))]
    try:
        await asyncio.gather(*(one.serve([door]) for one, door in zip(servers, sockets, strict=True)))
    finally:
        for one in beside:
            one.cancel()
        await watch.close()
        await wire.close()
        await broker.close()
        host.close()
        routes.close()
        spool.close()


def _asked(
    config: GatewayConfig,
    seat: Seat,
    gateway: Gateway,
    routes: Routes,
    loader: Loader,
    host: Host,
    wall: Callable[[], int],
) -> Scheduled:
    """What control may ask of a worker."""
    return Scheduled(
        routes=routes,
        loader=loader,
        rate=Rate(seat, config.team_requests_per_minute, wall),
        begun=Begun(config.home / BEGUN),
        conduct=gateway.conduct,
        wall=wall,
        otherwise=Holding(routes, wall, Smoke(loader, host)),
    )


def _doorman(config: GatewayConfig, routes: Routes, wire: ControlWire, wall: Callable[[], int]) -> Doorman:
    return Doorman(
        routes,
        wire,
        config.doors,
        authorize_url=config.authorize_url,
        client_id=config.client_id,
        scheme=config.scheme,
        domain=config.domain,
        wall=wall,
    )


def _settle() -> None:
    """What is here now stays: the collector need not look at it again in a visit, and no memory becomes code."""
    gc.collect()
    gc.freeze()
    # Where the kernel has no filter the other walls stand; `platformctl doctor` says so.
    with contextlib.suppress(seccomp.NoFilter):
        seccomp.no_new_code()


class _Server(uvicorn.Server):
    """One of two in a process: signals are the worker's, not each server's."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]  # as it is used
        return contextlib.nullcontext()


def _servers(gateway: Gateway, asked: Scheduled, wall: Callable[[], int], unanswered: Unanswered) -> Sequence[_Server]:
    """A server each, until SIGTERM or Ctrl-C."""
    # One local caller needs no guard, but then there is one way to serve.
    servers = tuple(server(one, wall, unanswered) for one in (gateway, asked))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end, servers)
    return servers


def _end(servers: Sequence[_Server]) -> None:
    for server in servers:
        server.should_exit = True


def server(
    application: Gateway | Scheduled,
    wall: Callable[[], int],
    unanswered: Unanswered,
    head: float = HEAD_SECONDS,
    body: float = BODY_SECONDS,
) -> _Server:
    """An HTTP server, guarded; `head` and `body` are the seconds in which they must arrive.

    Who waits for an answer stands in `unanswered`.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    guarded: Any = partial(GuardedHttp, Waiting(wall, unanswered), head, body)
    made = uvicorn.Config(
        application,
        http=guarded,
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=None,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    made.load()
    return _Server(made)
