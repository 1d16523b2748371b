"""A broker as a process of its own, with this machine's loopback as the internet.

`python -m tests.runtime.broker.brokering <home> <certificate> <plain port> <now>`; it keeps mails in
`<home>/mail`. A `now` of 0 is the wall's.
"""

import asyncio
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from runtime.bearer import Verifier
from runtime.broker import mail, server
from runtime.broker.decision import Reach
from runtime.broker.egress import Egress
from runtime.broker.ledger import Ledger
from runtime.broker.mail import Mail
from runtime.broker.rights import Book, TeamLimits
from runtime.broker.server import Broker, Vault
from runtime.broker.vault import parse_keys
from runtime.bundles import BundleStore
from runtime.supervisor import listen_locally
from tests.runtime.broker.internet import CERTIFIED, HERE, REACHABLE, Internet

NOW = 1_800_000_000
KEYS = "k1:" + "MTEx" * 10 + "MTE="
RING = parse_keys(KEYS)


class Brokering:
    """The process, from the outside."""

    def __init__(self, home: Path, internet: Internet, now: int = NOW) -> None:
        self._home = home
        self._certificate = home / "authority.pem"
        self._certificate.write_bytes(internet.authority)
        self._command = [sys.executable, "-m", "tests.runtime.broker.brokering", str(home), str(self._certificate)]
        self._command += [str(internet.plain_port), str(now)]
        self.start()

    def start(self) -> None:
        socket = self._home / "run" / "broker.sock"
        socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(self._command)
        for _ in range(200):
            if socket.exists():
                return
            time.sleep(0.05)
        raise AssertionError("the broker does not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def mails(self) -> Sequence[str]:
        """What was sent, as it would have gone out."""
        return [path.read_text() for path in sorted((self._home / "mail").glob("*.eml"))]


async def resolve(host: str) -> Sequence[str]:
    return (HERE,) if host in CERTIFIED else ()


async def main(home: Path, certificate: Path, plain: int, now: int) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.load_verify_locations(cafile=certificate)
    ledger = Ledger(home / "broker.db")
    post = Mail(home / "broker.db", ledger, mail.folder(home / "mail"), "slipway@example.org")
    book = Book(home / "control.db", BundleStore(home / "bundles"), TeamLimits())
    vault = Vault(lambda: KEYS)
    await vault.reload()
    egress = Egress(
        book=book,
        ledger=ledger,
        keyring=vault.keyring,
        resolve=resolve,
        tls=tls,
        reach=Reach(REACHABLE, frozenset({plain})),
    )
    broker = Broker(book, Verifier(home / "run" / "gateway.pub"), egress, post, vault, lambda: now or int(time.time()))
    await server.server(broker).serve([listen_locally(home / "run" / "broker.sock")])


if __name__ == "__main__":
    # Ctrl-C of a test run ends it quietly.
    with suppress(KeyboardInterrupt):
        asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
