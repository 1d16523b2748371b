"""The marketplace in the chat: the list of what somebody may create, beginning one by a button, and the Home tab."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.chat import ChatError, Heard, Place, Pressed
from bot.conversation import Thread
from bot.conversation import words as said_in
from bot.database import transaction
from bot.hearing import listening
from bot.rows import requests
from bot.shelf import home, shelf_card
from bot.shelf.creating import Offer, Shelf
from bot.shelf.home_view import MAX_BLOCKS, Decision, HomeView, Mine, view
from bot.threads import forms
from bot.verbs import making
from bot.wording import shelf_words
from bot.wording.blocks import VERSION
from bot.workspace.blocks import TEXT_IN_ALL, block_problems, text_in_all
from bot.workspace.forms import home_problems
from bot.workspace.person import Person
from generator.offline_model import OfflineModel
from generator.understand import understand
from runtime import popularity
from runtime.popularity import Life, Popularity
from tests.bot.house import House
from tests.bot.slack_rules import HOSTILE, alive
from tests.workspace.harbour import until

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


def shelf_of(house: House, who: Person, channel: str = "#ops", text: str = "templates") -> Mapping[str, Any]:
    """The list as somebody is shown it."""
    before = len(house.whispers(who, channel))
    assert not who.command(f"/slipway {text}", channel)
    house.settle()
    [told] = house.whispers(who, channel)[before:]
    return told


def offered(message: Mapping[str, Any]) -> list[str]:
    """The templates that a message has a button for."""
    buttons = [one["accessory"] for one in message["blocks"] if one.get("accessory", {}).get("type") == "button"]
    return [json.loads(one["value"])["template"] for one in buttons]


def press_make(house: House, who: Person, template: str, channel: str = "#ops", key: str = "") -> None:
    """A press of Make one as it comes from the door."""
    place = Place(house.harbor.config.team_id, house.harbor.channel(channel[1:]))
    hint = json.dumps({"v": VERSION, "template": template})
    key = key or f"{who.id}:{template}:{len(house.requests())}"
    listening.keep(house.wiring, Pressed(key, place, who.id, making.MAKE, hint, "", "", ""))
    house.settle()


def test_templates_lists_what_this_person_may_create_with_its_owner_version_use_and_lifetime(house: House) -> None:
    """T8: owner, version, use count and median lifetime of each, for this person alone."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    ended = house.ask("a poll: pizza or curry on Friday?")
    house.press(ended, "slipway.publish")
    house.later(3)
    house.press(ended, "slipway.retire")
    told = shelf_of(house, house.ana)
    assert set(offered(told)) == set(house.wiring.catalog.names)
    said = said_in(told)
    assert "_by platform-templates · 1.0 · used 1 time, 1 live now · none has ended yet_" in said
    assert "used 1 time, 0 live now · usually runs 3 days" in said
    assert "not used yet" in said and "`/slipway a poll: where do we eat on Friday?" in said
    assert block_problems(told["blocks"]) == [] and text_in_all(told["blocks"]) <= TEXT_IN_ALL


def test_what_was_only_a_preview_is_no_use_of_a_template(house: House) -> None:  # T8
    house.press(house.ask(SURVEY), "slipway.discard")
    house.ask(SURVEY)
    with transaction(house.engine) as session:
        assert popularity.fares(session, house.harbor.config.team_id) == {}


@pytest.mark.parametrize(
    ("lives", "fares"),
    [
        ([], Popularity()),
        ([Life("a", 0, None)], Popularity(1, 1, None)),
        ([Life("a", 0, 86_400), Life("a", 0, 86_400 * 9), Life("a", 0, 86_400 * 2)], Popularity(3, 0, 2)),
        ([Life("a", 0, 600), Life("a", 0, None)], Popularity(2, 1, 0)),
    ],
)
def test_half_of_the_ended_apps_lived_so_long(lives: Sequence[Life], fares: Popularity) -> None:  # T8
    assert popularity.summed(lives) == fares


def test_a_guest_is_told_why_and_offered_nothing(house: House) -> None:  # T8
    told = shelf_of(house, house.gil, "#slipway-demo")
    assert told["text"] == "Guests cannot create apps here. Please ask a member of this workspace to do it."
    assert offered(told) == []


def test_a_guest_is_offered_the_shelf_where_guests_may_ask(house: House) -> None:  # T8
    house.wire(guest_channels=frozenset({house.harbor.channel("slipway-demo")}))
    assert offered(shelf_of(house, house.gil, "#slipway-demo"))


def test_what_is_withheld_is_neither_offered_nor_made(house: House) -> None:  # T8
    house.wire(catalog=replace(house.wiring.catalog, withheld={"poll@1.0": "poll@1.0 is deprecated."}))
    assert "poll" not in offered(shelf_of(house, house.ana))
    press_make(house, house.ana, "poll")
    assert house.requests() == [] and house.told() == shelf_words.NOT_OFFERED


def test_the_list_is_german_when_it_is_asked_for_in_german(house: House) -> None:
    told = shelf_of(house, house.ana, text="Vorlagen")
    assert "Was du hier machen kannst" in said_in(told) and "noch nie benutzt" in said_in(told)
    house.ana.press("#ops", told["ts"], "slipway.make")
    house.settle()
    assert '"language","value":"Deutsch"' in (house.request().brief or "")


@pytest.mark.parametrize("via", ["dm", "mention"])
def test_the_word_alone_is_the_list_as_well(house: House, via: str) -> None:
    channel = house.ana.open(house.harbor.config.bot_user) if via == "dm" else "#ops"
    house.ana.say("templates" if via == "dm" else "@Slipway templates", channel)
    until(lambda: house.settle() or house.ana.whispers(channel))
    assert offered(house.ana.whispers(channel)[-1]) and house.requests() == []


@pytest.mark.parametrize("kind", sorted(shelf_words.EXAMPLES))
@pytest.mark.parametrize("tongue", ["en", "de"])
def test_each_example_is_understood_as_what_it_is_an_example_of(house: House, kind: str, tongue: Any) -> None:
    read = understand(shelf_words.EXAMPLES[kind][tongue], date(2026, 11, 26), OfflineModel()).understanding
    assert (read.action, read.kind) == ("build", kind)


def test_make_one_begins_a_request_that_waits_for_its_form_and_becomes_an_app(house: House) -> None:
    """T8: the button goes the path that words go: admission, an AuditEvent for each state, card and form."""
    told = shelf_of(house, house.ana)
    at = next(one for one in told["blocks"] if "poll" in str(one.get("accessory", {}).get("value")))
    assert not house.ana.press("#ops", told["ts"], "slipway.make", block_id=at["block_id"])
    house.settle()
    request = house.request()
    assert (request.state, request.via, request.text) == ("incomplete", "button", "a poll")
    assert house.actions() == ["request.received", "request.chosen"]
    thread = Thread("#ops", max(house.roots().values()))
    assert f"<@{house.ana.id}> asked: “a poll”" in house.ana.thread("#ops", thread.root)[0]["text"]
    assert house.fill(thread, options="pizza\ncurry") == {}
    assert house.request().state == "previewed"
    house.press(thread, "slipway.publish")
    assert "app.live" in house.actions()


def test_words_said_below_it_are_read_as_that_kind(house: House) -> None:
    press_make(house, house.ana, "poll")
    root = max(house.roots().values())
    house.say("tea or coffee?", thread=root)
    assert house.request().state in ("previewed", "incomplete")
    assert '"template":"poll@1.0"' in (house.request().brief or "")


def test_a_template_with_nothing_open_still_waits_for_its_form(house: House) -> None:
    press_make(house, house.ana, "simple-survey")
    assert house.request().state == "incomplete"
    thread = Thread("#ops", max(house.roots().values()))
    assert "Fill in what it should say, and I build a preview." in house.card(thread)
    assert house.form(thread)["callback_id"] == forms.ANSWERS


def test_a_guest_who_presses_make_one_gets_the_reason_and_nothing_is_kept(house: House) -> None:  # T8
    press_make(house, house.gil, "poll", "#slipway-demo")
    assert house.requests() == [] and house.actions() == []
    assert house.told(house.gil, "#slipway-demo").startswith("Guests cannot create apps here.")


@pytest.mark.parametrize("name", ["miner", "../../poll", "poll@1.0", "", HOSTILE])
def test_a_forged_template_makes_nothing(house: House, name: str) -> None:
    press_make(house, house.ana, name)
    assert house.requests() == [] and house.told() == shelf_words.NOT_OFFERED


def test_pressed_twice_it_is_begun_once(house: House) -> None:
    press_make(house, house.ana, "poll", key="one")
    press_make(house, house.ana, "poll", key="one")
    assert len(house.requests()) == 1
    press_make(house, house.ana, "poll", key="two")
    assert len(house.requests()) == 1
    assert house.told().startswith("You have begun one of these already, and it waits for you: press *Fill in*")
    house.fill(Thread("#ops", max(house.roots().values())), options="a\nb")
    press_make(house, house.ana, "poll", key="three")
    assert len(house.requests()) == 2


def test_the_number_of_an_hour_counts_buttons_as_well(house: House) -> None:
    house.wire(guest_channels=frozenset())
    with transaction(house.engine) as session:
        for at in range(60):
            heard = replace(_heard(house), key=f"many:{at}")
            requests.receive(session, heard, "", house.now())
    press_make(house, house.ana, "poll", key="more")
    assert house.told() == "That is more than 60 requests in an hour. Please try again in an hour."


def _heard(house: House) -> Any:
    place = Place(house.harbor.config.team_id, house.harbor.channel("ops"), "1.0")
    return Heard("k", place, house.ana.id, "x", "mention", "1.0")


def many(count: int, about: str = "What it is for.", owner: str = "team") -> Shelf:
    names = [f"kind-{at}" for at in range(count)]
    return Shelf(tuple(Offer(one, f"{one}@1", "1", one, owner, about, "an example", Popularity()) for one in names))


@pytest.mark.parametrize("count", [0, 1, 13, 47, 300])
def test_however_long_the_shelf_slack_takes_the_list(count: int) -> None:
    message = shelf_card.message(many(count, "x" * 900), "http://shelf.localhost/", "en")
    assert block_problems([dict(one) for one in message.blocks]) == []
    assert text_in_all(message.blocks) <= TEXT_IN_ALL and 0 < len(message.text) <= 3000


def test_nothing_that_a_template_says_of_itself_comes_alive() -> None:
    message = shelf_card.message(many(1, HOSTILE, HOSTILE), "http://shelf.localhost/", "en")
    texts = [one["text"]["text"] for one in message.blocks if one["type"] == "section"][1:]
    assert [one for one in texts if alive(one)] == []


# Home


def test_home_shows_my_apps_what_waits_for_me_one_step_and_what_i_may_create(house: House) -> None:  # T8
    thread = house.ask(SURVEY)
    shown = house.home_of(house.ana)
    said = json.dumps(shown["blocks"], ensure_ascii=False)
    assert "Look at the preview of *Lunch*, then publish it." in said
    assert "slipway.make" in said and "Survey" in said and "See them with pictures" in said
    house.press(thread, "slipway.publish")
    said = json.dumps(house.home_of(house.ana)["blocks"], ensure_ascii=False)
    assert "live · ends" in said and "/archives/" in said
    wide = house.ask("a feedback survey about the new office for everyone in the company")
    house.press(wide, "slipway.publish")
    theirs = json.dumps(house.home_of(house.ben)["blocks"], ensure_ascii=False)
    assert "waits for your yes or no." in theirs and "asked for by Ana Ortiz" in theirs
    mine = json.dumps(house.home_of(house.ana)["blocks"], ensure_ascii=False)
    assert "Waiting for you" not in mine, "nobody decides on their own"
    assert home_problems({"type": "home", "blocks": [dict(one) for one in shown["blocks"]]}) == []


def test_make_one_on_home_goes_on_in_the_conversation(house: House) -> None:
    shown = house.home_of(house.ana)
    at = next(one for one in shown["blocks"] if '"poll"' in json.dumps(one).replace("\\", ""))
    assert not house.ana.press_home(shown["id"], "slipway.make", at["block_id"])
    until(lambda: house.settle() or house.requests())
    request = house.request()
    assert (request.state, request.channel_kind) == ("incomplete", "dm")
    direct = house.ana.open(house.harbor.config.bot_user)
    assert "“a poll”" in house.ana.messages(direct)[-1]["text"]
    said = json.dumps(house.home_of(house.ana)["blocks"], ensure_ascii=False)
    assert "waits for you to fill it in" in said


def test_a_guests_home_says_why_there_is_nothing_and_its_refusal_comes_as_a_message(house: House) -> None:
    shown = json.dumps(house.home_of(house.gil)["blocks"])
    assert "Guests cannot create apps here." in shown and "slipway.make" not in shown
    place = Place(house.harbor.config.team_id, "")
    hint = json.dumps({"v": VERSION, "template": "poll"})
    listening.keep(house.wiring, Pressed("forged", place, house.gil.id, making.MAKE, hint, "", "", ""))
    house.settle()
    direct = house.gil.open(house.harbor.config.bot_user)
    assert house.gil.messages(direct)[-1]["text"].startswith("Guests cannot create apps here.")
    assert house.requests() == []


class Counting:
    """A chat that counts the views it is given, and may be away."""

    def __init__(self, chat: Any, error: ChatError | None = None) -> None:
        self._chat, self.error, self.views = chat, error, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chat, name)

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        if self.error:
            raise self.error
        self.views += 1


def test_a_burst_of_opens_is_one_view(house: House) -> None:
    chat = Counting(house.chat)
    house.wire(chat=chat)
    for _ in range(20):
        listening.opened_home(house.wiring, house.harbor.config.team_id, house.ana.id)
    house.settle()
    assert chat.views == 1
    for _ in range(20):
        listening.opened_home(house.wiring, house.harbor.config.team_id, house.ana.id)
        home.tick(house.wiring)
    assert chat.views == 1, "soon after, it waits"
    house.later(1)
    assert chat.views == 2


def test_a_home_that_the_chat_did_not_take_is_shown_once_it_does_and_given_up_when_it_never_will(house: House) -> None:
    chat = Counting(house.chat, ChatError("unreachable", permanent=False))
    house.wire(chat=chat)
    listening.opened_home(house.wiring, house.harbor.config.team_id, house.ana.id)
    house.settle()
    chat.error = None
    house.later(1)
    assert chat.views == 1
    chat.error = ChatError("not_enabled", permanent=True)
    listening.opened_home(house.wiring, house.harbor.config.team_id, house.ana.id)
    house.later(1)
    chat.error = None
    house.later(1)
    assert chat.views == 1


def test_a_home_with_everything_in_it_is_within_slacks_limits(house: House) -> None:
    seen = HomeView(
        step="*x*",
        mine=[Mine(HOSTILE * 5, "live", "http://a.localhost/", "http://b.localhost/", 1)] * 10,
        left_out=500,
        decisions=[Decision(HOSTILE, HOSTILE, "http://b.localhost/")] * 5,
        more_decisions=9,
        shelf=Shelf(tuple(replace(one, picture="http://shelf.localhost/p.png") for one in many(300).offers)),
        gallery="http://shelf.localhost/",
        pictured=True,
    )
    made = view(seen)
    assert len(made["blocks"]) <= MAX_BLOCKS and home_problems(json.loads(json.dumps(made))) == []
