"""Memory that failing apps took is given back. A process of its own, whose memory nobody else changes."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.scenario

ROOT = Path(__file__).parents[2]


def test_after_a_thousand_apps_that_ran_out_of_memory_a_worker_holds_what_it_held(compiled: Path) -> None:  # S7
    command = [sys.executable, "-m", "tests.runtime.starving", str(compiled), "1000"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=True).stdout
    before, after = map(int, told.split())
    assert abs(after - before) <= before * 0.05, f"{before} KB before, {after} KB after"
