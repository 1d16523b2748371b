"""What an idle installation costs: processor time of control and the gateway while nobody says anything.

Beside it control as it would be if each quick tick looked ten times a second: the same house, the same minute.
"""

import sys
import tempfile
import time
from pathlib import Path

from bot import demo, settings, ticking
from bot import main as main_of_control

SECONDS, SETTLE = 20.0, 8.0
EACH_TIME = demo.Part("control", "control", "bench.idle")
"""Control without what leaves a look out."""


def used(pid: int) -> float:
    """Seconds of processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def share(running: demo.Running, part: demo.Part) -> float:
    """How much of one core a part takes in a quiet while."""
    running.wait()
    time.sleep(SETTLE)
    pid = running.pid(part)
    before = used(pid)
    time.sleep(SECONDS)
    return (used(pid) - before) / SECONDS


def main() -> None:
    """Print a line for each."""
    with (
        tempfile.TemporaryDirectory(prefix="slipway-idle-") as home,
        demo.running(demo.prepare(Path(home), 0, 0, inherit=False)) as running,
    ):
        now, gateway = share(running, demo.CONTROL), share(running, demo.GATEWAY)
        running.kill(demo.CONTROL)
        running.start(EACH_TIME)
        always = share(running, EACH_TIME)
    print(f"control  {now:6.1%} of a core; looking each time {always:.1%}, {always / now:.1f} times as much")
    print(f"gateway  {gateway:6.1%} of a core")


def control() -> None:
    """Be control, looking each time."""
    ticking.when_written = lambda tick, *_: tick  # for this process alone
    main_of_control.Control(settings.read()).run()


if __name__ == "__main__":
    control() if sys.argv[1:] == ["control"] else main()
