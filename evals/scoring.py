"""Read every request of a set and count what was right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import process_time
from typing import Any

from evals.requests import TODAY, Answers, Request, differing
from generator.extract import extract
from generator.offline_model import OfflineModel
from generator.understand import as_json, understand
from generator.utterance import hear

Read = Callable[[str], Mapping[str, Any]]
"""From a text to `{action, template, params, alternatives}`."""


@dataclass(frozen=True)
class Outcome:
    """What became of one request.

    `right`, `spurious` and `missed` count answers, the kind being given; the last two are 0 when `exact`.
    `offered`: the right kind was built or is one of the buttons. `through`: the right kind and every answer right.
    """

    wanted: str
    told: str
    kind_right: bool
    offered: bool = False
    through: bool = False
    exact: bool = False
    right: int = 0
    spurious: int = 0
    missed: int = 0
    seconds: float = 0.0
    """Of this process, so that what else the machine does is not counted."""


@dataclass
class Score:
    """The outcomes of a set, and what was wrong in words."""

    outcomes: list[Outcome] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def of(self, *, wanted: str = "", told: str = "") -> list[Outcome]:
        """The outcomes with this label, or with this answer."""
        return [one for one in self.outcomes if wanted in ("", one.wanted) and told in ("", one.told)]

    @property
    def wrongly_built(self) -> int:
        """How many were built that ask for no app, or as another kind."""
        return len([one for one in self.of(told="build") if not one.kind_right])


def f1(outcomes: Iterable[Outcome]) -> float:
    """Of the answers, the kind being given."""
    right, wrong = 0, 0
    for one in outcomes:
        right, wrong = right + one.right, wrong + one.spurious + one.missed
    return 2 * right / max(2 * right + wrong, 1)


def offline(text: str) -> Mapping[str, Any]:
    """What the zero-key model understands."""
    return as_json(understand(text, TODAY, OfflineModel()).understanding)


def score(requests: Iterable[Request], read: Read = offline) -> Score:
    """Read every text; where another kind was told, also the answers of the right one."""
    total = Score()
    for request in requests:
        began = process_time()
        told = read(request.text)
        spent = process_time() - began
        outcome, misses = judge(request, told, spent)
        total.outcomes.append(outcome)
        total.misses += [f"{request.id} {miss}: {request.text}" for miss in misses]
    return total


def judge(request: Request, told: Mapping[str, Any], seconds: float = 0.0) -> tuple[Outcome, list[str]]:
    """The outcome of one request that was understood as `told`, and what is wrong with it."""
    became = f"{told['action']} {told['template'] or ''}".strip()
    if request.template is None:
        right = told["action"] == request.action
        outcome = Outcome(request.action, told["action"], kind_right=right, through=right, seconds=seconds)
        return outcome, [] if right else [f"{request.action} became {became}"]
    kind_right = told["action"] == "build" and told["template"] == request.template
    got: Answers = told["params"] if kind_right else extract(request.template, hear(request.text, TODAY))
    wrong = differing(request.params, got)
    outcome = Outcome(
        request.action,
        told["action"],
        kind_right,
        offered=kind_right or request.template in told["alternatives"],
        through=kind_right and not wrong,
        exact=not wrong,
        right=len([name for name in request.params if name not in wrong]),
        spurious=len([name for name in wrong if name in got]),
        missed=len([name for name in wrong if name in request.params]),
        seconds=seconds,
    )
    misses = [] if kind_right else [f"{request.template} became {became}"]
    misses += [f"{name} is {got.get(name)!r}, not {request.params.get(name)!r}" for name in wrong]
    return outcome, misses
