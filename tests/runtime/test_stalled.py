"""An app pays for what it computes, not for what the machine keeps it waiting. A process of its own, slowed down."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.scenario

ROOT = Path(__file__).parents[2]


def test_on_a_stalled_machine_a_good_app_answers_and_an_endless_one_is_stopped(compiled: Path) -> None:  # S6
    command = [sys.executable, "-m", "tests.runtime.stalled", str(compiled)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=True).stdout
    *good, endless, hasty = [line.split() for line in told.splitlines()]
    assert [kind for kind, _, _ in good] == ["Answer"] * 3
    assert all(float(cpu) < 60 < float(wall) for _, cpu, wall in good), told
    assert endless[0] == "OutOfCpu"
    assert 50 < float(endless[1]) < 200
    assert hasty[0] == "TimedOut", "the wall's time ends it all the same"
    assert float(hasty[2]) < 2000
