"""Other sites' pages stay out; signing in follows OpenID Connect."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import jwt
import pytest

from bot.workspace.person import PageError, Person
from bot.workspace.server import uvicorn_config
from tests.workspace.harbour import CLOCK, Running, config

CALLBACK = "http://lunch.localhost:9/callback"


def test_another_host_name_is_turned_away(harbor: Running) -> None:
    answer = httpx2.get(f"http://127.0.0.1:{harbor.config.port}/", headers={"Host": "evil.example"})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://lunch.localhost:9"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
    ],
)
def test_another_origin_cannot_act_as_the_person(harbor: Running, headers: dict[str, str]) -> None:
    web = harbor.person("ana").web
    sent = {"Content-Type": "application/json", **headers}
    body = b'{"channel": "#ops", "text": "forged"}'
    answer = web.post(f"{harbor.config.base_url}/page/api/say", content=body, headers=sent)
    assert (answer.status_code, answer.json()["error"]) == (403, "cross_site")


def test_the_page_runs_no_script_but_its_own(harbor: Running) -> None:
    policy = httpx2.get(harbor.config.base_url + "/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_guest_sees_their_one_channel_only(harbor: Running) -> None:
    gil = harbor.person("gil")
    assert [one["name"] for one in gil.boot()["channels"] if not one.get("with")] == ["slipway-demo"]
    with pytest.raises(PageError, match="channel_not_found"):
        gil.say("hello", "#ops")


def authorize(harbor: Running, **more: str) -> str:
    query = {"response_type": "code", "scope": "openid profile email", "client_id": "client.1", **more}
    return f"{harbor.config.base_url}/openid/connect/authorize?{urlencode({'redirect_uri': CALLBACK, **query})}"


def code_of(harbor: Running, person: Person, **more: str) -> dict[str, list[str]]:
    given = person.web.post(
        f"{harbor.config.base_url}/page/api/allow", json={"authorize": authorize(harbor, **more)}
    ).json()
    return parse_qs(urlsplit(given["location"]).query)


def trade(harbor: Running, code: str, **more: str) -> dict[str, str]:
    form = {"client_id": "client.1", "client_secret": "client-secret", "redirect_uri": CALLBACK, "code": code, **more}
    body: dict[str, str] = httpx2.post(f"{harbor.config.api_url}openid.connect.token", data=form).json()
    return body


def test_a_sign_in_ends_with_a_signed_statement_of_who_it_is(harbor: Running) -> None:
    ana, base = harbor.person("ana"), harbor.config.base_url
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {"state": "s1", "nonce": "n1", "code_challenge": challenge, "code_challenge_method": "S256"}
    query = code_of(harbor, ana, **asked)
    assert query["state"] == ["s1"]
    tokens = trade(harbor, query["code"][0], code_verifier=verifier)
    found = httpx2.get(f"{base}/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(httpx2.get(found["jwks_uri"]).json())
    claims = jwt.decode(
        tokens["id_token"], keys.keys[0], ["RS256"], audience="client.1", issuer=found["issuer"], leeway=5
    )
    assert (claims["sub"], claims["nonce"]) == (ana.id, "n1")
    assert claims["https://slack.com/team_id"] == harbor.config.team_id
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert httpx2.get(found["userinfo_endpoint"], headers=bearer).json()["email"] == "ana@harbor.example"
    assert trade(harbor, query["code"][0], code_verifier=verifier)["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"client_id": "other"}, "invalid_client_id"),
        ({"redirect_uri": "http://other.localhost:9/callback"}, "bad_redirect_uri"),
        ({"code": "forged"}, "invalid_code"),
        ({}, "invalid_code_verifier"),
    ],
)
def test_a_code_is_worth_nothing_to_anyone_else(harbor: Running, more: dict[str, str], error: str) -> None:
    asked = {"code_challenge": "c" * 43, "code_challenge_method": "S256"}
    code = code_of(harbor, harbor.person("ana"), **asked)["code"][0]
    assert trade(harbor, **{"code": code, **more})["error"] == error


def test_an_unknown_address_or_client_is_shown_not_followed(harbor: Running) -> None:
    for more in ({"redirect_uri": "http://evil.example/callback"}, {"client_id": "other"}):
        answer = harbor.person("ana").web.get(authorize(harbor, **more))
        assert answer.status_code == 400
    answer = harbor.person("ana").web.get(authorize(harbor, scope="email"))
    assert answer.headers["location"] == f"{CALLBACK}?error=invalid_scope"


def test_the_click_must_come_from_the_page_that_asks(harbor: Running) -> None:
    form = {"query": urlsplit(authorize(harbor)).query, "person": harbor.person("ana").id}
    url = f"{harbor.config.base_url}/openid/connect/allow"
    assert httpx2.post(url, data=form).status_code == 403
    assert httpx2.post(url, data=form, headers={"Origin": "http://lunch.localhost:9"}).status_code == 403
    fine = httpx2.post(url, data=form, headers={"Origin": harbor.config.base_url})
    assert fine.headers["location"].startswith(f"{CALLBACK}?code=")


def test_an_idle_connection_is_kept_for_longer_than_whoever_asks_does() -> None:
    theirs = httpx2.Limits().keepalive_expiry
    assert theirs is not None and uvicorn_config(config(), CLOCK).timeout_keep_alive > 2 * theirs
