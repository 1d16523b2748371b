"""The freeze line through the whole house: what it would stop, a press, a calm page, a second person's press (N14)."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import pytest
from sqlmodel import Session

from bot.conversation import Thread, buttons, send_form
from bot.conversation import words as said_in
from bot.database import transaction
from bot.operating import still_model
from bot.operating.still_model import StillModel
from bot.platformctl import command
from bot.slack.web_api import SlackChat
from bot.verbs import decisions
from bot.who import people
from generator.model import Reading
from generator.offline_model import OfflineModel
from guardrails import audit, freezes, selves
from tests.bot.freezer import OPERATORS, app, freeze, press, say, thaw, told
from tests.bot.house import House
from tests.workspace.harbour import until

pytestmark = pytest.mark.scenario

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live, in a house with operators."""
    house.wire(roles={"operator": ("platform-approvers",)}, operators=house.harbor.channel("finance"))
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


def events(house: House, subject: str) -> Sequence[str]:
    with Session(house.engine) as session:
        return [one.action for one in audit.story(session, subject) if one.action.startswith("freeze.")]


def test_an_operator_sees_what_it_would_stop_then_freezes_and_another_one_thaws(house: House, survey: Thread) -> None:
    # N14
    url = house.live(survey)
    assert house.ana.sign_in(url).status_code == 200
    slug = app(house).slug
    shown = say(house, f"freeze app {slug} it leaks our <!channel> names", house.ben)
    assert "*Freeze* the app *Lunch*?" in shown["text"] and "Nothing is frozen yet." in shown["text"]
    assert f"<@{house.ana.id}>" in shown["text"] and "*1 person* has signed in to it" in shown["text"]
    assert house.ana.web.get(url).status_code == 200  # shown, and nothing done
    assert events(house, app(house).id) == []
    assert "stands frozen since" in press(house, shown, "slipway.freeze", house.ben)
    page = house.ana.web.get(url)
    assert page.status_code == 503
    assert "is switched off for now" in page.text and "UTC" in page.text and "@ana" in page.text
    assert "leaks" not in page.text and "ben" not in page.text
    assert "*Frozen* since" in house.card(survey) and f"by <@{house.ben.id}>" in house.card(survey)
    assert told(house, survey, "is switched off for now by the platform team") == 1
    assert "leaks" not in house.card(survey)
    assert events(house, app(house).id) == ["freeze.begun"]
    # Whoever froze it does not thaw it, nobody else but an operator does either.
    assert "another operator has to thaw it" in thaw(house, house.ben)
    assert "Only operators can freeze and thaw" in thaw(house, house.ana)
    assert house.ana.web.get(url).status_code == 503
    posted = [one for one in house.dora.messages(OPERATORS) if "stands frozen" in said_in(one)][-1]
    assert "<!channel>" not in said_in(posted) and "leaks our" in said_in(posted)
    assert "goes on since" in press(house, posted, "slipway.thaw", house.dora, OPERATORS)
    assert house.ana.web.get(url).status_code == 200
    assert told(house, survey, "is back since") == 1 and "*Frozen* since" not in house.card(survey)
    posted = [one for one in house.dora.messages(OPERATORS) if "was frozen on" in said_in(one)][-1]
    assert not buttons(posted)
    assert events(house, app(house).id) == ["freeze.begun", "freeze.thawed"]


def test_leaving_it_freezes_nothing_and_its_buttons_are_spent(house: House, survey: Thread) -> None:  # N14
    shown = say(house, f"freeze app {app(house).slug}", house.ben)
    assert press(house, shown, "slipway.unfrozen", house.ben) == "Nothing was frozen."
    assert "pressed already" in press(house, shown, "slipway.freeze", house.ben)
    assert house.ana.sign_in(house.live(survey)).status_code == 200


def test_a_late_or_a_foreign_press_freezes_nothing(house: House, survey: Thread) -> None:  # N14
    shown = say(house, f"freeze app {app(house).slug}", house.ben)
    value = str(buttons(shown)["slipway.freeze"]["value"])
    house.door.press("slipway.freeze", value, who=house.ana)
    until(lambda: house.settle() or "shown to somebody else" in house.told())
    house.door.press("slipway.freeze", '{"v":"1","offer":"offer_1"}', who=house.ben)
    until(lambda: house.settle() or "shown to somebody else" in house.told(house.ben))
    house.later(601 / 86_400)
    assert "more than ten minutes ago" in press(house, shown, "slipway.freeze", house.ben)
    assert events(house, app(house).id) == []


def test_two_accounts_of_one_human_are_one_who_cannot_thaw_what_they_froze(house: House, survey: Thread) -> None:  # N14
    assert "stands frozen since" in freeze(house, f"app {app(house).slug}")
    assert "Nothing" not in say(house, "thaw", house.dora, OPERATORS)["text"]
    workspace = app(house).workspace
    with transaction(house.engine) as session:
        ben, dora = (people.known(session, workspace, one.id) for one in (house.ben, house.dora))
        assert ben and dora
        selves.join(session, ben.workspace, ben.id, dora.id, house.now())
    assert "another operator has to thaw it" in thaw(house, house.dora, OPERATORS)
    with transaction(house.engine) as session:
        selves.part(session, ben.workspace, dora.id, house.now())
    assert "goes on since" in thaw(house, house.dora, OPERATORS)


def test_a_pattern_stops_nothing(house: House, survey: Thread) -> None:  # N14
    for name in ("%", "_", "*", "all", "lunc%", "l_nch", "lunch'OR'1'='1"):
        text = say(house, f"freeze app {name}", house.ben)["text"]
        assert "I freeze no pattern" in text or "There is no app of that name." in text
        assert text.endswith("everything`.") or text.endswith("Nothing was frozen.")
    with Session(house.engine) as session:
        assert freezes.standing(session) == ()


def test_an_unknown_name_is_shown_dead_with_what_is_near(house: House, survey: Thread) -> None:  # N14
    text = say(house, "freeze app lunhc", house.ben)["text"]
    assert text == "There is no app called “lunhc”. Near it: `lunch`. Nothing was frozen."
    text = say(house, "freeze template <!channel>_x_https://evil.example", house.ben)["text"]
    assert "<!channel>" not in text and "_x_" not in text and "https://evil" not in text
    assert text.startswith("There is no template of that name.")
    assert "There is no capability called" in say(house, "freeze capability e-mail", house.ben)["text"]
    assert "No model is asked here" in say(house, "freeze model gpt-4o-mini", house.ben)["text"]
    assert say(house, "freeze", house.ben)["text"].startswith("Say what to freeze")
    assert say(house, "freeze lunch", house.ben)["text"].startswith("Say what to freeze")


def test_who_is_no_operator_is_told_so_and_sees_nothing(house: House, survey: Thread) -> None:  # N14 U7
    for words in (f"freeze app {app(house).slug}", "freeze app nothing", "thaw", "freeze"):
        assert say(house, words, house.ana)["text"].startswith("Only operators can freeze and thaw.")


def test_a_guest_in_the_operators_group_freezes_nothing(house: House, survey: Thread) -> None:  # N14 U7
    class WithGuest(SlackChat):
        def group(self, handle: str) -> frozenset[str]:
            return frozenset({house.gil.id, house.pia.id})

    config = house.harbor.config
    house.wire(chat=WithGuest(config.bot_token, config.api_url))
    for who in (house.gil, house.pia):
        told = say(house, f"freeze app {app(house).slug}", who, "#slipway-demo")["text"]
        assert told.startswith("Only operators can freeze and thaw.")


def test_a_frozen_template_stops_its_apps_and_makes_no_new_ones(house: House, survey: Thread) -> None:  # N14
    url = house.live(survey)
    assert house.ana.sign_in(url).status_code == 200
    shown = say(house, "freeze template survey", house.ben)["text"]
    assert "*1 app* would stop" in shown
    assert "stands frozen since" in freeze(house, "template survey")
    assert "is switched off for now" in house.ana.web.get(url).text
    assert "with its template `survey`" in house.card(survey)
    asked = house.ask("a feedback survey about lunch, three questions")
    assert "The platform team froze the template survey@" in house.card(asked)
    # Both the app and its template: it stands still until both are thawed, and its owner is told once.
    assert "stands frozen since" in freeze(house, "app lunch")
    assert told(house, survey, "is switched off for now") == 1
    assert "with its template `survey`" in house.card(survey) and "*Frozen* since" in house.card(survey)
    assert "goes on since" in thaw(house, house.dora, OPERATORS, "thaw app lunch")
    assert "with its template `survey`" in house.card(survey) and "*Frozen* since" not in house.card(survey)
    assert house.ana.web.get(url).status_code == 503
    assert told(house, survey, "is back since") == 0
    assert "goes on since" in thaw(house, house.dora, OPERATORS, "thaw template survey")
    assert house.ana.web.get(url).status_code == 200
    assert told(house, survey, "is back since") == 1


def test_a_frozen_capability_is_refused_typed_and_suspends_nobody(house: House, survey: Thread) -> None:  # N14
    url = house.live(survey)
    page = house.ana.sign_in(url)
    freeze(house, "capability store")
    for _ in range(4):  # three breaches in a row would suspend it
        answer = send_form(house.ana, url, page)
        assert answer.status_code == 503
        assert "switched off reading and keeping entries for all apps" in answer.text
    house.worker.told()
    house.settle()
    assert "app.suspended" not in house.actions() and "limit.hit" not in house.actions()
    assert "*`store` is frozen* for all apps" in house.card(survey)
    # What needs it waits before it is published, and goes on by itself.
    other = house.ask("a survey about biscuits, three questions")
    house.press(other, "slipway.publish")
    assert "The platform team froze what this app needs (store)" in house.card(other)
    assert house.actions().count("app.live") == 1
    assert "goes on since" in thaw(house, house.dora, OPERATORS)
    assert house.ana.web.get(url).status_code == 200
    house.later(10 / 86_400)
    assert house.actions().count("app.live") == 2


def test_a_frozen_app_is_archived_by_its_owner_and_gives_its_export(house: House, survey: Thread) -> None:  # N14
    url = house.live(survey)
    assert house.ana.sign_in(url).status_code == 200
    freeze(house, "app lunch")
    house.press(survey, "slipway.archive")
    gone = house.ana.sign_in(url)
    assert gone.status_code == 410 and "was archived" in gone.text
    assert house.ana.web.get(f"{url}_slipway/export").headers["content-type"] == "application/zip"
    assert "goes on since" in thaw(house, house.dora, OPERATORS)
    assert told(house, survey, "is back since") == 0


def test_an_owner_of_many_is_told_in_one_message(house: House, survey: Thread) -> None:  # N14 U9
    threads = [survey, *(house.ask(f"a survey about {one}, three questions") for one in ("tea", "cake", "soup"))]
    freeze(house, "capability notify")
    freeze(house, "app everything")
    assert [told(house, one, "is switched off for now") for one in threads] == [0, 0, 0, 0]
    direct = [one for one in house.ana.messages(house.chat.dm(house.ana.id)) if "switched off for now" in one["text"]]
    assert len(direct) == 1 and all(name in direct[0]["text"] for name in ("Lunch", "Tea", "Cake", "Soup"))


def test_the_command_line_freezes_while_control_is_away_and_two_thaw_it(
    house: House, survey: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    # N14 U10
    url = house.live(survey)
    assert house.ana.sign_in(url).status_code == 200
    home = ["--home", str(house.home)]
    assert command.main(["freeze", "app", "lunch", *home]) == 0
    assert "Nothing is frozen yet" in (out := capsys.readouterr().out) and "freeze app lunch: 1 app" in out
    assert command.main(["freeze", "app", "lunsh", "--now", *home]) == 1
    assert "Near it: `lunch`" in capsys.readouterr().err
    assert house.ana.web.get(url).status_code == 200
    # No tick of control comes by from here on.
    assert command.main(["freeze", "app", "lunch", "it leaks", "--now", *home]) == 0
    assert "To thaw it takes two operators" in capsys.readouterr().out
    assert house.ana.web.get(url).status_code == 503
    assert command.main(["freeze", "app", "lunch", "--now", *home]) == 1
    assert "stands frozen already" in capsys.readouterr().err
    assert command.main(["frozen", *home]) == 0
    assert "app  lunch  since" in capsys.readouterr().out
    house.settle()
    assert "by somebody at the command line" in house.card(survey)
    assert "takes one more operator" in thaw(house, house.ben)
    assert "takes another operator's as well" in thaw(house, house.ben)
    assert house.ana.web.get(url).status_code == 503
    assert "goes on since" in thaw(house, house.dora, OPERATORS)
    assert house.ana.web.get(url).status_code == 200
    assert events(house, app(house).id) == ["freeze.begun", "freeze.agreed", "freeze.thawed"]
    # With a name, one other operator is enough.
    assert command.main(["freeze", "app", "lunch", "--as", "@ben", "--now", *home]) == 0
    house.settle()
    assert "another operator has to thaw it" in thaw(house, house.ben)
    assert "goes on since" in thaw(house, house.dora, OPERATORS)


def test_the_press_asks_nothing_of_the_chat_and_waits_for_no_other_press(house: House, survey: Thread) -> None:
    # N14 U10
    url = house.live(survey)
    assert house.ana.sign_in(url).status_code == 200
    shown = say(house, "freeze app lunch", house.ben)
    house.chat.cut = True
    house.wire(chat=house.chat)
    assert not house.dora.command("/slipway thaw", OPERATORS)  # it waits for the chat, before the press
    assert not house.ben.press("#ops", shown["ts"], "slipway.freeze")
    until(lambda: decisions.rush(house.wiring))
    assert house.ana.web.get(url).status_code == 503
    house.chat.cut = False
    house.later(2 / 86_400)
    until(lambda: house.settle() or told(house, survey, "is switched off for now") == 1)


def test_a_frozen_model_is_not_asked_and_the_card_says_so(house: House, survey: Thread) -> None:  # N14
    asked: list[str] = []

    class Asked(OfflineModel):
        def read(self, text: str, today: date) -> Reading:
            asked.append(text)
            return super().read(text, today)

    names = ("gpt-4o-mini",)
    house.wire(models=names, model=StillModel(Asked(), partial(still_model.asked_not, house.engine, names)))
    shown = say(house, "freeze model gpt-4o-mini", house.ben)
    assert "would be read by the rules alone" in shown["text"]
    assert "stands frozen since" in press(house, shown, "slipway.freeze", house.ben)
    other = house.ask("a survey about tea, three questions")
    assert asked == [] and "The platform team froze the model" in house.card(other)
    assert house.offered(other) >= {"slipway.publish"}  # it goes on all the same
    assert "goes on since" in thaw(house, house.dora, OPERATORS)
    house.ask("a survey about cake, three questions")
    assert len(asked) == 1
