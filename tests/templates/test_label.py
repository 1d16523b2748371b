"""The label: words for exactly what is declared and granted, and none for anything else."""

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from runtime.call import Call, HostResult, Visitor
from runtime.capabilities import dispatch
from templates import uses
from templates.label import INTERNET, NOTHING, disagreement, label, names, phrases
from templates.manifest import (
    Capability,
    Days,
    EgressCapability,
    MailCapability,
    Manifest,
    NotifyCapability,
    ScheduleCapability,
    StoreCapability,
    Table,
    Time,
)
from tests.runtime import scene

STORE = StoreCapability(tables={"rows": Table(fields={"name": "text"})})
EVERY: tuple[Capability, ...] = (
    STORE,
    NotifyCapability(per_day=3),
    EgressCapability(hosts=("api.example.com", "b.example:8443")),
    MailCapability(domains=("example.com", "example.org"), per_day=5),
    ScheduleCapability(times={"daily": Time(every="day", at="09:00"), "weekly": Time(every="friday", at="10:00")}),
)
STRANGE = ("egress:evil.example", "mail:evil.example", "schedule:nightly", "files", "egress:", "")


def manifest(*capabilities: Capability) -> Manifest:
    return scene.bundle("").manifest.model_copy(update={"capabilities": capabilities, "retention_days": 14})


def can(*capabilities: Capability) -> tuple[str, ...]:
    return label(manifest(*capabilities), names(capabilities)).can


def test_what_an_app_may_do_is_said_in_plain_words() -> None:  # N5
    assert can(STORE, NotifyCapability(per_day=3)) == (
        "keep entries in a table of its own, for 14 days",
        "post up to 3 messages a day in its thread",
    )
    assert can() == (NOTHING,)
    assert can(MailCapability(domains=("example.com", "example.org"), per_day=5)) == (
        "send up to 5 mails a day to @example.com, @example.org",
    )
    offline = label(manifest(STORE), ["store"]).cannot
    assert offline == ("reach the internet", "read your Slack messages", "see other apps' data")


def test_an_app_that_may_call_out_is_not_said_to_be_offline() -> None:
    said = label(manifest(EVERY[2]), ["egress:api.example.com"])
    assert said.can == ("call api.example.com",)
    assert INTERNET not in said.cannot
    assert "call b.example:8443: not granted" in said.cannot


@pytest.mark.parametrize(
    ("scrubbed", "said"),
    [
        ((), "keep entries in a table of its own, for 14 days"),
        (("notes",), "keep entries in a table of its own, without secrets in notes, for 14 days"),
        (("notes", "votes"), "keep entries in a table of its own, without secrets, for 14 days"),
    ],
)
def test_a_store_without_secrets_says_so(scrubbed: Collection[str], said: str) -> None:
    tables = {name: Table(fields={"text": "text"}, scrub=name in scrubbed) for name in ("notes", "votes")}
    assert can(StoreCapability(tables=tables)) == (said,)


@pytest.mark.parametrize(
    ("every", "said"), [("day", "every day"), ("weekday", "every weekday"), ("friday", "every Friday")]
)
def test_an_app_that_runs_by_itself_says_when_and_what_for(every: Days, said: str) -> None:
    schedule = ScheduleCapability(times={"daily_summary": Time(every=every, at="09:00")})
    assert can(schedule) == (f"run by itself {said} at 09:00 UTC (daily summary)",)


@given(
    st.lists(st.sampled_from(EVERY), unique_by=lambda one: one.kind),
    st.sets(st.sampled_from((*names(EVERY), *STRANGE))),
)
def test_every_granted_operation_has_words_and_no_words_are_without_a_grant(  # N5
    declared: list[Capability], granted: set[str]
) -> None:
    made = manifest(*declared)
    said = phrases(made, granted)
    assert set(said) == granted & set(names(made.capabilities))
    assert label(made, granted).can == (tuple(dict.fromkeys(said.values())) or (NOTHING,))
    table = dispatch(made, granted.__contains__, CALL, no_box, no_notice, ignore)
    reached = {name.partition(".")[0] for name in table.dispatch} - {"egress", "mail"}
    reached |= {name.partition(".")[0] for name in table.outside}
    assert {name.partition(":")[0] for name in said} - {"schedule"} == reached, "the table of a Call says the same"
    table.finish()


CALL = Call("GET", "/", Visitor("v_1", "Ana", owner=True, handle="ana"), 0, "r_1", stage="live")


def no_box() -> object:
    raise AssertionError("nothing is stored here")


def no_notice(_: str) -> HostResult:
    raise AssertionError("nothing is said here")


def ignore(_: str) -> None:
    """What was blocked is not looked at."""


def test_a_label_that_would_not_be_true_says_why() -> None:  # N5
    made = manifest(STORE)
    assert disagreement(made, set(), ("store",)) == ""
    assert disagreement(made, {"mail"}, ("store",)) == "its code uses mail and its Manifest does not say so"
    assert disagreement(made, set(), ("egress:evil.example", "store")) == (
        "it would be given egress:evil.example, which its Manifest does not ask for"
    )
    assert disagreement(made, set(), ()) == "its Manifest asks for store, which it would not be given"


SOURCES: Mapping[str, tuple[str, frozenset[JsonValue]]] = {
    "a call": ("await egress.fetch('https://x')", frozenset({"egress"})),
    "over lines": ("mail\n  .send ({})", frozenset({"mail"})),
    "in a page's text": ("html`${mail.send({})}`", frozenset({"mail"})),
    "a question of the asker": ('const Q = ["egress.fetch(1)", "it\'s mail.send(2)"];', frozenset()),
    "a remark": ("// egress.fetch(1)\n/* mail.send(2) */ store.list('rows')", frozenset()),
    "another's member": ("my.mail.send(1); hotmail.send(2)", frozenset()),
}


@pytest.mark.parametrize("case", SOURCES)
def test_code_that_leads_outside_is_seen_in_the_code_itself(case: str) -> None:  # N5
    source, found = SOURCES[case]
    assert uses.outside(source.encode()) == found
