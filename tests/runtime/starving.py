"""A process whose apps run out of memory so often: `python -m tests.runtime.starving <guest cache> <times>`.

Prints its resident memory, in KB, before and after.
"""

import sys
from pathlib import Path

from runtime.call import Breach
from runtime.wasm import WasmSandbox
from templates.manifest import Limits
from tests.runtime.test_wasm import CALL, handling

BOMB = handling("const a = []; for (;;) a.push(new ArrayBuffer(1 << 20));")
WARM = 50
"""Failures after which whatever is allocated once is there."""


def main(cache: Path, times: int) -> None:
    sandbox, limits = WasmSandbox(cache), Limits(cpu_ms=1000, memory_mb=8)
    prepared = sandbox.prepare(BOMB, limits)
    for count in (WARM, times):
        for _ in range(count):
            outcome = sandbox.run(prepared, CALL, limits, {})
            assert isinstance(outcome, Breach) and outcome.kind == "OutOfMemory", outcome
        print(resident())


def resident() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
