"""Every measurement, one after the other: `make bench`. Numbers of one run belong together; only ratios travel."""

import subprocess
import sys
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    print(f"\n== {path.stem}", flush=True)
    subprocess.run([sys.executable, "-m", f"bench.{path.stem}"], check=True)
