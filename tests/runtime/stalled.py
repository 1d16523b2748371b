"""Calls on a machine that gives their thread a tenth of a processor: `python -m tests.runtime.stalled <guest cache>`.

Prints what became of each, the computing time that was counted for it, and the wall's, in milliseconds.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from runtime.call import Breach
from runtime.wasm import WasmSandbox
from templates.manifest import Limits
from tests.runtime.test_wasm import CALL, handling

WORK = handling("let n = 0; for (let i = 0; i < ROUNDS; i++) n += i % 7; return String(n)")
ENDLESS = handling("for (;;);")
LIMITS = Limits(cpu_ms=60, wall_ms=10_000)
ALONE_MS = 25
"""About the computing time of a Call that does its work."""


def main(cache: Path) -> None:
    sandbox = WasmSandbox(cache)
    rounds = 100_000
    probe = sandbox.prepare(WORK.replace(b"ROUNDS", str(rounds).encode()), LIMITS)
    spent = min(sandbox.run(probe, CALL, LIMITS, {}).cpu_ms for _ in range(5))
    work = sandbox.prepare(WORK.replace(b"ROUNDS", str(int(rounds * ALONE_MS / spent)).encode()), LIMITS)
    endless = sandbox.prepare(ENDLESS, LIMITS)
    processor = min(os.sched_getaffinity(0))
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), {processor})
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as hog:
        # The thread of the Calls alone: whoever stops them keeps its share.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        hasty = LIMITS.model_copy(update={"wall_ms": 100})
        for one, limits in ((work, LIMITS), (work, LIMITS), (work, LIMITS), (endless, LIMITS), (endless, hasty)):
            began = time.perf_counter()
            outcome = sandbox.run(one, CALL, limits, {})
            ms = 1000 * (time.perf_counter() - began)
            print(outcome.kind if isinstance(outcome, Breach) else "Answer", outcome.cpu_ms, ms)
        hog.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
