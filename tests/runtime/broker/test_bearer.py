"""Service tokens: one app's, minutes long, issued by the gateway that runs now; anything else is refused."""

import stat
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from runtime.bearer import BadToken, Bearer, Issuer, Verifier

NOW = 1_800_000_000


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return tmp_path / "run" / "gateway.pub"


def refused(public: Path, token: str, app: str = "app_1", now: int = NOW) -> str:
    with pytest.raises(BadToken) as bad:
        Verifier(public).check(token, app, now)
    return str(bad.value)


def test_a_token_speaks_for_one_app_in_one_visit(public: Path) -> None:  # S3
    token = Issuer(public).mint("app_1", "preview", "r1", NOW)
    assert Verifier(public).check(token, "app_1", NOW + 59) == Bearer("app_1", "preview", "r1")
    assert refused(public, token, "app_2") == "the token is another app's"


def test_a_token_ends(public: Path) -> None:  # S3
    issuer = Issuer(public)
    assert refused(public, issuer.mint("app_1", "live", "r1", NOW), now=NOW + 60) == "the token is not good now"
    assert refused(public, issuer.mint("app_1", "live", "r1", NOW), now=NOW - 60) == "the token is not good now"
    assert Verifier(public).check(issuer.mint("app_1", "live", "r1", NOW, 900), "app_1", NOW)
    assert refused(public, issuer.mint("app_1", "live", "r1", NOW, 901)) == "the token is not good now"


def test_only_the_gateway_that_runs_now_issues_tokens(public: Path) -> None:  # S3
    old = Issuer(public).mint("app_1", "live", "r1", NOW)
    Issuer(public)
    assert refused(public, old) == "the token is not one that the gateway issued"
    public.unlink()
    assert refused(public, old) == "the gateway has issued no key"
    public.write_text("no key")
    assert refused(public, old) == "the gateway has issued no key"


def test_only_the_public_half_lies_on_disk_and_only_for_us(public: Path) -> None:
    Issuer(public)
    assert stat.S_IMODE(public.stat().st_mode) == 0o600
    assert [one.name for one in public.parent.iterdir()] == ["gateway.pub"]
    assert b"PRIVATE" not in public.read_bytes()


CLAIMS = {"iss": "gateway", "aud": "app_1", "stage": "live", "jti": "r1", "iat": NOW, "exp": NOW + 60}


def test_forged_tokens_are_refused(public: Path) -> None:  # S3
    Issuer(public)
    forged = [
        jwt.encode(CLAIMS, Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        jwt.encode(CLAIMS, None, algorithm="none"),
        jwt.encode(CLAIMS, "x" * 64, algorithm="HS256"),
        "a.b.c",
        "",
    ]
    assert {refused(public, one) for one in forged} == {"the token is not one that the gateway issued"}


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "control"},
        {"aud": ["app_1", "app_2"]},
        {"stage": "both"},
        {"iat": "now"},
        {"exp": None},
        {"exp": float("inf")},
        *({name: ...} for name in CLAIMS),
    ],
)
def test_a_token_that_says_less_or_more_than_it_must_is_refused(public: Path, changed: dict[str, object]) -> None:  # S3
    key = Ed25519PrivateKey.generate()
    public.parent.mkdir()
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert Verifier(public).check(jwt.encode(CLAIMS, key, algorithm="EdDSA"), "app_1", NOW)
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not ...}
    assert refused(public, jwt.encode(claims, key, algorithm="EdDSA"))
