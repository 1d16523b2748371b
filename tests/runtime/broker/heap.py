"""A broker's one fetch with a secret, in a process that then looks for the value in its own memory.

`python -m tests.runtime.broker.heap HOME AUTHORITY URL MASKED` prints how often the value stands in memory while it is
held on purpose, and when the call is over. The value is given masked: what seeks must not be found.
"""

import asyncio
import re
import ssl
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from runtime.broker.decision import Reach
from runtime.broker.egress import Egress
from runtime.broker.ledger import Ledger
from runtime.broker.refusal import Refusal
from runtime.broker.rights import Book, TeamLimits
from runtime.broker.vault import parse_keys
from runtime.bundles import BundleStore
from tests.runtime.broker.internet import HERE, REACHABLE
from tests.runtime.broker.stage import NOW

MASK = bytes(byte ^ 0x55 for byte in range(256))


def found(masked: bytes) -> int:
    """How often the value stands in this process's memory."""
    return sum(part.translate(MASK).count(masked) for part in memory())


def memory() -> Iterator[bytes]:
    with Path("/proc/self/mem").open("rb", buffering=0) as file:
        for line in Path("/proc/self/maps").read_text().splitlines():
            start, end = (int(one, 16) for one in re.split(r"[- ]", line)[:2])
            if " rw" in line and "[v" not in line:
                file.seek(start)
                yield file.read(end - start) or b""


async def fetch(home: Path, authority: Path, url: str) -> object:
    async def resolve(_host: str) -> Sequence[str]:
        return (HERE,)

    book = Book(home / "control.db", BundleStore(home / "bundles"), TeamLimits())
    ledger = Ledger(home / "broker.db")
    ring = parse_keys((home / "vault.key").read_text())
    tls = ssl.create_default_context(cafile=str(authority))
    egress = Egress(book=book, ledger=ledger, keyring=lambda: ring, resolve=resolve, tls=tls, reach=Reach(REACHABLE))
    rights = book.rights("app_1", "live", NOW)
    assert not isinstance(rights, Refusal)
    asked = {"url": url, "method": "POST", "body": "{{secret:api-key}}", "headers": {"x-key": "{{secret:api-key}}"}}
    answer = await egress.fetch(rights, asked)
    ledger.close()
    return answer.get("status")


def main(home: str, authority: str, url: str, hexadecimal: str) -> None:
    masked = bytes.fromhex(hexadecimal)
    held = masked.translate(MASK)
    control = found(masked)
    del held
    status = asyncio.run(fetch(Path(home), Path(authority), url))
    print(status, control, found(masked))


if __name__ == "__main__":
    main(*sys.argv[1:])
