"""Grants that end: taken back by an operator or by their date, without a redeploy, and told to the owner once."""

import pytest
from sqlmodel import Session, select

from bot.conversation import Thread
from bot.conversation import words as words_in
from bot.operating import gates
from bot.platformctl import command
from bot.rows.requests import RequestRow
from guardrails import audit, grants
from guardrails.grants import GrantRow
from runtime import apps, deployments
from templates.bundle import Bundle
from templates.manifest import Digest
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


def app(house: House) -> str:
    return str(house.request().app)


def grant(house: House, *words: str) -> int:
    return command.main(["grant", words[0], "lunch", *words[1:], "--home", str(house.home)])


def test_a_grant_taken_back_is_denied_with_the_next_visit(  # S4, S11
    house: House, survey: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    url = house.live(survey)
    assert house.cy.sign_in(url).status_code == 200
    assert grant(house, "revoke", "store") == 0
    assert capsys.readouterr().out == "lunch may not use store any more, from the next visit on.\n"
    denied = house.cy.web.get(url)
    why = "It tried something it may not do. Nothing you typed was saved. Its owner was told and has to see to it."
    assert (denied.status_code, why in denied.text) == (403, True)
    house.settle()
    said = [one["text"] for one in survey.messages(house.ana) if "any more" in one["text"]]
    assert said == [
        ":no_entry_sign: *Lunch* may not use `store` any more: the platform team took it back. "
        "The rest of the app works. To have it back, change the answers and publish again."
    ]
    assert "*No longer allowed* store." in house.card(survey)
    assert house.actions().count("grant.revoked") == 1


def test_a_gate_that_was_closed_is_not_the_apps_fault(house: House, survey: Thread) -> None:  # S11
    url = house.live(survey)
    house.cy.sign_in(url)
    grant(house, "revoke", "store")
    assert [house.cy.web.get(url).status_code for _ in range(5)] == [403] * 5
    house.settle()
    assert "app.suspended" not in house.actions()


def test_a_grant_that_is_over_is_denied_at_once_and_told_once(house: House, survey: Thread) -> None:  # S11
    url = house.live(survey)
    house.cy.sign_in(url)
    name = app(house)
    with Session(house.engine) as session, session.begin():
        for row in session.exec(select(GrantRow).where(GrantRow.app == name, GrantRow.name == "store")):
            row.until = house.now()
            session.add(row)
        apps.touch_routes(session)
    assert house.cy.web.get(url).status_code == 403
    house.settle()
    house.settle()
    said = [one["text"] for one in survey.messages(house.ana) if "its time is over" in one["text"]]
    assert len(said) == 1
    assert house.actions().count("grant.expired") == 1


def test_what_an_app_was_granted_is_listed(
    house: House, survey: Thread, capsys: pytest.CaptureFixture[str]
) -> None:  # S11
    grant(house, "revoke", "store")
    capsys.readouterr()
    assert grant(house, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("store  ended ")
    assert " by sha256:" in lines[0]


@pytest.mark.parametrize("words", [("revoke", "egress:evil.example"), ("revoke",)])
def test_what_was_not_granted_cannot_be_taken_back(
    house: House, survey: Thread, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert grant(house, *words) == 1
    assert "; it has store" in capsys.readouterr().err
    assert command.main(["grant", "list", "nobody", "--home", str(house.home)]) == 1
    assert capsys.readouterr().err == "platformctl: there is no app nobody\n"


def test_what_is_granted_is_exactly_what_is_declared(house: House, survey: Thread) -> None:  # S4
    name = app(house)
    with Session(house.engine) as session:
        standing = deployments.active(session, name, "live")
        assert standing is not None
        declared = grants.names(house.wiring.bundles.get(standing.bundle).manifest.capabilities)
        assert grants.active(session, name, house.now()) == frozenset(declared)
        assert not grants.difference(declared, grants.every(session, name), house.now())


def test_a_disagreement_is_recorded_once_and_gives_nothing(house: House, survey: Thread) -> None:  # S4
    gates.compare(house.wiring)
    assert "grants.disagree" not in house.actions()
    request, name = house.request(), app(house)
    with Session(house.engine) as session, session.begin():
        session.add(
            GrantRow(
                workspace=request.workspace,
                app=name,
                name="egress:evil.example",
                proposal="forged",
                granted_at=house.now(),
                until=house.now() + 900,
            )
        )
    gates.compare(house.wiring)
    gates.compare(house.wiring)
    assert house.actions().count("grants.disagree") == 1
    with Session(house.engine) as session:
        event = audit.story(session, name)[-1]
        assert event.facts == {"granted": "egress:evil.example", "declared": ""}
    assert house.cy.sign_in(house.live(survey)).status_code == 200


def test_a_grant_that_was_never_given_is_a_disagreement(house: House, survey: Thread) -> None:  # S4
    name = app(house)
    with Session(house.engine) as session, session.begin():
        for row in session.exec(select(GrantRow).where(GrantRow.app == name)):
            session.delete(row)
    gates.compare(house.wiring)
    with Session(house.engine) as session:
        assert audit.story(session, name)[-1].facts == {"granted": "", "declared": "store"}
    assert house.cy.sign_in(house.live(survey)).status_code == 403


def test_publishing_again_gives_back_what_was_taken(house: House, survey: Thread) -> None:  # S11
    grant(house, "revoke", "store")
    house.settle()
    assert "*No longer allowed* store." in house.card(survey)
    house.fill(survey, title="Lunch again")
    house.press(survey, "slipway.publish")
    assert house.cy.sign_in(house.live(survey)).status_code == 200
    assert "No longer allowed" not in house.card(survey)


def test_card_approval_and_the_apps_own_page_say_the_same(house: House) -> None:  # N5
    thread = house.ask("a feedback survey about the new office for everyone in the company")
    house.press(thread, "slipway.publish")
    card, approval = thread.messages(house.ana)[0], thread.with_button(house.ben, "slipway.approve")
    phrases = ("keep entries in a table of its own", "reach the internet", "read your Slack messages")
    for said in map(words_in, (card, approval)):
        assert all(phrase in said for phrase in phrases)
    preview = house.preview(thread)
    assert '<a href="/_slipway/about">What this app can and cannot do</a>' in house.ana.sign_in(preview).text
    assert "This is a preview: nobody has approved it yet" in house.ana.web.get(f"{preview}_slipway/about").text
    house.press(thread, "slipway.approve", house.ben)
    url = house.live(thread)
    house.dora.sign_in(url)
    page = house.dora.web.get(f"{url}_slipway/about").text
    assert all(phrase in page for phrase in phrases)
    assert "<h2>This app can</h2><ul><li>keep entries in a table of its own, for" in page


def test_what_was_taken_back_is_no_longer_said_anywhere(house: House, survey: Thread) -> None:  # N5
    url = house.live(survey)
    house.ana.sign_in(url)
    grant(house, "revoke", "store")
    house.settle()
    page = house.ana.web.get(f"{url}_slipway/about").text
    can, cannot = page.split("<h2>It cannot</h2>")
    assert "keep entries" not in can and "days: not granted" in cannot
    assert "days: not granted" in words_in(survey.messages(house.ana)[0])


def test_an_app_that_is_not_what_it_says_is_not_published(house: House) -> None:  # N5
    thread = house.ask(SURVEY)
    with Session(house.engine) as session, session.begin():
        row = session.exec(select(RequestRow)).one()
        made = house.wiring.bundles.get(Digest(str(row.bundle)))
        files = {**made.files, "app.js": made.files["app.js"] + b"\nmail.send({});\n"}
        other = Bundle(made.manifest, files)
        house.wiring.bundles.put(other)
        row.bundle = other.digest
    told = house.press(thread, "slipway.publish")
    assert told == (
        "This cannot be published: what the app says it can do is not true, because its code uses mail and its "
        "Manifest does not say so. Nothing was changed."
    )
    assert "app.live" not in house.actions()
