"""A Manifest that asks for more than its template may: denied in the review, and refused at the deploy door as well."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from bot.building.journey import Step
from bot.rows.requests import Request, State
from bot.steps import STEPS
from bot.wiring import Wiring
from runtime import deployments
from templates.manifest import Digest, Limits, MailCapability
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
MAIL = {"capabilities": (MailCapability(domains=("example.com",)),)}
REFUSED = "The app asks for more than survey@1.0 may: mail: the template has no such capability."


def forging(state: State, changes: Any) -> Any:
    """The step from this state, and behind it another bundle in the Request than the template made."""

    def step(wiring: Wiring, request: Request) -> Step:
        taken = STEPS[state](wiring, request)
        made = wiring.bundles.get(Digest(str(taken.changes.get("bundle", request.bundle))))
        digest = wiring.bundles.put(replace(made, manifest=made.manifest.model_copy(update=changes)))
        return replace(taken, changes={**taken.changes, "bundle": digest})

    return step


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (MAIL, REFUSED),
        ({"limits": Limits(cpu_ms=1000)}, "limits.cpu_ms: 1000, the template allows 600"),
    ],
)
def test_it_is_denied_in_the_review_and_its_thread_says_what(house: House, changes: Any, said: str) -> None:
    house.steps[State.BRIEFED] = forging(State.BRIEFED, changes)
    thread = house.ask(SURVEY)
    assert house.request().state == State.DENIED
    assert said in house.card(thread)
    assert "slipway.publish" not in house.offered(thread)


def test_what_comes_past_the_review_is_refused_at_the_deploy_door(house: House) -> None:
    house.steps[State.BUNDLED] = forging(State.BUNDLED, MAIL)
    house.ask(SURVEY)
    assert house.request().state == State.FAILED
    with Session(house.engine) as session:
        assert deployments.standing(session) == ()
