"""Canaries of every kind, planted wherever people write on the whole way of an app: nowhere afterwards (R7, P2)."""

import logging
import random
from pathlib import Path

import pytest

from bot.conversation import Thread
from tests.bot.house import House
from tests.bot.test_secrets import Recording
from tests.guardrails.lines import SHAPES, key, prefixed

DICE = random.Random(28)
ARMOUR = "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC{}\n-----END " + "PRIVATE KEY-----"
CANARIES = {
    **{shape.partition(":")[0]: key(shape, DICE) for shape in SHAPES if prefixed(shape)},
    "password": "Kd7!vRq29#mTz",
    "connection string": "postgres://" + "crm:Tr0ub4dor8xQ@db.example.com:5432/crm",
    "private key": ARMOUR.format("BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"),
    "login": "https://" + "crm:Wq8vLp2xRt@crm.example.com/",
}
SAID = {"password": "my password is {}"}
SURVEY = "a lunch survey for ops, three questions"
WIDE = "a feedback survey about the new office for everyone in the company"


def planted(ways: int) -> list[str]:
    """The canaries, in so many texts."""
    texts = ["" for _ in range(ways)]
    for number, (kind, canary) in enumerate(CANARIES.items()):
        texts[number % ways] += f"; {SAID.get(kind, 'use the token {}').format(canary)}"
    return texts


def the_whole_way(house: House) -> None:
    """Asked in every way, answered, changed in the form, refused with a reason, live, ended with an export."""
    command, mention, direct, form, reason, reply, title = planted(7)
    house.say(f"@Slipway {SURVEY}{mention}")
    house.say(f"{SURVEY}{direct}", channel=house.ana.open(house.harbor.config.bot_user))
    asked = house.ask("I need a tool for the invoices, please. It should be simple.")
    house.say(f"a survey{reply}", thread=asked.root)
    ts = house.ana.say("x", "#ops")
    named = {"files": [{"title": title, "name": "keys.txt"}], "subtype": "file_share"}
    bot = house.harbor.config.bot_user
    house.door.event({"type": "app_mention", "text": f"<@{bot}> {SURVEY}", "ts": ts, **named}, ident=f"Ev{ts}")
    house.settle()
    house.ask(f"{SURVEY}{command}")
    thread = house.ask(WIDE)
    house.fill(thread, title=f"Lunch{form}")
    house.press(thread, "slipway.publish")
    view = house.form(thread, house.ben, "slipway.reject")
    house.ben.submit(view["id"], {"reason": f"not like this{reason}"})
    house.settle()
    ended(house, house.ask(SURVEY))


def ended(house: House, thread: Thread) -> None:
    house.press(thread, "slipway.publish")
    assert house.answer(house.ana, house.live(thread), q1="4", q2="4", q3="more of it").status_code == 200
    house.later(200)
    assert list((house.home / "exports").iterdir()), "there is an export"


def forms(canary: str) -> list[bytes]:
    """A canary as it may stand in a file: itself, in JSON, and each of its lines that is long enough to be told."""
    spelled = {canary, canary.replace("/", r"\/"), canary.replace("\n", r"\n")}
    return [one.encode() for one in (*spelled, *(line for line in canary.split("\n") if "-----" not in line))]


def test_a_canary_of_every_kind_is_nowhere_after_the_whole_way(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:  # R7, P2
    for name in ("", "slipway", "slack_sdk", "slack_bolt"):
        caplog.set_level(logging.DEBUG if name else logging.INFO, logger=name or None)
    model = Recording()
    house.wire(model=model)
    the_whole_way(house)
    kept = {
        "prompt": "\n".join(model.read_).encode(),
        "log": caplog.text.encode(),
        "database": house.dump().encode(),
        "messages": house.posted().encode(),
        "spans": "\n".join(one.to_json() for one in house.spans.get_finished_spans()).encode(),
        **{str(one.relative_to(house.home)): one.read_bytes() for one in files(house.home)},
    }
    assert len(CANARIES) >= 25
    assert model.read_ and kept["spans"] and any(name.startswith("exports/") for name in kept)
    assert any(name.startswith("usage/") for name in kept) and any(name.startswith("bundles/") for name in kept)
    leaks = [(kind, place) for kind, one in CANARIES.items() for place, text in kept.items() if holds(text, one)]
    assert leaks == []


def holds(text: bytes, canary: str) -> bool:
    return any(one in text for one in forms(canary))


def files(home: Path) -> list[Path]:
    """Everything that the installation has on its disk."""
    return [one for one in home.rglob("*") if one.is_file()]
