"""A company's own sign-in, linked to an account of the chat by whoever proves that it is theirs (K6)."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlmodel import Session, select

from bot.entrance.links import LinkRow
from bot.entrance.signin import Client, Company
from bot.platformctl import sign_ins
from bot.workspace.person import Person
from bot.workspace.signin import SignIn
from runtime.doorman import CALLBACK
from runtime.entry import Doors
from tests.bot.house import House
from tests.workspace.harbour import Running, config

BISCUITS = "a survey about biscuits, three questions"
CODE = re.compile(r"\*(\d{4} \d{4})\*")


@pytest.fixture(scope="module")
def provider() -> Iterator[Running]:
    """The company's own OpenID Connect provider; its people have ids that the chat knows nothing of."""
    running = Running(
        config(
            client_id="company.1",
            client_secret="company secret",
            redirect_uris=(f"http://signin.localhost:*{CALLBACK}/company",),
            call_rate=1e6,
            call_burst=10**6,
        )
    )
    yield running
    running.stop()


@pytest.fixture
def url(house: House, provider: Running) -> str:
    """A live app in a house that has a company's sign-in as well."""
    base = provider.config.base_url
    house.wire(company=Company(base, Client("company.1", "company secret"), "Acme"))
    house.worker.doorman.doors = Doors(company="Acme")
    thread = house.ask(BISCUITS)
    house.press(thread, "slipway.publish")
    return house.live(thread)


def employee(provider: Running, handle: str) -> Person:
    """Somebody in a browser of their own, signed in to the company and nowhere else."""
    return provider.person(handle)


def arrive(who: Person, url: str) -> httpx2.Response:
    """By the company's sign-in to an app."""
    return who.sign_in(f"{url}_slipway/sign-in?to=/&way=company")


def token(page: httpx2.Response) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def send(who: Person, url: str, page: httpx2.Response, **fields: str) -> httpx2.Response:
    data = {"_csrf": token(page), **fields}
    return who.web.post(f"{url}_slipway/link?to=/", data=data, follow_redirects=True)


def codes(who: Person, house: House) -> list[str]:
    """The codes that somebody was sent by us, oldest first."""
    channel = who.open(house.harbor.config.bot_user)
    said = [one["text"] for one in who.messages(channel) if "type this code" in one["text"]]
    return [found[1] for one in said if (found := CODE.search(one))]


def rows(house: House) -> list[LinkRow]:
    with Session(house.engine) as session:
        return list(session.exec(select(LinkRow)).all())


def linked(house: House, provider: Running, url: str, handle: str = "cy") -> Person:
    """Somebody who has linked the two."""
    who, chat = employee(provider, handle), getattr(house, handle)
    page = arrive(who, url)
    page = send(who, url, page, do="send", handle=f"@{handle}")
    done = send(who, url, page, do="link", code=codes(chat, house)[-1])
    assert "biscuits" in done.text.lower(), done.text
    return who


def test_both_ways_are_offered_and_a_link_is_confirmed_on_a_page_that_names_both(  # K6
    house: House, provider: Running, url: str
) -> None:
    who = employee(provider, "cy")
    choice = who.web.get(url, follow_redirects=True)
    assert "Sign in with Slack" in choice.text
    assert "Sign in with Acme" in choice.text
    page = arrive(who, url)
    assert "Slipway does not know yet who that is in Slack" in page.text
    page = send(who, url, page, do="send", handle="@cy")
    assert "Acme account" in page.text
    assert "Cy Lindqvist · cy…@" in page.text
    assert "@cy" in page.text
    assert rows(house) == [], "nothing is linked yet"
    done = send(who, url, page, do="link", code=codes(house.cy, house)[-1])
    assert done.status_code == 200
    assert "Cy Lindqvist" in done.text, "and they are inside"
    [row] = rows(house)
    assert (row.issuer, row.user, row.invalid) == (provider.config.base_url, house.cy.id, "")
    assert "@" not in row.email
    assert house.actions().count("signin.linked") == 1
    other = employee(provider, "cy")
    assert arrive(other, url).status_code == 200, "the next time nobody is asked"
    assert "visitor.signed_in" in house.actions()


def test_a_session_is_of_one_app_alone(house: House, provider: Running, url: str) -> None:  # K6 T1
    who = linked(house, provider, url)
    thread = house.ask("a survey about lamps, three questions")
    house.press(thread, "slipway.publish")
    second = house.live(thread)
    assert "/_slipway/sign-in" in who.web.get(second).headers["location"]
    assert "Sign in with Acme" in who.web.get(second, follow_redirects=True).text


def test_an_attacker_who_names_a_victim_gets_nothing_without_the_victim_s_code(  # K6
    house: House, provider: Running, url: str
) -> None:
    mallory = employee(provider, "dora")
    page = send(mallory, url, arrive(mallory, url), do="send", handle="@ana")
    sent = codes(house.ana, house)[-1]
    for guess in ("0000 0000", "", sent[:-1]):
        page = send(mallory, url, page, do="link", code=guess)
        assert "That was not the code" in page.text
    assert "Link these two" in page.text, "and a code is in no page"
    assert sent not in page.text
    assert sent.replace(" ", "") not in house.dump().replace(" ", ""), "nor in a row"
    for _ in range(3):
        page = send(mallory, url, page, do="link", code="1234 5678") if "_csrf" in page.text else page
    assert "That took too long" in page.text, "five tries, and then not even the right one"
    assert rows(house) == []


def test_a_code_is_good_for_the_browser_it_was_asked_from_and_for_no_other(  # K6
    house: House, provider: Running, url: str
) -> None:
    """The victim is talked into typing a code of an attacker's link, or an attacker gets hold of the victim's code."""
    mallory, victim = employee(provider, "dora"), employee(provider, "ana")
    theirs = send(mallory, url, arrive(mallory, url), do="send", handle="@ana")
    for_mallory = codes(house.ana, house)[-1]
    own = send(victim, url, arrive(victim, url), do="send", handle="@ana")
    for_victim = codes(house.ana, house)[-1]
    assert "not the code" in send(victim, url, own, do="link", code=for_mallory).text
    assert "not the code" in send(mallory, url, theirs, do="link", code=for_victim).text
    assert rows(house) == []


def test_a_page_of_somebody_else_s_sends_no_form_here(house: House, provider: Running, url: str) -> None:  # K6
    who = employee(provider, "cy")
    page = arrive(who, url)
    evil, asked = {"origin": "http://evil.localhost"}, {"_csrf": token(page), "do": "send", "handle": "@cy"}
    before = codes(house.cy, house)
    reply = who.web.post(f"{url}_slipway/link", data=asked, headers=evil)
    assert reply.status_code == 403
    assert who.web.post(f"{url}_slipway/link", data={"do": "send", "handle": "@cy"}).status_code == 403
    assert codes(house.cy, house) == before


def test_a_callback_that_another_browser_began_signs_nobody_in(house: House, provider: Running, url: str) -> None:  # K6
    """Login CSRF, a swapped state, and the answer of one provider at the other's address."""
    mallory, victim = employee(provider, "dora"), employee(provider, "ana")
    back = callback(mallory, url)
    assert victim.web.get(back, follow_redirects=True).status_code == 403, "not begun here"
    begin(victim, url)
    assert victim.web.get(back, follow_redirects=True).status_code == 403, "another state"
    own = callback(victim, url)
    mixed = own.replace("/callback/company", "/callback")
    assert victim.web.get(mixed, follow_redirects=True).status_code == 403, "the other provider's address"
    named = f"{own}&iss=https%3A%2F%2Fevil.example"
    assert victim.web.get(named, follow_redirects=True).status_code == 403, "another issuer"
    assert rows(house) == []


def test_a_code_of_the_provider_is_good_once_and_for_one_app(house: House, provider: Running, url: str) -> None:  # K6
    thread = house.ask("a survey about lamps, three questions")
    house.press(thread, "slipway.publish")
    other = house.live(thread)
    who = employee(provider, "cy")
    back = callback(who, url)
    begin(who, other)
    moved = back.replace(urlsplit(url).netloc, urlsplit(other).netloc)
    assert who.web.get(moved, follow_redirects=True).status_code == 403, "the state is another app's"
    back = callback(who, url)
    assert "Slipway does not know yet" in who.web.get(back, follow_redirects=True).text
    assert who.web.get(back, follow_redirects=True).status_code == 403, "used already"


def test_a_ticket_opens_no_other_app_s_page(house: House, provider: Running, url: str) -> None:  # K6
    thread = house.ask("a survey about lamps, three questions")
    house.press(thread, "slipway.publish")
    other = house.live(thread)
    who = employee(provider, "cy")
    arrive(who, url)
    ticket = who.web.cookies.get("slipway_link")
    assert ticket
    stolen = httpx2.Client(transport=who.web._transport)
    reply = stolen.get(f"{other}_slipway/link", headers={"cookie": f"slipway_link={ticket}"})
    assert reply.status_code == 403


def test_another_issuer_of_the_same_subject_is_somebody_else(house: House, provider: Running, url: str) -> None:  # K6
    linked(house, provider, url)
    twin = Running(
        config(
            client_id="company.1",
            client_secret="company secret",
            redirect_uris=(f"http://signin.localhost:*{CALLBACK}/company",),
        )
    )
    try:
        house.wire(company=Company(twin.config.base_url, Client("company.1", "company secret"), "Acme"))
        page = arrive(twin.person("cy"), url)
        assert "Slipway does not know yet who that is in Slack" in page.text, "the same subject, another issuer"
    finally:
        twin.stop()


def test_a_provider_that_says_it_is_another_is_not_asked(house: House, provider: Running, url: str) -> None:  # K6
    base = provider.config.base_url
    behind = base.replace("127.0.0.1", "localhost") if "127.0.0.1" in base else base.replace("localhost", "127.0.0.1")
    house.wire(company=Company(behind, Client("company.1", "company secret"), "Acme"))
    who = employee(provider, "cy")
    assert who.web.get(f"{url}_slipway/sign-in?to=/&way=company").status_code == 503


def test_an_address_that_changed_or_that_another_uses_has_to_be_confirmed_anew(  # K6
    house: House, provider: Running, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = linked(house, provider, url)
    claims = SignIn._claims
    given = {"email": "cy.new@acme.example"}
    monkeypatch.setattr(SignIn, "_claims", lambda self, user: {**claims(self, user), **given})
    again = employee(provider, "cy")
    page = arrive(again, url)
    assert "is not the one it had when it was linked" in page.text
    assert [one.invalid for one in rows(house)] == ["changed"]
    page = send(again, url, page, do="send", handle="@cy")
    assert "biscuits" in send(again, url, page, do="link", code=codes(house.cy, house)[-1]).text.lower()
    assert [one.invalid for one in rows(house)] == [""]
    assert arrive(employee(provider, "dora"), url).status_code == 200, "somebody else, by the same address"
    assert [one.invalid for one in rows(house)] == ["reused"]
    assert "Somebody else signed in with this account" in arrive(who, url).text
    assert house.actions().count("signin.doubted") == 2


def test_links_are_shown_and_removed_by_their_person_and_on_the_command_line(  # K6
    house: House, provider: Running, url: str
) -> None:
    who = linked(house, provider, url)
    assert who.web.get(url).status_code == 200
    assert not house.cy.command("/slipway sign-ins", "#ops")
    house.settle()
    assert "Cy Lindqvist · cy…@" in house.told(house.cy)
    assert not house.ana.command("/slipway sign-ins", "#ops")
    house.settle()
    assert "No sign-in of your organisation is linked" in house.told()
    [row] = rows(house)
    forged = f'{{"v":"1","link":"{row.id}"}}'
    house.door.press("slipway.unlink", forged, who=house.ana)
    house.settle()
    assert len(rows(house)) == 1, "it is not hers"
    assert row.id in sign_ins.run(house.home, "@cy", "")
    shown = house.whispers(house.cy)[-1]
    assert not house.cy.press("#ops", shown["ts"], "slipway.unlink")
    house.settle()
    assert rows(house) == []
    assert "/_slipway/sign-in" in who.web.get(url).headers["location"], "signed out everywhere"
    assert house.actions().count("signin.unlinked") == 1
    linked(house, provider, url)
    [row] = rows(house)
    assert "nobody's any more" in sign_ins.run(house.home, "", row.id)
    assert sign_ins.run(house.home, "", "") == "No sign-in is linked."


def test_nobody_is_sent_more_than_five_codes_a_day_and_nobody_learns_who_is_here(  # K6
    house: House, provider: Running, url: str
) -> None:
    before = len(codes(house.ben, house))
    for handle in ("dora", "ana"):
        mallory = employee(provider, handle)
        page = arrive(mallory, url)
        for _ in range(4):
            page = send(mallory, url, page, do="send", handle="@ben")
            assert "If there is such an account, a code was sent" in page.text, "whether or not one was"
    assert len(codes(house.ben, house)) - before == 5, "three a browser, five a day"
    stranger = send(mallory, url, page, do="send", handle="@nobodyhere")
    assert "If there is such an account, a code was sent" in stranger.text
    assert "not the code" in send(mallory, url, stranger, do="link", code="").text
    partner = send(mallory, url, stranger, do="send", handle="@pia")
    assert "not the code" in send(mallory, url, partner, do="link", code="0000 0000").text
    assert rows(house) == []


def test_what_is_not_linked_is_over_by_a_press_and_after_ten_minutes(  # K6
    house: House, provider: Running, url: str
) -> None:
    who = employee(provider, "cy")
    page = send(who, url, arrive(who, url), do="send", handle="@cy")
    code = codes(house.cy, house)[-1]
    assert "Sign in with Acme" in send(who, url, page, do="cancel").text, "back at the door"
    late = send(who, url, arrive(who, url), do="send", handle="@cy")
    code = codes(house.cy, house)[-1]
    house.later(11 / (24 * 60))
    assert "That took too long" in send(who, url, late, do="link", code=code).text
    assert rows(house) == []


def begin(who: Person, url: str) -> str:
    """To where the provider asks; the browser keeps what it began with."""
    return str(who.web.get(f"{url}_slipway/sign-in?to=/&way=company").headers["location"])


def callback(who: Person, url: str) -> str:
    """The address that the provider sends a browser back to, at the app's origin, not visited yet."""
    back = str(who._post("allow", authorize=begin(who, url))["location"])
    query = urlsplit(back).query
    host = parse_qs(query)["state"][0].partition(".")[2]
    return f"http://{host}{CALLBACK}/company?{query}"
