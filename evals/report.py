"""Scores as numbers with their uncertainty, as a table, and beside what they must not fall below."""

import json
from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from pathlib import Path
from random import Random
from statistics import quantiles

from evals.scoring import Outcome, Score, f1
from generator import scores

FLOORS = Path(__file__).with_name("floors.json")
Z = 1.96
"""Standard deviations on both sides that hold 95 of 100."""
RESAMPLES = 400


def measures(score: Score) -> dict[str, tuple[int, int]]:
    """What is counted, each as hits of cases.

    `kind`: built at once as the right kind. `whole`: that, and every answer right. `refused_rightly` and `refused` are
    the precision and the recall of declining; `asked_back` is how often a vague wish is met with a question.
    """
    build, decline, clarify = score.of(wanted="build"), score.of(wanted="decline"), score.of(wanted="clarify")
    told = score.of(told="decline")
    return {
        "kind": (sum(one.kind_right for one in build), len(build)),
        "whole": (sum(one.through for one in build), len(build)),
        "refused_rightly": (sum(one.kind_right for one in told), len(told)),
        "refused": (sum(one.kind_right for one in decline), len(decline)),
        "asked_back": (sum(one.kind_right for one in clarify), len(clarify)),
    }


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """The interval in which the true share lies, 95 times of 100."""
    if not cases:
        return 0.0, 1.0
    share, square = hits / cases, Z * Z
    middle = (share + square / (2 * cases)) / (1 + square / cases)
    half = Z * sqrt(share * (1 - share) / cases + square / (4 * cases * cases)) / (1 + square / cases)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def bootstrap(outcomes: Sequence[Outcome], value: Callable[[Sequence[Outcome]], float]) -> tuple[float, float]:
    """The same for a value that is no share: of sets drawn from these outcomes, the middle 95 of 100."""
    if not outcomes:
        return 0.0, 1.0
    draw = Random(1)
    drawn = sorted(value(draw.choices(outcomes, k=len(outcomes))) for _ in range(RESAMPLES))
    return drawn[RESAMPLES // 40], drawn[-RESAMPLES // 40]


def floors() -> Mapping[str, Mapping[str, float]]:
    """Of each set, what each of its measures must not fall below."""
    told: Mapping[str, Mapping[str, float]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return told


def fallen(name: str, score: Score) -> list[str]:
    """What of this set is below its floor, in words."""
    reached = {key: hits / max(cases, 1) for key, (hits, cases) in measures(score).items()}
    reached["answers"] = f1(score.of(wanted="build"))
    return [f"{name}: {key} {reached[key]:.3f} < {low}" for key, low in floors()[name].items() if reached[key] < low]


HEAD = (
    f"{'set':22} {'n':>4}  {'right kind':18} {'refused rightly':18} {'refused, of those':18} {'asked back':18} "
    f"{'answers, F1':18} {'whole request':18} {'wrongly built':>13} {'p50, p95 ms':>12}"
)


def line(name: str, score: Score) -> str:
    """One set as one line of the table."""
    counted = measures(score)
    build = score.of(wanted="build")
    low, high = bootstrap(build, f1)
    cells = {key: _cell(hits / cases, wilson(hits, cases)) if cases else "-" for key, (hits, cases) in counted.items()}
    cuts = quantiles([1000 * one.seconds for one in score.outcomes], n=20)
    return (
        f"{name:22} {len(score.outcomes):4}  {cells['kind']:18} {cells['refused_rightly']:18} {cells['refused']:18} "
        f"{cells['asked_back']:18} {_cell(f1(build), (low, high)):18} {cells['whole']:18} {score.wrongly_built:13} "
        f"{cuts[9]:6.1f} {cuts[18]:5.1f}"
    )


def _cell(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.3f} [{interval[0]:.2f} {interval[1]:.2f}]"


def shares(score: Score, day: str) -> scores.Score:
    """What is remembered of a backend; `day` is an ISO date."""
    counted = measures(score)
    others = [one for one in score.outcomes if one.wanted != "build"]
    return scores.Score(
        kind=_share(counted["kind"]),
        whole=_share(counted["whole"]),
        answers=round(f1(score.of(wanted="build")), 3),
        wrongly_built=_share((len([one for one in others if one.told == "build"]), len(others))),
        requests=len(score.outcomes),
        day=day,
    )


def table(rows: Mapping[str, Score], total: Score, day: str) -> str:
    """The sets and all of them as a table in Markdown, each share with its 95 % interval."""
    fallbacks = sum(one.fell_back for one in total.outcomes)
    rest = f" The model gave no answer to {fallbacks} of {len(total.outcomes)}; rules carried on." if fallbacks else ""
    head = ("set", "requests", "right kind", "refused rightly", "refused, of those", "asked back", "answers, F1")
    lines = [
        f"Measured on {day}.{rest}",
        "",
        f"| {' | '.join((*head, 'whole request', 'wrongly built'))} |",
        "|" + "---|" * 9,
        *(f"| {' | '.join(_cells(name, one))} |" for name, one in {**rows, "all": total}.items()),
    ]
    return "\n".join(lines)


def kept(page: str, backend: str, measured: str) -> str:
    """The page with this backend's table in it, where it stood or after the last one."""
    first, last = f"<!-- measured: {backend} -->", f"<!-- end: {backend} -->"
    section = f"{first}\n{measured}\n{last}"
    if first in page:
        before, _, rest = page.partition(first)
        return before + section + rest.partition(last)[2]
    before, mark, after = page.rpartition("<!-- end: ")
    name, closing, rest = after.partition(" -->")
    return f"{before}{mark}{name}{closing}\n\n### {backend}\n\n{section}{rest}"


def _cells(name: str, score: Score) -> list[str]:
    counted = measures(score)
    build = score.of(wanted="build")
    cells = {key: _cell(hits / cases, wilson(hits, cases)) if cases else "-" for key, (hits, cases) in counted.items()}
    first = [name, str(len(score.outcomes)), cells["kind"], cells["refused_rightly"], cells["refused"]]
    answers = _cell(f1(build), bootstrap(build, f1))
    return [*first, cells["asked_back"], answers, cells["whole"], str(score.wrongly_built)]


def _share(counted: tuple[int, int]) -> float:
    return round(counted[0] / max(counted[1], 1), 3)
