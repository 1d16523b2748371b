"""Secrets leave a text, ordinary words stay. Key-shaped strings are made from parts: none stands here whole."""

import json
import random
import string
import time
from base64 import b64encode
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails import detector
from guardrails.scrub import Scrubbed, scrub, scrub_value

UPPER, LOWER, DIGIT, HEX = string.ascii_uppercase, string.ascii_lowercase, string.digits, "0123456789abcdef"
ALNUM = UPPER + LOWER + DIGIT


def drawn(alphabet: str, length: int, seed: int = 5) -> str:
    """The same random-looking string each time, with a digit and a letter beside each other."""
    dice = random.Random(f"{alphabet}{length}{seed}")
    return "".join(dice.choice(alphabet) for _ in range(length))


KEYS = {
    "aws access key": "AK" + "IA" + drawn(UPPER + DIGIT, 16),
    "aws temporary key": "AS" + "IA" + drawn(UPPER + DIGIT, 16),
    "google api key": "AI" + "za" + drawn(ALNUM, 35),
    "google oauth secret": "GOC" + "SPX-" + drawn(ALNUM, 28),
    "github token": "gh" + "p_" + drawn(ALNUM, 36),
    "github fine-grained token": "github" + "_pat_" + drawn(ALNUM, 22) + "_" + drawn(ALNUM, 59),
    "gitlab token": "gl" + "pat-" + drawn(ALNUM, 20),
    "slack bot token": "xo" + "xb-" + drawn(DIGIT, 12) + "-" + drawn(DIGIT, 12, 6) + "-" + drawn(ALNUM, 24),
    "slack app token": "xa" + "pp-1-" + drawn(UPPER + DIGIT, 11) + "-" + drawn(DIGIT, 13) + "-" + drawn(HEX, 64),
    "stripe key": "sk" + "_live_" + drawn(ALNUM, 24),
    "stripe webhook secret": "wh" + "sec_" + drawn(ALNUM, 32),
    "sendgrid key": "S" + "G." + drawn(ALNUM, 22) + "." + drawn(ALNUM, 43),
    "npm token": "np" + "m_" + drawn(ALNUM, 36),
    "pypi token": "py" + "pi-" + drawn(ALNUM, 80),
    "openai key": "sk" + "-proj-" + drawn(ALNUM, 48),
    "anthropic key": "sk" + "-ant-api03-" + drawn(ALNUM, 90),
    "hugging face token": "h" + "f_" + drawn(UPPER + LOWER, 34),
    "digitalocean token": "do" + "p_v1_" + drawn(HEX, 64),
    "databricks token": "da" + "pi" + drawn(HEX, 32),
    "shopify token": "sh" + "pat_" + drawn(HEX, 32),
    "vault token": "hv" + "s." + drawn(ALNUM, 90),
    "telegram token": drawn(DIGIT, 9) + ":A" + drawn(ALNUM, 34),
    "twilio key": "S" + "K" + drawn(HEX, 32),
    "notion token": "nt" + "n_" + drawn(ALNUM, 46),
    "linear key": "lin" + "_api_" + drawn(ALNUM, 40),
    "grafana token": "gl" + "sa_" + drawn(ALNUM, 32) + "_" + drawn(HEX, 8),
    "sentry token": "sn" + "tryu_" + drawn(HEX, 64),
    "docker token": "dc" + "kr_pat_" + drawn(ALNUM, 27),
    "supabase token": "sb" + "p_" + drawn(HEX, 40),
    "jwt": ".".join(("ey" + "J" + drawn(ALNUM, 30), "ey" + "J" + drawn(ALNUM, 60), drawn(ALNUM, 43))),
}
OPAQUE = {
    "base62": drawn(ALNUM, 32),
    "hex digest": drawn(HEX, 40),
    "uuid": "-".join(drawn(HEX, n) for n in (8, 4, 4, 4, 12)),
    "short base36": "q7" + drawn(LOWER + DIGIT, 22),
}
ANNOUNCED = [
    "our api key is {} thanks",
    "API key: {}",
    "use {} as the token, please",
    "set CRM_TOKEN={}",
    '{{"client_secret": "{}"}}',
    "der Token lautet {}",
    "the access token for staging is {}.",
    "can someone check if {} is still valid?",
    "```\n{}\n```\nthat's our secret key",
]
PROSE = [
    ("the pw is ", "hunter2!", ""),
    ("my password is ", "swordfish", ""),
    ("wifi password: ", "BlueWhale77", " for guests"),
    ("login is nadmin / ", "Fl0rence!1860", " if it helps"),
    ("user svc_fin and password ", "Kd7!vRq29#mTz", ", so you can look"),
    ("use ", "Winter2024!", " as the password"),
    ("", "Winter2024!", " is the password for the share"),
    ("das Passwort lautet ", "Sommer2024!", ""),
    ("Kennwort für den Drucker ist ", "Drucker!99", ""),
    ("Zugangsdaten: admin / ", "Pa55w0rt!", ""),
    ("log in as svc_report with ", "Qx7!mPz9", ""),
    ("our shared password (", "Spring2025!", ") expires soon"),
    ("credentials are root:", "toor", ""),
    ("pass phrase: ", "correct horse battery staple", ""),
    ("export DB_PASSWORD=", "postgres", ""),
    ("curl -u ", "ana:s3cretPw", " https://x.example.com"),
    ("sshpass -p ", "Wh4tever!", " ssh root@host"),
    ("see https://", "bob:hunter22", "@intranet.example.com/reports"),
    ("connect to ", "postgres://app:S3cr3tpw@db.internal:5432/prod", " please"),
    ("Server=db;User Id=sa;Password=", "Str0ng!Pass", ";Encrypt=true"),
    ("mot de passe: ", "Soleil2023!", ""),
]
BENIGN = [
    "the password is correct",
    "password reset link sent to your inbox",
    "build a form with username, password and email fields",
    "Passwort vergessen? Umfrage zum Login mit 5 Fragen",
    "password must be at least 12 characters",
    "key results for Q3-2026 in #team-okr",
    "request 0c7ec424-63b7-406e-8489-08b6e42f5829 failed, token expired",
    "commit 3f1a9c27e4b8d6015a2f3c4d5e6f7a8b9c0d1e2f removes the token check",
    "trace id 34aa722f9dfb90f1e39e68fc6130d6a0, user login failed",
    "the password doc: https://docs.google.com/document/d/1W7KCxOxP-1Fy5EyF2lbJGE2WuKmu5v0suYqoHas1jRM/edit",
    "<@U0QXQNW5E0C> see https://acme.slack.com/archives/C0CKGRZ99LQ/p1766140530500115 for the secret santa",
    "order number 10045-2231-77 is the key one, call +49 170 1234567",
    "the image is myorg/app@sha256:" + drawn(HEX, 64) + " for the auth service",
    "![img](data:image/png;base64," + drawn(ALNUM, 120) + "=)",
    "token: ${{ secrets.DEPLOY_TOKEN }}",
    "api_key = os.environ['API_KEY']",
    "API_KEY=<your-api-key>",
    "password=xxxxxxxx",
    "sign in with Office365 or SAML2 at 9:30",
    "invoice approval above $2,500, @cleo then @max sign",
    "release-2026.11.3-rc1 is due 2026-12-01T10:00:00Z",
]
DISGUISES: dict[str, Callable[[str], str]] = {
    "full width": lambda s: "".join(chr(ord(c) + 0xFEE0) for c in s),
    "zero width": lambda s: "\u200b".join(s),
    "soft hyphen": lambda s: s[:5] + "\u00ad" + s[5:],
    "split line": lambda s: s[:14] + "\n" + s[14:],
    "base64": lambda s: b64encode(s.encode()).decode(),
    "percent": lambda s: "".join(f"%{ord(c):02X}" for c in s),
    "bold": lambda s: f"*{s}*",
    "half bold": lambda s: s[:9] + "**" + s[9:],
    "code": lambda s: f"`{s}`",
    "curly quotes": lambda s: f"“{s}”",
    "slack link label": lambda s: f"<https://x.example.com|{s}>",
    "nul": lambda s: s[:6] + "\0" + s[6:],
    "comma": lambda s: s + ",",
    "string concatenation": lambda s: f'"{s[:12]}" + "{s[12:]}"',
}


def left(text: str, secret: str) -> int:
    """How many characters of the secret are still there."""
    at = text.index(secret)
    gone = {i for one in scrub(text).found for i in range(one.start, one.end)}
    return sum(i not in gone for i in range(at, at + len(secret)))


# R7
@pytest.mark.parametrize("kind", KEYS)
def test_a_vendor_key_is_taken_out_wherever_it_stands(kind: str) -> None:
    key = KEYS[kind]
    for text in (key, f"please look at {key}, thanks", f"(see {key}).", f"x = '{key}'", f"```{key}```"):
        assert left(text, key) == 0
        assert key not in scrub(text).text


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_key_is_taken_out(disguise: str) -> None:
    for key in KEYS.values():
        worn = DISGUISES[disguise](key)
        assert left(f"look at this {worn}", worn) <= max(0, len(worn) - len(key)) + 4
        assert key not in scrub(f"look at this {worn}").text


@pytest.mark.parametrize("text", ANNOUNCED)
@pytest.mark.parametrize("kind", OPAQUE)
def test_an_opaque_value_beside_a_credential_word_is_taken_out(kind: str, text: str) -> None:
    assert left(text.format(OPAQUE[kind]), OPAQUE[kind]) == 0


@pytest.mark.parametrize(("before", "secret", "after"), PROSE)
def test_a_password_said_in_passing_is_taken_out(before: str, secret: str, after: str) -> None:
    assert left(before + secret + after, secret) <= 1


@pytest.mark.parametrize("text", BENIGN)
def test_ordinary_text_comes_back_untouched(text: str) -> None:
    assert scrub(text) == Scrubbed(text)


def test_a_private_key_goes_from_armour_to_armour() -> None:
    lines = [drawn(ALNUM, 64, n) for n in range(4)]
    armour = "-----{} RSA PRIVATE " + "KEY-----"
    text = "\n".join(["here", armour.format("BEGIN"), *lines, armour.format("END"), "thanks"])
    assert scrub(text).text == "here\n<private-key#1>\nthanks"


def test_a_private_key_without_its_end_takes_the_rest() -> None:
    text = "-----BEGIN PRIVATE " + "KEY-----\n" + drawn(ALNUM, 64)
    assert scrub(text).text == "<private-key#1>"


def test_a_slack_webhook_is_a_secret_address() -> None:
    hook = "https://hooks.slack" + ".com/services/T" + drawn(UPPER, 8) + "/B" + drawn(UPPER, 8) + "/" + drawn(ALNUM, 24)
    assert scrub(f"post to <{hook}|here> please").text == "post to <<webhook#1>|here> please"


def test_slack_entities_are_read_as_the_person_typed_them() -> None:
    assert scrub("the pw is A&amp;b&lt;9xQ! ok").text == "the pw is <password#1> ok"


def test_a_sentence_inside_base64_is_read() -> None:
    packed = b64encode(b"the db password is hunter2!").decode()
    assert packed not in scrub(f"msg {packed}").text


def test_placeholders_are_typed_and_numbered_and_equal_secrets_share_a_number() -> None:
    first, second = KEYS["aws access key"], "AK" + "IA" + drawn(UPPER + DIGIT, 16, 9)
    clean = scrub(f"{first} and {second} and again {first}")
    assert clean.text == "<aws-key#1> and <aws-key#2> and again <aws-key#1>"
    assert clean.kinds == ("aws-key",)


def test_a_password_repeated_without_its_cue_goes_too() -> None:
    assert "Kd7!vRq29" not in scrub("the password is Kd7!vRq29 - yes, Kd7!vRq29 it is").text


def test_a_new_placeholder_does_not_take_a_number_that_is_in_use() -> None:
    clean = scrub("<password#1> was old, the new pw is hunter2!")
    assert clean.text == "<password#1> was old, the new pw is <password#2>"


def test_offsets_are_code_points_of_the_original() -> None:
    text = "🔑🔑 the pw is hunter2! 🔑"
    found = scrub(text).found
    assert [text[one.start : one.end] for one in found] == ["hunter2!"]


STRANGE = ["", "\ud800", "\x00" * 50, "😀" * 500, "שלום עולם", "\u202e" * 9, "<!channel>", "a" * 40_000]


@pytest.mark.parametrize("text", STRANGE)
def test_strange_text_without_secrets_is_left_alone(text: str) -> None:
    assert scrub(text) == Scrubbed(text)


def test_a_lone_surrogate_hides_nothing() -> None:
    key = KEYS["github token"]
    assert key not in scrub(f"\ud800 {key}").text


# R7: a detector that fails is not a detector that found nothing
def test_when_a_detector_fails_everything_is_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> list[object]:
        raise RuntimeError("no")

    monkeypatch.setattr(detector, "detect", broken)
    clean = scrub("hello ana")
    assert clean.text == "<unreadable#1>"
    assert [tuple(one) for one in clean.found] == [("unreadable", 0, 9)]


def test_a_value_is_scrubbed_all_the_way_down() -> None:
    key = KEYS["stripe key"]
    clean, kinds = scrub_value({"title": "Lunch", "notes": [f"use {key}", 4, None], "login": {"password": "swordfish"}})
    assert clean["title"] == "Lunch"
    assert key not in json.dumps(clean)
    assert "swordfish" not in json.dumps(clean)
    assert "password" in kinds or "secret" in kinds


def test_a_bottomless_value_ends() -> None:
    deep: list[object] = ["x"]
    for _ in range(500):
        deep = [deep]
    assert scrub_value(deep)[1] == ("unreadable",)


WORDS = ["password", "the pw is", "hunter2!", "login", "/", ":", "=", "<password#1>", "\n", '"', "key", "is"]
PIECES = st.sampled_from([*KEYS.values(), *OPAQUE.values(), *WORDS])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12), st.sampled_from(["", " "]))
def test_scrubbing_again_changes_nothing(parts: list[str], glue: str) -> None:
    text = glue.join(parts)
    once = scrub(text)
    assert scrub(once.text).text == once.text
    assert all(0 <= one.start < one.end <= len(text) for one in once.found)
    assert all(a.end <= b.start for a, b in zip(once.found, once.found[1:], strict=False))


HOSTILE = [
    "password is ",
    "key=",
    "password:",
    "eyJ-",
    "a.",
    "\n",
    " ",
    "-----BEGIN ",
    "aB1c\n",
    "http://a:",
    "密码",
    "login as ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    text = (piece * 4096)[:4096]
    began = time.perf_counter()
    scrub(text)
    assert time.perf_counter() - began < 2
