"""An app that hits its limits: a line in its thread, a suspension after three in a row, a look, and another try."""

import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlmodel import Session

from bot.control import Refused
from bot.conversation import Thread, words
from bot.ending import breaching
from bot.operating import upkeep
from bot.wording import limits
from runtime import apps, breaches, deployments
from runtime.apps import Stage
from runtime.deployments import DeploymentRow
from templates.manifest import Limits
from tests.bot.house import House
from tests.runtime.door import request_id
from tests.workspace.harbour import until

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
KEY = "AKIA" + "Z7Q2MNB4XK6RTV3W"
SOURCE = """
export function handle(call) {
  if (call.path === "/spin") for (;;) {}
  if (call.path === "/crash") { log("my key KEY"); throw new Error("<!channel> soup"); }
  return { body: "fine" };
}
""".replace("KEY", KEY)


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


def spoil(house: House, stage: Any = "live") -> None:
    """Put code that misbehaves in the place of what is deployed."""
    name = str(house.request().app)
    with Session(house.engine) as session, session.begin():
        standing = deployments.active(session, name, stage)
        assert standing is not None
        bundle = house.wiring.bundles.get(standing.bundle)
        manifest = bundle.manifest.model_copy(update={"limits": Limits(cpu_ms=40)})
        row = session.get_one(DeploymentRow, standing.id)
        spoilt = replace(bundle, manifest=manifest, files={**bundle.files, "app.js": SOURCE.encode()})
        row.bundle = house.keep(session, name, spoilt)
        apps.touch_routes(session)


def hit(house: House, url: str, path: str, times: int = 1) -> httpx2.Response:
    """Visit so often; each time wait until control was told."""
    house.cy.sign_in(url)
    for _ in range(times):
        before = counted(house)
        page = house.cy.web.get(url + path)
        until(lambda was=before: counted(house) > was)
    house.settle()
    return page


def counted(house: House) -> int:
    name = str(house.request().app)
    with Session(house.engine) as session:
        return sum(one.count for one in breaches.latest(session, name, 50))


def lines(house: House, thread: Thread) -> list[str]:
    """What the thread says of limits."""
    return [one["text"] for one in thread.messages(house.ana) if one["text"].startswith((":warning:", ":octagonal"))]


def app(house: House) -> apps.App:
    name = str(house.request().app)
    with Session(house.engine) as session:
        found = apps.get(session, name)
    assert found is not None
    return found


def test_the_first_breach_of_a_kind_is_said_once_and_then_counted_in_place(house: House, survey: Thread) -> None:  # S6
    spoil(house)
    page = hit(house, house.live(survey), "spin")
    assert (page.status_code, request_id(page) in page.text) == (503, True)
    assert lines(house, survey) == [
        ":warning: *Lunch* (live) needed more computing time than it may use (more than 40 ms of computing time). "
        "Its visitors saw a page that says so; nothing else was touched."
    ]
    assert house.cy.web.get(house.live(survey)).text == "fine"
    hit(house, house.live(survey), "spin")
    [line] = lines(house, survey)
    assert "(more than 40 ms of computing time), 2 times today." in line
    assert house.actions().count("limit.hit") == 1
    assert "slipway.look" in house.offered(survey)
    assert "slipway.run" not in house.offered(survey)


def test_three_in_a_row_suspend_the_app_and_one_button_lets_it_run_again(house: House, survey: Thread) -> None:  # S6
    spoil(house)
    url = house.live(survey)
    name = app(house).id
    with Session(house.engine) as session:
        lease = deployments.leased(session, name, "live")
    hit(house, url, "spin", times=3)
    assert app(house).stage is Stage.SUSPENDED
    assert "app.suspended" in house.actions()
    page = house.cy.web.get(url)
    assert (page.status_code, "Lunch is paused" in page.text) == (503, True)
    with Session(house.engine) as session:
        assert deployments.leased(session, name, "live") == lease
    assert lines(house, survey)[-1] == (
        ":octagonal_sign: *Lunch* (live) is suspended: it needed more computing time than it may use, three times in a "
        "row. Visitors see that it is paused. Its entries and its end date stay as they are. Look at it first; then "
        "press Run again, or change its answers and publish that."
    )
    assert "Lunch · suspended (CPU)" in house.card(survey)
    assert "*It is suspended* since " in house.card(survey)
    assert "and the collaborators can do that." in house.press(survey, "slipway.run", house.cy)
    house.press(survey, "slipway.run")
    assert app(house).stage is Stage.LIVE
    assert house.cy.web.get(url).text == "fine"
    assert "app.resumed" in house.actions()
    assert f"<@{house.ana.id}> let it run again on " in house.card(survey)
    assert "slipway.run" not in house.offered(survey)
    assert "suspended (CPU)" not in house.card(survey)


def test_a_good_answer_in_between_keeps_it_running(house: House, survey: Thread) -> None:  # S6
    spoil(house)
    url = house.live(survey)
    for path in ("spin", "crash"):
        hit(house, url, path)
        hit_fine = house.cy.web.get(url)
        assert hit_fine.text == "fine"
    hit(house, url, "crash", times=2)
    assert app(house).stage is Stage.LIVE


def test_the_owner_looks_at_the_visits_the_limit_and_the_log(house: House, survey: Thread) -> None:  # S6
    spoil(house)
    page = hit(house, house.live(survey), "crash")
    shown = json.dumps(house.form(survey, action="slipway.look"), ensure_ascii=False)
    assert "*The live ran into an error of its own* (1 time on that day)." in shown
    assert f"`{request_id(page)}` on " in shown
    assert "my key" in shown
    assert KEY not in shown
    assert "<!channel>" not in shown
    assert "app.js:4:" in shown
    assert KEY not in house.dump()
    assert "an app's log may tell of its visitors" in house.press(survey, "slipway.look", house.cy)


def test_an_error_of_the_apps_own_is_not_quoted_in_the_channel(house: House, survey: Thread) -> None:
    spoil(house)
    hit(house, house.live(survey), "crash")
    assert "soup" not in " ".join(words(one) for one in survey.messages(house.ana) if "error" in words(one))


def test_a_preview_is_held_to_the_same_limits(house: House) -> None:  # S7, L9
    thread = house.ask(SURVEY)
    spoil(house, "preview")
    url = house.preview(thread)
    house.ana.sign_in(url)
    for _ in range(3):
        before = counted(house)
        assert house.ana.web.get(url + "spin").status_code == 503
        until(lambda was=before: counted(house) > was)
    house.settle()
    assert "Lunch is paused" in house.ana.web.get(url).text
    assert app(house).stage is Stage.DRAFT
    assert "*The preview is suspended* since " in house.card(thread)
    house.press(thread, "slipway.run")
    assert house.ana.web.get(url).text == "fine"


def test_a_better_version_may_be_published_while_the_old_one_is_suspended(house: House, survey: Thread) -> None:
    spoil(house)
    url = house.live(survey)
    hit(house, url, "spin", times=3)
    house.fill(survey, title="Better lunch")
    assert house.cy.web.get(url).status_code == 503
    house.press(survey, "slipway.publish")
    assert app(house).stage is Stage.LIVE
    assert house.cy.sign_in(house.live(survey)).status_code == 200


def tell(house: House, number: int, **more: Any) -> None:
    document = {"app": app(house).id, "stage": "live", "request": f"r00000000{number:08}", **more}
    if "kind" in more:
        breaching.breached(house.wiring, lambda text: text, {"detail": "", "logs": [], "row": 0, **document})
    else:
        breaching.killed(house.wiring, document)
    house.settle()


def test_three_killed_workers_within_ten_minutes_quarantine_the_app(house: House, survey: Thread) -> None:  # S1
    tell(house, 1)
    tell(house, 2)
    assert app(house).stage is Stage.LIVE
    assert "brought a worker down, which was replaced, 2 times today." in lines(house, survey)[-1]
    tell(house, 2)
    assert app(house).stage is Stage.LIVE, "the same visit told twice is one"
    tell(house, 3)
    assert app(house).stage is Stage.SUSPENDED
    assert lines(house, survey)[-1].startswith(
        ":octagonal_sign: *Lunch* (live) is suspended: three times within ten minutes, a worker had to be replaced "
        "while it ran."
    )
    assert "Lunch · suspended (quarantine)" in house.card(survey)


def test_three_killed_workers_in_an_hour_are_bad_luck(house: House, survey: Thread) -> None:  # S1
    for number in range(3):
        tell(house, number)
        house.later(days=0.3 / 24)
    assert app(house).stage is Stage.LIVE


def test_a_full_store_and_a_rush_never_suspend(house: House, survey: Thread) -> None:  # T3, S10
    why = "This app may be asked 600 times a minute, and 600 were used. Whoever maintains its template can raise that."
    for number in range(4):
        tell(house, number, kind="StoreFull", row=9)
        tell(house, number, kind="TooManyRequests", row=9, detail=why)
    assert app(house).stage is Stage.LIVE
    assert lines(house, survey) == [
        ":warning: *Lunch* (live) had no room for more entries, 3 times today. "
        "Remove entries, or ask for fewer days to keep them.",
        f":warning: *Lunch* (live) is asked very often. {why} Who was refused was asked to come back within a minute.",
    ]


def test_a_thread_gets_only_so_many_lines_a_day(house: House, survey: Thread) -> None:  # U9
    for number, kind in enumerate(sorted(set(limits.NEEDED) - {"Killed"})):
        tell(house, number, kind=kind)
    assert len(lines(house, survey)) == breaching.LINES_A_DAY
    house.later(days=1.1)
    tell(house, 99, kind="OutOfCpu")
    assert len(lines(house, survey)) == breaching.LINES_A_DAY + 1


def test_a_worker_cannot_tell_nonsense(house: House, survey: Thread) -> None:
    with pytest.raises(Refused, match="no kind of breach"):
        tell(house, 1, kind="Bored")
    with pytest.raises(Refused, match="no kind of breach"):
        tell(house, 1, kind="Killed", row=9)
    with pytest.raises(Refused, match="no such app"):
        breaching.killed(house.wiring, {"app": "app_none", "stage": "live", "request": "r1"})


def test_nothing_of_it_is_left_when_the_app_has_ended(house: House, survey: Thread) -> None:  # D3
    spoil(house)
    hit(house, house.live(survey), "spin", times=3)
    house.press(survey, "slipway.retire")
    assert house.offered(survey) == frozenset()
    assert counted(house) == 0
    assert limits.OVER in house.card(survey)


def test_what_went_wrong_is_forgotten_after_a_month(house: House, survey: Thread) -> None:
    tell(house, 1, kind="Crashed")
    house.wire(roles={"operator": ("platform-approvers",)})
    house.keep_app(survey)
    house.later(days=13)
    house.keep_app(survey)
    house.press(survey, "slipway.vouch", house.ben)
    house.later(days=12)
    upkeep.purge(house.wiring)
    assert counted(house) == 1
    house.keep_app(survey)
    house.press(survey, "slipway.vouch", house.ben)
    house.later(days=7)
    upkeep.purge(house.wiring)
    assert counted(house) == 0


def test_every_kind_has_its_words() -> None:
    assert set(limits.SHORT) | breaches.MILD == set(limits.NEEDED)
