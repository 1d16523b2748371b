"""Egress: `egress.fetch`, from what an app asked for to what it gets back. Every hop is decided and counted anew."""

import asyncio
import base64
import sqlite3
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from pydantic import JsonValue

from runtime.broker import decision, outbound, substitution
from runtime.broker.connection import Meter
from runtime.broker.decision import INTERNET, Reach
from runtime.broker.exchange import Received, exchange
from runtime.broker.ledger import Ledger
from runtime.broker.outbound import Outbound
from runtime.broker.refusal import Refusal, Stopped
from runtime.broker.resolver import Resolve
from runtime.broker.rights import Book, Rights
from runtime.broker.substitution import Opened
from runtime.broker.vault import Keyring, Locked

MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_SECONDS = 10.0
"""Seconds that one fetch takes at most, redirects included; an app's own limit may be shorter."""
AT_ONCE = 8
"""Fetches of one app at the same time."""
AT_ONCE_IN_ALL = 64
"""Fetches of all apps at the same time, each with its megabytes of memory."""


@dataclass(slots=True)
class Spent:
    """What one fetch has used so far, redirects included; bytes as they went over the wire."""

    requests: int = 0
    bytes: int = 0


class Egress:
    """Fetches. What differs between an installation and a test is handed in."""

    def __init__(
        self,
        *,
        book: Book,
        ledger: Ledger,
        keyring: Callable[[], Keyring],
        resolve: Resolve,
        tls: ssl.SSLContext,
        reach: Reach = INTERNET,
    ) -> None:
        self._book = book
        self._ledger = ledger
        self._keyring = keyring
        self._resolve = resolve
        self._tls = tls
        self._reach = reach
        self._under_way: Counter[str] = Counter()

    async def fetch(self, rights: Rights, asked: Mapping[str, Any]) -> Mapping[str, JsonValue]:
        """`{"status", "headers", "body", "encoding"}`, or a Refusal's document. `seconds` may shorten the wait.

        Either has `spent`, with the requests and bytes that were counted: for the meter, not for the app.
        """
        spent = Spent()
        wanted = outbound.read(asked)
        if isinstance(wanted, Refusal):
            document: Mapping[str, JsonValue] = wanted.document
        elif self._under_way[rights.app] >= AT_ONCE:
            document = Refusal("limit", f"limit: an app may fetch {AT_ONCE} things at the same time").document
        elif self._under_way.total() >= AT_ONCE_IN_ALL:
            document = Refusal("unavailable", "the broker is busy; please try again").document
        else:
            seconds = asked.get("seconds")
            longest = seconds if isinstance(seconds, int | float) else LONGEST_SECONDS
            document = await self._in_time(rights, wanted, max(0.05, min(longest, LONGEST_SECONDS)), spent)
        return {**document, "spent": {"requests": spent.requests, "bytes": spent.bytes}}

    async def _in_time(self, rights: Rights, wanted: Outbound, seconds: float, spent: Spent) -> Mapping[str, JsonValue]:
        self._under_way[rights.app] += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._fetch(rights, wanted, spent)
        except Stopped as stopped:
            return stopped.refusal.document
        except TimeoutError:
            return Refusal("timeout", f"no whole answer within {seconds:g} s").document
        finally:
            self._under_way[rights.app] -= 1
            # Apps come and go; a counter that is back at nothing is dropped.
            self._under_way += Counter()

    async def _fetch(self, rights: Rights, wanted: Outbound, spent: Spent) -> Mapping[str, JsonValue]:
        with self._opened(rights, wanted) as secrets:
            for _ in range(MOST_REDIRECTS + 1):
                received = await self._hop(rights, wanted, secrets, spent)
                location = received.header(b"location")
                if received.status not in REDIRECTS or not location:
                    return _answer(received, secrets)
                wanted = _redirected(wanted, received.status, substitution.scrub(location, secrets.values()))
        raise Stopped(Refusal("blocked", f"blocked: it redirects more than {MOST_REDIRECTS} times"))

    @contextmanager
    def _opened(self, rights: Rights, wanted: Outbound) -> Iterator[Mapping[str, Opened]]:
        """The secrets that the request names, for as long as it takes."""
        secrets: dict[str, Opened] = {}
        try:
            for name in sorted(substitution.names(wanted)):
                secrets[name] = self._open(rights, name)
            yield secrets
        finally:
            for one in secrets.values():
                one.close()

    def _open(self, rights: Rights, name: str) -> Opened:
        try:
            found = self._book.secret(rights, name)
            if found is None:
                raise Stopped(substitution.missing(name))
            purpose, sealed = found
            return Opened(name, frozenset(purpose.hosts), self._keyring().open(purpose, sealed))
        except (Locked, OSError, sqlite3.Error):
            raise Stopped(substitution.missing(name, "the vault cannot open it right now")) from None

    async def _hop(self, rights: Rights, wanted: Outbound, secrets: Mapping[str, Opened], spent: Spent) -> Received:
        admitted = decision.admit(wanted.url, rights.hosts, self._reach)
        if isinstance(admitted, Refusal):
            raise Stopped(admitted)
        refusal = substitution.against(admitted, wanted, secrets)
        if refusal is not None:
            raise Stopped(refusal)
        self._count(rights, spent)
        decided = decision.decide(wanted.url, rights.hosts, await self._resolve(admitted.host), self._reach)
        if decided.target is None:
            assert decided.refusal is not None
            raise Stopped(decided.refusal)
        headers, body = substitution.put_in(wanted, secrets)
        meter = self._meter(rights, spent)
        return await exchange(decided.target, decided.address, wanted.method, headers, body, self._tls, meter)

    def _count(self, rights: Rights, spent: Spent) -> None:
        taken = self._ledger.take(rights.limits("requests"), 1, 1, rights.now)
        if isinstance(taken, Refusal):
            raise Stopped(taken)
        spent.requests += 1

    def _meter(self, rights: Rights, spent: Spent) -> Meter:
        limits = rights.limits("bytes")

        def take(wanted: int) -> int | Refusal:
            taken = self._ledger.take(limits, 1, wanted, rights.now)
            spent.bytes += taken if isinstance(taken, int) else 0
            return taken

        def give_back(amount: int) -> None:
            spent.bytes -= amount
            self._ledger.give_back(limits, amount, rights.now)

        return Meter(take, give_back)


def _redirected(wanted: Outbound, status: int, location: bytes) -> Outbound:
    try:
        url = urljoin(wanted.url, location.decode("ascii"))
    except ValueError:
        raise Stopped(Refusal("blocked", "blocked: it redirects to what is no URL")) from None
    came_from, leads_to = decision.parse(wanted.url), decision.parse(url)
    if isinstance(came_from, Refusal) or isinstance(leads_to, Refusal):
        raise Stopped(leads_to if isinstance(leads_to, Refusal) else Refusal("blocked", "blocked: no URL"))
    if came_from.scheme == "https" and leads_to.scheme != "https":
        raise Stopped(Refusal("blocked", f"blocked: {leads_to.name}: it redirects away from https"))
    same_origin = (came_from.scheme, came_from.name) == (leads_to.scheme, leads_to.name)
    return wanted.follow(status, url, same_origin)


def _answer(received: Received, secrets: Mapping[str, Opened]) -> Mapping[str, JsonValue]:
    headers = outbound.received((name, substitution.scrub(value, secrets.values())) for name, value in received.headers)
    body = substitution.scrub(received.body, secrets.values())
    try:
        text, encoding = body.decode(), "text"
    except UnicodeDecodeError:
        text, encoding = base64.b64encode(body).decode(), "base64"
    return {"status": received.status, "headers": dict(headers), "body": text, "encoding": encoding}
