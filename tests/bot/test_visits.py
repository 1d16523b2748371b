"""Every response of an app carries a request id, and the thread tells what became of it."""

from dataclasses import replace

import httpx2
import pytest

from bot import clockwork, main
from bot.conversation import Thread
from bot.entrance.signin import SignInRefused
from bot.workspace.person import Loopback
from runtime.doorman import FRESH_SECONDS
from runtime.spool import new_request_id
from tests.bot.house import House
from tests.runtime.door import request_id
from tests.workspace.harbour import free_port

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
DAY = 86_400


@pytest.fixture
def survey(house: House) -> Thread:
    return house.ask(SURVEY)


def pasted(house: House, thread: Thread, text: str) -> str:
    """What ana is told who pastes this into the thread."""
    house.say(text, thread=thread.root)
    return house.told()


def test_a_request_id_pasted_into_the_thread_is_answered(house: House, survey: Thread) -> None:  # O6
    house.ana.sign_in(house.preview(survey))
    for text in ("{}", "`{}`", " {} ", "@Slipway {}", "request id {}", "{}."):
        page = house.ana.web.get(house.preview(survey))
        told = pasted(house, survey, text.format(request_id(page)))
        assert "*Lunch* (preview) answered with status 200 on " in told
        assert f"Its log lines and spans carry `{page.headers['x-trace-id']}`." in told
    assert len(house.requests()) == 1
    assert len(house.whispers(house.ana)) == 6


def test_every_kind_of_response_carries_the_request_id(house: House, survey: Thread) -> None:  # O6
    url = house.preview(survey)
    house.ana.sign_in(url)
    host = url.partition("//")[2]
    nobody = url.replace(host, "nobody.localhost:" + host.rpartition(":")[2])
    with httpx2.Client(transport=Loopback()) as browser:
        stranger = browser.get(url)
    answers = [
        stranger,
        house.ana.web.get(url + "nothing/here"),
        house.ana.web.post(url, data={"q": "forged"}),
        house.ana.web.put(url),
        house.ana.web.get(url + "%00"),
        house.ana.web.get(nobody),
        house.dora.sign_in(url),
        house.ana.web.get(url + "static/app.css"),
        house.ana.web.post(url, content=b"x" * 400_000),
    ]
    assert {one.status_code // 100 for one in answers} >= {3, 4}
    assert len({request_id(one) for one in answers}) == len(answers)


def test_unknown_ids_are_told_apart(house: House, survey: Thread) -> None:  # O6
    wall = clockwork.wall()
    assert pasted(house, survey, "rffffffff00000000") == "No visit has that id: I never gave it out."
    assert "I keep visits for 90 days." in pasted(house, survey, new_request_id(wall - 100 * DAY))
    assert "reached no app of this workspace" in pasted(house, survey, new_request_id(wall))


def test_an_id_of_the_clients_own_is_never_ours(house: House, survey: Thread) -> None:  # O6
    house.ana.sign_in(house.preview(survey))
    seen = house.ana.web.get(house.preview(survey), headers={"x-request-id": "rdeadbeefdeadbeef"})
    assert request_id(seen) != "rdeadbeefdeadbeef"
    assert house.worker.visits()[-1]["client"] == "rdeadbeefdeadbeef"
    assert "I never gave it out" in pasted(house, survey, "rdeadbeefdeadbeef")


def test_while_slack_is_away_who_is_inside_stays_and_nobody_new_comes(house: House, survey: Thread) -> None:  # T1
    url = house.preview(survey)
    assert house.ana.sign_in(url).status_code == 200
    house.chat.cut = True
    house.ahead = FRESH_SECONDS + 1
    assert house.ana.web.get(url).status_code == 200
    assert house.ben.sign_in(url).status_code == 403
    house.chat.cut = False
    assert house.ben.sign_in(url).status_code == 200


def test_while_the_identity_provider_is_away_nobody_new_gets_in(house: House) -> None:  # T1
    gone = replace(house.settings, slack=replace(house.settings.slack, issuer=f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(SignInRefused, match="Sign-in is not reachable right now"):
        main.exchange(gone)("code", "http://signin.localhost/", "verifier", "nonce")
