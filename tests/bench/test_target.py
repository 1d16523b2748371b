"""What the peers' harness finds of Slipway: its target starts as it says, and its app does the workload of all."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from bench.installation import free_port
from runtime.wasm import WasmSandbox

ROOT = Path(__file__).parents[2]
TARGET = json.loads((ROOT / "bench" / "slipway-target.json").read_text())
PAGE = "411a9860488bea09"
"""The page with the title __APP_TITLE__, as every host of the harness has to serve it: the head of its SHA-256."""
SOURCE = 'const TITLE = "{title}";\nconst QUESTIONS = [];\n'
"""As much of the harness's own source as the door reads."""
GOOD = {"name": "Ada Lovelace", "rating": 4, "team": "design", "again": "yes", "comment": "More demos & fewer slides."}


@dataclass(frozen=True)
class Harness:
    """Its way in: without a cookie, and with paths instead of hosts."""

    client: httpx2.Client
    port: int

    def url(self, named: str, app: str) -> str:
        url: str = TARGET[named] if isinstance(TARGET[named], str) else TARGET[named]["url"]
        return url.replace("{port}", str(self.port)).replace("{app}", app)

    def put(self, app: str, title: str) -> None:
        source = SOURCE.replace("{title}", title)
        self.client.put(self.url("deploy", app), content=source).raise_for_status()

    def get(self, app: str, path: str = "/") -> httpx2.Response:
        return self.client.get(self.url("app_url", app) + path)

    def post(self, app: str, content: str, kind: str) -> httpx2.Response:
        return self.client.post(self.url("app_url", app) + "/submit", content=content, headers={"content-type": kind})

    def json(self, app: str, document: Any) -> httpx2.Response:
        return self.post(app, json.dumps(document), "application/json")


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory, compiled: Path, sandbox: WasmSandbox) -> Iterator[Harness]:
    folder, port = tmp_path_factory.mktemp("target"), free_port()
    (folder / "home").mkdir()
    (folder / "home" / "guest").symlink_to(compiled)
    command = TARGET["start"].replace("{port}", str(port)).replace("{data}", str(folder))
    process = subprocess.Popen(
        ["bash", "-c", f"exec {command}"],
        cwd=folder,
        env={**os.environ, "SLIPWAY": str(ROOT), "SLIPWAY_PYTHON": sys.executable},
        start_new_session=True,
    )
    with httpx2.Client(timeout=30, verify=False) as client:
        found = Harness(client, port)
        try:
            for _ in range(600):
                try:
                    client.get(found.url("ready", ""))
                    break
                except httpx2.TransportError:
                    time.sleep(0.05)
            found.put("conf", "__APP_TITLE__")
            yield found
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)


pytestmark = pytest.mark.scenario


def test_the_page_is_the_same_as_everybodys_to_the_byte(harness: Harness) -> None:
    reply = harness.get("conf")
    assert (reply.status_code, hashlib.sha256(reply.content).hexdigest()[:16]) == (200, PAGE)


def test_what_is_filled_in_is_checked_kept_and_counted(harness: Harness) -> None:
    harness.put("counted", "Counted")
    form = urlencode({**GOOD, "rating": 5, "team": "support", "again": "no", "comment": ""})
    assert harness.json("counted", GOOD).json() == {"ok": True, "id": 1}
    assert harness.post("counted", form, "application/x-www-form-urlencoded").status_code == 201
    assert harness.post("counted", TARGET["post_body"], TARGET["post_ctype"]).status_code == 201
    for wrong, errors in (
        ({**GOOD, "rating": 9}, {"rating": "out of range"}),
        ({**GOOD, "team": "nobody"}, {"team": "not an option"}),
        ({**GOOD, "name": 7}, {"name": "not text"}),
        ({**GOOD, "name": "x" * 101}, {"name": "too long"}),
        ({"name": "x"}, {"rating": "required", "team": "required", "again": "required"}),
        ([], {"body": "unreadable"}),
    ):
        reply = harness.json("counted", wrong)
        assert (reply.status_code, reply.json()) == (400, {"ok": False, "errors": errors})
    assert harness.post("counted", "{", "application/json").status_code == 400
    assert harness.get("counted", "/results").json() == {
        "count": 3,
        "avg_rating": 4.33,
        "teams": {"design": 2, "support": 1},
        "again": {"yes": 2, "no": 1},
    }
    assert harness.get("counted", "/nope").status_code == 404


def test_a_deployed_title_is_on_the_next_page_and_comes_back_after_an_eviction(harness: Harness) -> None:
    for title in ("Deploy 1", "Deploy 2"):
        harness.put("titled", title)
        assert f"<h1>{title}</h1>" in harness.get("titled").text
    harness.client.post(harness.url("evict", "titled")).raise_for_status()
    assert "<h1>Deploy 2</h1>" in harness.get("titled").text


def test_the_gateways_checks_stand_behind_the_front(harness: Harness) -> None:
    assert harness.get("nobody").status_code == 404
    host = {"host": "conf.localhost"}
    there = f"http://127.0.0.1:{harness.port}/"
    assert harness.client.get(there, headers=host).status_code == 302, "to the sign-in"
    forged = harness.client.post(
        f"{there}submit", headers={**host, "cookie": "slipway_session=visitor-of-conf"}, data={"name": "x"}
    )
    assert forged.status_code == 403, "a form without its token"
