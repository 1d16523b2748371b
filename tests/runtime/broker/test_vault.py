"""The vault: sealed at rest, bound to its purpose, readable over a rotation; and secrets on their way out and back."""

import base64
import json
import os
import sqlite3
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.broker import substitution
from runtime.broker.substitution import Opened
from runtime.broker.vault import Keyring, Locked, Purpose, Sealed, parse_keys
from tests.runtime.broker.internet import Seen, ok, redirect
from tests.runtime.broker.stage import Stage

CANARY = "cAnAry/k3y+7f\"9\\w='ü'&?#%"
PURPOSE = Purpose("T1", "app_1", "api-key", ("api.example.com",))
OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)


def test_a_value_comes_back_for_its_own_purpose_alone() -> None:  # S5
    ring = Keyring(dict([OLD]))
    sealed = ring.seal(PURPOSE, CANARY.encode())
    assert ring.open(PURPOSE, sealed).decode() == CANARY
    for other in (
        Purpose("T2", "app_1", "api-key", PURPOSE.hosts),
        Purpose("T1", "app_2", "api-key", PURPOSE.hosts),
        Purpose("T1", "app_1", "other", PURPOSE.hosts),
        Purpose("T1", "app_1", "api-key", ("evil.net",)),
    ):
        with pytest.raises(Locked):
            ring.open(other, sealed)


def test_equal_values_look_different() -> None:  # K3
    ring = Keyring(dict([OLD]))
    first, second = ring.seal(PURPOSE, b"the same"), ring.seal(PURPOSE, b"the same")
    assert first.value != second.value
    assert first.wrapped != second.wrapped


def test_a_key_is_rotated_without_a_moment_in_which_values_cannot_be_read() -> None:  # K3
    sealed = Keyring(dict([OLD])).seal(PURPOSE, b"a long value")
    both = Keyring(dict([NEW, OLD]))
    assert both.open(PURPOSE, sealed) == b"a long value"
    anew = both.rewrap(PURPOSE, sealed)
    assert (anew.key, anew.value) == ("k2", sealed.value)
    assert Keyring(dict([NEW])).open(PURPOSE, anew) == b"a long value"
    with pytest.raises(Locked, match="the vault has no key k1"):
        Keyring(dict([NEW])).open(PURPOSE, sealed)


@pytest.mark.parametrize(
    "broken",
    [
        lambda one: Sealed(one.key, one.wrapped, one.value[:-4] + "AAAA"),
        lambda one: Sealed(one.key, one.value, one.wrapped),
        lambda one: Sealed(one.key, "", one.value),
        lambda one: Sealed(one.key, one.wrapped, "not base64!"),
        lambda one: Sealed(one.key, one.wrapped, "AAAA"),
    ],
)
def test_a_damaged_seal_is_never_opened(broken: object) -> None:
    ring = Keyring(dict([OLD]))
    assert callable(broken)
    with pytest.raises(Locked):
        ring.open(PURPOSE, broken(ring.seal(PURPOSE, b"a long value")))


def line(name: str, key: bytes) -> str:
    return f"{name}:{base64.b64encode(key).decode()}"


def test_keys_are_read_from_lines_and_the_first_seals() -> None:
    ring = parse_keys(f"\n{line(*NEW)}\n\n  {line(*OLD)}\n")
    assert (ring.current, list(ring.keys)) == ("k2", ["k2", "k1"])
    assert "2222" not in repr(ring)
    with pytest.raises(Locked, match=r"the vault has no key: see docs/outside\.md"):
        _ = parse_keys("").current


@pytest.mark.parametrize(
    "text", ["k1", "k1:short", line("k1", b"1" * 16), line("", b"1" * 32), f"{line(*OLD)}\n{line(*OLD)}", "k1:ü"]
)
def test_keys_that_cannot_be_right_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(Locked) as locked:
        parse_keys(text)
    assert "of the vault is not" in str(locked.value)
    assert not any(part and part in str(locked.value) for part in [text.partition(":")[2]])


def test_no_secret_lies_in_a_file_in_clear(stage: Stage) -> None:  # K3, T16
    stage.calls_out()
    stage.keep("api-key", CANARY)
    stage.internet.script["/"] = lambda seen: ok(seen.raw)
    answer = stage.fetch(method="POST", body="{{secret:api-key}}")
    assert answer["status"] == 200
    stage.engine.dispose()
    with sqlite3.connect(stage.home / "control.db") as connection:
        assert connection.execute("SELECT count(*) FROM secret").fetchone() == (1,)
    forms = [CANARY.encode(), base64.b64encode(CANARY.encode())[:20], CANARY.encode().hex().encode(), b"cAnAry"]
    for path in stage.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [one for one in forms if one in content], path


def test_a_secret_is_put_in_for_its_host_and_its_name_comes_back(stage: Stage) -> None:  # S5, T16
    stage.calls_out()
    stage.keep("api-key", "sesame-open-7")

    def echo(seen: Seen) -> bytes:
        text = f"{seen.headers['authorization']} {seen.body.decode()}"
        return ok(text.encode(), f"x-echo: {seen.headers['authorization']}", "etag: sesame-open-7")

    stage.internet.script["/"] = echo
    answer = stage.fetch(
        method="POST", body="key={{secret:api-key}}", headers={"Authorization": "Bearer {{secret:api-key}}"}
    )
    (seen,) = stage.internet.seen
    assert (seen.headers["authorization"], seen.body) == ("Bearer sesame-open-7", b"key=sesame-open-7")
    assert seen.headers["content-length"] == str(len(seen.body))
    assert answer["body"] == "Bearer {{secret:api-key}} key={{secret:api-key}}"
    assert answer["headers"] == {"x-echo": "Bearer {{secret:api-key}}", "etag": "{{secret:api-key}}"}


@pytest.mark.parametrize(
    ("kind", "body", "sent"),
    [
        ("application/json", '{"key": "{{secret:api-key}}"}', json.dumps({"key": CANARY})),
        ("application/x-www-form-urlencoded", "a=b&key={{secret:api-key}}", f"a=b&key={quote(CANARY, safe='')}"),
        ("text/plain", "{{secret:api-key}}", CANARY),
    ],
)
def test_a_value_is_escaped_for_where_it_lands(stage: Stage, kind: str, body: str, sent: str) -> None:
    stage.calls_out()
    stage.keep("api-key", CANARY)
    assert stage.fetch(method="POST", body=body, headers={"content-type": kind})["status"] == 200
    assert stage.internet.seen[0].body.decode() == sent


def test_a_secret_goes_nowhere_but_to_its_own_host(stage: Stage) -> None:  # S5
    other, here = stage.internet.host("other.example.com"), stage.internet.host()
    stage.calls_out(here, other)
    stage.keep("api-key", "sesame-open-7")
    sent = {"headers": {"x-key": "{{secret:api-key}}"}}
    answer = stage.fetch(f"https://{other}/", **sent)
    assert answer["error"] == f"secret not available: api-key: it may be sent to {here}, not to {other}"
    assert stage.internet.seen == []
    # Nor by a redirect, whichever header it stood in.
    stage.internet.script["/"] = redirect(f"https://{other}/x", 307)
    assert stage.fetch(**sent)["status"] == 200
    assert "x-key" not in stage.internet.seen[1].headers
    answer = stage.fetch(method="POST", body="{{secret:api-key}}")
    assert answer["error"] == f"secret not available: api-key: it may be sent to {here}, not to {other}"
    assert [one.path for one in stage.internet.seen] == ["/", "/x", "/"]


def test_a_secret_is_only_sent_over_https_and_never_in_a_url(stage: Stage) -> None:  # S5
    plain = f"api.example.com:{stage.internet.plain_port}"
    stage.calls_out(stage.internet.host(), plain)
    stage.keep("api-key", "sesame-open-7", stage.internet.host(), plain)
    said = stage.fetch(f"http://{plain}/", headers={"x-key": "{{secret:api-key}}"})
    assert said["error"] == "secret not available: api-key: it is only sent over https"
    said = stage.fetch(stage.internet.url("/?key={{secret:api-key}}"))
    assert said["error"] == "secret not available: api-key: a secret is not put into a URL, which servers write down"
    assert stage.internet.connections == 0


def test_another_app_s_secret_is_not_there(stage: Stage) -> None:  # S5
    stage.calls_out()
    stage.keep("api-key", "sesame-open-7", app="app_2")
    assert stage.fetch(headers={"x-key": "{{secret:api-key}}"}) == {
        "error": "secret not available: api-key",
        "kind": "secret",
        "secret": "api-key",
    }
    assert stage.internet.connections == 0


def test_a_platform_secret_is_for_apps_whose_template_declares_it(stage: Stage) -> None:  # T16
    stage.calls_out(secrets=("analytics-write-key",))
    stage.calls_out(app="app_2")
    stage.keep("analytics-write-key", "sesame-open-7", app="")
    sent = {"headers": {"x-key": "{{secret:analytics-write-key}}"}}
    assert stage.fetch(**sent)["status"] == 200
    assert stage.internet.seen[0].headers["x-key"] == "sesame-open-7"
    assert stage.fetch(app="app_2", **sent)["error"] == "secret not available: analytics-write-key"
    # The app's own one of the same name comes first.
    stage.keep("analytics-write-key", "of-the-app-itself")
    stage.fetch(**sent)
    assert stage.internet.seen[1].headers["x-key"] == "of-the-app-itself"


def test_without_its_key_a_call_is_denied_and_others_go_on(stage: Stage) -> None:  # S5, K3
    stage.calls_out()
    stage.keep("api-key", "sesame-open-7")
    stage.ring = Keyring()
    answer = stage.fetch(headers={"x-key": "{{secret:api-key}}"})
    assert answer["error"] == "secret not available: api-key: the vault cannot open it right now"
    assert stage.internet.connections == 0
    assert stage.fetch()["status"] == 200


def test_a_row_moved_to_another_app_or_host_in_the_database_stays_shut(stage: Stage) -> None:  # S5
    other = stage.internet.host("other.example.com")
    stage.calls_out(other)
    stage.keep("api-key", "sesame-open-7")
    with sqlite3.connect(stage.home / "control.db") as connection:
        connection.execute("UPDATE secret SET hosts = ?", (json.dumps([other]),))
    answer = stage.fetch(f"https://{other}/", headers={"x-key": "{{secret:api-key}}"})
    assert answer["error"] == "secret not available: api-key: the vault cannot open it right now"


def test_a_value_with_a_line_break_is_not_put_into_a_header(stage: Stage) -> None:
    stage.calls_out()
    stage.keep("api-key", "sesame\r\nhost: evil")
    answer = stage.fetch(headers={"x-key": "{{secret:api-key}}"})
    assert answer["error"] == "secret not available: api-key: its value cannot stand in a header"
    assert stage.internet.connections == 0


def test_values_are_overwritten_when_the_call_is_over() -> None:  # K4
    opened = Opened("api-key", (), bytearray(b"sesame"))
    opened.close()
    assert opened.value == bytes(6)


def forms(value: str) -> list[str]:
    """What an API might make of a value that it repeats."""
    raw = value.encode()
    return [
        value,
        json.dumps(value),
        json.dumps(value, ensure_ascii=False),
        json.dumps(value).replace("/", "\\/"),
        quote(value),
        quote(value, safe=""),
        raw.hex(),
        raw.hex().upper(),
        *(base64.b64encode(b"u" * n + raw + b"x" * m).decode() for n in range(4) for m in range(3)),
        *(base64.urlsafe_b64encode(b"user:" * n + raw).decode() for n in range(3)),
    ]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=8, max_size=40))
def test_no_form_of_a_value_comes_back(value: str) -> None:  # S5, T16
    secret = Opened("it", (), bytearray(value.encode()))
    raw = value.encode()
    for form in forms(value):
        left = substitution.scrub(f"<{form}>".encode(), [secret])
        assert b"{{secret:it}}" in left
        assert raw not in left


def test_every_app_s_answer_is_scrubbed_of_base64_in_any_place() -> None:  # S5
    secret = Opened("it", (), bytearray(b"sesame-open-7"))
    for n in range(6):
        encoded = base64.b64encode(os.urandom(n) + b"sesame-open-7" + os.urandom(n))
        left = substitution.scrub(encoded, [secret]).replace(b"{{secret:it}}", b"")
        assert len(left) <= len(encoded) - 14
