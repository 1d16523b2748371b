"""Signing in with OpenID Connect: the gateway's half, which knows no secret."""

from base64 import urlsafe_b64encode
from hashlib import sha256

import httpx2
import pytest
from sqlmodel import Session, select

from runtime.identity import VisitSessionRow
from tests.runtime.door import AUTHORIZE, Door, query


def arrive(browser: httpx2.Client, path: str = "/") -> str:
    """Follow a stranger to the identity provider; the authorize URL. The browser keeps the cookie."""
    first = browser.get(path)
    second = browser.get(first.headers["location"])
    assert second.status_code == 302
    remember(browser, second)
    return second.headers["location"]


def remember(browser: httpx2.Client, reply: httpx2.Response) -> None:
    """Keep cookies as a browser on this host would."""
    kept = dict(one.split("=", 1) for one in browser.headers.get("cookie", "").split("; ") if one)
    for line in reply.headers.get_list("set-cookie"):
        name, value = line.split("; ")[0].split("=", 1)
        kept[name] = value
    browser.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items() if value)


def come_back(browser: httpx2.Client, state: str, code: str = "code-ben") -> httpx2.Response:
    reply = browser.get("/_slipway/callback", params={"code": code, "state": state})
    remember(browser, reply)
    return reply


def test_a_stranger_signs_in_and_lands_where_they_wanted(door: Door) -> None:  # T1
    door.publish()
    browser = door.visitor()
    url = arrive(browser, "/call?meal=soup&meal=rice")
    asked = query(url)
    assert url.startswith(AUTHORIZE + "?")
    assert (asked["client_id"], asked["response_type"], asked["scope"]) == ("slipway", "code", "openid profile")
    assert asked["redirect_uri"] == "http://signin.localhost/_slipway/callback"
    back = come_back(browser, asked["state"])
    assert (back.status_code, back.headers["location"]) == (302, "/call?meal=soup&meal=rice")
    assert browser.get(back.headers["location"]).json()["visitor"]["name"] == "Ben"
    (_, sent), *_ = door.control.asked
    assert (sent["code"], sent["nonce"], sent["redirect_uri"]) == ("code-ben", asked["nonce"], asked["redirect_uri"])
    challenge = urlsafe_b64encode(sha256(sent["verifier"].encode()).digest()).decode().rstrip("=")
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")


def test_the_sign_in_origin_passes_the_code_on_to_the_app_that_began(door: Door) -> None:
    door.publish()
    state = query(arrive(door.visitor()))["state"]
    back = door.visitor(host="signin.localhost").get("/_slipway/callback", params={"code": "c 1", "state": state})
    assert back.status_code == 302
    assert back.headers["location"].startswith("http://lunch-survey.localhost/_slipway/callback?")
    assert query(back.headers["location"]) == {"code": "c 1", "state": state}
    assert back.headers.get_list("set-cookie") == []


@pytest.mark.parametrize(
    "host", ["", "evil.example", "lunch-survey.localhost@evil.example", "unknown.localhost", "signin.localhost", "a/b"]
)
def test_the_sign_in_origin_leads_nowhere_but_to_an_app(door: Door, host: str) -> None:
    door.publish()
    params = {"code": "c", "state": f"x.{host}"}
    assert door.visitor(host="signin.localhost").get("/_slipway/callback", params=params).status_code == 403


def test_cookies_are_for_this_host_and_not_for_scripts(door: Door) -> None:
    door.publish()
    browser = door.visitor()
    back = come_back(browser, query(arrive(browser))["state"])
    (cookie,) = [one for one in back.headers.get_list("set-cookie") if one.startswith("slipway_session=")]
    assert set(cookie.split("; ")[1:]) == {"Path=/", "Max-Age=28800", "HttpOnly", "SameSite=Lax"}


def test_a_sign_in_that_another_browser_began_is_refused(door: Door) -> None:
    door.publish()
    mallory, ana = door.visitor(), door.visitor()
    planted = query(arrive(mallory))["state"]
    assert come_back(ana, planted).status_code == 403
    arrive(ana)
    assert come_back(ana, planted).status_code == 403
    assert door.control.count("sign-in") == 0


@pytest.mark.parametrize(
    "cookie", ["", "slipway_signin=", "slipway_signin=!!", "slipway_signin=e30=", "slipway_signin=W10="]
)
def test_a_callback_without_a_sign_in_under_way_is_refused(door: Door, cookie: str) -> None:
    door.publish()
    reply = door.visitor().get("/_slipway/callback?code=code-ben&state=x", headers={"cookie": cookie})
    assert reply.status_code == 403
    assert "The sign-in did not work" in reply.text


def test_a_code_that_control_refuses_opens_nothing(door: Door) -> None:
    door.publish()
    browser = door.visitor()
    back = come_back(browser, query(arrive(browser))["state"], code="code-stolen")
    assert back.status_code == 403
    assert browser.get("/").status_code == 302


def test_nobody_new_gets_in_while_control_is_away(door: Door) -> None:  # T1
    door.publish()
    browser = door.visitor()
    state = query(arrive(browser))["state"]
    door.control.away = True
    assert come_back(browser, state).status_code == 503


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/%2Fevil.example", "/a\tb"]
)
def test_nobody_is_sent_away_from_the_app_after_signing_in(door: Door, target: str) -> None:
    door.publish()
    browser = door.visitor()
    begun = browser.get("/_slipway/sign-in", params={"to": target})
    remember(browser, begun)
    back = come_back(browser, query(begun.headers["location"])["state"])
    assert (back.status_code, back.headers["location"]) == (302, "/")


def test_signing_out_ends_the_session_itself(door: Door) -> None:
    door.publish()
    ben, copied = door.visitor("ben"), door.visitor()
    copied.headers["cookie"] = ben.headers["cookie"]
    assert copied.get("/").status_code == 200
    left = ben.get("/_slipway/sign-out")
    assert (left.status_code, left.headers["location"]) == (302, "/_slipway/signed-out")
    assert "You are signed out" in ben.get("/_slipway/signed-out").text
    assert copied.get("/").status_code == 302
    with Session(door.engine) as session:
        assert session.exec(select(VisitSessionRow)).all() == []
