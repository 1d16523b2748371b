"""How well and how fast sentences become kinds and answers: `python -m bench.understand`. Limits: p95 50 ms, 300 MB.

The peers are what one would take first: the nearest example by TF-IDF, and by MiniLM alone. Both choose one of the same
labels from the same examples, on the same requests of `evals/requests/hij.jsonl`, in the same run.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from generator.embedding import embed
from generator.examples import rarity, sentences
from generator.features import words
from generator.offline_model import OfflineModel
from generator.router import DECLINE, VAGUE, load_router
from generator.utterance import hear

TODAY = date(2026, 11, 23)
HELD_OUT = Path(__file__).parents[1] / "evals" / "requests" / "hij.jsonl"
WARM_UP = 30
Vector = NDArray[np.float32]
Choose = Callable[[str], str]


def requests() -> list[tuple[str, str]]:
    """Each text with the label that is right."""
    told = map(json.loads, HELD_OUT.read_text(encoding="utf-8").splitlines())
    return [(one["text"], one["template"] or (VAGUE if one["action"] == "clarify" else DECLINE)) for one in told]


def nearest(examples: Sequence[tuple[str, str]], vector: Callable[[str], Vector]) -> Choose:
    """The label of the example whose vector is the nearest."""
    known = np.array([vector(text) for text, _ in examples])
    return lambda text: examples[int(np.argmax(known @ vector(text)))][1]


def unit(row: Vector) -> Vector:
    """The same direction, of length one."""
    return row / max(float(np.linalg.norm(row)), 1e-9)


def told(name: str, choose: Choose, asked: Sequence[tuple[str, str]]) -> float:
    """Print how often it is right, what it builds wrongly, and how long it takes; return its median time."""
    for text, _ in asked[:WARM_UP]:
        choose(text)
    spent, right, wrong = [], 0, 0
    for text, label in asked:
        began = perf_counter()
        said = choose(text)
        spent.append(1000 * (perf_counter() - began))
        right += said == label
        wrong += label in (DECLINE, VAGUE) and said not in (DECLINE, VAGUE)
    print(f"{name:36} right {right}/{len(asked)}  built wrongly {wrong}", end="  ")
    print(f"p50 {median(spent):6.2f} ms  p95 {quantiles(spent, n=20)[18]:6.2f} ms")
    return median(spent)


ALONE = """
import json, resource, sys
from datetime import date
from generator.offline_model import OfflineModel
model = OfflineModel()
for line in open(sys.argv[1], encoding="utf-8"):
    model.read(json.loads(line)["text"], date(2026, 11, 23))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def most_memory() -> int:
    """Megabytes that a process of its own takes at most to read all requests."""
    told = subprocess.run([sys.executable, "-c", ALONE, str(HELD_OUT)], capture_output=True, text=True, check=True)
    return int(told.stdout)


def main() -> None:
    """Measure the router beside its peers, then the whole reading."""
    asked, examples = requests(), sentences()
    rare = rarity([text for text, _ in examples])
    told("nearest example, TF-IDF", nearest(examples, lambda text: unit(words(text) * rare)), asked)
    alone = told("nearest example, MiniLM", nearest(examples, embed), asked)
    router = load_router()
    routed = told("router", lambda text: next(iter(router.route(hear(text, TODAY).own))), asked)
    print(f"router / MiniLM alone, time: {routed / alone:.2f}")
    model = OfflineModel()

    def read(text: str) -> str:
        found = model.read(text, TODAY).understanding
        return found.kind or (VAGUE if found.action == "clarify" else DECLINE)

    told("whole reading, with answers", read, asked)
    print(f"a process that does nothing else      {most_memory()} MB at most")


if __name__ == "__main__":
    main()
