"""The pure parts: encoding, block limits, form values, tokens that run out."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slackblocks import HeaderBlock, SectionBlock

from bot.workspace.blocks import block_problems, with_ids
from bot.workspace.config import Config
from bot.workspace.directory import Directory
from bot.workspace.errors import Refused
from bot.workspace.forms import missing, state_of, view_problems
from bot.workspace.keep import Keep
from bot.workspace.limits import Buckets, Occasion, ResponseUrls, Triggers
from bot.workspace.words import encode, unescape
from tests.workspace.harbour import config

PLAIN = {"type": "plain_text", "text": "x"}


def directory(made: Config | None = None) -> Directory:
    return Directory(made or config(port=1), Keep(None), 0)


KNOWN = directory()


@settings(deadline=None)
@given(st.text())
def test_what_people_type_never_carries_a_reference_of_its_own_making(text: str) -> None:
    encoded = encode(text, KNOWN)
    known = {*KNOWN.users, *KNOWN.channels, *KNOWN.groups}
    for inside in re.findall("<([^<>]*)>", encoded):
        target = inside.split("|")[0].removeprefix("!subteam^").lstrip("@#")
        assert target in known or inside in ("!here", "!channel", "!everyone") or inside.startswith("http")
    assert "<" not in re.sub("<[^<>]*>", "", encoded)


def test_references_are_found_in_words_but_not_in_code_or_addresses() -> None:
    ana, ops = KNOWN.user_named("ana"), KNOWN.channel_named("ops")
    group = KNOWN.group_named("data-stewards")
    assert ana and ops and group
    typed = "@ana, #ops @data-stewards `@ana` mail@ana https://a.example/x?a=1&b=2. <!channel> @channel"
    assert encode(typed, KNOWN) == (
        f"<@{ana.id}>, <#{ops.id}|ops> <!subteam^{group.id}|@data-stewards> `@ana` mail@ana "
        "<https://a.example/x?a=1&amp;b=2>. &lt;!channel&gt; <!channel>"
    )
    assert unescape("&lt;b&gt; &amp;amp;") == "<b> &amp;"


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "header", "text": {**PLAIN, "text": "x" * 151}}, "less than 151 characters"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "unsupported type: mrkdwn"),
        ({"type": "section"}, "must provide text or fields"),
        ({"type": "section", "fields": [{**PLAIN, "text": "x" * 2001}]}, "less than 2001"),
        ({"type": "section", "text": PLAIN, "colour": "red"}, "invalid additional property: colour"),
        ({"type": "context", "elements": []}, "no fewer than 1"),
        ({"type": "context", "elements": [PLAIN] * 11}, "no more than 10"),
        ({"type": "actions", "elements": [{"type": "plain_text_input"}]}, "unsupported type"),
        ({"type": "actions", "elements": [{"type": "button", "text": PLAIN, "style": "blue"}]}, "primary, danger"),
        ({"type": "actions", "elements": [{"type": "button", "text": {**PLAIN, "text": "x" * 76}}]}, "less than 76"),
        ({"type": "actions", "elements": [{"type": "button", "text": PLAIN, "value": "x" * 2001}]}, "less than 2001"),
        (
            {"type": "actions", "elements": [{"type": "button", "text": PLAIN, "action_id": "a"}] * 2},
            "`action_id` a already exists",
        ),
        ({"type": "image", "image_url": "https://a.example/x.png"}, "missing required field: alt_text"),
        ({"type": "carousel"}, "unsupported type: carousel"),
        ("text", "must be an object"),
    ],
)
def test_each_limit_is_kept(block: Any, problem: str) -> None:
    (found,) = block_problems([block])
    assert problem in found
    assert "[json-pointer:/blocks/0" in found


def test_blocks_that_another_builder_makes_are_taken() -> None:
    made = [HeaderBlock("x" * 150)._resolve(), SectionBlock("x" * 3000)._resolve()]
    assert block_problems(made) == []


def test_messages_and_modals_hold_so_many_blocks_with_ids_of_their_own() -> None:
    divider = {"type": "divider"}
    assert block_problems([divider] * 50) == []
    assert "no more than 50" in block_problems([divider] * 51)[0]
    assert block_problems([divider] * 100, "modal") == []
    twice = [{**divider, "block_id": "a"}] * 2
    assert "`block_id` a already exists" in block_problems(twice)[0]
    assert len({one["block_id"] for one in with_ids([divider] * 9)}) == 9


def test_a_view_needs_a_short_title_and_a_submit_for_its_inputs() -> None:
    asked = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}
    view = {"type": "modal", "title": {**PLAIN, "text": "x" * 25}, "blocks": [asked]}
    found = view_problems(view)
    assert any("less than 25" in one for one in found)
    assert any("`submit` is required" in one for one in found)
    assert view_problems({**view, "title": PLAIN, "submit": PLAIN}) == []


def inputs(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "input", "block_id": f"b{at}", "label": PLAIN, "element": {**one, "action_id": "v"}}
        for at, one in enumerate(elements)
    ]


def test_each_input_gives_the_state_that_its_type_has() -> None:
    option = {"text": PLAIN, "value": "one"}
    blocks = inputs(
        {"type": "plain_text_input", "initial_value": "kept"},
        {"type": "static_select", "options": [option]},
        {"type": "checkboxes", "options": [option]},
        {"type": "users_select"},
        {"type": "datepicker"},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
    )
    state = state_of(blocks, {"b1": "one", "b2": ["one"], "b3": "U1", "b4": "2026-12-01", "b5": "0"})
    assert [state[f"b{at}"]["v"] for at in range(6)] == [
        {"type": "plain_text_input", "value": "kept"},
        {"type": "static_select", "selected_option": option},
        {"type": "checkboxes", "selected_options": [option]},
        {"type": "users_select", "selected_user": "U1"},
        {"type": "datepicker", "selected_date": "2026-12-01"},
        {"type": "number_input", "value": "0"},
    ]
    assert missing(blocks, state) == {"b5": "Must be 1 or more."}
    assert state_of(blocks, {"b1": "forged"})["b1"]["v"]["selected_option"] is None


def test_triggers_and_response_urls_run_out() -> None:
    triggers = Triggers(3.0)
    first, second = triggers.make("U1", 100.0), triggers.make("U1", 100.0)
    assert triggers.spend(first, 103.0) == "U1"
    for trigger, code in ((first, "exchanged"), (second, "expired"), ("forged", "invalid")):
        with pytest.raises(Refused, match=f"{code}_trigger_id"):
            triggers.spend(trigger, 103.1)
    urls = ResponseUrls("http://localhost:1", "T1")
    token = urls.make(Occasion("C1", "U1"), 0.0).rpartition("/")[2]
    for _ in range(5):
        assert urls.spend(token, 1800.0).user == "U1"
    with pytest.raises(Refused, match="used_url"):
        urls.spend(token, 1800.0)
    with pytest.raises(Refused, match="expired_url"):
        urls.spend(token, 1801.0)


@settings(deadline=None)
@given(st.integers(1, 5), st.lists(st.floats(0, 2), max_size=40))
def test_no_bucket_gives_more_than_its_burst_and_its_rate(burst: int, gaps: list[float]) -> None:
    buckets, now, taken = Buckets(1.0, burst), 0.0, 0
    for gap in gaps:
        now += gap
        try:
            buckets.take("k", now)
        except Refused as no:
            assert no.retry_after >= 1
        else:
            taken += 1
    assert taken <= burst + now + 1e-6


def test_a_workspace_listens_on_loopback_only() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        config(host="0.0.0.0")


@pytest.mark.parametrize(
    ("uri", "fine"),
    [
        ("http://lunch.localhost:9/callback", True),
        ("http://lunch.preview.localhost:9/callback", True),
        ("http://evil.example:9/callback", False),
        ("http://lunch.localhost:9/callback/more", False),
        ("http://evil.example/.localhost:9/callback", False),
        ("http://evil.example#.localhost:9/callback", False),
        ("http://u@evil.localhost:9/callback", False),
    ],
)
def test_people_are_sent_back_to_known_addresses_only(uri: str, fine: bool) -> None:
    assert config(port=1).allows_redirect(uri) is fine
