"""Read every request of a set and count what was right."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any

from evals.requests import TODAY, Answers, Request, differing
from generator.model import Model
from generator.offline_model import OfflineModel
from generator.understand import as_json, understand, understand_as

Told = Mapping[str, Any]
"""What was understood: `{action, template, params, alternatives}`."""
AT_ONCE = 4
"""Requests that a model which is not ours reads at the same time."""


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
    """Of this process for rules, so that what else the machine does is not counted; else by the wall."""
    fell_back: bool = False
    """The model gave no answer, and rules carried on."""


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


@dataclass(frozen=True)
class Read:
    """One request read: as a whole, and as the kind that is right, where another was told."""

    told: Told
    params: Answers
    seconds: float
    fell_back: bool


def f1(outcomes: Iterable[Outcome]) -> float:
    """Of the answers, the kind being given."""
    right, wrong = 0, 0
    for one in outcomes:
        right, wrong = right + one.right, wrong + one.spurious + one.missed
    return 2 * right / max(2 * right + wrong, 1)


def score(requests: Iterable[Request], model: Model | None = None) -> Score:
    """Read every text; where another kind was told, also the answers of the right one. Without a model, by rules."""
    total = Score()
    asked = list(requests)
    for request, one in zip(asked, _all(asked, model), strict=True):
        outcome, misses = judge(request, one)
        total.outcomes.append(outcome)
        total.misses += [f"{request.id} {miss}: {request.text}" for miss in misses]
    return total


def _all(asked: list[Request], model: Model | None) -> list[Read]:
    if model is None:
        rules = OfflineModel()
        return [read(one, rules, process_time) for one in asked]
    with ThreadPoolExecutor(AT_ONCE) as several:
        return list(several.map(lambda one: read(one, model, perf_counter), asked))


def read(request: Request, model: Model, clock: Callable[[], float] = perf_counter) -> Read:
    """What a model makes of one request; `clock` gives seconds."""
    began = clock()
    understood = understand(request.text, TODAY, model).understanding
    spent = clock() - began
    told = as_json(understood)
    params = told["params"]
    if request.template is not None and not (told["action"] == "build" and told["template"] == request.template):
        given = understand_as(request.template, request.text, TODAY, model).understanding
        params = as_json(given)["params"]
    assert isinstance(params, Mapping)
    return Read(told, params, spent, bool(understood.note))


def judge(request: Request, one: Read) -> tuple[Outcome, list[str]]:
    """The outcome of one request that was read so, and what is wrong with it."""
    told, got = one.told, one.params
    became = f"{told['action']} {told['template'] or ''}".strip()
    if request.template is None:
        right = told["action"] == request.action
        outcome = Outcome(
            request.action, told["action"], right, through=right, seconds=one.seconds, fell_back=one.fell_back
        )
        return outcome, [] if right else [f"{request.action} became {became}"]
    kind_right = told["action"] == "build" and told["template"] == request.template
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
        seconds=one.seconds,
        fell_back=one.fell_back,
    )
    misses = [] if kind_right else [f"{request.template} became {became}"]
    misses += [f"{name} is {got.get(name)!r}, not {request.params.get(name)!r}" for name in wrong]
    return outcome, misses
