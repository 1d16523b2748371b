"""What a company's provider answers is believed only when it signed it, for us and for this visit."""

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from bot import company_settings, settings
from bot.entrance.signin import Client, Company, SignInRefused, Subject
from bot.settings import BadSetting

OURS, THEIRS = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


class Provider:
    """Answers whatever a test has put into it."""

    def __init__(self) -> None:
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(provider.documents.get(self.path, {}))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self._say(provider.traded, provider.status)

            def _say(self, document: Any, status: int = 200) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.status = 200
        self.traded: Any = {}
        public: Any = RSAAlgorithm.to_jwk(OURS.public_key(), as_dict=True)
        curve: Any = ECAlgorithm.to_jwk(CURVE.public_key(), as_dict=True)
        self.documents: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            },
            "/keys": {"keys": [{**public, "kid": "k1"}, {**curve, "kid": "e1"}]},
        }
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def company(self, issuer: str = "") -> Company:
        return Company(issuer or self.url, Client("us", "secret"), "Acme")

    def claims(self, **more: Any) -> dict[str, Any]:
        now = int(time.time())
        said = {"iss": self.url, "aud": "us", "sub": "00u1", "iat": now, "exp": now + 300, "nonce": "n1"}
        return {name: value for name, value in {**said, **more}.items() if value is not None}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    one = Provider()
    yield one
    one.stop()


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.status, running.traded = 200, {}
    return running


def signed(claims: dict[str, Any], key: Any = OURS, alg: str = "RS256", kid: str = "k1") -> str:
    return jwt.encode(claims, key, alg, headers={"kid": kid})


def by_secret(claims: dict[str, Any], secret: bytes) -> str:
    """Signed with the provider's public key, as if that were a secret of ours."""
    parts = [json.dumps(one).encode() for one in ({"alg": "HS256", "kid": "k1"}, claims)]
    said = b".".join(urlsafe_b64encode(one).rstrip(b"=") for one in parts)
    return (said + b"." + urlsafe_b64encode(hmac.digest(secret, said, "sha256")).rstrip(b"=")).decode()


def exchange(provider: Provider, token: object) -> Subject:
    provider.traded = {"id_token": token}
    return provider.company().exchange("code", "http://signin.localhost/callback", "verifier", "n1")


def test_an_account_is_its_issuer_and_its_subject(provider: Provider) -> None:  # K6
    token = signed(provider.claims(name="Cy", email="cy@acme.example"))
    assert exchange(provider, token) == Subject(provider.url, "00u1", "Cy", "cy@acme.example")
    assert exchange(provider, signed(provider.claims(), CURVE, "ES256", "e1")).subject == "00u1"
    assert exchange(provider, signed(provider.claims(aud=["us", "them"], azp="us"))).subject == "00u1"
    assert exchange(provider, signed(provider.claims(name=7, email=["x"]))) == Subject(provider.url, "00u1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://login.evil.example"},
        {"iss": None},
        {"aud": "them"},
        {"aud": ["us", "them"]},
        {"aud": ["us", "them"], "azp": "them"},
        {"azp": "them"},
        {"sub": None},
        {"sub": ""},
        {"nonce": "n2"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
    ],
)
def test_what_was_said_to_others_or_at_another_time_is_not_believed(provider: Provider, wrong: Any) -> None:  # K6
    with pytest.raises(SignInRefused):
        exchange(provider, signed(provider.claims(**wrong)))


def test_only_a_key_of_the_provider_signs(provider: Provider) -> None:  # K6
    public = OURS.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for token in (
        signed(provider.claims(), THEIRS),
        signed(provider.claims(), kid="k9"),
        signed(provider.claims(), "us" * 32, "HS256"),
        by_secret(provider.claims(), public),
        jwt.encode(provider.claims(), None, "none", headers={"kid": "k1"}),
        "no token",
        None,
    ):
        with pytest.raises(SignInRefused):
            exchange(provider, token)


def test_a_refused_code_and_a_silent_provider_are_refusals(provider: Provider) -> None:  # K6
    provider.status = 400
    with pytest.raises(SignInRefused, match="used already"):
        exchange(provider, signed(provider.claims()))
    with pytest.raises(SignInRefused, match="not reachable"):
        provider.company("http://127.0.0.1:9").begin()


@pytest.mark.parametrize("mixed", ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_description_of_another_provider_is_not_taken(provider: Provider, mixed: str) -> None:  # K6
    place = "/.well-known/openid-configuration"
    right = provider.documents[place]
    provider.documents[place] = {**right, mixed: "ftp://login.evil.example"}
    try:
        with pytest.raises(SignInRefused, match="not the one that was set up"):
            provider.company().begin()
    finally:
        provider.documents[place] = right


def test_the_settings_are_whole_or_say_what_is_missing() -> None:  # K6
    whole = dict(zip(company_settings.VARIABLES, ("https://login.acme.example", "us", "secret"), strict=True))
    found = company_settings.read(whole)
    assert found is not None
    assert (found.name, "secret" in repr(found)) == ("login.acme.example", False)
    assert company_settings.name({**whole, "SLIPWAY_OIDC_NAME": "Acme"}) == "Acme"
    assert company_settings.read({}) is None
    with pytest.raises(ValueError, match="SLIPWAY_OIDC_CLIENT_SECRET is not set"):
        company_settings.read({**whole, "SLIPWAY_OIDC_CLIENT_SECRET": ""})
    with pytest.raises(ValueError, match="begins with https://"):
        company_settings.read({**whole, "SLIPWAY_OIDC_ISSUER": "http://login.acme.example"})


def test_the_public_is_switched_on_by_one_word_alone() -> None:  # D7
    assert [settings.public({"SLIPWAY_PUBLIC": said}) for said in ("on", "off", "")] == [True, False, False]
    with pytest.raises(BadSetting, match="SLIPWAY_PUBLIC is 'yes'"):
        settings.public({"SLIPWAY_PUBLIC": "yes"})
