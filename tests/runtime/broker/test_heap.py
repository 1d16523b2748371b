"""A value is in memory only for the call: looked for in the whole memory of a process that had just used it."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.environment import WIPING
from tests.runtime.broker.heap import MASK
from tests.runtime.broker.internet import ok
from tests.runtime.broker.stage import Stage

pytestmark = pytest.mark.scenario

ROOT = Path(__file__).parents[3]


def test_after_the_call_the_value_is_nowhere_in_memory(stage: Stage) -> None:  # K4
    value = base64.b64encode(os.urandom(24)).decode()
    stage.calls_out()
    stage.keep("api-key", value)
    stage.internet.script["/"] = lambda seen: ok(seen.body + seen.headers["x-key"].encode())
    (stage.home / "vault.key").write_text(f"k1:{base64.b64encode(stage.ring.keys['k1']).decode()}")
    authority = stage.home / "authority.pem"
    authority.write_bytes(stage.internet.authority)
    looked = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.runtime.broker.heap",
            stage.home,
            authority,
            stage.internet.url(),
            value.encode().translate(MASK).hex(),
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **WIPING},
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    status, held, left = looked.stdout.split()
    assert stage.internet.seen[0].headers["x-key"] == value
    assert status == "200"
    assert int(held) >= 1
    assert int(left) == 0
