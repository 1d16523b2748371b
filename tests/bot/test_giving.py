"""Gates that open until a time: decided by whom the policies name, bound to what is live, and over by themselves."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from bot.conversation import Thread
from bot.conversation import words as said_in
from bot.platformctl import command
from bot.platformctl.grant import Gift, give
from bot.slack.web_api import SlackChat
from bot.wiring import Review, Stage
from bot.wording import words
from guardrails import audit, gate, grants
from guardrails.approvals import ProposalRow
from guardrails.revocations import Revocation
from guardrails.verdict import Finding, Verdict
from runtime import apps, deployments
from templates.audience import Audience
from templates.manifest import Manifest
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def closed(house: House) -> Thread:
    """A survey of ana's that is live, and may not keep entries any more."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    assert command.main(["grant", "revoke", "lunch", "store", "--home", str(house.home)]) == 0
    house.settle()
    return thread


def typed(house: House, who: str, capability: str = "store", long: str = "2h", until: str = "") -> str:
    """What `platformctl grant give` says; control decides as soon as it looks."""
    gift = Gift("lunch", capability, who, "The lunch is today.", until, "" if until else long)
    try:
        return give(house.home, gift, 0.0)
    finally:
        house.settle()


def allow(house: House, thread: Thread, who: str = "ben", **fields: str) -> dict[str, str]:
    """The form behind *Allow for a while*, sent."""
    person = {"ana": house.ana, "ben": house.ben, "cy": house.cy}[who]
    view = house.form(thread, person, "slipway.allow")
    errors = person.submit(view["id"], {"for": "3600", "reason": "The lunch is today.", **fields})
    house.settle()
    return errors


def live(house: House) -> tuple[str, str]:
    """The Proposal that is live, and its state."""
    app = str(house.request().app)
    with Session(house.engine) as session:
        standing = deployments.active(session, app, "live")
        assert standing is not None
        row = session.get(ProposalRow, standing.proposal)
        assert row is not None
        return row.digest, row.state


def test_an_approver_allows_it_until_a_time_and_nothing_else_changes(house: House, closed: Thread) -> None:  # S11 N4
    url, before = house.live(closed), live(house)
    assert house.cy.sign_in(url).status_code == 403
    assert typed(house, house.ben.id) == "It is kept, and is decided as soon as control runs."
    assert house.cy.web.get(url).status_code == 200
    assert live(house) == before, "what was published stands"
    end = words.when(house.now() // 60 * 60 + 2 * 3600)[:-9]
    said = next(one for one in map(said_in, closed.messages(house.ana)) if "*Lunch* may use `store` until" in one)
    assert ":key: *Lunch* may use `store` until *" in said and end in said
    assert "then it ends by itself. What was published stays as it is." in said
    assert f":white_check_mark: <@{house.ben.id}> approved this on " in said and "“The lunch is today.”" in said
    assert re.search(r":key: \*Until .* UTC\* it may use `store`\.", house.card(closed))
    assert "No longer allowed" not in said_in(closed.messages(house.ana)[0])
    assert house.actions().count("grant.given") == 1


def test_its_event_binds_what_is_live_and_holds_no_words(house: House, closed: Thread) -> None:  # S11 N4
    typed(house, house.ben.id)
    app, (proposal, _) = str(house.request().app), live(house)
    with Session(house.engine) as session:
        event = next(one for one in audit.story(session, app) if one.action == "grant.given")
        [opened] = gate.given_to(session, app)
        [held] = [one for one in grants.every(session, app) if one.gate]
        standing = deployments.active(session, app, "live")
    assert standing is not None
    assert event.facts["proposal"] == proposal == opened.gate.proposal == held.proposal
    assert event.facts["bundle"] == standing.bundle == opened.gate.bundle
    assert event.facts["gate"] == opened.gate.digest == held.gate
    assert (event.facts["grant"], event.facts["until"]) == ("store", str(held.until))
    assert event.facts["via"] == "platformctl" and str(event.facts["reason"]).startswith("sha256:")
    assert "lunch is today" not in event.model_dump_json()


def test_it_is_over_by_itself_and_told_once(house: House, closed: Thread) -> None:  # S11 K5
    typed(house, house.ben.id)
    url = house.live(closed)
    assert house.cy.sign_in(url).status_code == 200
    house.later(days=2.1 / 24)
    assert house.cy.sign_in(url).status_code == 403
    house.settle()
    said = [one["text"] for one in closed.messages(house.ana) if "its time is over" in one["text"]]
    assert len(said) == 1
    assert house.actions().count("grant.expired") == 1
    assert house.actions().count("revocation.confirmed") == 2, "by hand before, and by its end"


def test_the_worker_closes_it_though_control_is_late(house: House, closed: Thread) -> None:  # S11
    typed(house, house.ben.id)
    url = house.live(closed)
    house.cy.sign_in(url)
    house.ahead = 2 * 3600 + 60
    assert house.cy.web.get(url).status_code == 403


def test_the_form_in_the_thread_does_the_same(house: House, closed: Thread) -> None:  # S11
    assert "reason" in allow(house, closed, reason="")
    house.ben.close_view(house.ben.views()[-1]["id"])
    assert allow(house, closed) == {}
    assert house.cy.sign_in(house.live(closed)).status_code == 200
    assert "slipway.allow" not in house.offered(closed), "the button gives way to what became of it"
    assert ":key: It is allowed again until *" in house.card(closed)


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("ana", "Nobody approves their own request. Someone else of the approvers has to look at it."),
        ("cy", "Only @platform-approvers can decide this. You can point one of them to this thread."),
    ],
)
def test_who_may_not_decide_it_allows_nothing(house: House, closed: Thread, who: str, told: str) -> None:  # S11 G2
    allow(house, closed, who)
    assert house.told(house.ana if who == "ana" else house.cy) == told
    typed(house, {"ana": house.ana, "cy": house.cy}[who].id)
    assert "grant.given" not in house.actions()
    assert house.cy.sign_in(house.live(closed)).status_code == 403


def test_the_owners_second_account_allows_nothing(house: House, closed: Thread) -> None:  # G2
    assert command.main(["person", "link", "@ana", house.ben.id, "--home", str(house.home)]) == 0
    typed(house, house.ben.id)
    assert house.told(house.ben).startswith("Nobody approves their own request.")
    assert "grant.given" not in house.actions()


def test_where_nobody_could_allow_it_nobody_is_asked(house: House, closed: Thread) -> None:  # G2
    class Emptied(SlackChat):
        def group(self, handle: str) -> frozenset[str]:
            return frozenset()

    config = house.harbor.config
    house.wire(chat=Emptied(config.bot_token, config.api_url))
    typed(house, house.ben.id)
    told = "No approver exists: the group @platform-approvers is empty. Ask the platform team."
    assert house.told(house.ben) == told
    assert "gate" not in house.dump().split("INSERT INTO gate ")[1:], "nothing is kept of it"


@pytest.mark.parametrize(
    ("capability", "long", "told"),
    [
        ("egress:evil.example", "2h", "*Lunch* has no use for `egress:evil.example`: it asks for `store`. "),
        ("store", "31d", "That is no time I can allow it until: it must be ahead, at most 30 days away and no longer "),
        ("store", "0m", "That is no time I can allow it until: it must be ahead, "),
        ("store", "16d", "at most 30 days away and no longer than the app itself, which ends "),
    ],
)
def test_what_can_never_be_allowed_is_said(
    house: House, closed: Thread, capability: str, long: str, told: str
) -> None:  # S4 S11
    typed(house, house.ben.id, capability, long)
    assert told in house.told(house.ben)
    assert "grant.given" not in house.actions()


def test_what_it_may_do_already_is_not_given_again(house: House, closed: Thread) -> None:
    typed(house, house.ben.id)
    typed(house, house.ben.id)
    assert house.told(house.ben) == "*Lunch* may use `store` already. Nothing was changed."
    assert house.actions().count("grant.given") == 1


def test_of_an_app_that_is_not_live_nothing_is_allowed(house: House, closed: Thread) -> None:
    house.press(closed, "slipway.retire")
    typed(house, house.ben.id)
    assert house.told(house.ben) == "Nothing of this app is live, so there is nothing to allow."
    assert "slipway.allow" not in house.offered(closed)


def test_publishing_again_gives_it_for_good(house: House, closed: Thread) -> None:  # S11
    typed(house, house.ben.id)
    house.fill(closed, title="Lunch again")
    house.press(closed, "slipway.publish")
    house.later(days=1)
    assert house.cy.sign_in(house.live(closed)).status_code == 200
    assert "it may use `store`." not in said_in(closed.messages(house.ana)[0])


def test_an_end_can_be_named_and_what_is_no_time_is_said(
    house: House, closed: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    at = house.now() // 3600 * 3600 + 2 * 3600
    typed(house, house.ben.id, until=f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M}")
    assert f"may use `store` until *{words.when(at)}*" in house.card(closed)
    base = ["grant", "give", "lunch", "store", "--as", "@ben", "--reason", "x", "--home", str(house.home)]
    for more, told in ((["--for", "soon"], "write 30m, 2h or 3d"), (["--until", "noon"], "as 2026-12-31T17:30")):
        assert command.main([*base, *more]) == 1
        assert told in capsys.readouterr().err


def test_a_real_worker_says_what_an_app_holds(house: House, closed: Thread) -> None:  # K5
    assert house.actions().count("revocation.confirmed") == 1
    with Session(house.engine) as session:
        app = apps.by_slug(session, "lunch")
    assert app is not None
    one = Revocation(1, app.workspace, app.id, "store", 0, 0, "", alerted=False)
    assert house.wiring.holds(app, one) is False
    typed(house, house.ben.id)
    assert house.wiring.holds(app, one) is True
    assert house.wiring.holds(replace(app, slug="other"), one) is False
    house.later(days=2.1 / 24)
    assert house.wiring.holds(app, one) is False


def test_further_approvers_are_needed_where_the_policies_name_them(house: House, closed: Thread) -> None:  # N4 G2
    both = Needed(house.working.review)
    house.wire(review=both)
    typed(house, house.ben.id)
    pending = next(one for one in map(said_in, closed.messages(house.ana)) if "once all have said yes" in one)
    assert "once all have said yes whom the policies name: @audit and @data-stewards." in pending
    assert house.cy.sign_in(house.live(closed)).status_code == 403, "one yes of two opens nothing"
    assert (house.actions().count("grant.agreed"), house.actions().count("grant.given")) == (1, 0)
    told = house.press(closed, "slipway.agree", house.ben)
    assert told == "You have already said yes; another group's yes is still missing."
    house.press(closed, "slipway.agree", house.dora)
    assert house.cy.sign_in(house.live(closed)).status_code == 200
    assert house.actions().count("grant.given") == 1
    assert "slipway.agree" not in house.offered(closed)


def test_what_waits_for_another_yes_is_void_once_something_else_is_live(house: House, closed: Thread) -> None:  # K7
    house.wire(review=Needed(house.working.review))
    typed(house, house.ben.id)
    house.wire(review=house.working.review)
    house.fill(closed, title="Lunch again")
    house.press(closed, "slipway.publish")
    assert command.main(["grant", "revoke", "lunch", "store", "--home", str(house.home)]) == 0
    house.press(closed, "slipway.agree", house.dora)
    assert "grant.given" not in house.actions()


class Needed:
    """The policies, with a rule of the house: whatever keeps entries needs two groups' yes."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def __call__(self, manifest: Manifest, wanted: Audience, here: Audience, stage: Stage) -> Verdict:
        judged = self._review(manifest, wanted, here, stage)
        found = [
            Finding(rule="two", decision="needs_approval", field="app.capabilities", why="", fix="", approvers=group)
            for group in ("data-stewards", "audit")
            if manifest.capability("store")
        ]
        findings = (*found, *judged.findings)
        return judged.model_copy(update={"findings": findings, "decision": "needs_approval" if found else "allow"})


def test_publishing_anew_leaves_nothing_to_confirm_of_what_stays(house: House, closed: Thread) -> None:  # K5
    typed(house, house.ben.id)
    before = house.actions().count("revocation.confirmed")
    house.fill(closed, title="Lunch again")
    house.press(closed, "slipway.publish")
    assert house.actions().count("revocation.confirmed") == before
