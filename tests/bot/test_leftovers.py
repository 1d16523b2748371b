"""The inventory finds each kind of thing that may be left of an app, when it is planted (D3)."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.archives import leftovers
from bot.chat import Message, Place
from bot.ending import endings
from bot.posting import outbox
from bot.rows.requests import Request
from bot.wording.blocks import actions, button
from guardrails import grants
from runtime import breaches, deployments, gauge, identity, schedules, stuck
from runtime.broker import secret
from runtime.broker.vault import Purpose, Sealed
from templates.manifest import Time
from tests.bot.desk import Desk

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def live(desk: Desk) -> Request:
    return desk.press("slipway.publish", desk.ask(SURVEY))


def left(desk: Desk, app: str, ready: frozenset[str] = frozenset()) -> list[str]:
    with Session(desk.wiring.engine) as session:
        found = leftovers.of_app(session, desk.wiring.data, ready.__contains__, app, desk.now)
    return sorted({one.kind for one in found})


Plant = Callable[[Session, Desk, str], object]


def _store(_: Session, desk: Desk, app: str) -> None:
    desk.wiring.data.open(app, "preview", 10).close()


def _button(session: Session, desk: Desk, app: str) -> None:
    message = Message("?", (actions(button("Keep", "slipway.keep", {"app": app})),))
    outbox.put(session, outbox.Post("reminder:planted", Place("T1", "C1"), message), desk.now)


PLANTS: Mapping[str, Plant] = {
    "store": _store,
    "secret": lambda session, desk, app: secret.put(
        session, Purpose("T1", app, "key", ("a.example",)), Sealed("k", "w", "v"), desk.now
    ),
    "session": lambda session, desk, app: identity.open_session(
        session, workspace="T1", app=app, stage="live", person="p", name="Cy", handle="cy", now=desk.now - 3600
    ),
    "schedule": lambda session, desk, app: schedules.keep(
        session, workspace="T1", app=app, times={"daily": Time(every="day", at="09:00")}, now=desk.now
    ),
    "quota": lambda session, desk, app: gauge.note(session, app, "live", 5, desk.now),
    "limit": lambda session, desk, app: breaches.note(
        session, workspace="T1", app=app, stage="live", kind="OutOfCpu", request="r1", now=desk.now
    ),
    "grant": lambda session, desk, app: grants.grant(
        session, workspace="T1", app=app, wanted=("notify",), proposal="p", until=desk.now + 99, now=desk.now
    ),
    "button": _button,
}


@pytest.mark.parametrize("kind", PLANTS)
def test_each_kind_that_is_planted_is_found_and_cleared_away(desk: Desk, live: Request, kind: str) -> None:  # D3
    app = str(live.app)
    assert "route" in left(desk, app), "while it runs there is much"
    desk.press("slipway.retire", live)
    for _ in range(2):
        endings.tick(desk.wiring)
    assert left(desk, app) == []
    with Session(desk.wiring.engine) as session, session.begin():
        PLANTS[kind](session, desk, app)
    assert left(desk, app) == [kind]


def test_what_lies_ready_to_run_it_is_found(desk: Desk, live: Request) -> None:  # D3
    app = str(live.app)
    desk.press("slipway.retire", live)
    endings.tick(desk.wiring)
    assert left(desk, app, frozenset({str(live.bundle)})) == ["artefact"]


def test_a_route_that_stands_is_found(desk: Desk, live: Request) -> None:  # D3
    app = str(live.app)
    desk.press("slipway.retire", live)
    endings.tick(desk.wiring)
    with Session(desk.wiring.engine) as session, session.begin():
        newest = deployments.newest(session, app, "preview")
        assert newest is not None
        row = session.get_one(deployments.DeploymentRow, newest.id)
        row.ended_at = None
        session.add(row)
    assert left(desk, app) == ["route"]


def test_an_app_of_which_something_is_left_is_not_said_to_be_cleared(desk: Desk, live: Request) -> None:  # D3
    app = str(live.app)
    with Session(desk.wiring.engine) as session, session.begin():
        _button(session, desk, app)
        message = Message("?", (actions(button("Odd", "slipway.odd", {"app": app})),))
        outbox.put(session, outbox.Post("odd:planted", Place("T1", "C1"), message), desk.now)
    desk.press("slipway.retire", live)
    endings.tick(desk.wiring)
    with Session(desk.wiring.engine) as session:
        [held] = stuck.of_app(session, app)
        assert held.step == "clear"
        assert "button slipway.odd in odd:planted" in held.trouble
        outbox.settle_buttons(session, "odd:planted", {"type": "divider"}, desk.now)
        outbox.settle_buttons(session, "reminder:planted", {"type": "divider"}, desk.now)
        session.commit()
    desk.tick()
    assert "retiring (stuck: clear)" in desk.card(live)
    desk.now += 20
    endings.tick(desk.wiring)
    assert left(desk, app) == []
