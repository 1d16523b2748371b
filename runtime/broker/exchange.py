"""An exchange: one request, one response, over one connection that is closed afterwards; bounded in size and time."""

import ssl
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import anyio
import h11
import httpcore2

from runtime.broker.connection import BROKEN, Meter, connect
from runtime.broker.decision import Target
from runtime.broker.refusal import Refusal, Stopped

LONGEST_BODY = 1 << 20
"""Bytes of a response's body, on the wire and again once it is unpacked."""
LONGEST_HEAD = 128 * 1024
"""Bytes on the wire until the head of the response is there, beside the request's own: a handshake fits well."""
SILENCE_SECONDS = 5.0
"""Seconds until the first byte, and between two reads."""
AGENT = b"slipway"


@dataclass(frozen=True, slots=True)
class Received:
    """A response: names lower case, the body whole and unpacked."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> bytes:
        """The first header of this name, or nothing."""
        return next((value for one, value in self.headers if one == name), b"")


async def exchange(
    target: Target,
    address: str,
    method: str,
    headers: Sequence[tuple[bytes, bytes]],
    body: bytes,
    tls: ssl.SSLContext,
    meter: Meter,
) -> Received:
    """Send a request to the checked address and read the answer; Stopped when that fails."""
    meter.allow(LONGEST_HEAD + 2 * len(body))
    stream = await connect(target, address, tls, meter)
    try:
        return await _talk(stream, target, method, headers, body, meter)
    except TimeoutError:
        raise Stopped(Refusal("timeout", f"{target.name} was silent for {SILENCE_SECONDS:g} s")) from None
    except (httpcore2.ProtocolError, httpcore2.NetworkError, h11.ProtocolError, zlib.error, *BROKEN):
        raise Stopped(Refusal("failed", f"{target.name} did not answer in proper HTTP")) from None
    finally:
        with anyio.CancelScope(shield=True):
            await stream.aclose()


async def _talk(
    stream: httpcore2.AsyncNetworkStream,
    target: Target,
    method: str,
    headers: Sequence[tuple[bytes, bytes]],
    body: bytes,
    meter: Meter,
) -> Received:
    origin = httpcore2.Origin(target.scheme.encode(), target.host.encode(), target.port)
    connection = httpcore2.AsyncHTTP11Connection(origin, stream)
    authority = target.url.split("/", 3)[2].encode()
    request = httpcore2.Request(
        method,
        httpcore2.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
        ),
        headers=[
            (b"host", authority),
            (b"user-agent", AGENT),
            (b"accept-encoding", b"gzip"),
            (b"connection", b"close"),
            *headers,
            *([(b"content-length", str(len(body)).encode())] if body or method not in ("GET", "HEAD") else []),
        ],
        content=body,
        extensions={"timeout": {"read": SILENCE_SECONDS, "write": SILENCE_SECONDS}},
    )
    response = await connection.handle_async_request(request)
    meter.allow(2 * LONGEST_BODY)
    seen = tuple((name.lower(), value) for name, value in response.headers)
    unpack = _unpacker(target, next((value for name, value in seen if name == b"content-encoding"), b""))
    content = bytearray()
    async for chunk in response.aiter_stream():
        content += unpack.feed(chunk, LONGEST_BODY - len(content))
    unpack.finish()
    return Received(response.status, seen, bytes(content))


class _AsItIs:
    """A body that was not packed."""

    def feed(self, chunk: bytes, room: int) -> bytes:
        if len(chunk) > room:
            raise Stopped(_too_large())
        return chunk

    def finish(self) -> None:
        """Nothing can be missing that the HTTP library has not missed."""


class _Packed:
    """A body in gzip or zlib form: unpacked as it comes, never past the room there is."""

    def __init__(self) -> None:
        self._unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._fed = 0

    def feed(self, chunk: bytes, room: int) -> bytes:
        self._fed += len(chunk)
        content = self._unpack.decompress(chunk, room + 1)
        if len(content) > room or self._fed > LONGEST_BODY:
            raise Stopped(_too_large())
        return content

    def finish(self) -> None:
        if self._fed and (not self._unpack.eof or self._unpack.unused_data):
            raise zlib.error("the packed body does not end where it should")


def _unpacker(target: Target, encoding: bytes) -> _AsItIs | _Packed:
    match encoding.strip().lower():
        case b"" | b"identity":
            return _AsItIs()
        case b"gzip" | b"x-gzip" | b"deflate":
            return _Packed()
        case _:
            raise Stopped(Refusal("failed", f"{target.name} answered in a form that we do not unpack"))


def _too_large() -> Refusal:
    return Refusal("too_large", f"the answer has more than {LONGEST_BODY:,} bytes, and was cut off")
