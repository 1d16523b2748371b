"""The one library that would tell others of its use does not."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_reading_a_sentence_leaves_nothing_in_our_home_and_asks_nobody(tmp_path: Path) -> None:  # P2
    reading = "from generator.embedding import embed; embed('a lunch survey')"
    environ = {"HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", reading], cwd=ROOT, env=environ, capture_output=True, timeout=50)
    assert (done.returncode, done.stderr, list(tmp_path.rglob("*"))) == (0, b"", [])
