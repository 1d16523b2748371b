"""The table beside the peers: what it says of numbers that were measured."""

import importlib
from typing import Any

import pytest

from bench import peers
from bench.__main__ import MEASURED

CONFORMS = {"failed": [], "page_same_as_reference": True}


def host(rate: float, **more: Any) -> dict[str, Any]:
    return {"conformance": CONFORMS, "get_c8": {"rps": rate, "p99_ms": 4.0, "bad": 0}, **more}


def test_a_row_has_the_medians_and_slipways_share_of_each() -> None:
    results = {"workerd-loader": [host(1000), host(3000), host(2000)], "slipway": [host(3000)] * 3}
    lines = peers.table(results)
    assert lines[0] == "| | slipway | workerd-loader |"
    assert "| GET, 8 connections, a second | 3,000 | 2,000 (1.50) |" in lines
    assert "| POST, 8 connections, a second | - | - |" in lines


def test_a_goal_is_met_or_missed_and_what_was_not_measured_is_not_met() -> None:
    results = {"workerd-loader": [host(2000)], "slipway": [host(3000, deploy={"p50_ms": 2.5})]}
    said = peers.goals(results)
    assert "met     GET 1.5 times workerd-loader: 1.50" in said
    assert "met     deploy -> first 200 in 3 ms: 2.50" in said
    assert "missed  GET p99 in 2 ms: 4.00" in said
    assert "missed  first Call after eviction in 1 ms: nan" in said


def test_whoever_did_not_do_the_work_is_named() -> None:
    wrong = {"failed": ["json 201"], "page_same_as_reference": True}
    results = {"a": [host(1)], "b": [host(1, conformance=wrong)], "c": [{"error": "no"}]}
    assert peers.complaints(results) == [f"b does not conform: {wrong}", "c does not conform: no"]
    bad = host(1, post_c8={"rps": 1, "bad": 3})
    assert peers.complaints({"d": [bad]}) == ["d: 3 bad answers in post_c8"]


@pytest.mark.parametrize("name", ["sandbox", "gateway", "deploy", "many", "neighbour"])
def test_what_is_measured_on_an_installation_can_be_begun(name: str) -> None:
    assert name in MEASURED
    assert callable(importlib.import_module(f"bench.{name}").main)
