"""An app whose source does not load: line, column and reason in its thread, and whatever stood before stands on."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from runtime import deployments
from runtime.deployments import Deployment
from templates.catalog import Catalog
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
HANDLE = "export function handle(call) { return { body: 'fine' } }\n"
BROKEN = {
    "a syntax error": ("const dish = ;\n" + HANDLE, "app.js:1:14: SyntaxError: unexpected token in expression: ';'"),
    "cut short": (
        "// soup\nexport function handle(call) {\n",
        "app.js:3:1: SyntaxError: unexpected token in expression: ''",
    ),
    "an error while loading": (
        HANDLE + "\n  throw new Error('<!channel> the kitchen is closed');\n",
        "app.js:3:13: Error: &lt;!channel&gt; the kitchen is closed",
    ),
    "a name that nobody knows": (HANDLE + "dishes.sort();\n", "app.js:2:1: ReferenceError: dishes is not defined"),
    "no handle": ("export const dish = 'soup';\n", "TypeError: app.js must have export function handle(call)"),
}
WAYS = pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN)


def rewrite(house: House, source: str) -> None:
    """Have the shelf's survey make apps of this source."""
    shelf = house.working.catalog
    survey = shelf.for_kind("survey")
    assert survey is not None
    broken = replace(survey, files={**survey.files, "app.js.j2": source.encode()})
    house.wire(catalog=Catalog(tuple(broken if one is survey else one for one in shelf.templates)))


def standing(house: House) -> tuple[Deployment, ...]:
    with Session(house.engine) as session:
        return tuple(deployments.standing(session))


@WAYS
def test_a_first_version_that_does_not_load_leaves_nothing_and_says_where(
    house: House, source: str, reason: str
) -> None:
    rewrite(house, source)
    thread = house.ask(SURVEY)
    card = house.card(thread)
    assert "That did not work, and nothing was published." in card
    assert f"The app does not load: {reason}" in card
    assert (standing(house), house.request().app) == ((), None)
    assert house.actions()[-1] == "request.failed"


@WAYS
def test_a_change_that_does_not_load_replaces_nothing(house: House, source: str, reason: str) -> None:
    thread = house.ask(SURVEY)
    preview = house.preview(thread)
    house.press(thread, "slipway.publish")
    live, before = house.live(thread), standing(house)
    house.answer(house.cy, live, q1="1", q2="1", q3="soup")
    rewrite(house, source)
    house.fill(thread, title="Dinner")
    assert f"The app does not load: {reason}" in house.card(thread)
    assert f"*Live* <{live}> stays as it is until you publish." in house.card(thread)
    assert standing(house) == before
    for url in (preview, live):
        assert "Lunch" in house.ana.sign_in(url).text
    assert "soup" in house.ana.sign_in(live + "results.csv").text
    house.wire(catalog=house.working.catalog)
    house.press(thread, "slipway.retry")
    assert "Dinner" in house.ana.sign_in(house.preview(thread)).text
