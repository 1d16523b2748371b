"""How well requests are understood: `python -m tests.generator.scoring FILE` prints routing, F1, exact and times.

FILE holds one request a line: `{text, action, template, params, flags}`, with dates counted from `TODAY`.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from generator.extract import extract
from generator.offline_model import OfflineModel
from generator.understand import as_json, understand
from generator.utterance import hear

TODAY = date(2026, 11, 23)
Answers = Mapping[str, Any]
Read = Callable[[str], Mapping[str, Any]]
"""From a text to `{action, template, params, alternatives}`."""


@dataclass(frozen=True)
class Request:
    """One labelled request."""

    id: str
    text: str
    action: str
    template: str | None
    params: Answers
    flags: tuple[str, ...] = ()


@dataclass
class Score:
    """Counts over a set. Answers are compared without case, end signs and superfluous blanks."""

    builds: int = 0
    others: int = 0
    routed: int = 0
    """Requests that were built as the right kind at once."""
    misrouted: int = 0
    """Requests that were built as another kind."""
    reachable: int = 0
    """Requests whose kind was built or offered as a button."""
    built_wrongly: int = 0
    """Texts that ask for no app, or for none clearly, and were built."""
    exact: int = 0
    """Requests with every answer right, the kind being given."""
    through: int = 0
    """Requests with the right kind and every answer right."""
    right: int = 0
    spurious: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Of the answers, the kind being given."""
        return 2 * self.right / max(2 * self.right + self.spurious + self.missed, 1)


def load(path: Path) -> list[Request]:
    """Every request of a file."""
    return [
        Request(one.get("id", str(at)), one["text"], one["action"], one["template"], one["params"], tuple(one["flags"]))
        for at, one in enumerate(map(json.loads, path.read_text(encoding="utf-8").splitlines()))
    ]


def plain(value: Any) -> Any:
    """A value in the form in which two of them are compared."""
    match value:
        case bool():
            return value
        case int() | float():
            return float(value)
        case str():
            return " ".join(value.casefold().strip(" .?!\"'").split())
        case {"name": name, "type": kind}:
            return (plain(name), plain(kind))
        case list() | tuple():
            return tuple(map(plain, value))
        case _:
            return value


def offline(text: str) -> Mapping[str, Any]:
    """What the zero-key model understands."""
    return as_json(understand(text, TODAY, OfflineModel()).understanding)


def score(requests: Iterable[Request], read: Read = offline) -> Score:
    """Read every text, and once more with its kind given."""
    total = Score()
    for request in requests:
        began = perf_counter()
        told = read(request.text)
        total.seconds.append(perf_counter() - began)
        if request.action == "build" and request.template:
            _judge(total, request, request.template, told)
        else:
            total.others += 1
            total.built_wrongly += told["action"] == "build"
            if told["action"] == "build":
                total.misses.append(f"{request.id} built as {told['template']}: {request.text}")
    return total


def _judge(total: Score, request: Request, kind: str, told: Mapping[str, Any]) -> None:
    total.builds += 1
    built = told["action"] == "build"
    total.routed += built and told["template"] == kind
    total.misrouted += built and told["template"] != kind
    total.reachable += (built and told["template"] == kind) or kind in told["alternatives"]
    wrong = _compare(total, request.params, extract(kind, hear(request.text, TODAY)))
    total.exact += not wrong
    total.through += built and told["template"] == kind and _same(request.params, told["params"])
    if not built or told["template"] != kind:
        total.misses.append(f"{request.id} {kind} became {told['action']} {told['template']}: {request.text}")
    total.misses.extend(f"{request.id} {kind}.{one}: {request.text}" for one in wrong)


def _compare(total: Score, wanted: Answers, got: Answers) -> Sequence[str]:
    wrong = [name for name in {*wanted, *got} if plain(wanted.get(name)) != plain(got.get(name))]
    total.right += len(wanted) - len([name for name in wrong if name in wanted])
    total.spurious += len([name for name in wrong if name in got])
    total.missed += len([name for name in wrong if name in wanted])
    return [f"{name} is {got.get(name)!r}, not {wanted.get(name)!r}" for name in wrong]


def _same(wanted: Answers, got: Answers) -> bool:
    return {name: plain(value) for name, value in wanted.items()} == {name: plain(value) for name, value in got.items()}


def report(total: Score) -> str:
    """The counts as lines to read."""
    cuts = quantiles(total.seconds, n=100) if len(total.seconds) > 1 else total.seconds * 99
    built, others = max(total.builds, 1), max(total.others, 1)
    sure = max(total.routed + total.misrouted, 1)
    return "\n".join(
        (
            f"requests to build        {total.builds}, not to build {total.others}",
            f"built at once            {total.routed / built:.3f}, of those built right {total.routed / sure:.3f}",
            f"built or offered         {total.reachable / built:.3f}",
            f"built, but should not be {total.built_wrongly / others:.3f}",
            f"answers, kind given      F1 {total.f1:.3f}, whole request exact {total.exact / built:.3f}",
            f"end to end exact         {total.through / built:.3f}",
            f"time                     p50 {1000 * cuts[49]:.1f} ms, p95 {1000 * cuts[94]:.1f} ms",
        )
    )


def main(path: str) -> None:
    """Print what is wrong, then the report."""
    total = score(load(Path(path)))
    print(*total.misses, "", report(total), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1])
