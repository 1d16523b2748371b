"""Every measurement, one after the other: `make bench`. Numbers of one run belong together; only ratios travel.

Beside other runtimes Slipway is put by `make bench-peers PEERS=<folder>`.
"""

import subprocess
import sys

MEASURED = (
    "render",
    "scrub",
    "understand",
    "review",
    "audit",
    "usage",
    "postgres",
    "sandbox",
    "gateway",
    "deploy",
    "many",
    "sleep",
    "neighbour",
    "journey",
    "rollback",
    "idle",
)

if __name__ == "__main__":
    for name in MEASURED:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)
