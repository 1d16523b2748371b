"""What holds in which channel, read strictly from a file that operators keep in Git (U8)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import channels
from bot.channels import BadChannels, Channel

FILE = """\
# Reviewed as any other change.
defaults:
  posts_a_week: 4
  fallback: C0FALLBACK
channels:
  C0123ABCD:
    guests_may_ask: true
    posts_a_week: 10
    audience: me
    fallback: C0ANOTHER
    language: de
  C0456EFGH:
    audience: everyone
"""


def test_a_channel_says_what_holds_there_and_defaults_hold_elsewhere() -> None:  # U8
    found = channels.parse(FILE)
    assert found.of("C0123ABCD") == Channel(True, 10, "me", "C0ANOTHER", "de")
    assert found.of("C0456EFGH") == Channel(False, 4, "everyone", "C0FALLBACK", "en")
    assert found.of("C0ELSE") == Channel(posts_a_week=4, fallback="C0FALLBACK")
    assert found.welcoming == {"C0123ABCD"}


def test_the_short_form_still_welcomes_guests() -> None:  # U7, U8
    found = channels.parse(FILE).with_guests(frozenset({"C0456EFGH", "C0NEW"}))
    assert found.welcoming == {"C0123ABCD", "C0456EFGH", "C0NEW"}
    assert found.of("C0456EFGH").audience == "everyone" and found.of("C0NEW").posts_a_week == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channel:\n  C0123ABCD: {}", "line 1: the file has no 'channel': did you mean 'channels'?"),
        ("channels:\n  ops:\n    language: de", "line 2: 'ops' is no channel's id: write one such as C0123ABCD."),
        ("channels:\n  C1A2:\n    guest_may_ask: true", "line 3: a channel has no 'guest_may_ask': did you"),
        ("channels:\n  C1A2:\n    colour: red", "line 3: a channel has no 'colour': it can have guests_may"),
        ("defaults:\n  guests_may_ask: true", "line 2: a channel has no 'guests_may_ask'"),
        ("channels:\n  C1A2:\n    guests_may_ask: yes", "line 3: guests_may_ask is 'yes': write true or false."),
        ("channels:\n  C1A2:\n    guests_may_ask: 'true'", "line 3: guests_may_ask must be true or false."),
        ("channels:\n  C1A2:\n    posts_a_week: many", "line 3: posts_a_week must be a number from 0 to 1000."),
        ("channels:\n  C1A2:\n    posts_a_week: 0x10", "line 3: posts_a_week is '0x10'"),
        ("channels:\n  C1A2:\n    posts_a_week: -1", "line 3: posts_a_week is '-1'"),
        ("channels:\n  C1A2:\n    audience: everybody", "line 3: audience is 'everybody': did you mean 'everyone'?"),
        ("channels:\n  C1A2:\n    fallback: '#ops'", "line 3: fallback is '#ops': write a channel's id"),
        ("channels:\n  C1A2:\n    language: fr", "line 3: language is 'fr': write one of en, de."),
        ("channels:\n  C1A2: {}\n  C1A2: {}", "line 3: 'C1A2' stands here twice; keep one."),
        ("channels:\n  C1A2: 7", "line 2: a channel must be `name: value` pairs."),
        ("channels: [C1A2]", "line 1: channels must be `name: value` pairs."),
        ("channels:\n  C1A2:\n\tlanguage: de", "line 3: found character '\\t' that cannot start any token."),
        ("- C1A2", "line 1: the file must be `name: value` pairs."),
        ("channels:\n  ? [C1A2]\n  : {}", "line 2: a name must be a plain word."),
        ("[" * 5000, "line 1: it is nested too deeply."),
        ("#" + "x" * 300_000, "line 1: the file is longer than 200000 characters."),
    ],
)  # fmt: skip  # a table
def test_whatever_is_not_meant_so_is_refused_with_its_line(text: str, told: str) -> None:  # U8
    with pytest.raises(BadChannels) as error:
        channels.parse(text)
    assert str(error.value).startswith(told)


@given(st.text(max_size=80))
def test_no_file_breaks_the_reading(text: str) -> None:
    for one in (text, f"channels:\n  C1A2:\n    language: {text}"):
        try:
            channels.parse(one)
        except BadChannels as error:
            assert str(error).startswith("line ")


def test_a_file_is_named_by_its_digest_and_a_missing_one_is_said(tmp_path: Path) -> None:  # U8
    path = tmp_path / "channels.yaml"
    with pytest.raises(BadChannels, match="cannot be read"):
        channels.load(path)
    path.write_text("")
    first = channels.load(path)
    path.write_text(FILE)
    assert first.named == {} and first.digest.startswith("sha256:") and channels.load(path).digest != first.digest
    assert channels.load(None).digest == ""
    path.write_text("channels: 1")
    with pytest.raises(BadChannels, match=r"channels\.yaml, line 1: channels must be"):
        channels.load(path)
