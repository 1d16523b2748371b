"""The connection: to the checked address and no other, every byte on the wire counted before it passes."""

import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import anyio
import httpcore2
from anyio.abc import ByteStream, SocketStream
from anyio.streams.tls import TLSStream

from runtime.broker.decision import Target
from runtime.broker.refusal import Refusal, Stopped

STEP = 16 * 1024
"""Bytes that are taken from a quota at once; what is not used goes back."""
CONNECT_SECONDS = 3.0

BROKEN = (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)


class Meter:
    """Takes bytes from a quota; Stopped when there are none. `allow` bounds one exchange, whatever the quota leaves."""

    def __init__(self, take: Callable[[int], int | Refusal], give_back: Callable[[int], None]) -> None:
        self._take = take
        self._give_back = give_back
        self._left = 0

    def allow(self, more: int) -> None:
        """Let so many more bytes pass."""
        self._left += more

    def take(self, wanted: int) -> int:
        """At most `wanted`, at least 1."""
        if self._left <= 0:
            raise Stopped(Refusal("too_large", "the answer is too large, and was cut off"))
        taken = self._take(min(wanted, self._left, STEP))
        if isinstance(taken, Refusal):
            raise Stopped(taken)
        self._left -= taken
        return taken

    def give_back(self, amount: int) -> None:
        """Return what was taken and did not pass."""
        self._left += amount
        self._give_back(amount)


class Metered(ByteStream):
    """A socket whose bytes are counted in both directions, below TLS."""

    def __init__(self, inner: SocketStream, meter: Meter) -> None:
        self._inner = inner
        self._meter = meter

    async def receive(self, max_bytes: int = 65_536) -> bytes:
        """Read what the quota allows."""
        taken, got = self._meter.take(max_bytes), b""
        try:
            got = await self._inner.receive(taken)
        finally:
            self._meter.give_back(taken - len(got))
        return got

    async def send(self, item: bytes) -> None:
        """Write all of it, as far as the quota allows."""
        rest = memoryview(item)
        while rest:
            taken = self._meter.take(len(rest))
            await self._inner.send(bytes(rest[:taken]))
            rest = rest[taken:]

    async def send_eof(self) -> None:
        """Say that nothing more is sent."""
        await self._inner.send_eof()

    async def aclose(self) -> None:
        """Close the socket."""
        await self._inner.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """What the socket knows of itself."""
        return self._inner.extra_attributes


class Stream(httpcore2.AsyncNetworkStream):
    """What the HTTP library reads from and writes to."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes; none at the end."""
        try:
            with anyio.fail_after(timeout):
                return await self._stream.receive(max_bytes)
        except anyio.EndOfStream:
            return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All bytes. A server that stops listening may still have answered, which the library looks for."""
        try:
            with anyio.fail_after(timeout):
                await self._stream.send(buffer)
        except BROKEN as error:
            if isinstance(error, TimeoutError):
                raise
            raise httpcore2.WriteError(str(error)) from error

    async def aclose(self) -> None:
        """Close, without waiting for the other side's goodbye."""
        # It is closed, whatever the other side does about it.
        with suppress(*BROKEN):
            await self._stream.aclose()


def trust() -> ssl.SSLContext:
    """Certificates as this machine trusts them."""
    return httpcore2.default_ssl_context()


async def connect(target: Target, address: str, tls: ssl.SSLContext, meter: Meter) -> Stream:
    """Connect to the address; over TLS the certificate must be the target's own. Stopped says what failed."""
    try:
        with anyio.fail_after(CONNECT_SECONDS):
            socket = await anyio.connect_tcp(address, target.port)
    except TimeoutError:
        raise Stopped(Refusal("timeout", f"{target.name} did not let us connect in {CONNECT_SECONDS:g} s")) from None
    except OSError:
        raise Stopped(Refusal("failed", f"{target.name} cannot be connected to")) from None
    plain = Metered(socket, meter)
    if target.scheme == "http":
        return Stream(plain)
    try:
        with anyio.fail_after(CONNECT_SECONDS):
            secured = await TLSStream.wrap(
                plain, server_side=False, hostname=target.host, ssl_context=tls, standard_compatible=False
            )
    except BaseException as error:
        # Whatever ends the handshake, a limit and a cancellation included, the socket must not stay open.
        await anyio.aclose_forcefully(plain)
        if isinstance(error, ssl.SSLCertVerificationError):
            why = f"the certificate of {target.name} is not valid for it"
        elif isinstance(error, TimeoutError):
            why = f"{target.name} did not agree on TLS in {CONNECT_SECONDS:g} s"
        elif isinstance(error, BROKEN):
            why = f"{target.name} does not speak TLS"
        else:
            raise
        raise Stopped(Refusal("failed", why)) from None
    return Stream(secured)
