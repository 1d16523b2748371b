"""What was sent: the asker alone sees the receipt of what a model was told and what was taken out before."""

from typing import Any

import pytest
from sqlmodel import Session

from bot.conversation import Thread
from bot.rows import requests
from bot.threads import sent
from generator.openai_model import OpenAIModel
from generator.receipt import Receipt
from tests.bot.house import House
from tests.bot.slack_rules import must_open
from tests.generator.endpoint import endpoint
from tests.generator.test_openai_model import surveyor
from tests.workspace.harbour import until

KEY = "AKIA" + "Z7Q2MNB4XK6RTV3W"
SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


def read(view: dict[str, Any]) -> str:
    """Everything that a modal says, to the letter."""
    return "\n".join(said["text"] for one in view["blocks"] for said in one.get("elements", [one.get("text")]))


def opened(house: House, thread: Thread) -> dict[str, Any]:
    """The newest modal of ana's, opened by the button on the card."""
    assert house.press(thread, "slipway.sent") == ""
    return dict(until(lambda: [one for one in house.ana.views() if one["title"]["text"] == "What was sent"])[-1])


def test_without_a_model_the_receipt_says_that_nothing_left_the_machine(house: House) -> None:  # N2
    thread = house.ask(f"{SURVEY}, my key is {KEY}")
    view = opened(house, thread)
    said = read(view)
    must_open({name: view[name] for name in ("type", "callback_id", "title", "blocks", "private_metadata", "close")})
    assert "No model was asked and nothing left this machine" in said
    assert "before anything was stored or sent:* these, whose values were never kept: *1 aws" in said
    assert KEY not in str(view)
    assert "template survey@1.0" in said
    assert "_(you said)_" in said and "_(usual)_" in said


def test_the_asker_reads_to_the_letter_what_the_model_was_sent(house: House) -> None:  # N2
    with endpoint(lambda asked: surveyor(asked, title="Lunch")) as served:
        house.wire(model=OpenAIModel(model="m-1", base_url=served.url, timeout=5))
        thread = house.ask(f"{SURVEY} & <now>, the password is hunter2hunter2!")
        said = read(opened(house, thread)).replace("\n", "")
        assert "The model *m-1* was asked 2 times, with the prompts `sha256:" in said
        for asked in served.asked:
            for message in asked["messages"]:
                assert str(message["content"]).replace("\n", "") in said, "what left the house is what is shown"
        assert "hunter2hunter2" not in said and "1 password" in said
    row = house.request()
    receipt = Receipt.model_validate_json(row.receipt)
    assert f"receipt {receipt.digest}" in said
    assert f'"receipt":"{receipt.digest}"' in house.dump(), "and the audit names the same"


def test_nobody_else_reads_it(house: House) -> None:  # N2
    thread = house.ask(SURVEY)
    told = house.press(thread, "slipway.sent", house.ben)
    assert told == f"Only <@{house.ana.id}>, who asked for this, can see what was sent: it holds their own words."


def test_what_is_taken_out_of_later_words_and_forms_counts_as_well(house: House) -> None:  # N2
    thread = house.ask(SURVEY)
    assert house.fill(thread, title=f"Lunch {KEY}") == {}
    assert "*1 aws" in read(opened(house, thread))
    house.reset()
    asked = house.ask("I need a tool for the invoices, please. It should be simple.")
    house.say(f"the key is {KEY}", thread=asked.root)
    with Session(house.engine) as session:
        seen = requests.get(session, house.request().id)
    assert seen is not None and len(seen.removed) == 1


@pytest.mark.parametrize("text", ["", "x" * 10_000, "line\n\ttwo", "turned \u202e round", "\x00"])
def test_pieces_together_are_the_text_and_what_is_invisible_is_spelled_out(text: str) -> None:
    pieces = sent.chunks(text)
    assert all(0 < len(one) <= 3000 for one in pieces)
    shown = "".join(pieces)
    assert shown == text.replace("\u202e", "\\u{202e}").replace("\x00", "\\u{0000}") or not text
