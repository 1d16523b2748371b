"""Wiring only: the broker, made of its parts."""

import asyncio
import ctypes
import logging
import os
import resource
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bot import clockwork, environment, named, telemetry
from bot.broker_settings import BrokerSettings
from bot.control import alone
from bot.settings import BadSetting, CannotStart
from runtime.bearer import Verifier
from runtime.broker import connection, mail, server
from runtime.broker.egress import Egress
from runtime.broker.ledger import Ledger
from runtime.broker.mail import Deliver, Mail
from runtime.broker.resolver import SystemResolver
from runtime.broker.rights import Book, Rows, TeamLimits
from runtime.broker.server import Broker, Vault
from runtime.broker.vault import Locked
from runtime.bundles import BundleStore
from runtime.stores import in_postgres
from runtime.supervisor import listen_locally

KEY_SECONDS = 10.0
"""Seconds that the command which gives the vault's keys may take."""
LEDGER = "broker.db"
MAILS_KEPT = 90 * clockwork.DAY
PR_SET_DUMPABLE = 4

log = logging.getLogger("slipway.broker")


def run(chosen: BrokerSettings) -> None:
    """Be the broker until SIGTERM or Ctrl-C, in a process that overwrites freed memory and leaves no dump."""
    wiping = environment.wiping()
    if wiping is not None:
        _start_again(wiping)
    _conceal()
    # The HTTP library would write headers, credentials included, into a debug log.
    logging.getLogger("httpcore2").setLevel(logging.WARNING)
    telemetry.log_lines()
    held = alone(chosen.home, "broker")
    try:
        asyncio.run(_serve(chosen))
    except (OSError, sqlite3.Error) as error:
        raise CannotStart(
            f"The broker cannot use {chosen.home / LEDGER} and {chosen.socket}: {error}. "
            "Put a damaged file aside, and set SLIPWAY_HOME to a folder of ours with a short path."
        ) from error
    finally:
        os.close(held)


def _start_again(environ: Mapping[str, str]) -> None:
    os.execve(sys.executable, [sys.executable, "-m", "bot.platformctl", "broker"], dict(environ))


def _conceal() -> None:
    """No core dump, and no other process of our user may look into this one."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


async def _serve(chosen: BrokerSettings) -> None:
    vault = Vault(keys(chosen))
    try:
        _ = (await vault.reload()).current
    except Locked as locked:
        # The platform starts without secrets, and refuses the calls that need them (K3).
        log.warning("no secret can be used: %s", locked)
    path = chosen.home / LEDGER
    ledger = Ledger(path)
    post = Mail(path, ledger, deliver(chosen), chosen.mail_from)
    ledger.forget(clockwork.wall())
    post.forget(clockwork.wall() - MAILS_KEPT)
    teams = TeamLimits(chosen.team_requests_per_hour, chosen.team_mb_per_day, chosen.team_mails_per_day)
    book = Book(_control(named.control(chosen.home)), BundleStore(chosen.home / "bundles"), teams)
    egress = Egress(
        book=book,
        ledger=ledger,
        keyring=vault.keyring,
        resolve=SystemResolver(),
        tls=connection.trust(),
    )
    verifier = Verifier(chosen.home / "run" / "gateway.pub")
    broker = Broker(book, verifier, egress, post, vault, clockwork.wall)
    await server.server(broker).serve([listen_locally(chosen.socket)])


def _control(url: str) -> Path | Rows:
    """The control database: a file, or what answers questions about it."""
    if not in_postgres(url):
        return Path(url.removeprefix("sqlite:///"))
    from runtime.postgres_routes import Reader

    return Reader(url).rows


def keys(chosen: BrokerSettings) -> Callable[[], str]:
    """Where the vault's keys come from: a command before a file, a file before the environment."""

    def read() -> str:
        if chosen.vault_key_command:
            return _from_command(chosen.vault_key_command)
        if chosen.vault_key_file is not None:
            return _from_file(chosen.vault_key_file)
        return chosen.vault_key.replace(",", "\n")

    return read


def _from_command(command: str) -> str:
    try:
        ran = subprocess.run(
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=KEY_SECONDS, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Locked(f"the command that gives the vault's keys failed ({type(error).__name__})") from None
    return ran.stdout.decode(errors="replace")


def _from_file(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise Locked(f"others may read {path}: chmod 600 it")
        return path.read_text()
    except (OSError, ValueError) as error:
        raise Locked(f"{path} cannot be read ({type(error).__name__})") from None


def deliver(chosen: BrokerSettings) -> Deliver | None:
    """How mail leaves: through the relay, into the demo's folder, or not at all."""
    if not mail.ADDRESS.fullmatch(chosen.mail_from):
        raise BadSetting(f"SLIPWAY_MAIL_FROM is {chosen.mail_from!r}: set it to a plain address.")
    if chosen.smtp_url:
        try:
            return mail.relay(chosen.smtp_url, connection.trust())
        except ValueError as error:
            raise BadSetting(f"SMTP_URL is wrong: {error}.") from None
    return mail.folder(chosen.home / "mail") if chosen.capture_mail else None
