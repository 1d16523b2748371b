"""What others made is on the list, with somebody who answers for it: else nothing is built on it or started."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import foundations
from bot.foundations import theirs
from bot.rows.requests import State
from bot.settings import CannotStart
from guardrails import external
from guardrails.external import BadList
from tests.bot.desk import DAY, START, Desk

ANOTHER = tuple(replace(one, version="50.0.2") if one.name == "wasmtime" else one for one in theirs())
FOREVER = 4_102_444_800
"""1 January 2100."""


def test_everything_that_apps_run_on_is_on_the_shipped_list() -> None:  # G6
    assert external.strangers(theirs(), external.load()) == ()
    assert {one.name for one in external.load()} == {one.name for one in theirs()}
    assert all(one.owner and one.until > date(2027, 1, 1) for one in external.load())
    assert foundations.refusal(START) == ""
    foundations.check(START)


def test_another_version_or_other_bytes_are_refused_at_start_and_at_build() -> None:  # G6
    flipped = tuple(replace(one, digest=f"sha256:{'0' * 64}") if one.name == "guest.wasm" else one for one in theirs())
    for parts, named in ((ANOTHER, "wasmtime 50.0.2"), (flipped, "guest.wasm sha256:000000000000")):
        with pytest.raises(CannotStart) as caught:
            foundations.check(START, parts)
        assert str(caught.value) == (
            f"Apps would run on what is not on the list of external components: {named}. "
            "Install Slipway again, or have somebody answer for it in guardrails/external.yaml."
        )
        assert foundations.refusal(START, parts) == (
            f"Nothing new is built, because apps would run on what nobody answers for: {named}. "
            "The platform team has to look at it, see guardrails/external.yaml."
        )


def test_an_entry_that_has_ended_stops_what_is_new_and_not_what_runs(caplog: pytest.LogCaptureFixture) -> None:  # G6
    foundations.check(FOREVER)
    assert "NOBODY ANSWERS ANY MORE FOR wasmtime 50.0.1 (allowed until 2030-01-01, platform answers" in caplog.text
    assert "wasmtime 50.0.1 (allowed until 2030-01-01, platform answers for it)" in foundations.refusal(FOREVER)


def test_whoever_asks_then_reads_why(tmp_path: Path) -> None:  # G6
    desk = Desk(tmp_path)
    asked = desk.press("slipway.publish", desk.ask())
    assert asked.state is State.LIVE
    desk.now = FOREVER - DAY
    late = desk.ask("a snack survey for ops")
    assert late.state is State.FAILED
    assert late.trouble.startswith("Nothing new is built, because apps would run on what nobody answers for: ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- {name: x, why: y, owner: z, until: 2030-01-01}", "pins nothing of x"),
        ("- {name: x, version: '1', why: y, until: 2030-01-01}", "cannot be read"),
        ("- {name: x, version: '1', why: y, owner: z, until: soon}", "cannot be read"),
        ("{", "cannot be read"),
    ],
)
def test_a_list_that_does_not_say_all_is_no_list(tmp_path: Path, text: str, why: str) -> None:  # G6
    path = tmp_path / "external.yaml"
    path.write_text(text)
    with pytest.raises(BadList, match=why):
        external.load(path)
