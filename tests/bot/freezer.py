"""Operators at work: what they are shown alone, and what they press."""

import json
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot.conversation import Thread
from bot.workspace.person import Person
from runtime import apps
from runtime.apps import App
from tests.bot.house import House

OPERATORS = "#finance"
"""Where operators talk here: ben and dora are its members, and operators by their group."""


def app(house: House) -> App:
    with Session(house.engine) as session:
        (found,) = apps.standing(session, house.request().workspace)
    return found


def say(house: House, words: str, who: Person, channel: str = "#ops") -> Mapping[str, Any]:
    """Say a command; the newest that this person was shown alone."""
    before = len(house.whispers(who, channel))
    failed = who.command(f"/slipway {words}", channel)
    assert not failed, failed
    house.settle()
    shown = house.whispers(who, channel)
    assert len(shown) == before + 1
    return shown[-1]


def press(house: House, message: Mapping[str, Any], action: str, who: Person, channel: str = "#ops") -> str:
    """Press a button of a message that this person sees; what they are told."""
    before = len(house.whispers(who, channel))
    failed = who.press(channel, message["ts"], action)
    assert not failed, failed
    house.settle()
    return " ".join(one["text"] for one in house.whispers(who, channel)[before:])


def freeze(house: House, words: str, who: Person | None = None) -> str:
    who = who or house.ben
    return press(house, say(house, f"freeze {words}", who), "slipway.freeze", who)


def thaw(house: House, who: Person, channel: str = "#ops", words: str = "thaw") -> str:
    message = say(house, words, who, channel)
    offered = '"slipway.thaw"' in json.dumps(message["blocks"])
    return press(house, message, "slipway.thaw", who, channel) if offered else str(message["text"])


def told(house: House, thread: Thread, words: str) -> int:
    """How many messages of a thread say this."""
    return sum(words in one["text"] for one in thread.messages(house.ana))
