"""Prompts in the conversation with us: a few sentences of the shelf's, once a day at most, in the person's language."""

from typing import Any

import pytest

from bot.chat import ChatError
from bot.conversation import Thread, buttons, words
from bot.shelf import prompts
from bot.wording import shelf_words
from bot.workspace.person import Person
from tests.bot.house import House
from tests.workspace.harbour import until

pytestmark = pytest.mark.scenario


def opened(house: House, who: Person) -> str:
    """Somebody opens the Messages tab; the channel."""
    channel = who.open(house.harbor.config.bot_user)
    until(lambda: house.settle() or house.prompted(who.id))
    return channel


def offers(house: House, who: Person, channel: str) -> list[dict[str, Any]]:
    """The messages with prompts that this test's house posted; others before it used the same workspace."""
    ours = {one.sent_ts for one in house.outbox() if one.key.startswith("prompts:")}
    return [one for one in who.messages(channel) if one["ts"] in ours]


class Plain:
    """A chat that draws no prompts."""

    def __init__(self, house: House, code: str) -> None:
        self._house, self._code = house, code

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house.chat, name)

    def suggest(self, channel: str, title: str, said: object) -> None:
        raise ChatError(self._code, permanent=self._code != "ratelimited")


def test_whoever_opens_the_conversation_is_offered_sentences_that_work(house: House) -> None:
    channel = opened(house, house.ana)
    offered = house.ana.prompts(channel)
    assert 1 <= len(offered) <= prompts.MOST and offers(house, house.ana, channel) == []
    said = house.say(offered[0]["message"], channel=channel)
    assert "slipway.open" in house.offered(said) or "slipway.answer" in house.offered(said)


def test_they_are_in_the_language_of_whoever_reads_them(house: House) -> None:
    offered = house.dora.prompts(opened(house, house.dora))
    assert {one["message"] for one in offered} <= {one["de"] for one in shelf_words.EXAMPLES.values()}


@pytest.mark.parametrize("code", ["unknown_method", "not_allowed_token_type", "invalid_auth", "ratelimited"])
def test_a_chat_that_draws_none_gets_buttons_and_a_press_says_the_sentence(house: House, code: str) -> None:
    house.wire(chat=Plain(house, code))
    channel = opened(house, house.ana)
    house.settle()
    [message] = offers(house, house.ana, channel)
    assert all(one.startswith(prompts.SAY) for one in buttons(message))
    assert not house.ana.press(channel, message["ts"], prompts.SAY)
    until(lambda: house.settle() or house.requests())
    house.settle()
    request = house.request()
    assert request.text in {one["en"] for one in shelf_words.EXAMPLES.values()} and request.user == house.ana.id
    root = next(one["ts"] for one in reversed(house.ana.messages(channel)) if request.text[:20] in words(one))
    assert house.offered(Thread(channel, root))


def test_once_a_day_and_not_more(house: House) -> None:
    house.wire(chat=Plain(house, "unknown_method"))
    channel = opened(house, house.ana)
    for _ in range(3):
        house.ana.open(house.harbor.config.bot_user)
        house.settle()
    assert len(offers(house, house.ana, channel)) == 1
    house.later(1.1)
    house.ana.open(house.harbor.config.bot_user)
    until(lambda: house.settle() or len(offers(house, house.ana, channel)) == 2)


def test_a_guest_is_offered_nothing(house: House) -> None:  # U7
    house.wire(chat=Plain(house, "unknown_method"))
    assert offers(house, house.gil, opened(house, house.gil)) == []


def test_a_greeting_is_answered_with_help_and_is_no_request(house: House) -> None:
    channel = house.ana.open(house.harbor.config.bot_user)
    house.ana.say("Hallo!", channel)
    until(lambda: house.settle() or "Sag mir in einem Satz" in str(house.ana.whispers(channel)))
    assert house.requests() == [] and house.ana.prompts(channel)


def test_a_forged_prompt_says_nothing_of_its_own(house: House) -> None:
    about = '{"v":"1","template":"nothing of ours","text":"an app for everybody","tongue":"en"}'
    house.door.press(prompts.SAY, about)
    until(lambda: house.settle() or house.told())
    assert shelf_words.NOT_OFFERED in house.told() and house.requests() == []
