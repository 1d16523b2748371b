"""Blocks stay within Slack's limits, and what people wrote stays dead text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Message
from bot.wording import blocks
from bot.workspace.blocks import block_problems
from tests.bot.slack_rules import HOSTILE, alive, anything, must_be_fine


@pytest.mark.parametrize(
    ("wrote", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1> & <#C1|ops>", "&lt;@U1&gt; &amp; &lt;#C1|ops&gt;"),
        ("*bold* _italic_ ~struck~ `code`", "bold italic struck code"),
        ("```code```", "code"),
        ("**_a_**", "a"),
        ("snake_case and 2*3*4", "snake_case and 2*3*4"),
        ("two\n\nlines\t here", "two lines here"),
        ("turned\u202ereading", "turnedreading"),
        ("half \ud800 a character", "half a character"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("", ""),
    ],
)
def test_what_a_person_wrote_is_shown_and_does_nothing(wrote: str, shown: str) -> None:
    assert blocks.quoted(wrote) == shown


@given(anything, st.integers(1, 400))
def test_quoted_text_never_holds_a_live_mark(text: str, limit: int) -> None:
    quoted = blocks.quoted(text, limit)
    assert not alive(quoted)
    assert "`" not in quoted and "\n" not in quoted
    assert len(quoted) <= 5 * limit


@given(anything, st.integers(1, 400))
def test_a_cut_never_goes_through_an_entity(text: str, limit: int) -> None:
    cut = blocks.cut(blocks.escape(text), limit)
    assert len(cut) <= limit
    rest = cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in rest and "<" not in rest


def test_a_cut_never_goes_through_a_link() -> None:
    assert blocks.cut("see <https://app.localhost/x>", 20) == "see…"
    assert blocks.cut("short", 20) == "short"


def test_a_cut_text_ends_in_an_ellipsis() -> None:
    assert blocks.shorten("a long text", 7) == "a long…"
    assert blocks.shorten("short", 7) == "short"


def test_bare_addresses_stay_dead_text() -> None:
    assert blocks.section("https://evil.example")["text"]["verbatim"] is True


@given(anything)
def test_every_block_is_one_that_slack_takes(text: str) -> None:
    built = [
        blocks.header(text),
        blocks.section(blocks.escape(text)),
        blocks.context(blocks.escape(text), blocks.escape(text)),
        blocks.actions(blocks.button(text, "slipway.open", {"request": "r"}, confirm=blocks.escape(text))),
    ]
    assert block_problems(built) == []
    must_be_fine(Message("x", tuple(built)))


def test_empty_texts_become_a_dash_because_slack_refuses_them() -> None:
    assert blocks.header(" \n")["text"]["text"] == "–"
    assert blocks.section("")["text"]["text"] == "–"
    assert [one["text"] for one in blocks.context("", "")["elements"]] == ["–"]


def test_small_print_keeps_the_first_ten_pieces_that_say_something() -> None:
    shown = blocks.context(*(str(number % 12) if number % 2 else "" for number in range(40)))
    assert len(shown["elements"]) == 10


def test_rows_are_kept_whole_and_the_rest_is_counted() -> None:
    rows = [f"row {number}" for number in range(100)]
    assert blocks.lines(rows, 50).splitlines() == ["row 0", "row 1", "row 2", "row 3", "row 4", "… and 95 more."]
    assert blocks.lines(rows[:3]) == "row 0\nrow 1\nrow 2"


@given(st.lists(st.text("ab", max_size=90), max_size=60), st.integers(40, 3000))
def test_rows_never_grow_past_the_limit(rows: list[str], limit: int) -> None:
    assert len(blocks.lines(rows, limit)) <= limit


def test_a_button_carries_its_version_and_ids() -> None:
    value = blocks.button("Open", "slipway.open", {"request": "r1"})["value"]
    assert json.loads(value) == {"v": "1", "request": "r1"}
    assert blocks.current(value)


@pytest.mark.parametrize("value", ["", "publish", "null", "[]", "1", '{"request":"r1"}', '{"v":"0"}', '{"v":1}', "{"])
def test_a_value_that_this_version_did_not_write_is_old(value: str) -> None:
    assert not blocks.current(value)


def test_a_button_refuses_to_cut_its_ids() -> None:
    with pytest.raises(ValueError, match="holds ids, not 2019 characters"):
        blocks.button("Open", "slipway.open", {"request": "r" * 1997})


def test_a_dangerous_button_asks_first_in_its_own_word() -> None:
    confirm = blocks.button("Retire", "slipway.retire", {}, style="danger", confirm="*A* ends.")["confirm"]
    assert confirm.pop("style") == "danger"
    said = {name: part["text"] for name, part in confirm.items()}
    assert said == {"title": "Are you sure?", "text": "*A* ends.", "confirm": "Retire", "deny": "Not now"}


def test_buttons_of_one_verb_get_ids_of_their_own() -> None:
    row = blocks.actions(*(blocks.button("A", "slipway.choose", {"kind": one}) for one in "abc"))
    assert [one["action_id"] for one in row["elements"]] == ["slipway.choose", "slipway.choose.1", "slipway.choose.2"]


def test_a_message_of_too_many_blocks_says_that_it_is_not_all() -> None:
    shown = blocks.bounded([blocks.DIVIDER] * 60)
    assert len(shown) == 50
    assert shown[-1] == blocks.context("… and more.")
    assert len(blocks.bounded([blocks.DIVIDER] * 50)) == 50


def test_the_hostile_line_is_dead_on_one_line() -> None:
    assert blocks.quoted(HOSTILE) == (
        "&lt;!channel&gt; &lt;@U1&gt; &lt;https: //evil.example|free&gt; loud slanted gone code &amp; "
        "&amp;lt;!here&amp;gt;"
    )
