"""What breaks for one Request stays with it: everybody else's goes on, and whoever waits is told."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.wording import words
from tests.bot.histories import History

SURVEY = "a lunch survey, three questions, keep it two weeks"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    one = History(tmp_path / "home")
    yield one
    one.close()


def ticks(history: History, rounds: int = 3) -> None:
    for _ in range(rounds):
        for which in range(4):
            history.tick(which)
        history.now += 3


def previews(history: History, *users: str) -> list[str]:
    """A preview for each of them; the ids of their Requests."""
    for user in users:
        history.hear(SURVEY, user)
    ticks(history)
    found = dict(history.rows("SELECT user, id FROM request WHERE state = 'previewed'"))
    return [found[user] for user in users]


def damage_the_bundle_of(history: History, request: str) -> None:
    ((digest,),) = history.rows("SELECT bundle FROM request WHERE id = ?", request)
    (history.home / "bundles" / "blobs" / "sha256" / digest.removeprefix("sha256:")).write_bytes(b"{}")


def test_a_press_that_cannot_be_decided_stops_no_other_and_is_answered(history: History) -> None:
    hers, his = previews(history, "U-ANA", "U-CY")
    # Both apps are of one bundle, so hers gets another one.
    about = json.dumps({"request": hers})
    history.send("slipway.answers", "U-ANA", about, title="Snacks")
    ticks(history)
    damage_the_bundle_of(history, hers)
    history.press("slipway.publish", "U-ANA", about)
    history.press("slipway.publish", "U-CY", json.dumps({"request": his}))
    ticks(history, rounds=8)
    states = dict(history.rows("SELECT id, state FROM request"))
    assert states == {hers: "previewed", his: "live"}
    assert history.told == [("U-ANA", words.NOT_NOW)]
    assert history.rows("SELECT key FROM press WHERE settled_at IS NULL") == []


def test_answers_for_an_app_that_has_ended_change_nothing(history: History) -> None:
    (request,) = previews(history, "U-ANA")
    about = json.dumps({"request": request})
    history.press("slipway.publish", "U-ANA", about)
    ticks(history)
    history.press("slipway.archive", "U-ANA", about)
    history.send("slipway.answers", "U-ANA", about, title="Snacks")
    ticks(history)
    assert history.rows("SELECT state FROM request") == [("live",)]
    assert history.rows("SELECT stage FROM app") == [("archived",)]
    ((user, told),) = history.told
    assert user == "U-ANA"
    assert told.startswith("That was done already, or this app has moved on.")


def test_a_preview_whose_app_ended_on_the_way_fails_and_stops_no_other(history: History) -> None:
    (hers,) = previews(history, "U-ANA")
    about = json.dumps({"request": hers})
    history.send("slipway.answers", "U-ANA", about, title="Snacks")
    history.tick(1)
    history.now += 4 * 86_400  # the first preview's Lease is over before the second is there
    history.tick(3)
    history.hear(SURVEY, "U-CY")
    ticks(history)
    states = dict(history.rows("SELECT user, state FROM request"))
    assert states["U-CY"] == "previewed"
    assert states["U-ANA"] in ("failed", "discarded")
    ((owner,),) = history.rows("SELECT person FROM request WHERE user = 'U-ANA'")
    standing = "SELECT 1 FROM deployment JOIN app ON app.id = app WHERE deployment.ended_at IS NULL AND owner = ?"
    assert history.rows(standing, owner) == []
