"""What a good app's visitors feel of a hostile neighbour: `python -m bench.neighbour`. Goal: p99 moves by 20 % at most.

A gateway with two workers, as it is by default. Somebody visits the good app all the time, opening a connection for
each visit; a stranger asks for the hostile app 50 times a second. The apps are those of `tests/hostile/corpus.py`, with
the limits that every app has, and control suspends one at its third breach in a row. What only logs and then answers
breaches nothing, so it goes on. Each is measured beside the good app alone, in the same run, before it and after it.
"""

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from bench.gateway import page
from bench.installation import LARGE, App, Installation, process
from bench.target import workload
from templates.bundle import Bundle
from templates.manifest import Limits
from tests.hostile.arena import Neighbour, exchange
from tests.hostile.corpus import TOO_LONG, TOO_MUCH

HOSTILE: Mapping[str, str] = {
    "endless loop": TOO_LONG["endless loop"],
    "memory bomb": TOO_MUCH["buffers"],
    "log flood": "for (;;) log('x'.repeat(100));",
    "500 log lines, then an answer": "for (let i = 0; i < 500; i++) log('x'.repeat(100)); return 'done';",
}
RATE, SECONDS = 50, 6.0
USUAL = Limits(requests_per_minute=LARGE.requests_per_minute)
"""What every app has, but for the visits a minute: here the limit is not what stops them."""


def hostile(body: str) -> Bundle:
    """An app that does this for every visit."""
    good = workload()
    source = f"export function handle(call) {{ {body} }}".encode()
    return replace(good, manifest=good.manifest.model_copy(update={"limits": USUAL}), files={"app.js": source})


def asking(port: int, app: App) -> None:
    """Ask for an app so many times a second, in threads, for nobody waits for an answer that does not come."""
    content = f"GET / HTTP/1.1\r\nhost: {app.host}\r\ncookie: {app.cookie}\r\nconnection: close\r\n\r\n".encode()

    def ask() -> None:
        # A hostile app may be cut off in the middle of its answer; what counts is its neighbour.
        with suppress(OSError):
            exchange(port, content)

    began, asked = time.monotonic(), 0
    while time.monotonic() - began < 2 * SECONDS:
        threading.Thread(target=ask, daemon=True).start()
        asked += 1
        time.sleep(max(0.0, began + asked / RATE - time.monotonic()))


@contextmanager
def visiting(port: int, app: App) -> Iterator[Neighbour]:
    """Somebody who uses the good app until the block ends."""
    somebody = Neighbour(port, app.cookie)
    thread = threading.Thread(target=somebody.run)
    thread.start()
    try:
        yield somebody
    finally:
        somebody.stop()
        thread.join()


def felt(somebody: Neighbour) -> list[float]:
    """Milliseconds of each visit of the next seconds."""
    since = len(somebody.spent)
    time.sleep(SECONDS)
    return somebody.spent[since:]


def main() -> None:
    """Print a line for each hostile app."""
    print(
        f"{'neighbour, 50 visits a second':<32}{'p50 ms':>9}{'p99 ms':>9}{'alone p50':>11}{'p99':>9}{'p99 moves':>11}"
    )
    for name, body in HOSTILE.items():
        with tempfile.TemporaryDirectory() as folder:
            installation = Installation(Path(folder), workers=2)
            good, bad = installation.registered({"good": workload("Good"), "bad": hostile(body)})
            port = installation.settings.port
            with installation.serving(core=None):
                page(installation, good)
                with visiting(port, good) as somebody:
                    felt(somebody)
                    alone = felt(somebody)
                    with process(asking, port, bad, core=None):
                        beside = felt(somebody)
                    time.sleep(1)
                    alone += felt(somebody)
        assert not somebody.failed, somebody.failed[0]
        p99, calm = (quantiles(some, n=100)[98] for some in (beside, alone))
        print(
            f"{name:<32}{median(beside):>9.2f}{p99:>9.2f}{median(alone):>11.2f}{calm:>9.2f}"
            f"{100 * (p99 / calm - 1):>9.0f} %  of {len(beside)} visits"
        )


if __name__ == "__main__":
    main()
