"""HTTP in and out of the gateway, as values: parsed strictly on the way in, bounded on the way out."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import parse_qs, unquote

from runtime.call import Answer
from runtime.routes import Where

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
"""ASGI's own."""

MAX_BODY = 256 * 1024
MAX_FIELDS = 300
MAX_PATH = 2000
CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
BODILESS = frozenset({204, 205, 304})
"""A body behind one of these would be read as the start of the next response."""

APP_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
COMMON = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One HTTP request to the gateway. Header names are lower case; the path is decoded once."""

    method: str
    host: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP response, complete but for the headers that every response carries."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    policy: str = APP_POLICY
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)


class BadVisit(Exception):
    """The request is not one we read further."""


def parse(method: str, raw_path: bytes, query: bytes, headers: Sequence[tuple[bytes, bytes]]) -> Visit:
    """Read a request line and headers; BadVisit when host, path or query are not what they must be."""
    named: dict[str, str] = {}
    for name, value in headers:
        key = name.decode("latin-1")
        if key in named and key in ("host", "content-length", "origin"):
            raise BadVisit("a header that must stand once stands twice")
        named[key] = value.decode("latin-1")
    try:
        path = unquote(raw_path.decode("ascii"), errors="strict")
        asked = _fields(query)
    except ValueError as error:
        raise BadVisit("the address is not readable") from error
    if not safe_path(path):
        raise BadVisit("the address is not a plain path")
    return Visit(method, named.get("host", "").lower(), path, asked, named, _cookies(named.get("cookie", "")))


def _fields(encoded: bytes) -> Mapping[str, list[str]]:
    if not encoded:
        return {}
    return parse_qs(encoded.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")


def safe_path(path: str) -> bool:
    """Whether a decoded path is plain: absolute, no empty or dotted parts, no backslash, no control character."""
    if not path.startswith("/") or len(path) > MAX_PATH or "\\" in path or not path.isprintable():
        return False
    parts = path.split("/")[1:]
    return all(part not in ("", ".", "..") for part in parts[:-1]) and parts[-1] not in (".", "..")


def stays(target: str) -> bool:
    """Whether a redirect to this target stays within the origin, however a browser reads it."""
    path = target.partition("?")[0].partition("#")[0]
    return safe_path(unquote(path)) and target.isprintable() and target.isascii()


def _cookies(text: str) -> Mapping[str, str]:
    """Names and values as they stand; the platform's own need no quotes. A name with two values has none.

    A page of a sibling's host can add a cookie for all of them; nobody is to be who that page wants.
    """
    found: dict[str, str] = {}
    for one in text.split(";"):
        name, _, value = (part.strip() for part in one.partition("="))
        found[name] = value if found.get(name, value) == value else ""
    return found


def address(host: str, domain: str) -> tuple[str, Where] | None:
    """Slug and stage from a Host header: `<slug>.preview.<domain>` or `<slug>.<domain>`, any port."""
    name, _, port = host.partition(":")
    if (port and not port.isdigit()) or not name.endswith("." + domain):
        return None
    labels = name.removesuffix("." + domain).split(".")
    if len(labels) == 1 and labels[0] != "preview":
        return labels[0], "live"
    if len(labels) == 2 and labels[1] == "preview":
        return labels[0], "preview"
    return None


def client_id(asked: Visit) -> str:
    """The request id that the client sent, if it looks like one; empty otherwise."""
    found = asked.headers.get("x-request-id", "")
    return found if CLIENT_ID.fullmatch(found) else ""


def too_large(asked: Visit) -> bool:
    """Whether a visit announces a larger body than we take; one that announces none is counted as it comes."""
    announced = asked.headers.get("content-length", "0")
    return not announced.isdigit() or int(announced[:20]) > MAX_BODY


def form(content_type: str, body: bytes) -> Mapping[str, list[str]]:
    """The fields of an urlencoded form; BadVisit for any other kind of body or an unreadable one."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise BadVisit("only forms are read")
    try:
        return _fields(body)
    except ValueError as error:
        raise BadVisit("the form is not readable") from error


def from_app(answer: Answer) -> Reply:
    """What may leave of an app's Answer: a status, a body, and a few headers that cannot harm the platform."""
    status = answer.status if 200 <= answer.status <= 599 else 500
    kept: list[tuple[str, str]] = []
    location = answer.headers.get("location", "")
    if location:
        if not stays(location):
            return Reply(502, b"", "text/plain; charset=utf-8")
        kept.append(("location", location))
    disposition = answer.headers.get("content-disposition", "")
    if disposition.isprintable() and disposition.isascii() and disposition.startswith("attachment"):
        kept.append(("content-disposition", disposition))
    body = b"" if status in BODILESS else answer.body
    return Reply(status, body, _content_type(answer.headers.get("content-type", "")), headers=tuple(kept))


TYPES = frozenset({"text/html", "text/plain", "text/csv", "application/json", "image/svg+xml"})


def _content_type(asked: str) -> str:
    kind = asked.partition(";")[0].strip().lower()
    return f"{kind if kind in TYPES else 'text/html'}; charset=utf-8"


STATIC_TYPES: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
}


def static(path: str, content: bytes) -> Reply:
    """A bundle's own file as it stands."""
    kind = STATIC_TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")
    return Reply(200, content, kind)


Method = Literal["GET", "POST"]


def method(visit: Visit) -> Method | None:
    """The method an app gets to see; HEAD is a GET without its body."""
    if visit.method in ("GET", "HEAD"):
        return "GET"
    return "POST" if visit.method == "POST" else None


async def body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is larger than we take."""
    content = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        content += bytes(message.get("body", b""))
        if len(content) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return content


def headers(reply: Reply, request_id: str, trace_id: str) -> list[tuple[bytes, bytes]]:
    """A reply's headers, with those that every response carries."""
    own = [(name.encode(), value.encode("latin-1")) for name, value in reply.headers]
    named = {name for name, _ in own}
    given = [
        (b"content-type", reply.content_type.encode()),
        (b"content-length", str(len(reply.body)).encode()),
        (b"content-security-policy", reply.policy.encode()),
        (b"x-request-id", request_id.encode()),
        *((name, value) for name, value in COMMON if name not in named),
        *own,
    ]
    if trace_id:
        given.append((b"x-trace-id", trace_id.encode()))
    return given


async def respond(send: Send, reply: Reply, request_id: str, trace_id: str, *, body: bool) -> None:
    """Send a reply; without its body for a HEAD."""
    start = {"status": reply.status, "headers": headers(reply, request_id, trace_id)}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": reply.body if body else b""})


def last(reply: Reply, request_id: str, *, body: bool = True) -> bytes:
    """A whole response as it goes over the wire; the connection ends behind it."""
    status = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}".encode()
    lines = [status, *(name + b": " + value for name, value in headers(reply, request_id, "")), b"connection: close"]
    return b"\r\n".join([*lines, b"", reply.body if body else b""])
