"""Keep: with a reason, and up a ladder: the owner, then a team lead, then the platform team."""

import json

import pytest
from sqlmodel import Session, select

from bot.conversation import Thread, everything
from bot.owning import keeping
from bot.owning.keeping import KeepRow
from bot.wording import handing_words
from guardrails import audit
from templates.bundle import digest_of
from tests.bot.house import House
from tests.bot.test_endings import SURVEY, days_left
from tests.bot.test_reminding import ends_at, stage

ROLES = {"lead": ("platform-templates",), "operator": ("audit",)}
"""ben leads, dora operates."""


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


def keeps(house: House) -> list[tuple[int, str]]:
    with Session(house.engine) as session:
        return [(one.rung, one.state) for one in session.exec(select(KeepRow).order_by(KeepRow.asked_at)).all()]


def test_whose_word_a_keep_takes() -> None:  # N6
    assert [keeping.rung(times) for times in range(5)] == [1, 2, 3, 3, 3]


@pytest.mark.scenario
def test_a_keep_asks_why_and_the_record_keeps_the_reason_as_its_digest(house: House, survey: Thread) -> None:  # N6
    house.press(survey, "slipway.keep")
    view = house.ana.views()[-1]
    assert house.ana.submit(view["id"], {"reason": "  "}) == {"reason": handing_words.KEEP_WHY}
    house.ana.submit(view["id"], {"reason": "the *kitchen* needs <!channel> it"})
    house.settle()
    assert "“the kitchen needs &lt;!channel&gt; it”" in house.card(survey)
    with Session(house.engine) as session:
        [kept] = [one for one in audit.story(session, str(house.request().app)) if one.action == "app.kept"]
    assert kept.why == "with a reason"
    assert kept.facts["reason"] == digest_of(b"the *kitchen* needs <!channel> it")
    assert "kitchen" not in str(kept)


@pytest.mark.scenario
def test_a_secret_in_a_reason_is_never_kept(house: House, survey: Thread) -> None:  # N6
    key = "AKIA" + "Z7Q4W2E8R6T1Y3U5"
    house.keep_app(survey, why=f"it uses {key}")
    assert key not in house.dump() and key not in house.posted()


@pytest.mark.scenario
def test_the_second_keep_takes_the_team_lead_and_the_third_the_platform_team(house: House, survey: Thread) -> None:
    # N6
    house.wire(roles=ROLES)
    house.later(days=8)
    assert house.keep_app(survey) == ""
    house.later(days=8)
    end = ends_at(house)
    assert house.keep_app(survey) == ""
    assert ends_at(house) == end, "nobody agreed yet"
    assert "It was kept 1 time before, so <!subteam^" in house.card(survey)
    assert "Its clock goes on: without a yes it ends on" in house.card(survey)
    told = house.press(survey, "slipway.vouch", house.ana)
    assert told == "Only team leads and operators can agree to that. Who they are stands in the setting SLIPWAY_ROLES."
    assert house.keep_app(survey).startswith("That was asked already, and waits for a yes.")
    house.press(survey, "slipway.vouch", house.ben)
    assert ends_at(house) > end
    assert f"<@{house.ana.id}> keeps it, and <@{house.ben.id}> agreed: it now ends on" in house.card(survey)
    house.later(days=8)
    end = ends_at(house)
    house.keep_app(survey)
    assert house.press(survey, "slipway.vouch", house.ben) == handing_words.NOT_THAT_RUNG
    assert ends_at(house) == end
    house.wire(roles={"operator": ("data-stewards",)})
    house.press(survey, "slipway.vouch", house.ben)
    assert ends_at(house) > end
    assert keeps(house) == [(1, "given"), (2, "given"), (3, "given")]


@pytest.mark.scenario
def test_nobody_agrees_to_their_own_keep(house: House, survey: Thread) -> None:  # N6
    house.wire(roles={"lead": ("ops",)})  # ana leads as well, with ben and cy
    house.later(days=8)
    house.keep_app(survey)
    house.keep_app(survey)
    assert keeps(house)[-1] == (2, "asked")
    assert house.press(survey, "slipway.vouch", house.ana) == handing_words.OWN_WORD
    house.press(survey, "slipway.vouch", house.cy)
    assert keeps(house)[-1] == (2, "given")


@pytest.mark.scenario
def test_without_a_lead_the_operators_are_asked_and_without_them_it_says_what_to_do(
    house: House, survey: Thread
) -> None:  # N6
    house.keep_app(survey)
    told = house.keep_app(survey)
    assert told == handing_words.nobody_to_ask(2)
    assert "SLIPWAY_ROLES" in told and keeps(house) == [(1, "given")]
    house.wire(roles={"lead": ("nobody-there",), "operator": ("platform-templates",)})
    assert house.keep_app(survey) == ""
    house.press(survey, "slipway.vouch", house.ben)
    assert keeps(house) == [(1, "given"), (2, "given")]


@pytest.mark.scenario
def test_a_lead_who_is_no_owner_keeps_it_at_once(house: House, survey: Thread) -> None:  # N6
    house.wire(roles=ROLES)
    house.keep_app(survey)
    about = json.dumps({"v": "1", "app": str(house.request().app)})
    assert house.door.submit("slipway.keep", about, house.ben, reason="it pays for itself")[0] == "200"
    house.settle()
    assert keeps(house) == [(1, "given"), (2, "given")]


@pytest.mark.scenario
def test_a_no_leaves_the_end_where_it_was(house: House, survey: Thread) -> None:  # N6
    house.wire(roles=ROLES)
    house.keep_app(survey)
    end = ends_at(house)
    house.keep_app(survey)
    house.press(survey, "slipway.refuse", house.ben)
    assert f"<@{house.ben.id}> said no: it ends on" in house.card(survey)
    assert (ends_at(house), keeps(house)[-1]) == (end, (2, "refused"))
    assert "app.keep_refused" in house.actions()
    assert house.keep_app(survey, why="please") == "", "asking again is allowed"


@pytest.mark.scenario
def test_a_keep_that_nobody_answers_ends_with_the_app_and_says_so(house: House, survey: Thread) -> None:  # N6
    house.wire(roles=ROLES)
    house.keep_app(survey)
    house.later(days=days_left(house) - 6.5)
    house.keep_app(survey)
    assert "whether it stays stands below" in house.card(survey), "the reminder's buttons are gone"
    house.later(days=6)
    house.later(days=0.6)
    assert stage(house) == "archived"
    assert keeps(house)[-1] == (2, "lapsed")
    assert "Nobody answered before it ended on" in everything(survey, house.ana)
    assert house.actions().count("app.keep_lapsed") == 1
    assert house.offered(survey) == {"slipway.restore"}, "nobody can answer any more"
