"""What an app may not reach outside: its thread is told, once, and not by whom the app pretends to be."""

import httpx2
import pytest
from sqlmodel import Session

from bot.conversation import Thread
from bot.operating.blocked import BLOCKED_A_DAY
from bot.platformctl import command
from guardrails import grants
from tests.bot.house import House


@pytest.fixture
def survey(house: House) -> Thread:
    return house.ask("a lunch survey for ops, three questions, keep it two weeks")


def told(house: House, name: str, stage: str = "live", app: str = "") -> httpx2.Response:
    """What a gateway worker tells control."""
    transport = httpx2.HTTPTransport(uds=str(house.settings.gateway.control_socket))
    document = {"app": app or str(house.request().app), "stage": stage, "name": name}
    with httpx2.Client(transport=transport, base_url="http://control") as worker:
        reply = worker.post("/blocked", json=document)
    house.settle()
    return reply


def said_in(house: House, thread: Thread) -> str:
    """The text of every message in the thread."""
    return "\n".join(one["text"] for one in thread.messages(house.ana))


def test_a_blocked_host_stands_in_the_thread_once_a_day(house: House, survey: Thread) -> None:  # S2
    for _ in range(3):
        assert told(house, "api.foo.com").status_code == 200
    said = ":no_entry: blocked: api.foo.com. *Lunch* tried to reach it and may not; nothing was sent."
    assert said_in(house, survey).count(said) == 1
    told(house, "@evil.net")
    assert "blocked: @evil.net." in said_in(house, survey)
    house.later(days=1)
    told(house, "api.foo.com")
    assert said_in(house, survey).count(said) == 2


def test_whatever_an_app_tries_its_thread_stays_readable(house: House, survey: Thread) -> None:
    for number in range(BLOCKED_A_DAY + 3):
        told(house, f"host-{number}.example.com")
    assert said_in(house, survey).count(":no_entry:") == BLOCKED_A_DAY


@pytest.mark.parametrize("name", ["", "@", "<!channel>", "a b", "evil.net\n*bold*", "x" * 400, "a.b:x"])
def test_what_is_no_host_is_not_shown(house: House, survey: Thread, name: str) -> None:
    assert told(house, name).status_code == 400
    assert ":no_entry:" not in said_in(house, survey)


def test_an_app_that_is_not_there_has_no_thread(house: House, survey: Thread) -> None:
    assert told(house, "api.foo.com", app="app_nobody").json() == {"why": "There is no such app."}


def granted(house: House, *wanted: str, until: int) -> None:
    with Session(house.engine) as session, session.begin():
        grants.grant(
            session,
            workspace=house.request().workspace,
            app=str(house.request().app),
            wanted=wanted,
            proposal="p",
            until=until,
            now=house.now(),
        )


def test_that_a_gate_is_over_is_said_once_and_not_again_with_each_visit(house: House, survey: Thread) -> None:  # S11
    granted(house, "egress:api.foo.com:443", "mail:example.com", until=house.now() + 60)
    house.later(days=0.1)
    for _ in range(2):
        told(house, "api.foo.com")
        told(house, "@example.com")
    house.later(days=1)
    told(house, "api.foo.com")
    for gate in ("egress:api.foo.com:443", "mail:example.com"):
        assert said_in(house, survey).count(f"*Lunch* may not use `{gate}` any more: its time is over.") == 1
    assert ":no_entry:" not in said_in(house, survey)


def test_a_gate_that_somebody_closed_is_no_blocked_host(house: House, survey: Thread) -> None:  # S11
    granted(house, "egress:api.foo.com", until=house.now() + 99)
    assert command.main(["grant", "revoke", "lunch", "egress:api.foo.com", "--home", str(house.home)]) == 0
    told(house, "api.foo.com")
    assert said_in(house, survey).count("*Lunch* may not use `egress:api.foo.com` any more: the platform team") == 1
    assert ":no_entry:" not in said_in(house, survey)


def test_what_a_newer_proposal_left_out_is_blocked_like_any_other_host(house: House, survey: Thread) -> None:  # S2
    granted(house, "egress:api.foo.com", until=house.now() + 99)
    house.later(days=0.0001)
    granted(house, "store", until=house.now() + 99)
    told(house, "api.foo.com")
    assert "blocked: api.foo.com." in said_in(house, survey)
