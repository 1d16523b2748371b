"""Control dies wherever it may while an app is begun by a button, a kind is asked for, joined, and a Home is shown."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.hearing import listening
from bot.shelf import home
from bot.threads import demand_words
from bot.verbs.making import MAKE
from tests.bot.histories import WORKSPACE, History

WEATHER = "what will the weather be tomorrow"
PLACES = [*(("begin", at) for at in range(1, 9)), *(("commit", at) for at in range(1, 9)), ("sent", 1), ("sent", 2)]


def rest(history: History) -> None:
    """Tick until everything has come to rest."""
    for _ in range(12):
        for which in range(3):
            history.tick(which)
        with history.alive():
            home.tick(history.wiring)
        history.now += 40
    history.crashes.left = 0


def told(history: History, channel: str = "C-TEAM") -> None:
    """The template team has a channel, also after a restart."""
    history.wiring = replace(history.wiring, template_channel=channel)


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_whatever_was_under_way_is_done_once(tmp_path: Path, kind: str, place: int) -> None:  # T8 N3
    history = History(tmp_path / "home")
    wired = history._wire
    history._wire = lambda engine: replace(wired(engine), template_channel="C-TEAM")
    told(history)
    history.hear(WEATHER, "U-ANA")
    rest(history)
    ((request,),) = history.rows("SELECT id FROM request")
    history.crashes.kind, history.crashes.left = kind, place
    history.press(MAKE, "U-BEN", json.dumps({"v": "1", "template": "poll"}))
    history.press(demand_words.ASK, "U-ANA", json.dumps({"v": "1", "request": request}))
    rest(history)
    ((demand,),) = history.rows("SELECT id FROM demand")
    history.crashes.kind, history.crashes.left = kind, place
    history.press(demand_words.ALSO, "U-CY", json.dumps({"v": "1", "demand": str(demand)}), times=2)
    with history.alive():
        listening.opened_home(history.wiring, WORKSPACE, "U-ANA")
    rest(history)
    if not history.chat.homes:  # it died before the look was kept: the next look shows it
        listening.opened_home(history.wiring, WORKSPACE, "U-ANA")
        rest(history)
    began = history.rows("SELECT count(*) FROM request WHERE via = 'button'")[0][0]
    asked = history.rows("SELECT count(*) FROM demand_voice WHERE asked")[0][0]
    counted = Counter(action for (action,) in history.rows("SELECT action FROM audit_event"))
    kept = {key.rpartition(":")[2] for (key,) in history.rows("SELECT key FROM press WHERE settled_at IS NOT NULL")}
    assert history.rows("SELECT key FROM press WHERE settled_at IS NULL") == []
    assert began == counted["request.chosen"] == int(MAKE in kept)
    assert asked == counted["demand.asked"] + counted["demand.joined"]
    assert (counted["demand.asked"], counted["demand.joined"]) == (
        int(demand_words.ASK in kept),
        int(demand_words.ALSO in kept),
    )
    sent = Counter(key for key, _ in history.chat.posted)
    assert set(sent.values()) == {1}, "every message once"
    assert history.chat.homes["U-ANA"]["type"] == "home"
    history.close()
