"""Egress against a hostile internet: what is named and granted is reached, and nothing else is, on any path."""

import asyncio
import gzip
import time
import zlib

import pytest
from sqlmodel import Session

from guardrails import grants
from runtime.broker import outbound
from runtime.broker.refusal import Refusal
from runtime.broker.resolver import SystemResolver
from tests.runtime.broker.internet import HERE, Seen, ok, redirect
from tests.runtime.broker.stage import NOW, Stage

ASKED = "the template.yaml line that asks for it: - kind: egress, hosts: [{0}]"


def test_a_granted_host_is_called_and_its_answer_comes_back(live: Stage) -> None:  # S2
    live.internet.script["/menu"] = ok(b'{"soup": 1}', "content-type: application/json", "set-cookie: a=b", "etag: 7")
    assert live.fetch(live.internet.url("/menu?day=1"), headers={"Accept": "application/json"}) == {
        "status": 200,
        "headers": {"content-type": "application/json", "etag": "7"},
        "body": '{"soup": 1}',
        "encoding": "text",
    }
    (seen,) = live.internet.seen
    assert (seen.method, seen.path) == ("GET", "/menu?day=1")
    assert seen.headers == {
        "host": live.internet.host(),
        "user-agent": "slipway",
        "accept-encoding": "gzip",
        "connection": "close",
        "accept": "application/json",
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_body_is_sent_as_it_is(live: Stage, method: str) -> None:
    assert live.fetch(method=method.lower(), body="grüße", headers={"content-type": "text/plain"})["status"] == 200
    (seen,) = live.internet.seen
    assert (seen.method, seen.body.decode()) == (method, "grüße")


def test_a_head_has_no_body(live: Stage) -> None:
    live.internet.script["/"] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-encoding: gzip\r\n\r\n"
    assert live.fetch(method="HEAD") == {"status": 200, "headers": {}, "body": "", "encoding": "text"}


def test_what_is_no_text_comes_as_base64(live: Stage) -> None:
    live.internet.script["/"] = ok(b"\xff\x00")
    answer = live.fetch()
    assert (answer["body"], answer["encoding"]) == ("/wA=", "base64")


def test_without_a_grant_nothing_is_even_looked_up(stage: Stage) -> None:  # S2, S11
    stage.calls_out(granted=())
    host = stage.internet.host()
    assert stage.fetch() == {
        "error": f"blocked: {host}: not granted: egress to {host}; {ASKED.format(host)}",
        "kind": "blocked",
        "blocked": host,
    }
    assert (stage.names.asked, stage.internet.connections) == ([], 0)


def test_another_port_or_host_than_the_granted_one_is_refused(live: Stage) -> None:  # S2
    for url in (
        f"https://{HERE}.example.com/",
        live.internet.url(name="other.example.com"),
        "https://api.example.com/",
    ):
        assert live.fetch(url)["kind"] == "blocked"
    assert live.internet.connections == 0


def test_a_grant_that_the_manifest_does_not_ask_for_counts_for_nothing(stage: Stage) -> None:  # S4
    stage.calls_out("other.example.com", granted=(f"egress:{stage.internet.host()}",))
    assert stage.fetch()["kind"] == "blocked"


def test_a_grant_ends_and_can_be_taken_back_at_once(stage: Stage) -> None:  # S11
    stage.calls_out(until=NOW + 60)
    assert stage.fetch()["status"] == 200
    with Session(stage.engine) as session, session.begin():
        grants.revoke(session, "app_1", NOW)
    assert stage.fetch()["kind"] == "blocked"
    with Session(stage.engine) as session, session.begin():
        name = (f"egress:{stage.internet.host()}",)
        grants.grant(session, workspace="T1", app="app_1", wanted=name, proposal="p", until=NOW + 60, now=NOW)
    assert stage.fetch()["status"] == 200
    stage.now = NOW + 60
    assert stage.fetch()["kind"] == "blocked"


@pytest.mark.parametrize(
    ("addresses", "what"),
    [
        (["127.0.0.2"], "this machine"),
        (["169.254.169.254"], "link-local, where clouds keep metadata"),
        (["10.1.2.3"], "a private network"),
        (["::1"], "a local or translated IPv6 address"),
        (["fd00:ec2::254"], "a local or translated IPv6 address"),
        (["::ffff:127.0.0.1"], "a local or translated IPv6 address"),
        (["64:ff9b::7f00:1"], "a local or translated IPv6 address"),
        ([HERE, "192.168.0.1"], "a private network"),
    ],
)
def test_a_name_that_leads_inside_is_refused(live: Stage, addresses: list[str], what: str) -> None:  # S2
    live.names.answers["api.example.com"] = [addresses]
    assert live.fetch()["error"] == f"blocked: {live.internet.host()}: api.example.com leads to {what}"
    assert live.internet.connections == 0


def test_the_name_is_looked_up_once_so_that_it_cannot_be_rebound(live: Stage) -> None:  # S2
    live.names.answers["api.example.com"] = [[HERE], ["127.0.0.2"]]
    assert live.fetch()["status"] == 200
    assert live.names.asked == ["api.example.com"]
    # A redirect is a connection of its own, and is looked up and checked of its own.
    live.internet.script["/"] = redirect("/again")
    live.names.answers["api.example.com"] = [[HERE], ["127.0.0.2"]]
    assert live.fetch()["error"].endswith("api.example.com leads to this machine")
    assert len(live.internet.seen) == 2


@pytest.mark.parametrize("answers", [None, [[]]], ids=["nobody answers", "no such name"])
def test_without_a_resolver_everything_is_denied(live: Stage, answers: list[list[str]] | None) -> None:  # S2
    live.names.answers.pop("api.example.com")
    if answers is not None:
        live.names.answers["api.example.com"] = list(answers)
    answer = live.fetch()
    assert answer["kind"] == "unavailable"
    assert answer["error"] == f"blocked: {live.internet.host()}: api.example.com could not be looked up"


def test_the_machine_s_own_resolver_gives_nothing_for_a_name_that_is_none() -> None:
    async def look_up() -> object:
        resolver = SystemResolver(seconds=0.5)
        try:
            return [await resolver(one) for one in ("nothing.invalid", "a" * 70 + ".example.com")]
        finally:
            resolver.close()

    assert asyncio.run(look_up()) == [(), ()]


def test_without_the_control_database_everything_is_denied(stage: Stage) -> None:  # S2
    stage.calls_out()
    (stage.home / "control.db").rename(stage.home / "gone.db")
    assert stage.fetch()["kind"] == "unavailable"
    (stage.home / "control.db").write_bytes(b"not a database, but long enough to look like one" * 40)
    assert stage.fetch()["kind"] == "unavailable"


def test_a_damaged_bundle_grants_nothing(stage: Stage) -> None:  # S4
    stage.calls_out()
    for blob in (stage.home / "bundles" / "blobs" / "sha256").iterdir():
        blob.write_bytes(b"{}")
    assert stage.fetch()["kind"] == "unavailable"


def test_an_app_that_has_ended_calls_nobody(stage: Stage) -> None:
    stage.calls_out()
    stage.now = NOW + 901 * 86_400
    assert stage.fetch()["error"] == "this app does not run (any more)"


def test_a_redirect_within_the_grants_is_followed(stage: Stage) -> None:  # S2
    stage.calls_out(stage.internet.host(), stage.internet.host("other.example.com"))
    stage.internet.script["/a"] = redirect("/b")
    stage.internet.script["/b"] = redirect(stage.internet.url("/c", "other.example.com"), 307)
    answer = stage.fetch(
        stage.internet.url("/a"), method="POST", body="x", headers={"authorization": "Bearer 1", "accept": "text/plain"}
    )
    assert answer["status"] == 200
    assert [(one.method, one.path, one.body, one.headers["host"]) for one in stage.internet.seen] == [
        ("POST", "/a", b"x", stage.internet.host()),
        ("GET", "/b", b"", stage.internet.host()),
        ("GET", "/c", b"", stage.internet.host("other.example.com")),
    ]
    assert [one.headers.get("authorization") for one in stage.internet.seen] == ["Bearer 1", "Bearer 1", None]
    assert stage.internet.seen[2].headers["accept"] == "text/plain"


def test_a_redirect_may_repeat_the_request_where_the_status_says_so(live: Stage) -> None:
    live.internet.script["/"] = redirect("/b", 308)
    live.fetch(method="PUT", body="x", headers={"content-type": "text/plain"})
    assert [(one.method, one.body) for one in live.internet.seen] == [("PUT", b"x"), ("PUT", b"x")]


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example.net/",
        "http://169.254.169.254/latest/meta-data/",
        "//127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "gopher://api.example.com/",
        "https://api.example.com@evil.example.net/",
        "https://api.example.com/",
        "https:\\\\evil.example.net\\",
    ],
)
def test_a_redirect_out_of_the_grants_is_refused(live: Stage, location: str) -> None:  # S2
    live.internet.script["/"] = redirect(location)
    assert live.fetch()["kind"] == "blocked"
    assert len(live.internet.seen) == 1


def test_a_redirect_does_not_lead_away_from_https(stage: Stage) -> None:
    plain = f"api.example.com:{stage.internet.plain_port}"
    stage.calls_out(stage.internet.host(), plain)
    stage.internet.script["/"] = redirect(f"http://{plain}/")
    assert stage.fetch()["error"] == f"blocked: {plain}: it redirects away from https"


def test_redirects_end(live: Stage) -> None:
    live.internet.script["/"] = redirect("/")
    assert live.fetch()["error"] == "blocked: it redirects more than 3 times"
    assert len(live.internet.seen) == 4


def test_plain_http_only_where_it_was_granted(stage: Stage) -> None:
    plain = f"api.example.com:{stage.internet.plain_port}"
    stage.calls_out(plain, stage.internet.host())
    assert stage.fetch(f"http://{plain}/")["status"] == 200
    host = stage.internet.host()
    assert stage.fetch(f"http://{host}/")["error"] == f"blocked: {host}: {host} is only called over https"


def test_a_certificate_must_be_the_hosts_own(stage: Stage) -> None:
    host = stage.internet.host("wrong.example.com")
    stage.calls_out(host)
    assert stage.fetch(f"https://{host}/") == {
        "error": f"the certificate of {host} is not valid for it",
        "kind": "failed",
    }
    assert stage.internet.seen == []


def test_a_port_without_tls_or_without_anybody_is_said(stage: Stage) -> None:
    plain = f"api.example.com:{stage.internet.plain_port}"
    stage.calls_out(plain, "api.example.com:1")
    assert stage.fetch(f"https://{plain}/")["error"] == f"{plain} does not speak TLS"
    assert stage.fetch("https://api.example.com:1/")["error"] == "api.example.com:1 cannot be connected to"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"method": "CONNECT"}, "egress.fetch takes a URL and one of the methods DELETE, GET, HEAD, PATCH, POST, PUT"),
        (
            {"method": "GET\r\nx: y"},
            "egress.fetch takes a URL and one of the methods DELETE, GET, HEAD, PATCH, POST, PUT",
        ),
        ({"headers": {"host": "evil"}}, "the header host is not sent"),
        ({"headers": {"cookie": "a=b"}}, "the header cookie is not sent"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "the header transfer-encoding is not sent"),
        ({"headers": {"content-length": "0"}}, "the header content-length is not sent"),
        ({"headers": {"X-Forwarded-For": "10.0.0.1"}}, "the header x-forwarded-for is not sent"),
        ({"headers": {"x-a\r\nhost": "evil"}}, "a header's name is letters, digits and hyphens"),
        ({"headers": {"x-a": "1", "X-A": "2"}}, "the header x-a stands twice"),
        ({"headers": {f"x-{n}": "1" for n in range(41)}}, "at most 40 headers are sent"),
        ({"headers": ["a"]}, "egress.fetch takes a text as body and an object of texts as headers"),
        ({"body": {"a": 1}, "method": "POST"}, "egress.fetch takes a text as body and an object of texts as headers"),
        ({"body": "x"}, "a GET has no body"),
        *(
            ({"headers": {"x-a": value}}, "the header x-a must be at most 4,096 plain ASCII characters on one line")
            for value in ("a\r\nhost: evil", "a\nb", "a\0b", "ü", "a" * 4097, 7)
        ),
    ],
)
def test_what_is_no_proper_request_is_refused_with_the_reason(asked: dict[str, object], why: str) -> None:
    assert outbound.read({"url": "https://api.example.com/", **asked}) == Refusal("bad_request", why)


def test_a_request_that_is_refused_is_not_sent(live: Stage) -> None:
    assert live.fetch(headers={"x-a": "a\r\nhost: evil"})["kind"] == "bad_request"
    assert (live.spent, live.internet.connections) == ({"requests": 0, "bytes": 0}, 0)


def test_a_body_that_is_too_large_is_not_sent(live: Stage) -> None:
    answer = live.fetch(method="POST", body="x" * (512 * 1024 + 1))
    assert (answer["kind"], live.internet.connections) == ("too_large", 0)


def chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


BOMB = ok(gzip.compress(bytes(20 << 20), mtime=0), "content-encoding: gzip")
CUT = "the answer has more than 1,048,576 bytes, and was cut off"


@pytest.mark.parametrize(
    "said",
    [
        ok(bytes((1 << 20) + 1)),
        chunked(bytes((1 << 20) + 1)),
        b"HTTP/1.1 200 OK\r\n\r\n" + bytes((1 << 20) + 1),
        BOMB,
        ok(zlib.compress(bytes(2 << 20)), "content-encoding: deflate"),
    ],
    ids=["with a length", "in chunks", "without a length", "a gzip bomb", "a zlib bomb"],
)
def test_an_answer_that_is_too_large_is_an_error_and_not_half_an_answer(live: Stage, said: bytes) -> None:  # S2, S9
    live.internet.script["/"] = said
    assert live.fetch() == {"error": CUT, "kind": "too_large"}


def test_a_packed_answer_is_unpacked(live: Stage) -> None:
    live.internet.script["/"] = ok(gzip.compress(b"soup" * 1000), "content-encoding: gzip", "vary: x")
    assert live.fetch()["body"] == "soup" * 1000


BROKEN = "did not answer in proper HTTP"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nfour",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nbad header\r\n\r\nfour",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx-a: " + b"a" * 200_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
        ok(gzip.compress(b"soup", mtime=0)[:-4], "content-encoding: gzip"),
        ok(b"no gzip", "content-encoding: gzip"),
        ok(gzip.compress(b"a", mtime=0) + gzip.compress(b"b"), "content-encoding: gzip"),
    ],
)
def test_an_answer_that_is_not_proper_is_said_to_be_so(live: Stage, said: bytes) -> None:
    live.internet.script["/"] = said
    assert live.fetch() == {"error": f"{live.internet.host()} {BROKEN}", "kind": "failed"}


def test_an_unknown_packing_is_not_passed_on(live: Stage) -> None:
    live.internet.script["/"] = ok(b"x", "content-encoding: br")
    assert live.fetch()["error"] == f"{live.internet.host()} answered in a form that we do not unpack"


@pytest.mark.parametrize(
    "said",
    [[60.0], [b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n", *[b"x", 0.05] * 99]],
    ids=["never a byte", "a byte at a time"],
)
def test_a_slow_answer_ends_in_time(live: Stage, said: list[bytes | float]) -> None:  # S6
    live.internet.script["/"] = said
    began = time.monotonic()
    assert live.fetch(seconds=0.3) == {"error": "no whole answer within 0.3 s", "kind": "timeout"}
    assert time.monotonic() - began < 2


def test_informational_answers_without_end_are_cut(live: Stage) -> None:
    live.internet.script["/"] = b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000
    assert live.fetch()["error"] == "the answer is too large, and was cut off"


def test_no_proxy_of_the_environment_is_asked(live: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")
    assert live.fetch()["status"] == 200


def test_one_app_does_not_take_every_connection(stage: Stage) -> None:
    stage.calls_out(requests_per_hour=1000)
    stage.internet.script["/"] = [0.2, ok(b"late")]
    rights = stage.rights()

    async def many() -> list[object]:
        asked = {"url": stage.internet.url()}
        return [
            one.get("kind", one.get("status"))
            for one in await asyncio.gather(*(stage.egress.fetch(rights, asked) for _ in range(10)))
        ]

    assert sorted(map(str, asyncio.run(many()))) == ["200"] * 8 + ["limit"] * 2
    assert stage.fetch()["status"] == 200


def test_what_the_server_was_sent_holds_nothing_of_ours(live: Stage) -> None:
    live.internet.script["/"] = lambda seen: ok(seen.raw)
    sent: Seen
    assert "app_1" not in live.fetch()["body"]
    (sent,) = live.internet.seen
    assert b"T1" not in sent.raw
