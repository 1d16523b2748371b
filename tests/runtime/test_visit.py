"""HTTP read strictly on the way in and bounded on the way out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import visit
from runtime.call import Answer
from runtime.visit import BadVisit

HOSTILE_HOSTS = [
    "",
    ".localhost",
    "localhost",
    "localhost:8300",
    "preview.localhost",
    "a.b.preview.localhost",
    "a.staging.localhost",
    "lunch.localhost.evil.example",
    "lunch.localhost:80:80",
    "lunch.localhost:8x",
    "evil.example#.localhost/",
    "lunch.localhost.",
    "127.0.0.1",
    "[::1]:8300",
    "lunchlocalhost",
]
HOSTILE_PATHS = [
    b"//evil.example",
    b"/a//b",
    b"/..",
    b"/a/../b",
    b"/a/./b",
    b"/%2e%2e/etc",
    b"/a/%2e%2e",
    b"/%2F%2Fevil",
    b"/a\\b",
    b"/%5c",
    b"/%00",
    b"/%0d%0aset-cookie:x",
    b"/%ff",
    b"a",
    b"*",
    b"http://evil/",
    b"/" + b"a" * 2100,
]


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_hosts_name_an_app_and_a_stage() -> None:
    assert visit.address("lunch.localhost", "localhost") == ("lunch", "live")
    assert visit.address("lunch.localhost:8300", "localhost") == ("lunch", "live")
    assert visit.address("lunch.preview.localhost:8300", "localhost") == ("lunch", "preview")
    assert visit.address("lunch.apps.acme.example", "apps.acme.example") == ("lunch", "live")


@pytest.mark.parametrize("host", HOSTILE_HOSTS)
def test_no_other_host_names_an_app(host: str) -> None:
    found = visit.address(host, "localhost")
    assert found is None or not found[0]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_paths_that_mean_two_things_are_refused(path: bytes) -> None:
    with pytest.raises(BadVisit):
        visit.parse("GET", path, b"", [(b"host", b"lunch.localhost")])


def test_a_plain_visit_is_read() -> None:
    headers = [(b"host", b"Lunch.LOCALHOST:8300"), (b"cookie", b"slipway_session=abc; theme=dark")]
    asked = visit.parse("GET", b"/results/caf%C3%A9/", b"q=1&q=2&empty=", headers)
    assert (asked.path, asked.query) == ("/results/café/", {"q": ["1", "2"], "empty": [""]})
    assert (asked.host, asked.cookies["slipway_session"]) == ("lunch.localhost:8300", "abc")


@pytest.mark.parametrize("name", [b"host", b"content-length", b"origin"])
def test_a_header_that_must_stand_once_is_refused_twice(name: bytes) -> None:
    with pytest.raises(BadVisit, match="stands twice"):
        visit.parse("GET", b"/", b"", [(name, b"1"), (name, b"1")])


def test_too_many_fields_are_refused() -> None:
    many = "&".join(f"f{n}=1" for n in range(301)).encode()
    with pytest.raises(BadVisit):
        visit.parse("GET", b"/", many, [])
    with pytest.raises(BadVisit):
        visit.form("application/x-www-form-urlencoded", many)


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_only_a_plain_form_is_read(kind: str) -> None:
    with pytest.raises(BadVisit, match="only forms are read"):
        visit.form(kind, b"a=1")


def test_a_form_keeps_every_value_of_a_name() -> None:
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    assert visit.form(kind, b"meal=soup&meal=%F0%9F%8D%9D&note=") == {"meal": ["soup", "🍝"], "note": [""]}


def test_of_an_apps_headers_only_harmless_ones_leave() -> None:
    reply = visit.from_app(
        answer(
            b"a,b",
            content_type="text/csv",
            content_disposition='attachment; filename="lunch.csv"',
            set_cookie="slipway_session=stolen",
            content_security_policy="default-src *",
            cache_control="public",
            access_control_allow_origin="*",
            x_request_id="mine",
            refresh="0;url=https://evil.example",
        )
    )
    assert reply.content_type == "text/csv; charset=utf-8"
    assert list(reply.headers) == [("content-disposition", 'attachment; filename="lunch.csv"')]
    assert reply.policy == visit.APP_POLICY


@pytest.mark.parametrize("target", ["/", "/results", "/results?saved=1#top", "/a/"])
def test_an_app_may_send_its_visitor_to_its_own_pages(target: str) -> None:
    assert list(visit.from_app(answer(status=303, location=target)).headers) == [("location", target)]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%2F/evil.example",
        "javascript:alert(1)",
        "/a\r\nset-cookie: slipway_session=x",
        "/\tevil",
        "results",
        "/é",
        "///evil.example",
    ],
)
def test_an_app_never_sends_its_visitor_elsewhere(target: str) -> None:
    reply = visit.from_app(answer(status=303, location=target))
    assert (reply.status, list(reply.headers)) == (502, [])


def test_headers_cannot_be_split_by_an_app() -> None:
    split = visit.from_app(answer(content_disposition='attachment; filename="a"\r\nset-cookie: x=1'))
    assert list(split.headers) == []
    assert (
        visit.from_app(answer(content_type="text/html\r\nset-cookie: x=1")).content_type == "text/html; charset=utf-8"
    )


@pytest.mark.parametrize("status", [-1, 0, 99, 101, 600, 10**9])
def test_a_status_that_is_none_becomes_500(status: int) -> None:
    assert visit.from_app(answer(status=status)).status == 500


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_without_a_body_carries_none(status: int) -> None:
    assert visit.from_app(answer(b"smuggled", status=status)).body == b""


def test_the_bundles_own_files_have_their_types() -> None:
    assert visit.static("/static/app.css", b"").content_type == "text/css; charset=utf-8"
    assert visit.static("/static/run.exe", b"").content_type == "application/octet-stream"


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60))
def test_whatever_is_sent_is_read_or_refused(path: bytes, query: bytes, cookie: bytes) -> None:
    try:
        asked = visit.parse("GET", b"/" + path, query, [(b"host", b"lunch.localhost"), (b"cookie", cookie)])
    except BadVisit:
        return
    assert visit.safe_path(asked.path)


def test_a_cookie_with_two_values_has_none() -> None:
    cookies = visit.parse("GET", b"/", b"", [(b"cookie", b"s=tossed; a=b; s=own; t=1; t=1")]).cookies
    assert cookies == {"s": "", "a": "b", "t": "1"}
