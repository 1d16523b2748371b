"""A link to an app that somebody posts: shown where everybody who reads it may open it, and nowhere else (N1)."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.chat import ChatError
from bot.conversation import Thread
from bot.threads.unfurl_card import NEUTRAL
from bot.workspace.person import Person
from tests.bot.house import House
from tests.workspace.harbour import until

SURVEY = "a lunch survey, three questions, keep it two weeks"
OPEN_IT = "A Slipway app. Open it to sign in."


def live(house: House, sentence: str = SURVEY, channel: str = "#ops") -> tuple[Thread, str]:
    thread = house.ask(sentence, channel=channel)
    if "slipway.confirm" in house.offered(thread):
        house.press(thread, "slipway.confirm")
    house.press(thread, "slipway.publish")
    return thread, house.live(thread)


def posted(house: House, who: Person, text: str, channel: str) -> Mapping[str, Any]:
    """What stands there of the message once the house has had its time with it."""
    heard = house.unfurls()
    ts = who.say(text, channel)
    until(lambda: house.unfurls() != heard)
    house.settle()
    [message] = [one for one in who.messages(channel) if one["ts"] == ts]
    return message


def shown(message: Mapping[str, Any]) -> str:
    return "\n".join(str(one["blocks"]) for one in message.get("attachments", ()))


def test_where_everybody_may_open_it_a_link_shows_the_short_card(house: House) -> None:  # N1
    _, url = live(house)
    said = shown(posted(house, house.ben, f"have a look: {url}", "#ops"))
    assert "*Lunch* · live" in said and "Ends" in said and "made by Ana Ortiz" in said
    assert "actions" not in said, "what may be pressed stands on the card alone"
    assert f"the people in <#{house.harbor.channel('ops')}>" in said


def test_a_preview_is_shown_in_the_channel_where_it_was_asked_for_alone(house: House) -> None:  # N1
    thread = house.ask(SURVEY)
    url = house.preview(thread)
    assert "*Lunch* · preview" in shown(posted(house, house.ben, url, "#ops"))
    assert OPEN_IT in shown(posted(house, house.ana, url, "#general"))


def test_where_somebody_reads_along_who_may_not_open_it_a_link_tells_nothing(house: House) -> None:  # N1
    _, url = live(house)
    for channel in ("#general", "#slipway-demo"):  # dora is no member of #ops, nor are gil, a guest, and pia, a partner
        message = posted(house, house.ana, f"{url} for all of you", channel)
        assert OPEN_IT in shown(message)
        told = shown(message)
        assert not any(one in told for one in ("Lunch", "Ana", "live", "Ends", "channel"))


def test_who_may_not_open_it_is_shown_nothing_of_it_anywhere(house: House) -> None:  # N1
    _, url = live(house, channel="@slipway")
    assert OPEN_IT in shown(posted(house, house.cy, url, "#ops"))


def test_what_everybody_of_the_organisation_may_open_is_hidden_from_guests(house: House) -> None:  # N1
    thread = house.ask("a feedback survey about the new office for everyone in the company")
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    url = house.live(thread)
    assert "*New office" in shown(posted(house, house.dora, url, "#general")).replace("Feedback", "*New office")
    assert OPEN_IT in shown(posted(house, house.ana, url, "#slipway-demo"))


@pytest.mark.parametrize("odd", ["http://nothing-here.localhost:{port}/", "http://lunch.localhost:1/", "{evil}"])
def test_what_leads_nowhere_stays_a_link(house: House, odd: str) -> None:  # N1
    _, url = live(house)
    port = url.rstrip("/").rpartition(":")[2]
    evil = url.replace("http://", "http://x@")
    text = odd.format(port=port, evil=evil)
    ts = house.ana.say(text, "#ops")
    house.settle()
    house.door.event({"type": "link_shared", "message_ts": ts, "links": [{"domain": "localhost", "url": text}]}, "Ev7")
    house.settle()
    [message] = [one for one in house.ana.messages("#ops") if one["ts"] == ts]
    assert "attachments" not in message


def test_the_same_news_five_times_is_shown_once_and_our_own_posts_never(house: House) -> None:  # N1, U2
    _, url = live(house)
    calls: list[str] = []

    def counted(shared: Any, blocks: Any) -> None:
        calls.append(shared.key)

    house.chat.unfurl = counted  # type: ignore[method-assign]  # for this test  # the way to Slack, counted
    try:
        link = {"type": "link_shared", "message_ts": "1.1", "links": [{"domain": "localhost", "url": url}]}
        for _ in range(5):
            house.door.event(link, "Ev9")
            house.settle()
        assert calls == ["Ev9"]
        bot = house.harbor.config.bot_user
        house.door.event({**link, "user": bot}, "Ev10")
        house.settle()
        assert calls == ["Ev9"], "what we post ourselves is never unfurled (N15)"
    finally:
        del house.chat.unfurl


@pytest.mark.parametrize("permanent", [True, False])
def test_while_the_chat_cannot_say_who_reads_nothing_is_told(house: House, permanent: bool) -> None:  # N1
    _, url = live(house)
    asked: list[Any] = []

    def away(channel: str) -> frozenset[str]:
        raise ChatError("channel_not_found" if permanent else "internal_error", permanent=permanent)

    house.chat.members = away  # type: ignore[method-assign]  # for this test  # a chat that does not say
    house.chat.unfurl = lambda shared, blocks: asked.append(blocks)  # type: ignore[method-assign]  # for this test
    try:
        link = {"type": "link_shared", "message_ts": "1.1", "links": [{"domain": "localhost", "url": url}]}
        house.door.event(link, "Ev11")
        house.settle()
        assert asked == ([{url: NEUTRAL}] if permanent else [])
        house.later(days=1)
        assert asked == ([{url: NEUTRAL}] if permanent else [])
    finally:
        del house.chat.members, house.chat.unfurl


def test_in_the_composer_nobody_knows_yet_who_will_read(house: House) -> None:  # N1
    _, url = live(house)
    asked: list[Any] = []
    house.chat.unfurl = lambda shared, blocks: asked.append((shared.unfurl, blocks))  # type: ignore[method-assign]  # for this test
    try:
        link = {"type": "link_shared", "channel": "COMPOSER", "source": "composer", "unfurl_id": "u1"}
        house.door.event({**link, "links": [{"domain": "localhost", "url": url}]}, "Ev12")
        house.settle()
        assert asked == [("u1", {url: NEUTRAL})]
    finally:
        del house.chat.unfurl
