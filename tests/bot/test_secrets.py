"""Secrets in anything that people write: nowhere afterwards, not in a prompt, a row, a log line or a message."""

import logging
from collections.abc import Callable
from datetime import date

import pytest

from bot.conversation import Thread
from generator.model import Reading
from generator.offline_model import OfflineModel
from generator.openai_model import OpenAIModel
from tests.bot.house import House
from tests.generator.endpoint import Said, endpoint
from tests.workspace.harbour import until

KEY = "AKIA" + "Z7Q2MNB4XK6RTV3W"
TOKEN = "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD1fG3hJ5"
PHRASE = "correct-Horse7battery"
SECRETS = (KEY, TOKEN, PHRASE)
SURVEY = "a lunch survey for ops, three questions"


class Recording(OfflineModel):
    """The zero-key model, which keeps what it was given."""

    def __init__(self) -> None:
        self.read_: list[str] = []

    def read(self, text: str, today: date) -> Reading:
        self.read_.append(text)
        return super().read(text, today)

    def fill(self, text: str, today: date, kind: str) -> Reading:
        self.read_.append(text)
        return super().fill(text, today, kind)


def in_the_message(house: House) -> Thread:
    return house.say(f"@Slipway {SURVEY}, our key is {KEY} and my password is {PHRASE}")


def in_the_command(house: House) -> Thread:
    return house.ask(f"{SURVEY} with the token {TOKEN}, password: {PHRASE}, key {KEY}")


def in_a_direct_message(house: House) -> Thread:
    return house.say(f"{SURVEY}; key {KEY}", channel=house.ana.open(house.harbor.config.bot_user))


def in_an_edited_message(house: House) -> Thread:
    thread = house.say(f"@Slipway {SURVEY}")
    house.ana.edit("#ops", thread.root, f"@Slipway {SURVEY}, the key is {KEY}, password is {PHRASE}")
    house.say("@Slipway help")  # what is delivered later is heard later
    return thread


def in_a_form(house: House) -> Thread:
    thread = house.ask(SURVEY)
    house.fill(thread, title=f"Lunch {KEY}", collaborators=TOKEN)
    assert "I took something out of your form before anything was stored or sent:" in house.told()
    return thread


def in_a_reason(house: House) -> Thread:
    thread = house.ask("a feedback survey about the new office for everyone in the company")
    house.press(thread, "slipway.publish")
    view = house.form(thread, house.ben, "slipway.reject")
    house.ben.submit(view["id"], {"reason": f"use my password {PHRASE} or {KEY}"})
    house.settle()
    assert "replace that secret" in house.told(house.ben)
    return thread


def in_a_file(house: House) -> Thread:
    ts = house.ana.say("x", "#ops")
    named = {"files": [{"title": f"keys {KEY}", "name": f"{TOKEN}.txt"}], "subtype": "file_share"}
    bot = house.harbor.config.bot_user
    house.door.event({"type": "app_mention", "text": f"<@{bot}> {SURVEY}", "ts": ts, **named}, ident=f"Ev{ts}")
    house.settle()
    return Thread("#ops", ts)


def under_a_question(house: House) -> Thread:
    thread = house.ask("I need a tool for the invoices, please. It should be simple.")
    return house.say(f"a survey, and my password is {PHRASE}, {KEY}", thread=thread.root)


def in_an_app(house: House) -> Thread:
    thread = house.ask("approval for purchases over 500 EUR, approver @ben")
    filed = house.answer(
        house.ana, house.preview(thread) + "new", amount="900", reason=f"use {KEY}", subject=f"buy {TOKEN}"
    )
    assert filed.status_code == 200
    house.settle()
    return thread


WAYS: tuple[Callable[[House], Thread], ...] = (
    in_the_message,
    in_the_command,
    in_a_direct_message,
    in_an_edited_message,
    in_a_form,
    in_a_reason,
    in_a_file,
    under_a_question,
    in_an_app,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.__name__)
def test_a_secret_is_nowhere_afterwards(
    house: House, way: Callable[[House], Thread], caplog: pytest.LogCaptureFixture
) -> None:  # R7
    for name in ("", "slipway", "slack_sdk", "slack_bolt"):
        caplog.set_level(logging.DEBUG if name else logging.INFO, logger=name or None)
    model = Recording()
    house.wire(model=model)
    way(house)
    kept = {
        "prompt": "\n".join(model.read_),
        "log": caplog.text,
        "database": house.dump(),
        "outbox": "\n".join(one.text + one.blocks for one in house.outbox()),
        "messages": house.posted(),
    }
    assert model.read_ and kept["messages"]
    assert [(place, one) for place, text in kept.items() for one in SECRETS if one in text] == []


def test_who_wrote_a_secret_is_told_privately_what_it_was(house: House) -> None:  # R7
    in_the_command(house)
    assert "I took something out of your message before anything was stored or sent:" in house.told()
    assert "*replace that secret* with a new one." in house.told()
    assert house.told(house.ben) == ""


def test_a_text_that_cannot_be_scrubbed_reaches_no_model(house: House) -> None:  # R7
    def breaks(text: str) -> tuple[str, tuple[str, ...]]:
        raise RuntimeError(text)

    model = Recording()
    house.wire(model=model)
    house.scrub = breaks
    house.ana.say(f"@Slipway {SURVEY}", "#ops")
    until(lambda: "Please say it again." in house.told())
    house.settle()
    assert (model.read_, house.requests()) == ([], [])


def test_no_secret_is_sent_to_a_remote_model(house: House) -> None:  # R7
    with endpoint(lambda asked: Said(status=500)) as served:
        house.wire(model=OpenAIModel(model="m", base_url=served.url, timeout=1))
        in_the_command(house)
        under_a_question(house)
    assert served.asked
    assert [one for one in SECRETS if one in served.texts()] == []
    assert "#1>" in served.texts(), "a typed placeholder stands there"
