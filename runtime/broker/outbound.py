"""Outbound: what an app wants sent, read strictly, and which headers may pass in either direction."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime.broker.refusal import Refusal

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
LONGEST_BODY = 512 * 1024
MOST_HEADERS = 40
LONGEST_HEADER = 4096
SENT = frozenset(
    {
        "accept",
        "accept-language",
        "api-key",
        "authorization",
        "content-language",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-unmodified-since",
        "notion-version",
        "prefer",
    }
)
"""Headers an app may set, beside most that begin with `x-`."""
NOT_SENT = ("x-forwarded", "x-real-ip", "x-original", "x-rewrite", "x-http-method", "x-envoy", "x-aws-", "x-amz-")
"""Headers by which proxies and clouds are told who asks or what is asked."""
RECEIVED = frozenset(
    {
        "age",
        "cache-control",
        "content-language",
        "content-type",
        "date",
        "etag",
        "expires",
        "last-modified",
        "link",
        "location",
        "retry-after",
    }
)
"""Headers an app gets to see, beside those that begin with `x-` or `ratelimit`. Cookies are nobody's."""
_TOKEN = re.compile(r"[a-z0-9-]{1,64}")
_PLAIN = re.compile(r"[\t -~]*")
CREDENTIALS = frozenset({"authorization", "api-key"})


@dataclass(frozen=True, slots=True)
class Outbound:
    """One HTTP request as the app worded it: placeholders of secrets still stand in it."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    body: bytes

    def follow(self, status: int, url: str, same_origin: bool) -> "Outbound":
        """The request that a redirect asks for, as browsers do it; credentials do not go to another origin."""
        kept = [(name, value) for name, value in self.headers if same_origin or not _credential(name)]
        if status == 303 or (status in (301, 302) and self.method == "POST"):
            method = "HEAD" if self.method == "HEAD" else "GET"
            bare = tuple((name, value) for name, value in kept if not name.startswith("content-"))
            return Outbound(method, url, bare, b"")
        return replace(self, url=url, headers=tuple(kept))


def _credential(name: str) -> bool:
    return name in CREDENTIALS or name.startswith("x-")


def read(asked: Mapping[str, Any]) -> Outbound | Refusal:
    """What `egress.fetch` was asked for; nothing is dropped silently."""
    method, url, headers, body = (asked.get(one) for one in ("method", "url", "headers", "body"))
    method, headers, body = method or "GET", headers or {}, body or ""
    if not isinstance(url, str) or not isinstance(method, str) or method.upper() not in METHODS:
        return _bad(f"egress.fetch takes a URL and one of the methods {', '.join(sorted(METHODS))}")
    if not isinstance(body, str) or not isinstance(headers, Mapping):
        return _bad("egress.fetch takes a text as body and an object of texts as headers")
    content = body.encode(errors="replace")
    if len(content) > LONGEST_BODY:
        return Refusal("too_large", f"the body has {len(content):,} bytes; at most {LONGEST_BODY:,} are sent")
    if content and method.upper() in ("GET", "HEAD"):
        return _bad(f"a {method.upper()} has no body")
    if len(headers) > MOST_HEADERS:
        return _bad(f"at most {MOST_HEADERS} headers are sent")
    sent: dict[str, str] = {}
    for name, value in headers.items():
        against = _against(name, value)
        if against or name.lower() in sent:
            return _bad(against or f"the header {name.lower()} stands twice")
        sent[name.lower()] = value.strip()
    return Outbound(method.upper(), url, tuple(sent.items()), content)


def _against(name: object, value: object) -> str:
    if not isinstance(name, str) or not _TOKEN.fullmatch(name.lower()):
        return "a header's name is letters, digits and hyphens"
    key = name.lower()
    if key not in SENT and (not key.startswith("x-") or key.startswith(NOT_SENT)):
        return f"the header {key} is not sent"
    if not isinstance(value, str) or len(value) > LONGEST_HEADER or not _PLAIN.fullmatch(value):
        return f"the header {key} must be at most {LONGEST_HEADER:,} plain ASCII characters on one line"
    return ""


def received(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers of a response that an app gets to see."""
    seen: dict[str, str] = {}
    for raw, value in headers:
        name = raw.decode("latin-1").lower()
        if name in RECEIVED or name.startswith(("x-", "ratelimit")):
            text = value.decode("latin-1")
            seen[name] = f"{seen[name]}, {text}" if name in seen else text
    return seen


def _bad(why: str) -> Refusal:
    return Refusal("bad_request", why)
