"""The rehearsal for people, in the whole house: ticks, other people's eyes, entries to look at; never the live app."""

import re
from urllib.parse import urlsplit

import httpx2
import pytest

from bot.conversation import Thread, send_form
from bot.workspace.person import Person
from runtime.masks import COOKIE
from tests.bot.house import House
from tests.workspace.harbour import until

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
PAGE = "_slipway/rehearsal"


def opened(house: House, thread: Thread, who: Person | None = None) -> httpx2.Response:
    return (who or house.ana).sign_in(house.preview(thread) + PAGE)


def press(house: House, thread: Thread, do: str, who: Person | None = None) -> httpx2.Response:
    page = opened(house, thread, who)
    return send_form(who or house.ana, house.preview(thread) + PAGE, page, do=do)


def seen(house: House, url: str, who: Person | None = None) -> httpx2.Response:
    return (who or house.ana).sign_in(url)


def test_every_preview_is_rehearsed_in_the_sandbox_and_says_how_it_went(house: House) -> None:  # T7 N9
    thread = house.ask(SURVEY)
    card = house.card(thread)
    assert card.count(":white_check_mark:") == 5 and ":x:" not in card
    assert f"<{house.preview(thread)}{PAGE}|Try it as others>" in card
    page = opened(house, thread)
    assert page.status_code == 200 and page.text.count("✓") == 5 and "✗" not in page.text
    assert "You see it as yourself, its owner." in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]


def test_its_owner_sees_it_as_a_member_and_as_those_whom_the_door_refuses(house: House) -> None:  # N9
    thread = house.ask(SURVEY)
    preview = house.preview(thread)
    as_ana = press(house, thread, "see:ana")
    name = re.search(r"Ana [A-Z]\w+", as_ana.text)
    assert name and name[0] != "Ana Silva" and as_ana.status_code == 200
    assert seen(house, preview + "results").status_code == 403
    assert f"You see it as {name[0]}, a member." in opened(house, thread).text
    for role in ("guest", "outsider"):
        refused = press(house, thread, f"see:{role}")
        assert refused.status_code == 403 and "is not open to you" in refused.text and PAGE in refused.text
        assert seen(house, preview + "results").status_code == 403
    assert "You see it as yourself again." in press(house, thread, "back").text
    assert seen(house, preview + "results").status_code == 200


def test_it_is_filled_with_synthetic_entries_and_emptied_again(house: House) -> None:  # N9 T6
    thread = house.ask(SURVEY)
    preview = house.preview(thread)
    messages = len(house.card(thread))
    assert "It has synthetic entries now." in press(house, thread, "fill").text
    results = seen(house, preview + "results.csv").text
    assert "Ana " in results and "canary" not in results and len(results.splitlines()) == 2
    assert len(house.card(thread)) == messages
    press(house, thread, "see:ana")
    assert seen(house, preview).status_code == 200 and "Ana " in seen(house, preview).text
    press(house, thread, "back")
    assert "All entries of this preview are gone." in press(house, thread, "empty").text
    assert len(seen(house, preview + "results.csv").text.splitlines()) == 1
    assert house.actions().count("preview.emptied") == 1


def test_the_live_app_has_no_rehearsal_no_masks_and_no_synthetic_entries(house: House) -> None:  # N9
    thread = house.ask(SURVEY)
    press(house, thread, "fill")
    preview_cookie = next(one for one in house.ana.web.cookies.jar if one.name == "slipway_session")
    assert preview_cookie is not None
    press(house, thread, "see:outsider")
    mask = next(one.value for one in house.ana.web.cookies.jar if one.name == COOKIE)
    house.press(thread, "slipway.publish")
    live = house.live(thread)
    assert seen(house, live + PAGE).status_code == 404
    sent = house.ana.web.post(live + PAGE, data={"do": "fill", "_csrf": token(seen(house, live).text)})
    assert sent.status_code == 404
    host = urlsplit(live).hostname or ""
    house.ana.web.cookies.set(COOKIE, str(mask), domain=host, path="/")
    assert seen(house, live).status_code == 200
    assert seen(house, live + "results").status_code == 200
    assert len(seen(house, live + "results.csv").text.splitlines()) == 1
    house.ana.web.cookies.delete(COOKIE, domain=host, path="/")


def token(page: str) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("forged", ["e30.00", "x", "", "a" * 700, "eyJyb2xlIjogIm93bmVyIn0=.", "é.é"])
def test_a_forged_mask_does_nothing(house: House, forged: str) -> None:  # N9
    thread = house.ask(SURVEY)
    preview = house.preview(thread)
    opened(house, thread)
    request = house.ana.web.build_request("GET", preview + "results")
    mine = request.headers["cookie"]
    headers = {b"cookie": f"{mine}; {COOKIE}={forged}".encode()}
    answer = house.ana.web.get(preview + "results", headers=headers)
    assert answer.status_code == 200


def test_a_mask_of_somebody_elses_session_does_nothing(house: House) -> None:  # N9
    thread = house.ask(SURVEY)
    preview = house.preview(thread)
    press(house, thread, "see:outsider")
    mask = next(one.value for one in house.ana.web.cookies.jar if one.name == COOKIE)
    assert seen(house, preview, house.ben).status_code == 200
    mine = house.ben.web.build_request("GET", preview).headers["cookie"]
    assert house.ben.web.get(preview, headers={"cookie": f"{mine}; {COOKIE}={mask}"}).status_code == 200
    press(house, thread, "back")


def test_only_its_owner_and_who_helps_may_rehearse(house: House) -> None:  # N9
    thread = house.ask(SURVEY)
    refused = opened(house, thread, house.ben)
    assert refused.status_code == 403 and "is not open to you" in refused.text
    page = seen(house, house.preview(thread), house.ben)
    sent = house.ben.web.post(house.preview(thread) + PAGE, data={"do": "fill", "_csrf": token(page.text)})
    assert sent.status_code == 403
    assert len(seen(house, house.preview(thread) + "results.csv").text.splitlines()) == 1


def test_a_form_of_another_page_does_nothing(house: House) -> None:
    thread = house.ask(SURVEY)
    opened(house, thread)
    url = house.preview(thread) + PAGE
    assert house.ana.web.post(url, data={"do": "fill"}).status_code == 403
    page = opened(house, thread).text
    elsewhere = {"origin": "http://evil.localhost"}
    assert house.ana.web.post(url, data={"do": "fill", "_csrf": token(page)}, headers=elsewhere).status_code == 403
    assert len(seen(house, house.preview(thread) + "results.csv").text.splitlines()) == 1


def expect(house: House, thread: Thread, text: str) -> None:
    house.ana.say(text, thread.channel, thread.root)
    until(lambda: text in house.request().wishes)
    house.settle()


def test_what_the_asker_expects_is_tried_in_the_sandbox(house: House) -> None:  # T7
    thread = house.ask(SURVEY)
    expect(house, thread, "it should say thanks when I submit pizza")
    assert ":white_check_mark: It says “thanks” for “pizza”." in house.card(thread)
    expect(house, thread, "es soll Hurra sagen, wenn ich pizza eingebe")
    card = house.card(thread)
    assert ":x: It says “Hurra” for “pizza”." in card and "Publish anyway" in card
    house.press(thread, "slipway.publish")
    assert "slipway.approve" in house.offered(thread)
