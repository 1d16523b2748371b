"""The gateway's whole path over real sockets: who gets in, what reaches an app, and what may leave it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from bot import clockwork
from guardrails import grants
from runtime import apps, deployments, reaper
from runtime.apps import Stage
from runtime.wasm import WasmSandbox
from templates.audience import Audience
from templates.bundle import digest_of
from templates.manifest import Limits
from tests.runtime import scene
from tests.runtime.door import SOURCE, Door, request_id
from tests.runtime.scene import DAY, NOW

ANYWHERE = [
    "/",
    "/nothing",
    "/static/app.css",
    "/static/none",
    "/spin",
    "/_slipway/export",
    "/_slipway/x",
    "/favicon.ico",
]
METHODS = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
HOSTS = [
    "nobody.localhost",
    "evil.example",
    "lunch-survey.localhost.evil.example",
    "a.b.localhost",
    "[::1]",
]
PATHS = ["//evil.example/", "/a//b", "/../etc/passwd", "/%2e%2e/x", "/a\\b", "/%00", "/%0d%0ax:y", "/static/../app.js"]


def test_a_visitor_of_the_audience_gets_the_app(door: Door) -> None:  # R1
    door.publish()
    reply = door.visitor("ben").get("/")
    assert (reply.status_code, reply.text) == (200, "hello Ben")
    assert reply.headers["x-trace-id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert reply.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    request_id(reply)


@pytest.mark.parametrize("path", ANYWHERE)
def test_a_stranger_is_sent_to_sign_in_from_everywhere(door: Door, path: str) -> None:  # T1
    door.publish()
    reply = door.visitor().get(path)
    assert (reply.status_code, reply.headers["location"]) == (302, f"/_slipway/sign-in?to={path}")
    request_id(reply)
    assert door.calls() == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_can_do_nothing_by_any_method(door: Door, method: str) -> None:  # T1
    door.publish()
    reply = door.visitor().request(method, "/save", data={"meal": "soup"} if method == "POST" else None)
    assert reply.status_code == 401
    request_id(reply)
    assert door.calls() == 0


def test_a_visitor_outside_the_audience_sees_whom_to_ask(door: Door) -> None:
    door.publish()
    reply = door.visitor("cy").get("/")
    assert reply.status_code == 403
    assert "Lunch survey is not open to you" in reply.text
    assert door.calls() == 0


def test_a_session_opens_no_other_app_and_no_other_stage(door: Door) -> None:
    digest = door.publish()
    door.publish(name="app_2")
    with Session(door.engine) as session, session.begin():
        deployments.preview(session, "app_1", digest, NOW)
        other = apps.get(session, "app_2")
        assert other is not None
    ana = door.visitor("ana")
    assert ana.get("/").status_code == 200
    for host in (f"{other.slug}.localhost", door.preview()):
        assert ana.get("/", headers={"host": host}).status_code == 302
    assert door.visitor("ana", door.preview(), stage="preview").get("/").status_code == 200


def test_membership_is_asked_once_a_minute_and_at_once_when_the_audience_changed(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    for _ in range(3):
        assert ben.get("/").status_code == 200
    assert door.control.count("admits") == 1
    door.control.admitted.discard("ben")
    with Session(door.engine) as session, session.begin():
        apps.open_to(session, "app_1", Audience(kind="me", id="ana"))
    assert ben.get("/").status_code == 403
    door.control.admitted.add("ben")
    door.wall += 61
    assert ben.get("/").status_code == 200


def test_while_control_is_away_the_known_come_in_for_an_hour_and_nobody_else(door: Door) -> None:
    door.publish()
    ana, ben = door.visitor("ana"), door.visitor("ben")
    assert ben.get("/").status_code == 200
    door.control.away = True
    door.wall += 3599
    assert ben.get("/").status_code == 200
    assert ana.get("/").status_code == 503
    door.wall += 1
    assert ben.get("/").status_code == 503
    door.control.away = False
    assert ana.get("/").status_code == 200


def test_a_session_is_over_after_eight_hours(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    door.wall += 8 * 3600 - 1
    assert ben.get("/").status_code == 200
    door.wall += 1
    assert ben.get("/").status_code == 302


def test_a_lapsed_lease_never_answers_though_the_reaper_is_late(door: Door) -> None:  # Invariant 7
    door.publish(days=14)
    door.wall += 14 * DAY - 2
    ben = door.visitor("ben")
    with Session(door.engine) as session, session.begin():
        clockwork.Clock(session).move(session, 1)
    assert ben.get("/").status_code == 200
    with Session(door.engine) as session, session.begin():
        clockwork.Clock(session).move(session, 1)
        assert deployments.active(session, "app_1", "live") is not None
    for path in ("/", "/static/app.css"):
        assert ben.get(path).status_code == 410
    assert door.calls() == 1


def test_a_suspended_app_says_so_and_comes_back(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    for stage, status in ((Stage.SUSPENDED, 503), (Stage.LIVE, 200)):
        with Session(door.engine) as session, session.begin():
            apps.move(session, "app_1", stage, NOW)
        assert ben.get("/").status_code == status


def test_an_ended_app_leaves_a_tombstone_and_its_export_to_the_owner_alone(door: Door) -> None:  # D3, D9
    door.publish()
    with Session(door.engine) as session, session.begin():
        reaper.end(session, "app_1", Stage.RETIRED, NOW)
        apps.keep_export(session, "app_1", "app_1.zip")
    (door.folder / "exports").mkdir(exist_ok=True)
    (door.folder / "exports" / "app_1.zip").write_bytes(b"zip")
    ana, ben = door.visitor("ana"), door.visitor("ben")
    stone = ben.get("/")
    assert stone.status_code == 410
    assert "Lunch survey has ended" in stone.text
    assert ben.get("/_slipway/export").status_code == 403
    given = ana.get("/_slipway/export")
    assert (given.content, given.headers["content-disposition"]) == (b"zip", 'attachment; filename="lunch-survey.zip"')
    recorded = [one for name, one in door.control.asked if name == "record"]
    assert [(one["person"], one["action"], one["request_id"]) for one in recorded] == [
        ("ana", "export.downloaded", request_id(given))
    ]


def test_no_export_is_given_that_cannot_be_recorded(door: Door) -> None:  # S12
    door.publish()
    with Session(door.engine) as session, session.begin():
        apps.keep_export(session, "app_1", "app_1.zip")
    door.control.refuses_records = True
    assert door.visitor("ana").get("/_slipway/export").status_code == 503
    door.control.away = True
    assert door.visitor("ana").get("/_slipway/export").status_code == 503


def test_a_form_needs_the_token_of_this_very_session(door: Door) -> None:
    door.publish()
    ana, ben = door.visitor("ana"), door.visitor("ben")
    his, hers = ben.get("/call").json()["csrf"], ana.get("/call").json()["csrf"]
    for token in ("", hers, his + "x", "é"):
        refused = ben.post("/save", data={"meal": "soup", "_csrf": token})
        assert (refused.status_code, "That form is too old" in refused.text) == (403, True)
    assert ben.post("/save", data={"meal": "soup"}).status_code == 403
    assert door.calls() == 2
    saved = ben.post("/save", data={"meal": "soup", "_csrf": his})
    assert (saved.status_code, saved.headers["location"]) == (303, "/call?saved=soup")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://lunch-survey.localhost", "http://a.localhost"]
)
def test_a_form_from_another_origin_is_refused(door: Door, origin: str) -> None:
    door.publish()
    ben = door.visitor("ben")
    form = {"meal": "soup", "_csrf": ben.get("/call").json()["csrf"]}
    assert ben.post("/save", data=form, headers={"origin": origin}).status_code == 403
    assert ben.post("/save", data=form, headers={"origin": "http://lunch-survey.localhost"}).status_code == 303


def test_an_app_learns_a_stable_id_and_a_name_and_nothing_of_the_session(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    seen = ben.get("/call?a=1&a=2").json()
    assert seen["visitor"] == {"id": seen["visitor"]["id"], "name": "Ben", "owner": False, "handle": "ben"}
    assert (seen["query"], seen["now"], seen["stage"]) == ({"a": ["1", "2"]}, NOW, "live")
    assert ben.headers["cookie"].partition("=")[2] not in json.dumps(seen)
    assert door.visitor("ben").get("/call").json()["visitor"]["id"] == seen["visitor"]["id"]
    assert door.visitor("ana").get("/call").json()["visitor"]["owner"] is True


def test_nothing_of_one_call_is_left_for_the_next(door: Door) -> None:
    door.publish()
    assert [door.visitor(person).get("/keep").text for person in ("ana", "ben", "ben")] == ["1", "1", "1"]


def test_an_app_can_do_what_it_is_granted_and_nothing_else(door: Door) -> None:  # Invariant 8, S4
    door.publish(granted=("store",))
    ben = door.visitor("ben")
    assert [ben.get("/add").text, ben.get("/add").text] == ["1", "2"]
    assert ben.get("/tell").status_code == 403
    with Session(door.engine) as session, session.begin():
        grants.revoke(session, "app_1", NOW)
        apps.touch_routes(session)
    assert ben.get("/add").status_code == 403
    assert door.control.count("notify") == 0


def test_a_grant_that_ran_out_is_none(door: Door) -> None:  # S11
    door.publish(granted=("store",), days=365)
    door.wall += 90 * DAY - 1
    assert door.visitor("ben").get("/add").text == "1"
    door.wall += 1
    assert door.visitor("ben").get("/add").status_code == 403


def test_preview_and_live_keep_their_rows_apart(door: Door) -> None:  # T5
    digest = door.publish(granted=("store",))
    with Session(door.engine) as session, session.begin():
        deployments.preview(session, "app_1", digest, NOW)
    live, preview = door.visitor("ben"), door.visitor("ben", door.preview(), stage="preview")
    assert [live.get("/add").text, live.get("/add").text, preview.get("/add").text] == ["1", "2", "1"]


def test_what_an_app_tells_its_thread_is_scrubbed_and_goes_through_control(door: Door) -> None:
    door.publish(granted=("notify",))
    reply = door.visitor("ben").get("/tell")
    assert reply.text == "told"
    told = [one for name, one in door.control.asked if name == "notify"]
    assert [one["text"] for one in told] == ["soup from the [scrubbed]", "again"]
    assert {(one["app"], one["stage"], one["request_id"]) for one in told} == {("app_1", "live", request_id(reply))}


@pytest.mark.parametrize(
    ("path", "status", "words"), [("/spin", 503, "more computing time"), ("/crash", 500, "an error")]
)
def test_what_breaks_a_limit_gets_a_page_with_a_request_id_and_keeps_its_detail(
    door: Door, caplog: pytest.LogCaptureFixture, path: str, status: int, words: str
) -> None:  # S6
    door.publish()
    ben = door.visitor("ben")
    reply = ben.get(path)
    assert reply.status_code == status
    assert words in reply.text
    assert request_id(reply) in reply.text
    assert "kitchen" not in reply.text
    assert "kitchen" not in caplog.text
    assert ben.get("/").status_code == 200


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_no_app_gets_a_page_with_a_request_id(door: Door, host: str) -> None:  # O6
    door.publish()
    reply = door.visitor("ben", host).get("/")
    assert reply.status_code == 404
    assert request_id(reply) in reply.text
    assert "lunch" not in reply.text.lower()


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_means_two_things_is_not_read_further(door: Door, path: str) -> None:
    door.publish()
    cookie = door.visitor("ben").headers["cookie"]
    head = f"GET {path} HTTP/1.1\r\nhost: lunch-survey.localhost\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
    reply = door.raw(head.encode())
    assert reply.startswith(b"HTTP/1.1 400 ")
    assert b"x-request-id: r" in reply
    assert door.calls() == 0


@pytest.mark.parametrize(
    "lines",
    [
        "host: lunch-survey.localhost\r\nhost: evil.example",
        "host: lunch-survey.localhost\r\ncontent-length: 1\r\ncontent-length: 2",
        "host: lunch-survey.localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked",
    ],
)
def test_a_request_that_two_servers_would_read_differently_is_refused(door: Door, lines: str) -> None:
    door.publish()
    cookie = door.visitor("ben").headers["cookie"]
    reply = door.raw(f"POST / HTTP/1.1\r\n{lines}\r\ncookie: {cookie}\r\n\r\n0\r\n\r\n".encode())
    assert reply.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 401 ")) or reply == b""
    assert door.calls() == 0


def test_a_giant_body_is_refused_before_it_is_read(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    csrf = ben.get("/call").json()["csrf"]
    refused = ben.post("/save", data={"meal": "s" * 300_000, "_csrf": csrf})
    assert refused.status_code == 413
    pieces = ben.post(
        "/save",
        content=(b"meal=" + b"s" * 9000 for _ in range(40)),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert pieces.status_code == 413
    assert ben.get("/").status_code == 200


def test_only_forms_are_taken(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    assert ben.post("/save", json={"meal": "soup"}).status_code == 415
    assert ben.request("PUT", "/save").status_code == 405


def test_nothing_that_an_app_says_splits_a_response_or_sets_a_cookie(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    split = ben.get("/split")
    assert (split.status_code, split.text) == (200, "x")
    assert "set-cookie" not in split.headers
    away = ben.get("/away")
    assert (away.status_code, "location" in away.headers) == (502, False)
    empty = ben.get("/empty")
    assert (empty.status_code, empty.content) == (204, b"")
    assert ben.get("/").text == "hello Ben"


def test_a_request_id_of_the_clients_is_never_ours(door: Door) -> None:  # O6
    door.publish()
    ben = door.visitor("ben")
    ids = [request_id(ben.get("/", headers={"x-request-id": "r0000000000000000"})) for _ in range(3)]
    assert len({*ids, "r0000000000000000"}) == 4


def test_a_head_has_the_headers_and_no_body(door: Door) -> None:
    door.publish()
    reply = door.visitor("ben").head("/")
    assert (reply.status_code, reply.content, reply.headers["content-length"]) == (200, b"", "9")


def test_a_bundles_own_files_need_no_call(door: Door) -> None:
    door.publish()
    reply = door.visitor("ben").get("/static/app.css")
    assert (reply.text, reply.headers["content-type"]) == ("body { color: teal }", "text/css; charset=utf-8")
    assert door.calls() == 0


def test_every_call_is_spooled_with_what_it_used(door: Door) -> None:
    door.publish()
    ben = door.visitor("ben")
    reply = ben.get("/", headers={"x-request-id": "theirs-1"})
    ben.get("/spin", headers={"x-request-id": "<script>"})
    kept = door.records()
    assert [(one["app"], one["stage"], one["result"], one["client"]) for one in kept] == [
        ("app_1", "live", "200", "theirs-1"),
        ("app_1", "live", "OutOfCpu", ""),
    ]
    assert kept[0]["request"] == request_id(reply)
    assert kept[1]["cpu_ms"] >= 40


def test_a_damaged_or_planted_delta_is_made_again_and_a_damaged_bundle_is_never_run(  # K1
    door: Door, compiled: Path
) -> None:
    digest = door.publish()
    assert door.loaded(digest)
    delta = door.folder / "deltas" / digest_of(SOURCE.encode()).removeprefix("sha256:")
    whole = delta.read_bytes()
    delta.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert door.visitor("ben").get("/").status_code == 200
    assert delta.read_bytes() == whole
    forged = WasmSandbox(compiled)
    planted = forged.prepare(SOURCE.replace("hello", "hijacked").encode(), Limits())
    delta.write_bytes(replace(planted, origin=forged.prepare(SOURCE.encode(), Limits()).origin).to_bytes(b"their key"))
    door.forget()
    assert door.visitor("ben").get("/").text == "hello Ben"
    assert delta.read_bytes() == whole
    blob = door.folder / "bundles" / "blobs" / "sha256" / digest.removeprefix("sha256:")
    blob.write_bytes(blob.read_bytes().replace(b"lunch", b"brunch"))
    with Session(door.engine) as session, session.begin():
        scene.app(session, "app_2", title="Brunch")
        scene.publish(session, "app_2", bundle=digest)
    door.forget()
    assert door.visitor("ben", "brunch.localhost", app="app_2").get("/").status_code == 503


def test_the_bare_domain_leads_to_the_gallery_whose_pictures_are_open(door: Door) -> None:  # T8
    assert door.visitor("ben", "localhost").get("/").headers["location"].startswith("http://shelf.localhost")
    shelf = door.visitor("ben", "shelf.localhost")
    assert shelf.get("/pictures/poll@1.0.png").content == b"PNG"
    assert shelf.get("/shelf.css").headers["content-type"] == "text/css; charset=utf-8"
    assert shelf.get("/pictures/survey@1.0.png").status_code == 302, "what is not there asks who one is, as all else"
    assert door.visitor("ben", "shelf.preview.localhost").get("/shelf.css").status_code == 404
