"""What an app may not reach outside: its thread is told, once, and not by whom the app pretends to be."""

import httpx2
import pytest
from sqlmodel import Session, select

from bot.conversation import Thread
from bot.gates import BLOCKED_A_DAY
from guardrails import grants
from guardrails.grants import GrantRow
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


def test_the_owner_is_told_once_that_an_approval_has_ended(house: House, survey: Thread) -> None:  # S11
    app, now = str(house.request().app), house.now()
    with Session(house.engine) as session, session.begin():
        wanted = ("egress:api.foo.com", "mail:example.com")
        grants.grant(session, workspace="T1", app=app, wanted=wanted, proposal="p", until=now + 60, now=now)
    house.later(days=0.1)
    for _ in range(2):
        told(house, "api.foo.com")
    house.later(days=0.9)
    told(house, "api.foo.com")
    said = f"<@{house.ana.id}> The approval for api.foo.com ended on "
    assert said_in(house, survey).count(said) == 1
    assert "so *Lunch* no longer reaches it; the rest goes on." in said_in(house, survey)
    assert ":no_entry:" not in said_in(house, survey)
    told(house, "@example.com")
    assert "The approval for @example.com ended on " in said_in(house, survey)


def test_a_gate_that_somebody_closed_has_not_ended_by_itself(house: House, survey: Thread) -> None:  # S11
    app, now = str(house.request().app), house.now()
    with Session(house.engine) as session, session.begin():
        wanted = ("egress:api.foo.com",)
        grants.grant(session, workspace="T1", app=app, wanted=wanted, proposal="p", until=now + 60, now=now)
        grants.revoke(session, app, now + 1)
        assert len(session.exec(select(GrantRow.name)).all()) == 1
    house.later(days=1)
    told(house, "api.foo.com")
    assert "blocked: api.foo.com." in said_in(house, survey)
