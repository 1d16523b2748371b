"""Orphans: noticed within a day, asked about, paused after two weeks, adopted by one press, never deleted (N7, U5)."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlmodel import Session, select

from bot.chat import ChatError
from bot.conversation import Thread, everything
from bot.owning.orphans import WatchRow
from bot.threads import telling
from bot.wording import handing_words
from bot.workspace.config import MANAGER_FIELD
from guardrails import audit
from runtime import deployments
from tests.bot.house import House
from tests.bot.test_endings import SURVEY
from tests.bot.test_handing import answers_for, app_of, give, give_secret, offer, person_of

pytestmark = pytest.mark.scenario


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live, and whose owner was seen once."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.later(days=0.1)
    return thread


def watched(house: House) -> str:
    with Session(house.engine) as session:
        return session.exec(select(WatchRow.state)).one()


def paused(house: House) -> str:
    with Session(house.engine) as session:
        live = deployments.active(session, app_of(house).id, "live")
    assert live is not None
    return live.paused


def seen_by(house: House, thread: Thread) -> str:
    """What stands in the thread, as ben sees it."""
    return " ".join(str(one["text"]) for one in thread.messages(house.ben))


LEAVING: dict[str, Callable[[House], None]] = {
    "deactivated": lambda house: house.deactivate(house.ana),
    "left": lambda house: house.remove(house.ana),
}


@pytest.mark.parametrize("how", list(LEAVING))
def test_whose_owner_is_gone_is_an_orphan_within_a_day_and_its_channel_is_asked(
    house: House, survey: Thread, how: str
) -> None:  # N7 U5
    give_secret(house, "crm", house.ana)
    LEAVING[how](house)
    house.later(days=0.95)
    assert watched(house) == "orphan"
    said = seen_by(house, survey)
    assert f"it was <@{house.ana.id}>'s, and {handing_words.WHY_GONE[how]}." in said
    assert "Their secrets were removed from it: `crm`." in said
    assert "crm" not in answers_for(house)
    assert "slipway.adopt" in house.offered(survey, house.ben)
    assert house.actions().count("app.orphaned") == 1
    assert paused(house) == "", "it runs for two weeks more"


def test_the_manager_of_the_profile_is_asked_directly(house: House, survey: Thread) -> None:  # N7
    house.wire(manager=partial(house.chat.manager, MANAGER_FIELD))
    house.deactivate(house.ana)
    house.later(days=0.95)
    assert "*Lunch* has nobody who looks after it" in house.ben.messages("@slipway")[-1]["text"]
    app = app_of(house)
    with Session(house.engine) as session:
        [one] = [one for one in audit.story(session, app.id) if one.action == "app.orphaned"]
        assert str(one.facts["asked"]).startswith("who_")
        assert "asked=Ben Okafor" in telling.story(session, app)


def test_without_a_manager_the_leads_are_called_and_the_other_channel_is_asked(house: House, survey: Thread) -> None:
    # N7
    house.wire(roles={"lead": ("platform-templates",)}, fallbacks={"": house.harbor.channel("templates")})
    house.deactivate(house.ana)
    house.later(days=0.95)
    assert "<!subteam^" in seen_by(house, survey)
    assert "*Lunch* has nobody who looks after it" in house.dora.messages("#templates")[-1]["text"]


def test_an_orphan_pauses_after_two_weeks_and_is_never_deleted(house: House, survey: Thread) -> None:  # N7 U5
    house.deactivate(house.ana)
    house.later(days=0.95)
    house.later(days=13)
    assert paused(house) == handing_words.ORPHANED, "its end came first"
    house.later(days=2)
    house.later(days=200)
    assert (app_of(house).stage, watched(house)) == ("suspended", "frozen")
    assert "app.retired" not in house.actions() and "app.exported" not in house.actions()
    assert "slipway.adopt" in house.offered(survey, house.ben)
    assert house.actions().count("app.suspended") == 1


def test_one_whose_end_is_far_away_pauses_for_want_of_an_owner(house: House, survey: Thread) -> None:  # N7 U5
    house.later(days=12)
    house.keep_app(survey)
    house.deactivate(house.ana)
    house.later(days=0.6)
    house.later(days=13)
    assert (watched(house), paused(house)) == ("orphan", "")
    house.later(days=1.1)
    assert (watched(house), paused(house)) == ("frozen", handing_words.ORPHANED)


def test_whoever_may_open_it_adopts_it_by_one_press_with_its_budget(house: House, survey: Thread) -> None:  # N7
    house.press(house.ask(SURVEY, house.ben, "#finance"), "slipway.publish", house.ben)
    house.deactivate(house.ana)
    house.later(days=0.95)
    house.later(days=15)
    assert paused(house) == handing_words.ORPHANED
    assert house.press(survey, "slipway.adopt", house.ben) == ""
    app = app_of(house)
    assert (app.owner, app.budget_tag, app.stage) == (person_of(house, house.ben), "finance", "live")
    with Session(house.engine) as session:
        lease = deployments.leased(session, app.id, "live")
    assert lease is not None and lease.ends_at >= house.now() + 6.9 * 86_400
    assert "It is charged to `finance` and ends on" in seen_by_ben(house, survey)
    assert house.ben.sign_in(house.wiring.url(app.slug, "live") + "results").status_code == 200
    assert house.press(survey, "slipway.archive", house.ben) == ""
    assert house.actions().count("app.adopted") == 1


def seen_by_ben(house: House, thread: Thread) -> str:
    return everything(thread, house.ben)


def test_who_is_second_is_told(house: House, survey: Thread) -> None:  # N7
    house.deactivate(house.ana)
    house.later(days=0.95)
    ts = next(one["ts"] for one in survey.messages(house.ben) if "slipway.adopt" in str(one))
    house.cy.press("#ops", ts, "slipway.adopt")
    house.ben.press("#ops", ts, "slipway.adopt")
    house.settle()
    assert sorted([house.told(house.cy), house.told(house.ben)])[-1] == handing_words.NOT_AN_ORPHAN
    assert house.actions().count("app.adopted") == 1


def test_guests_and_strangers_adopt_nothing(house: House) -> None:  # N7 U7
    thread = house.ask("a lunch survey, three questions, keep it two weeks", channel="#slipway-demo")
    house.press(thread, "slipway.publish")
    house.later(days=0.1)
    house.deactivate(house.ana)
    house.later(days=0.95)
    ts = next(one["ts"] for one in thread.messages(house.ben) if "slipway.adopt" in str(one))
    for who in (house.gil, house.pia):
        who.press("#slipway-demo", ts, "slipway.adopt")
        house.settle()
        assert "cannot adopt apps. Please ask a member of this workspace." in house.told(who, "#slipway-demo")
    assert watched(house) == "orphan"


def test_members_to_whom_the_app_is_not_open_adopt_nothing(house: House, survey: Thread) -> None:  # N7
    house.deactivate(house.ana)
    house.later(days=0.95)
    hint = f'{{"v":"1","app":"{app_of(house).id}"}}'
    house.door.press("slipway.adopt", hint, who=house.dora)
    house.settle()
    assert watched(house) == "orphan" and "app.adopted" not in house.actions()


def test_nobody_adopts_what_somebody_looks_after(house: House, survey: Thread) -> None:  # N7
    hint = f'{{"v":"1","app":"{app_of(house).id}"}}'
    house.door.press("slipway.adopt", hint, who=house.ben)
    house.settle()
    assert app_of(house).owner == person_of(house, house.ana) and "app.adopted" not in house.actions()


def test_an_editor_does_not_let_a_paused_orphan_run_on_without_an_owner(house: House, survey: Thread) -> None:  # N7
    give(house, survey, house.cy, "editor")
    house.deactivate(house.ana)
    house.later(days=0.95)
    house.later(days=15)
    hint = f'{{"v":"1","app":"{app_of(house).id}","stage":"live"}}'
    house.door.press("slipway.run", hint, who=house.cy)
    house.settle()
    assert house.told(house.cy) == handing_words.ORPHAN_RUNS
    assert paused(house) == handing_words.ORPHANED


def test_a_chat_that_cannot_say_who_is_here_changes_nothing(
    house: House, survey: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:  # N7 U5
    def mute(user: str) -> object:
        raise ChatError("user_not_found", permanent=True)

    monkeypatch.setattr(house.chat, "profile", mute)
    house.later(days=1)
    house.later(days=3)
    assert watched(house) == "here" and "app.orphaned" not in house.actions()
    monkeypatch.undo()
    house.later(days=0.1)
    assert watched(house) == "here"


def test_an_owner_who_comes_back_has_their_app_again(house: House, survey: Thread) -> None:  # N7
    house.deactivate(house.ana)
    house.later(days=0.95)
    house.later(days=15)
    assert paused(house) == handing_words.ORPHANED
    house.reactivate(house.ana)
    house.later(days=0.6)
    assert (watched(house), paused(house), app_of(house).stage) == ("here", "", "live")
    assert f"<@{house.ana.id}> is back, and looks after it again." in seen_by_ben(house, survey)


def test_another_owner_stands_in_for_the_one_who_is_gone(house: House, survey: Thread) -> None:  # N7 A9
    give(house, survey, house.cy, "owner")
    house.deactivate(house.ana)
    house.later(days=0.95)
    assert (watched(house), app_of(house).owner) == ("here", person_of(house, house.cy))
    assert f"<@{house.ana.id}> is gone, so <@{house.cy.id}>" in seen_by(house, survey)
    assert "app.orphaned" not in house.actions()


def test_who_took_an_app_over_from_elsewhere_was_never_in_its_channel_and_cannot_leave_it(
    house: House, survey: Thread
) -> None:  # N7 A10
    give(house, survey, house.cy, "editor")
    offer(house, survey, house.dora)
    ts = next(one["ts"] for one in house.dora.messages("@slipway") if "slipway.accept" in str(one))
    house.dora.press("@slipway", ts, "slipway.accept")
    house.settle()
    assert app_of(house).owner == person_of(house, house.dora)
    house.later(days=3)
    assert watched(house) == "here"
