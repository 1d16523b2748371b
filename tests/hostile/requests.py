"""Hostile requests: the very bytes, what they try, and how they may end."""

from collections.abc import Mapping
from dataclasses import dataclass

HOST = "lunch-survey.localhost"
REFUSED = frozenset({"400", "closed"})
NOWHERE = frozenset({"302", "400", "401", "404", "closed"})
"""Sent to sign in, not understood, or there is no app."""


@dataclass(frozen=True)
class Hostile:
    """One request. `ends` are the statuses that may come; `most` is how many answers at most."""

    tries: str
    content: bytes
    ends: frozenset[str] = REFUSED
    most: int = 1


def request(line: str = "GET / HTTP/1.1", *headers: str, host: str = HOST, body: bytes = b"") -> bytes:
    """A request as it goes over the wire; `%c` in a header stands for a signed-in visitor's cookie."""
    return "\r\n".join([line, f"host: {host}", *headers, "", ""]).encode("latin-1") + body


def post(*headers: str, body: bytes = b"") -> bytes:
    """A form of a signed-in visitor."""
    form = "content-type: application/x-www-form-urlencoded"
    return request("POST /save HTTP/1.1", form, "cookie: %c", *headers, body=body)


GET = b"GET /smuggled HTTP/1.1\r\nhost: " + HOST.encode() + b"\r\n\r\n"
CHUNKED = "transfer-encoding: chunked"

SMUGGLING: Mapping[str, Hostile] = {
    "CL.TE": Hostile("one length for a proxy, another for us", post("content-length: 6", CHUNKED, body=b"0\r\n\r\nG")),
    "TE.CL": Hostile("the same the other way round", post(CHUNKED, "content-length: 4", body=b"5c\r\n" + GET)),
    "TE.TE": Hostile("a second, odd transfer coding", post(CHUNKED, "transfer-encoding: cow", body=b"0\r\n\r\n" + GET)),
    "an unknown coding": Hostile("a coding that nobody knows", post("transfer-encoding: xchunked", body=b"0\r\n\r\n")),
    "a coding before chunked": Hostile(
        "a coding that we do not undo", post("transfer-encoding: gzip, chunked", body=b"0\r\n\r\n"), REFUSED | {"403"}
    ),
    "a blank before the colon": Hostile(
        "a header that others skip", post("transfer-encoding : chunked", body=b"0\r\n\r\n")
    ),
    "a folded line": Hostile(
        "a header in two lines", post("transfer-encoding:\r\n chunked", body=b"0\r\n\r\n"), REFUSED | {"403"}
    ),
    "two lengths": Hostile("two lengths that differ", post("content-length: 0", "content-length: 44", body=GET)),
    "the same length twice": Hostile(
        "two lengths that agree", post("content-length: 1", "content-length: 1", body=b"x")
    ),
    "a list of lengths": Hostile("two lengths in one header", post("content-length: 0, 44", body=GET)),
    "a signed length": Hostile("a length with a sign", post("content-length: +5", body=b"a=b&c")),
    "a negative length": Hostile("a length below nothing", post("content-length: -1", body=b"x")),
    "a hexadecimal length": Hostile("a length in another base", post("content-length: 0x5", body=b"a=b&c")),
    "a huge length": Hostile("a length that overflows", post("content-length: 99999999999999999999", body=b"x")),
    "a huge chunk": Hostile("a chunk that overflows", post(CHUNKED, body=b"fffffffffffffffff\r\nx\r\n0\r\n\r\n")),
    "a negative chunk": Hostile("a chunk below nothing", post(CHUNKED, body=b"-1\r\nx\r\n0\r\n\r\n")),
    "a chunk without its end": Hostile("a chunk longer than it says", post(CHUNKED, body=b"1\r\nxxxx\r\n0\r\n\r\n")),
    "chunk extensions": Hostile(
        "a long extension behind each chunk",
        post(CHUNKED, body=b"1;" + b"a" * 20000 + b"\r\nx\r\n0\r\n\r\n"),
        REFUSED | {"403"},
    ),
    "a trailer": Hostile(
        "a cookie behind the body",
        post(CHUNKED, body=b"0\r\ncookie: a=b\r\nhost: evil.example\r\n\r\n"),
        REFUSED | {"403"},
    ),
    "bare line feeds": Hostile(
        "lines without their first half", b"GET / HTTP/1.1\nhost: " + HOST.encode() + b"\n\n", NOWHERE
    ),
    "a bare return": Hostile("lines without their second half", b"GET / HTTP/1.1\rhost: x\r\r"),
    "a NUL in a header": Hostile("a string that ends early for some", request("GET / HTTP/1.1", "x-a: b\0c")),
    "a NUL in the line": Hostile("the same in the path", request("GET /\0 HTTP/1.1")),
    "a length on a GET": Hostile(
        "a second request as the body of the first",
        request("GET / HTTP/1.1", f"content-length: {len(GET)}", body=GET),
        NOWHERE,
    ),
    "HTTP/0.9": Hostile("a request without headers", b"GET /\r\n\r\n"),
    "HTTP/2 without asking": Hostile("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/9.9": Hostile("a version there is not", request("GET / HTTP/9.9")),
    "TLS": Hostile("the first bytes of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64)),
}
HEADERS: Mapping[str, Hostile] = {
    "two hosts": Hostile("two apps at once", request("GET / HTTP/1.1", "host: evil.example")),
    "no host": Hostile("no app at all", b"GET / HTTP/1.1\r\n\r\n", NOWHERE),
    "a host with a name": Hostile("a user in the host", request(host=f"{HOST}@evil.example"), NOWHERE),
    "a host with a path": Hostile("a path in the host", request(host=f"{HOST}/../x"), NOWHERE),
    "a longer host": Hostile("our domain as a part of theirs", request(host=f"{HOST}.evil.example"), NOWHERE),
    "a forwarded host": Hostile(
        "another host from behind a proxy", request("GET / HTTP/1.1", "x-forwarded-host: evil.example"), NOWHERE
    ),
    "another app's whole address": Hostile(
        "one host in the line, one in the header", request("GET http://evil.example/ HTTP/1.1"), NOWHERE
    ),
    "a rewritten address": Hostile(
        "another path for us than for a proxy", request("GET / HTTP/1.1", "x-original-url: /_slipway/export"), NOWHERE
    ),
    "an overridden method": Hostile(
        "a GET that becomes a POST", request("GET /save HTTP/1.1", "x-http-method-override: POST"), NOWHERE
    ),
    "a websocket": Hostile(
        "to leave HTTP",
        request(
            "GET / HTTP/1.1",
            "connection: upgrade",
            "upgrade: websocket",
            "sec-websocket-version: 13",
            "sec-websocket-key: YWFhYWFhYWFhYWFhYWFhYQ==",
        ),
        NOWHERE,
    ),
    "h2c": Hostile(
        "to go on as HTTP/2",
        request("GET / HTTP/1.1", "connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABk"),
        NOWHERE,
    ),
    "a giant header": Hostile("64 KB in one header", request("GET / HTTP/1.1", "x-a: " + "b" * 65536)),
    "an endless header": Hostile("a header without an end", b"GET / HTTP/1.1\r\nx-a: " + b"b" * (1 << 20)),
    "many headers": Hostile("2,000 headers", request("GET / HTTP/1.1", *(f"x-{i}: b" for i in range(2000)))),
    "a giant address": Hostile("a path of 60 KB", request("GET /" + "a" * 60000 + " HTTP/1.1")),
    "a giant query": Hostile("5,000 fields", request("GET /?" + "a=1&" * 5000 + " HTTP/1.1"), NOWHERE),
    "a cookie bomb": Hostile("1,000 cookies", request("GET / HTTP/1.1", "cookie: " + "a=b; " * 1000), NOWHERE),
    "a giant body": Hostile("a body of 1 GB", post("content-length: 1073741824"), frozenset({"413", "closed"})),
    "an endless body": Hostile(
        "chunks without an end",
        post(CHUNKED, body=b"8000\r\n" + b"a" * 0x8000 + b"\r\n" + b"8000\r\n" * 20),
        REFUSED | {"413"},
    ),
    "2,000 requests at once": Hostile("a queue on one connection", request() * 2000, NOWHERE, most=200),
}
ADDRESSES: Mapping[str, Hostile] = {
    name: Hostile(f"GET {path}", request(f"GET {path} HTTP/1.1"), ends)
    for name, path, ends in (
        ("dots", "/static/../app.js", REFUSED),
        ("hidden dots", "/static/%2e%2e/app.js", REFUSED),
        ("dots hidden twice", "/static/%252e%252e/app.js", NOWHERE),
        ("a hidden slash", "/static%2f..%2fapp.js", REFUSED),
        ("two slashes", "//evil.example/", REFUSED),
        ("a semicolon", "/static/..;/app.js", NOWHERE),
        ("a backslash", "/static\\..\\app.js", REFUSED),
        ("a hidden backslash", "/%5cevil.example", REFUSED),
        ("overlong UTF-8", "/%c0%ae%c0%ae/app.js", REFUSED),
        ("half a character", "/%ff", REFUSED),
        ("a hidden line", "/%0d%0aset-cookie:%20a=b", REFUSED),
        ("a hidden NUL", "/app.js%00.css", REFUSED),
        ("the platform in capitals", "/_SLIPWAY/export", NOWHERE),
        ("an open redirect", "/_slipway/sign-in?to=//evil.example", frozenset({"302"})),
        ("a fragment", "/#@evil.example", NOWHERE),
    )
}
METHODS: Mapping[str, Hostile] = {
    f"{one} by a stranger": Hostile(
        f"{one} /", request(f"{one} / HTTP/1.1"), frozenset({"400", "401", "405", "closed"})
    )
    for one in ("TRACE", "CONNECT", "PUT", "DELETE", "OPTIONS", "PROPFIND", "PURGE")
}
FORMS: Mapping[str, Hostile] = {
    "a form without a token": Hostile(
        "another page's form with the visitor's cookie",
        post("content-length: 9", body=b"meal=soup"),
        frozenset({"403"}),
    ),
    "a form from a sibling": Hostile(
        "another app's form with the visitor's cookie",
        post("origin: http://other.localhost", "content-length: 9", body=b"meal=soup"),
        frozenset({"403"}),
    ),
    "a form from nowhere": Hostile(
        "a sandboxed frame's form", post("origin: null", "content-length: 9", body=b"meal=soup"), frozenset({"403"})
    ),
    "a tossed cookie": Hostile(
        "a cookie of a sibling's before the visitor's own",
        request("GET / HTTP/1.1", "cookie: slipway_session=stolen; %c"),
        frozenset({"200", "302"}),
    ),
}
ALL: Mapping[str, Hostile] = {**SMUGGLING, **HEADERS, **ADDRESSES, **METHODS, **FORMS}
