"""A rehearsal asked for over a worker's local socket, and a plan that nobody should send."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from runtime.appdata import SqliteAppData
from runtime.bundles import BundleStore
from runtime.host import Host
from runtime.loaded import Loader
from runtime.sandbox import Sandbox
from runtime.smoke import REHEARSAL, Smoke
from templates.planning import Plan, plan
from templates.render import render
from tests.runtime import scene
from tests.runtime.scene import NOW
from tests.templates.shelf import ANSWERS, shelf

ANSWER = ANSWERS["poll"]
POLL = render(shelf().get("poll"), ANSWER, name="app")


class Asked:
    """One worker's local door."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        bundles = BundleStore(folder / "bundles")
        self.digest = bundles.put(POLL)
        self.host = Host(sandbox, SqliteAppData(folder / "data"))
        self._smoke = Smoke(Loader(bundles, sandbox, folder / "deltas", lambda *_: ""), self.host)

    def ask(self, document: object) -> tuple[int, Any]:
        sent: list[Mapping[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            return {"type": "http.request", "body": json.dumps(document).encode()}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self._smoke({"type": "http", "path": REHEARSAL}, receive, send))
        return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture
def asked(tmp_path: Path, sandbox: Sandbox) -> Asked:
    return Asked(tmp_path, sandbox)


def planned() -> Plan:
    return plan(shelf().get("poll"), ANSWER, NOW, 3)


def test_a_plan_is_rehearsed_and_nothing_of_it_stays(asked: Asked) -> None:  # T7
    status, told = asked.ask({"bundle": asked.digest, "plan": planned().model_dump(mode="json", by_alias=True)})
    assert status == 200 and told["leaks"] == []
    assert [one["passed"] for one in told["ticks"]] == [True] * 5
    assert not list((asked.folder / "data").iterdir())


@pytest.mark.parametrize("document", [[], {}, {"bundle": "x"}, {"bundle": "x", "plan": {"checks": "all"}}, "plan"])
def test_what_is_no_plan_is_not_understood(asked: Asked, document: object) -> None:
    assert asked.ask(document)[0] == 400


def test_a_bundle_that_is_not_there_is_said(asked: Asked) -> None:
    document = {"bundle": scene.OTHER, "plan": planned().model_dump(mode="json", by_alias=True)}
    assert "cannot be used" in asked.ask(document)[1]["problem"]


def test_visitors_are_answered_between_the_pieces_of_a_rehearsal(asked: Asked, sandbox: Sandbox) -> None:
    turns: list[int] = []

    async def others() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    async def both() -> None:
        loaded = Loader(BundleStore(asked.folder / "bundles"), sandbox, asked.folder / "d", lambda *_: "").get(
            asked.digest, 0
        )
        beside = asyncio.create_task(others())
        await asked.host.rehearse_all(loaded, planned())
        beside.cancel()

    asyncio.run(both())
    assert len(turns) > 10
