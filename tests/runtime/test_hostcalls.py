"""The host's three functions, called as a guest would whose engine was taken over: with any numbers at all."""

import json
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.hostcalls import MAX_ASKED, MAX_HOST_CALLS, MAX_REPLY, HostCalls, Run
from runtime.instance import Instance, Instances

NUMBERS = st.integers(-(2**31), 2**31 - 1)
AT = 1 << 20


class Guest:
    """An instance whose every call to the host is made by hand."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.calls = HostCalls()
        operations = {
            "echo": lambda asked: {"ok": asked},
            "raise": lambda _asked: 1 / 0,
            "long": lambda _: {"ok": "x" * MAX_REPLY},
        }
        self.run = Run(instance, operations, 100, 1000, 100, time.perf_counter())

    def ask(self, content: bytes) -> dict[str, object]:
        self.instance.write(AT, content)
        with self.calls.of(self.run):
            assert self.calls.call(AT, len(content)) == len(self.run.reply)
        told: dict[str, object] = json.loads(self.run.reply)
        return told


@pytest.fixture(scope="session")
def shared(instances: Instances) -> Iterator[Instance]:
    one = instances.fresh(16 << 20)
    one.alloc(2 << 20)
    yield one
    one.close()


@pytest.fixture
def guest(shared: Instance) -> Guest:
    return Guest(shared)


def test_an_operation_is_done_and_its_reply_taken(guest: Guest) -> None:
    assert guest.ask(b'{"op": "echo", "args": {"a": "\xc3\xbc"}}') == {"ok": {"a": "ü"}}
    with guest.calls.of(guest.run):
        guest.calls.take(AT, len(guest.run.reply))
    assert guest.instance.read(AT, len(guest.run.reply)) == guest.run.reply


def test_a_reply_is_taken_only_whole_and_only_to_where_there_is_room(guest: Guest) -> None:
    guest.ask(b'{"op": "echo", "args": {}}')
    before = guest.instance.read(AT, 64)
    with guest.calls.of(guest.run):
        for at, length in (
            (AT, 5),
            (AT, -1),
            (guest.instance.size() - 3, len(guest.run.reply)),
            (-1, len(guest.run.reply)),
        ):
            guest.calls.take(at, length)
    assert guest.instance.read(AT, 64) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"7",
        b"[]",
        b"{}",
        b'{"op": "echo"}',
        b'{"op": ["echo"], "args": {}}',
        b"\xff\xfe",
        b"[" * 5000,
        b"9" * 5000,
    ],
)
def test_a_question_that_is_none_gets_an_answer_all_the_same(guest: Guest, content: bytes) -> None:
    assert guest.ask(content) == {"error": "the host could not do that"}


def test_an_operation_that_raises_gets_an_answer_all_the_same(guest: Guest) -> None:
    assert guest.ask(b'{"op": "raise", "args": {}}') == {"error": "the host could not do that"}


def test_what_is_not_in_the_table_is_not_granted(guest: Guest) -> None:
    assert guest.ask(b'{"op": "mail.send", "args": {}}') == {
        "error": "not granted: mail; the template.yaml line that asks for it: - kind: mail"
    }


def test_questions_replies_and_their_number_have_a_limit(guest: Guest) -> None:
    with guest.calls.of(guest.run):
        guest.calls.call(AT, MAX_ASKED + 1)
    assert json.loads(guest.run.reply) == {"error": "the question to the host is too large"}
    assert guest.ask(b'{"op": "long", "args": {}}') == {"error": "the reply is too large; ask for fewer rows"}
    guest.run.host_calls = MAX_HOST_CALLS
    assert guest.ask(b'{"op": "echo", "args": {}}') == {"error": "too many host operations in one call"}


def test_whoever_kept_the_host_busy_gets_nothing_more(guest: Guest) -> None:
    guest.run.in_host = 0.6
    assert guest.ask(b'{"op": "echo", "args": {}}') == {"error": "no time left for host operations in this call"}


def test_a_log_is_cut_where_its_limit_or_the_memory_ends(guest: Guest) -> None:
    size = guest.instance.size()
    guest.instance.write(size - 10, b"end of it.")
    with guest.calls.of(guest.run):
        guest.calls.log(size - 10, 500)
        guest.calls.log(AT, 80)
        guest.calls.log(AT, 80)
        guest.calls.log(AT, 80)
    assert guest.run.logs[0] == "end of it."
    assert len(guest.run.logs) == 3
    assert guest.run.log_left == 0


@given(at=NUMBERS, length=NUMBERS)
def test_no_number_breaks_the_host_or_reaches_outside(shared: Instance, at: int, length: int) -> None:
    guest = Guest(shared)
    with guest.calls.of(guest.run):
        assert guest.calls.call(at, length) == len(guest.run.reply)
        guest.calls.take(at, length)
        guest.calls.take(at, len(guest.run.reply))
        guest.calls.log(at, length)
    assert sum(len(line.encode(errors="replace")) for line in guest.run.logs) <= 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
ASKED = st.fixed_dictionaries({"op": JSON | st.sampled_from(["echo", "raise", "long"]), "args": JSON}) | JSON


@given(document=ASKED, cut=st.integers(0, 400), flipped=st.integers(0, 400))
def test_whatever_is_asked_is_answered_with_a_value_or_an_error(
    shared: Instance, document: object, cut: int, flipped: int
) -> None:
    whole = json.dumps(document).encode()
    broken = bytearray(whole)
    if broken:
        broken[flipped % len(broken)] ^= 1 << flipped % 8
    for content in (whole, whole[:cut], bytes(broken)):
        told = Guest(shared).ask(content)
        assert set(told) in ({"ok"}, {"error"})
