"""The gallery (T8): what a signed-in visitor may create, at an address of its own, behind the sign-in of apps."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from bot import addresses
from bot.chat import ChatError
from bot.settings import GatewaySettings, Settings, SlackSettings
from bot.workspace.person import Loopback, Person
from runtime import gallery
from runtime.gallery_page import Card, Shown, page
from templates.picture import HEIGHT, MOST, WIDTH, pictures
from tests.bot.house import House
from tests.bot.slack_rules import HOSTILE
from tests.bot.test_market import SURVEY


def url(house: House, path: str = "/") -> str:
    return f"http://shelf.localhost:{house.settings.gateway.port}{path}"


def look(house: House, who: Person, **headers: str) -> str:
    """The page as somebody sees it."""
    page = who.sign_in(url(house))
    assert page.status_code == 200, page.text
    return who.web.get(url(house), headers=headers).text if headers else page.text


def test_a_visitor_signs_in_and_sees_what_they_may_create(house: House) -> None:
    """T8: owner, version, use count, median lifetime, an example sentence and a picture of each."""
    house.press(house.ask(SURVEY), "slipway.publish")
    page = look(house, house.cy)
    assert page.count("<li>") == len(house.wiring.catalog.names)
    assert "used 1 time, 1 live now" in page and "platform-templates" in page and "none has ended yet" in page
    assert "/slipway a poll: where do we eat on Friday?" in page
    assert 'src="/pictures/poll@1.0.png" alt="A page of such an app: Poll"' in page
    assert "You are signed in as Cy Lindqvist." in page
    assert house.actions().count("visitor.signed_in") == 1
    assert "<script" not in page and "style=" not in page and "<style" not in page


def test_nobody_sees_it_without_signing_in_but_pictures_and_the_style_are_open(house: House) -> None:
    with httpx2.Client(transport=Loopback()) as stranger:
        asked = stranger.get(url(house))
        shown = stranger.get(url(house, "/pictures/poll@1.0.png"))
        style = stranger.get(url(house, "/shelf.css"))
    assert asked.status_code == 302 and asked.headers["location"].startswith("/_slipway/sign-in")
    assert shown.status_code == 200 and shown.content[:4] == b"\x89PNG"
    assert shown.headers["cross-origin-resource-policy"] == "cross-origin"
    assert style.status_code == 200 and style.headers["content-type"].startswith("text/css")
    assert style.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/pictures/nothing@1.png", "/pictures/..%2f..%2fsecret.png", "/pictures/", "/other", "/pictures/poll@1.0"]
)
def test_what_is_not_there_is_not_there(house: House, path: str) -> None:
    house.cy.sign_in(url(house))
    found = house.cy.web.get(url(house, path))
    assert found.status_code in (200, 400, 404) and b"secret" not in found.content
    if path != "/pictures/poll@1.0":
        assert found.status_code != 200


def test_the_bare_domain_leads_there(house: House) -> None:
    port = house.settings.gateway.port
    answer = house.cy.web.get(f"http://localhost:{port}/")
    assert answer.status_code == 302 and answer.headers["location"] == url(house)
    assert house.cy.web.get(f"http://localhost:{port}/else").status_code == 404
    assert house.cy.web.post(f"http://localhost:{port}/").status_code == 404


def test_a_guest_may_look_and_is_told_why_they_can_make_nothing(house: House) -> None:
    page = look(house, house.gil)
    assert "Guests cannot create apps here." in page and "<li>" not in page


def test_a_partner_is_signed_in_elsewhere_and_gets_no_further(house: House) -> None:
    page = house.pia.sign_in(url(house))
    assert page.status_code == 403 and "<li>" not in page.text


def test_a_german_browser_is_answered_in_german(house: House) -> None:
    page = look(house, house.cy, **{"accept-language": "de-DE,de;q=0.9"})
    assert '<html lang="de">' in page and "Was du machen kannst" in page and "Zuständig" in page
    assert "eine Abstimmung: Wo essen wir am Freitag?" in page


def test_whoever_left_is_let_in_no_more(house: House) -> None:
    look(house, house.cy)

    class Gone:
        def __init__(self, chat: Any) -> None:
            self._chat = chat

        def __getattr__(self, name: str) -> Any:
            return getattr(self._chat, name)

        def profile(self, user: str) -> Any:
            return replace(self._chat.profile(user), deleted=True)

    house.wire(chat=Gone(house.chat))
    house.later(0.01)
    house.ahead = 90
    assert house.cy.web.get(url(house)).status_code == 403


def test_a_session_of_an_app_opens_no_gallery_and_the_other_way_round(house: House) -> None:
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    live = house.live(thread)
    house.ben.sign_in(live)
    token = next(one.value for one in house.ben.web.cookies.jar if one.name == "slipway_session")
    answer = house.dora.web.get(url(house), headers={"cookie": f"slipway_session={token}"})
    assert answer.status_code == 302


def test_nothing_is_sent_to_it_and_signing_out_ends_the_session(house: House) -> None:
    look(house, house.cy)
    assert house.cy.web.post(url(house), data={"x": "y"}).status_code == 405
    house.cy.web.get(url(house, "/_slipway/sign-out"))
    assert house.cy.web.get(url(house)).status_code == 302


def test_no_app_is_ever_called_as_the_gallery_is(house: House) -> None:
    thread = house.ask("a survey called shelf, three questions")
    house.fill(thread, title="Shelf")
    assert "http://shelf." not in house.preview(thread) and "http://shelf.preview" not in house.preview(thread)


def test_what_a_template_says_of_itself_stays_words(house: House) -> None:
    card = Card(*([f'<script>x</script>"onload="{HOSTILE}'] * 7), picture="/pictures/a.png")
    made = page(Shown(f"<b>{HOSTILE}", (card,)), german=False, request_id="<i>").decode()
    assert "<script" not in made and "<b>" not in made and '"onload=' not in made and "<i>" not in made


@pytest.mark.parametrize(
    "told", [{}, {"why": "no"}, {"name": "x", "barred": ""}, {"name": 1, "offers": [3], "barred": 2}]
)
def test_an_answer_that_is_none_shows_no_shelf(told: Mapping[str, Any]) -> None:
    assert gallery._shown(told, {}) is None


def test_every_template_has_a_picture_and_it_is_small(house: House) -> None:
    found = pictures()
    assert {one.ref for one in house.wiring.catalog.templates} <= set(found)
    for ref, content in found.items():
        size = tuple(int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        assert size == (WIDTH, HEIGHT) and 5_000 < len(content) <= MOST, ref


@pytest.mark.parametrize(
    ("api", "scheme", "domain", "shown"),
    [
        ("https://slack.com/api/", "http", "localhost", False),
        ("https://slack.com/api/", "https", "apps.example.org", True),
        ("https://slack.com/api/", "https", "apps.localhost", False),
        ("https://slack.com/api/", "http", "apps.example.org", False),
        ("http://127.0.0.1:8200/api/", "http", "localhost", True),
    ],
)
def test_pictures_are_named_in_the_chat_only_where_it_can_fetch_them(
    house: House, api: str, scheme: str, domain: str, shown: bool
) -> None:
    where = GatewaySettings(house.home, scheme=scheme, domain=domain)
    made = Settings(where, SlackSettings("xoxb-1", api_url=api))
    address = addresses.pictured(made, frozenset({"poll@1.0"}), "poll@1.0")
    assert bool(address) is shown and addresses.pictured(made, frozenset(), "poll@1.0") == ""
    if shown:
        assert re.fullmatch(rf"{scheme}://shelf\.{re.escape(domain)}(:\d+)?/pictures/poll@1\.0\.png", address)


def test_when_control_cannot_say_the_visitor_is_asked_to_come_again(house: House) -> None:
    look(house, house.cy)

    class Away:
        def __getattr__(self, name: str) -> Any:
            raise ChatError("unreachable", permanent=False)

    house.later(0.01)
    house.wire(chat=Away())
    house.ahead = 90
    assert house.cy.web.get(url(house)).status_code == 503
