"""Quotas: counted before anything is sent, for the app and its team together, over kills and without the file too."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.broker import quota
from runtime.broker.ledger import Ledger
from runtime.broker.quota import Limit, Use
from runtime.broker.refusal import Refusal
from runtime.broker.rights import TeamLimits
from tests.runtime.broker.internet import ok
from tests.runtime.broker.stage import NOW, Stage

APP, TEAM = Limit("app", "app_1", "requests", 100), Limit("team", "T1/ops", "requests", 150)
USED_UP = (
    "limit: this app may use 3 outbound requests an hour and has used 3. Its owner can ask for a version with more."
)


def test_the_call_after_the_last_is_refused_and_says_which_limit_and_who_raises_it(stage: Stage) -> None:  # S8, S10
    stage.calls_out(requests_per_hour=3)
    assert [stage.fetch().get("status") for _ in range(3)] == [200] * 3
    assert stage.fetch() == {
        "error": USED_UP,
        "kind": "limit",
        "limit": "requests",
        "of": "app",
        "most": 3,
        "used": 3,
    }
    assert len(stage.internet.seen) == 3
    stage.now += 3600
    assert stage.fetch()["status"] == 200


def test_a_redirect_counts(stage: Stage) -> None:  # S8
    stage.calls_out(requests_per_hour=3)
    stage.internet.script["/"] = ok(b"", "location: /", status="302 Found")
    assert stage.fetch()["error"] == USED_UP
    assert stage.spent["requests"] == 3


def test_a_team_s_limit_holds_over_its_apps_and_is_named(stage: Stage) -> None:  # S10
    stage.share(TeamLimits(requests_per_hour=4))
    stage.calls_out(team="ops")
    stage.calls_out(app="app_2", team="ops")
    stage.calls_out(app="app_3", team="finance")
    assert [stage.fetch(app=one).get("status") for one in ("app_1", "app_2", "app_1", "app_2")] == [200] * 4
    refused = stage.fetch(app="app_2")
    assert refused["error"] == (
        "limit: this app's team may use 4 outbound requests an hour and has used 4. The platform team can raise it."
    )
    assert refused["of"] == "team"
    assert stage.fetch(app="app_3")["status"] == 200


def test_bytes_are_counted_on_the_wire_and_the_answer_is_cut_with_an_error(stage: Stage) -> None:  # S9
    stage.calls_out(mb_per_day=1)
    stage.internet.script["/"] = ok(bytes(300_000))
    bodies, answer = 0, stage.fetch()
    while "status" in answer:
        bodies += len(answer["body"])
        answer = stage.fetch()
    assert answer["error"].startswith("limit: this app may use 1,048,576 outbound bytes a day and has used 1,048,576.")
    assert bodies == 900_000
    app, _ = stage.rights().limits("bytes")
    assert stage.ledger.used(app, NOW) == 1 << 20


def test_ten_mib_a_day_stop_at_ten_mib_streamed_bodies_included(stage: Stage) -> None:  # S9
    stage.calls_out(mb_per_day=10)
    chunk = bytes(65_000)
    streamed = [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"]
    streamed += [b"%x\r\n%b\r\n" % (len(chunk), chunk)] * 14 + [b"0\r\n\r\n"]
    stage.internet.script["/"] = streamed
    wire, answer = 0, stage.fetch()
    while "status" in answer:
        assert len(answer["body"]) == 14 * len(chunk), "what is not refused is whole"
        wire += stage.spent["bytes"]
        answer = stage.fetch()
    wire += stage.spent["bytes"]
    assert answer["error"].startswith(
        "limit: this app may use 10,485,760 outbound bytes a day and has used 10,485,760."
    )
    assert (answer["kind"], answer["of"]) == ("limit", "app")
    assert "body" not in answer
    assert abs(wire - (10 << 20)) <= 64 * 1024


def test_what_was_used_is_close_to_what_went_over_the_wire(stage: Stage) -> None:  # S9
    stage.calls_out()
    stage.internet.script["/"] = ok(bytes(500_000))
    stage.fetch()
    assert stage.spent["requests"] == 1
    assert 500_000 < stage.spent["bytes"] < 510_000
    stage.fetch(method="POST", body="x" * 100_000)
    assert 600_000 < stage.spent["bytes"] < 610_000
    app, _ = stage.rights().limits("bytes")
    assert 1_100_000 < stage.ledger.used(app, NOW) < 1_100_000 + 64 * 1024 + 20_000


def test_a_killed_broker_forgets_no_use(tmp_path: Path) -> None:  # S8
    path, taken = tmp_path / "broker.db", 0
    for _ in range(4):
        ledger = Ledger(path)
        for _ in range(30):
            taken += not isinstance(ledger.take((APP, TEAM), 1, 1, NOW), Refusal)
    assert 95 <= taken <= 100


@given(st.lists(st.integers(0, 3), min_size=130, max_size=130))
@settings(max_examples=20, deadline=None)
def test_the_101st_call_is_refused_however_calls_are_spread_over_four_runners(  # S8
    folder: Path, order: list[int]
) -> None:
    path = folder / "four.db"
    ledgers = [Ledger(path) for _ in range(4)]
    taken = [not isinstance(ledgers[one].take((APP, TEAM), 1, 1, NOW), Refusal) for one in order]
    for one in ledgers:
        one.close()
    path.unlink()
    assert 85 <= sum(taken) <= 100, "each may hold the rest of a lease, and none passes the limit"


def test_without_the_file_only_the_leased_slice_is_left(tmp_path: Path) -> None:  # S8
    ledger = Ledger(tmp_path / "broker.db")
    assert ledger.take((APP, TEAM), 1, 1, NOW) == 1
    ledger.close()
    taken = [ledger.take((APP, TEAM), 1, 1, NOW) for _ in range(6)]
    assert taken[:4] == [1, 1, 1, 1]
    assert taken[4] == Refusal("unavailable", "limit: use cannot be counted right now, so nothing is sent")


def test_old_windows_are_dropped(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "broker.db")
    ledger.take((APP, TEAM), 1, 1, NOW)
    ledger.forget(NOW + 86_400)
    assert ledger.used(APP, NOW) == 5
    ledger.forget(NOW + 10 * 86_400)
    assert ledger.used(APP, NOW) == 0
    ledger.close()


def test_what_is_given_back_late_does_not_widen_the_next_window(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "broker.db")
    ledger.take((APP, TEAM), 5, 5, NOW)
    later = NOW + 3600
    for _ in range(100):
        assert ledger.take((APP, TEAM), 1, 1, later) == 1
    ledger.give_back((APP, TEAM), 5, NOW)
    assert isinstance(ledger.take((APP, TEAM), 1, 1, later), Refusal)
    ledger.close()


@given(st.integers(0, 120), st.integers(0, 200), st.integers(1, 20))
def test_one_decision_serves_both_limits(app: int, team: int, wanted: int) -> None:  # S10
    found = quota.decide([Use(APP, app), Use(TEAM, team)], wanted, wanted)
    left = min(max(0, 100 - app), max(0, 150 - team))
    if wanted <= left:
        assert found == wanted
    else:
        assert isinstance(found, Refusal)
        assert found.facts["of"] == ("app" if max(0, 100 - app) <= max(0, 150 - team) else "team")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledgers")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9), st.booleans()), max_size=60), st.randoms())
def test_no_interleaving_of_apps_passes_the_team_s_cap(
    folder: Path, steps: list[tuple[int, int, bool]], random: object
) -> None:  # S10
    path = folder / f"{id(steps)}-{id(random)}.db"
    ledgers = [Ledger(path), Ledger(path)]
    team, spent, each = Limit("team", "T1/ops", "requests", 40), 0, [0] * 5
    for app, amount, other in steps:
        limits = (Limit("app", f"app_{app}", "requests", 15), team)
        taken = ledgers[other].take(limits, amount, amount, NOW)
        if not isinstance(taken, Refusal):
            spent += taken
            each[app] += taken
    assert spent <= 40
    assert max(each) <= 15
    for one in ledgers:
        one.close()
    path.unlink()
