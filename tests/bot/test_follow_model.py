"""A model may read a follow-up that rules do not: it is sent that one utterance, and what it says is only shown."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.conversation import Thread
from bot.conversation import words as said_in
from generator import forms
from generator.openai_model import OpenAIModel
from generator.receipt import Receipt
from guardrails.scrub import scrub
from templates.kinds import kind_named
from tests.bot.house import House
from tests.generator.endpoint import Endpoint, Said, endpoint

SURVEY = "a lunch survey for ops about the giraffes, three questions"
POLL = "a poll about the elephants: pizza, burgers or salad"
EVIL = "https://evil.example.com/steal"


@contextmanager
def answering(house: House, **answers: Any) -> Iterator[Endpoint]:
    """A model that fills in these answers, and nothing else, whatever it is asked."""
    survey = kind_named("survey")
    assert survey is not None
    filled = json.dumps(dict.fromkeys(forms.filling(survey).model_fields) | answers)
    with endpoint(
        lambda asked: Said(filled, usage={"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7})
    ) as served:
        house.wire(model=OpenAIModel(model="m", base_url=served.url, secret=lambda text: bool(scrub(text).found)))
        yield served


def shown(house: House, thread: Thread) -> list[str]:
    return [said_in(one) for one in thread.messages(house.ana) if "Shall I change this?" in said_in(one)]


def test_n15_what_is_sent_holds_this_threads_askers_words_and_no_others(house: House) -> None:
    """N15: memory is bounded to the thread, and to the asker's own words in it."""
    thread, other = house.ask(SURVEY), house.ask(POLL)
    house.say("make it about the zebras", house.ben, thread=thread.root)
    house.say("mind the okapi", house.ana, thread=other.root)
    with answering(house, questions=["How was the soup?"]) as model:
        house.say("make it mention the penguins somehow\n> said the tapir", thread=thread.root)
    sent = model.texts()
    assert "penguins" in sent
    for word in ("giraffes", "elephants", "zebras", "okapi", "tapir"):
        assert word not in sent
    assert len(model.asked) == 1


def test_what_the_model_fills_in_is_shown_and_its_receipt_is_kept(house: House) -> None:  # N2
    thread = house.ask(SURVEY)
    with answering(house, questions=["How was the soup?"]):
        house.say("make it mention the penguins somehow", thread=thread.root)
    [message] = shown(house, thread)
    assert "How was the soup?" in message and "A language model read these words" in message
    assert "penguins" in house.request().receipt
    with house.engine.connect() as connection:
        facts = connection.exec_driver_sql("SELECT facts FROM audit_event ORDER BY id DESC LIMIT 1").scalar_one()
    digest = Receipt.model_validate_json(house.request().receipt).digest
    assert json.loads(facts)["receipt"] == digest, "a pack looks for it in the record"
    house.press(thread, "slipway.apply")
    assert "How was the soup?" in str(house.request().brief)
    assert '"origin":"guessed"' in str(house.request().brief)


def test_rules_come_first_and_no_model_is_asked_what_they_read(house: House) -> None:
    thread = house.ask(SURVEY)
    with answering(house, anonymous=False) as model:
        house.say("make it anonymous", thread=thread.root)
        house.say("thanks, looks great!", thread=thread.root)
    assert model.asked == [] and "no → yes" in shown(house, thread)[0]


def test_n15_a_model_gives_nobody_rights(house: House) -> None:
    """N15: who sees or decides comes from the asker's own words alone."""
    thread = house.ask(SURVEY)
    with answering(house, collaborators=["cy"], audience="everyone"):
        house.say("make it more inviting for the team of @ben", thread=thread.root)
    assert shown(house, thread) == [] or "cy" not in shown(house, thread)[0]


@pytest.mark.parametrize("title", [EVIL, f"<{EVIL}|the portal>", f"Lunch {EVIL}", "javascript:alert(1)"])
def test_n15_no_address_that_came_out_of_a_model_is_alive(house: House, title: str) -> None:
    """N15: never a URL of a model's, on no surface."""
    thread = house.ask(SURVEY)
    with answering(house, title=title, questions=[f"See {title}"]):
        house.say("make it mention the penguins somehow", thread=thread.root)
    house.press(thread, "slipway.apply")
    assert dead(house, thread)


@pytest.mark.parametrize(
    "words", [f"rename it to {EVIL}", f"add a question about {EVIL}", f"also ask: what is {EVIL}?"]
)
def test_n15_no_address_in_somebodys_words_is_alive(house: House, words: str) -> None:
    """N15: what people write is shown as letters, an address too."""
    thread = house.ask(f"a lunch survey, see {EVIL}")
    house.say(words, thread=thread.root)
    house.press(thread, "slipway.apply")
    house.press(thread, "slipway.publish")
    assert dead(house, thread)


def dead(house: House, thread: Thread) -> bool:
    """Whether in everything that we posted only our own addresses are links, and no bare one can become one."""
    ours = [one for one in thread.messages(house.ana) if one["user"] == house.harbor.config.bot_user]
    said = " ".join(map(said_in, ours))
    links = re.findall(r"[a-z]+://[^\s<>|\"\\)]+", said)
    assert "evil" in said or "alert" in said, "it is shown, but not alive"
    return all(".localhost:" in one for one in links) and "javascript:alert" not in said


def test_a_model_that_fails_leaves_the_form(house: House) -> None:
    thread = house.ask(SURVEY)
    with endpoint(lambda asked: Said("I would rather not.")) as served:
        house.wire(model=OpenAIModel(model="m", base_url=served.url))
        house.say("make it mention the penguins somehow", thread=thread.root)
    assert "I did not understand what to change" in house.card(thread)
    assert house.actions()[-1] == "change.unclear", "what left the machine is in the record"
