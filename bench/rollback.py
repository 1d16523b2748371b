"""From the press on Undo to the other version at a visitor: `python -m bench.rollback`. The goal is <= 5 s (D12).

Everything is real: the workspace, control and a gateway as processes. A survey is published twice; then it goes back
and forth, each time by a press in its thread, while a visitor looks every 10 ms which version answers.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from bot import demo
from bot.conversation import Thread
from bot.workspace.person import Person

ASKED = "a lunch survey for ops, three questions, keep it two weeks"
TITLES = ("Lunch", "Supper")
UNDO = "slipway.revert"
ROUNDS = 6
LOOK = 0.01
PATIENCE = 30.0


def until(what: str, look: Callable[[], object]) -> float:
    """Look until it is so; the seconds that took."""
    began = perf_counter()
    while not look():
        if perf_counter() - began > PATIENCE:
            raise TimeoutError(what)
        sleep(LOOK)
    return perf_counter() - began


def published(ana: Person) -> Thread:
    """A survey that was published twice, under two titles."""
    thread = Thread("#ops", ana.say(f"@slipway {ASKED}", "#ops"))
    thread.press(ana, "slipway.publish")
    thread.saying(ana, "is live:")
    for title in TITLES[1:]:
        thread.press(ana, "slipway.answer")
        until("the form", ana.views)
        ana.submit(ana.views()[-1]["id"], {"title": title})
        thread.press(ana, "slipway.publish")
        until("the second version", lambda: thread.with_button(ana, UNDO))
    return thread


def main() -> None:
    """Print p50 and the slowest."""
    with (
        tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder,
        demo.running(demo.prepare(Path(folder), 0, 0, inherit=False)) as running,
        Person(running.stage.url, "ana") as ana,
    ):
        thread = published(ana)
        url = thread.link(ana, "slipway.open")
        ana.sign_in(url)
        until("the second version", lambda: f"<title>{TITLES[1]}" in ana.web.get(url).text)
        took, pressed = [], ""
        for number in range(ROUNDS):
            wanted = TITLES[number % 2]
            # The line of each version carries the way back; the one of before has lost it by then.
            until("Undo", lambda pressed=pressed: thread.with_button(ana, UNDO)["ts"] != pressed)
            pressed = thread.with_button(ana, UNDO)["ts"]
            began = perf_counter()
            thread.press(ana, UNDO)
            until(wanted, lambda wanted=wanted: f"<title>{wanted}" in ana.web.get(url).text)
            took.append(perf_counter() - began)
    print(f"press to served, {ROUNDS} times back and forth   p50 {median(took):5.2f} s   slowest {max(took):5.2f} s")


if __name__ == "__main__":
    main()
