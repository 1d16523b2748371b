"""From a message to the preview URL in its thread, with no key: `python -m bench.journey`. The goal is p50 <= 1 s.

Everything is real: the workspace, control and a gateway as processes, and a person who looks every 10 ms. Beside it,
in the same run, what the same way costs without Slipway: a message that is posted and seen.
"""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from bot import demo
from bot.conversation import buttons
from bot.workspace.person import Person

ASKED = (
    "a lunch survey for ops, three questions, keep it two weeks",
    "track our laptops: model, serial number, price, bought on",
    "approval for purchases over 500 EUR, approver @ben",
)
ROUNDS = 4
LOOK = 0.01
PATIENCE = 20.0


def seconds_to_preview(who: Person, text: str) -> float:
    """Ask, and look until a card offers the preview."""
    known = {one["ts"] for one in who.messages("#ops")}
    began = perf_counter()
    who.command(f"/slipway {text}", "#ops")
    while perf_counter() - began < PATIENCE:
        roots = [one["ts"] for one in who.messages("#ops") if one["ts"] not in known]
        if any("slipway.publish" in buttons(one) for root in roots for one in who.thread("#ops", root)):
            return perf_counter() - began
        sleep(LOOK)
    raise TimeoutError(text)


def seconds_to_echo(who: Person, text: str) -> float:
    """Say something, and look until it stands there."""
    began = perf_counter()
    who.say(text, "#ops")
    while not any(one["text"] == text for one in who.messages("#ops")):
        sleep(LOOK)
    return perf_counter() - began


def main() -> None:
    """Print p50 and the slowest of both, and their ratio."""
    with (
        tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder,
        demo.running(demo.prepare(Path(folder), 0, 0, inherit=False)) as running,
        Person(running.stage.url, "ana") as ana,
        Person(running.stage.url, "cy") as cy,
    ):
        seconds_to_preview(ana, ASKED[0])
        previews = [seconds_to_preview(who, text) for _ in range(ROUNDS // 2) for who in (ana, cy) for text in ASKED]
        echoes = [seconds_to_echo(ana, f"hello {number}") for number in range(20)]
    print(f"message to preview URL, no key      p50 {median(previews):5.2f} s   slowest {max(previews):5.2f} s")
    print(f"message to itself, no Slipway       p50 {median(echoes):5.2f} s   slowest {max(echoes):5.2f} s")
    print(f"ratio of the medians: {median(previews) / median(echoes):.0f}")


if __name__ == "__main__":
    main()
