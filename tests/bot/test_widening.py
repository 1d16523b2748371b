"""Who may open a live app, changed: narrower at once, wider through the same gate as at first (D7, K7)."""

from bot.conversation import Thread
from bot.database import transaction
from runtime import deployments
from tests.bot.house import House

BISCUITS = "a survey about biscuits, three questions"


def live(house: House) -> tuple[Thread, str]:
    thread = house.ask(BISCUITS)
    house.press(thread, "slipway.publish")
    return thread, house.live(thread)


def open_to(house: House, thread: Thread, who: str, names: str = "") -> dict[str, str]:
    view = house.form(thread, action="slipway.who")
    errors = house.ana.submit(view["id"], {"open_to": who, "names": names})
    house.settle()
    return errors


def test_wider_waits_for_a_yes_and_what_is_live_stays_as_it_is(house: House) -> None:  # D7 K7 N4
    thread, url = live(house)
    bundle = house.request().bundle
    assert open_to(house, thread, "this channel", "#finance") == {}
    assert house.dora.sign_in(url).status_code == 403, "nobody has said yes"
    assert house.cy.sign_in(url).status_code == 200, "and those who could still can"
    assert "new: may be opened by #finance" in house.card(thread)
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(url).status_code == 200
    assert house.cy.sign_in(url).status_code == 200
    assert house.request().bundle == bundle, "nothing was built anew"
    assert "the people in this channel and #finance" in house.card(thread)


def test_narrower_counts_at_once_and_back_is_asked_for_again(house: House) -> None:  # D7
    thread, url = live(house)
    open_to(house, thread, "this channel", "@audit")
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(url).status_code == 200, "she is in @audit"
    open_to(house, thread, "this channel")
    assert house.dora.sign_in(url).status_code == 403, "from the very next visit on"
    assert house.actions().count("audience.narrowed") == 1
    open_to(house, thread, "this channel", "@audit")
    assert house.dora.sign_in(url).status_code == 403, "it was open to them once; that is no yes"
    house.press(thread, "slipway.reject", house.ben)
    [view] = house.ben.views()
    house.ben.submit(view["id"], {"reason": "not any more"})
    house.settle()
    assert house.dora.sign_in(url).status_code == 403
    open_to(house, thread, "me")
    assert house.cy.sign_in(url).status_code == 403
    assert house.ana.sign_in(url).status_code == 200
    assert house.request().state == "live"


def test_words_in_the_thread_add_and_only_replaces(house: House) -> None:  # D7
    thread, url = live(house)
    house.say("also for #finance", thread=thread.root)
    assert "this channel, finance" in house.card(thread)
    house.press(thread, "slipway.apply")
    assert house.dora.sign_in(url).status_code == 403
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(url).status_code == 200
    assert house.cy.sign_in(url).status_code == 200
    house.say("only for #finance", thread=thread.root)
    house.press(thread, "slipway.apply")
    assert house.cy.sign_in(url).status_code == 403, "narrower, so at once"
    assert house.dora.sign_in(url).status_code == 200


def test_only_its_owner_and_editors_say_who_may_open_it(house: House) -> None:  # D7
    thread, _ = live(house)
    told = house.press(thread, "slipway.who", house.cy)
    assert "Only" in told
    assert not house.cy.views()


def test_names_that_nobody_has_are_told_at_the_field(house: House) -> None:
    thread, _ = live(house)
    errors = open_to(house, thread, "named", "#nowhere, @nobody")
    assert errors == {"names": "I know no channel, group or person called #nowhere, @nobody."}
    assert "needs a yes" not in house.card(thread)


def test_the_public_is_a_denial_with_a_reason_where_it_is_switched_off(house: House) -> None:  # D7
    _, url = live(house)
    house.door.submit("slipway.audience", f'{{"v":"1","request":"{house.request().id}"}}', open_to="public")
    house.settle()
    assert "switched off in this organisation" in house.told()
    assert house.request().state == "live"
    assert house.dora.sign_in(url).status_code == 403


def test_a_preview_takes_who_may_open_it_along_and_builds_nothing_anew(house: House) -> None:
    thread = house.ask(BISCUITS)
    bundle = house.request().bundle
    open_to(house, thread, "everyone")
    assert house.request().state == "previewed"
    assert house.request().bundle == bundle
    house.press(thread, "slipway.publish")
    assert "app.live" not in house.actions(), "wider than its channel"
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(house.live(thread)).status_code == 200


def test_an_audience_that_changes_while_it_waits_voids_the_request_and_tells_what_changed(house: House) -> None:  # K7
    thread, url = live(house)
    open_to(house, thread, "this channel", "#finance")
    first = house.request().proposal
    open_to(house, thread, "this channel", "@audit")
    assert house.request().proposal != first
    card = house.card(thread)
    assert "This request for approval is void" in card
    assert "new: may be opened by @audit" in card
    house.door.press("slipway.approve", f'{{"v":"1","proposal":"{first}"}}', who=house.ben)
    house.settle()
    assert "void" in house.told(house.ben)
    assert house.dora.sign_in(url).status_code == 403
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(url).status_code == 200


def test_a_suspended_app_is_opened_to_nobody_new(house: House) -> None:  # D7
    thread, _ = live(house)
    with transaction(house.engine) as session:
        deployments.pause(session, house.request().app or "", "live", "OutOfCpu", house.now())
    open_to(house, thread, "this channel", "#finance")
    assert "Let it run again first" in house.told()
    open_to(house, thread, "me")
    assert "audience.narrowed" in house.actions()
