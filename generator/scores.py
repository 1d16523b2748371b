"""How well each backend understood the labelled requests when it was last measured, and how well it must.

`make eval` measures and writes `scores.json`. A backend that was measured below a goal is not started as the default.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from templates.manifest import Frozen

FILE = Path(__file__).with_name("scores.json")
RULES = "rules"
"""The zero-key backend's name."""


class Score(Frozen):
    """Shares of the labelled requests: `kind` built at once as the right kind, `whole` right in every answer too.

    `answers` is the F1 of answers, `wrongly_built` the share built of those that ask for no app.
    """

    kind: float
    whole: float
    answers: float
    wrongly_built: float
    requests: int
    day: str
    """ISO date of the measurement."""


LEAST = {"kind": 0.90, "whole": 0.75, "answers": 0.90}
"""Below any of these a backend is none that people should be met with first. The goals of an unseen set are .97, .75
and .93; right kind and F1 stand lower here, as no set of some hundred requests shows the last hundredths."""
MOST_WRONGLY_BUILT = 0.02
_SCORES = TypeAdapter(dict[str, Score])


def backend(understanding: str, model: str) -> str:
    """The name under which a backend is measured: `rules`, `remote gpt-4o-mini`, `local qwen2.5-1.5b`."""
    return RULES if understanding == RULES else f"{understanding} {model}"


def measured() -> Mapping[str, Score]:
    """Each backend that was measured, by its name."""
    return _SCORES.validate_json(FILE.read_bytes())


def keep(name: str, score: Score) -> None:
    """Write one backend's score beside the others."""
    scores = {**measured(), name: score}
    FILE.write_bytes(_SCORES.dump_json(dict(sorted(scores.items())), indent=1) + b"\n")


def below(name: str, scores: Mapping[str, Score]) -> str:
    """Why this backend may not be the default, in a sentence; empty when it may, also when nobody measured it."""
    score = scores.get(name)
    if score is None:
        return ""
    short = [
        f"{what} {getattr(score, what):.2f} (least {least})"
        for what, least in LEAST.items()
        if getattr(score, what) < least
    ]
    if score.wrongly_built > MOST_WRONGLY_BUILT:
        short.append(f"wrongly built {score.wrongly_built:.2f} (most {MOST_WRONGLY_BUILT})")
    if not short:
        return ""
    return (
        f"The backend {name!r} was measured on {score.day} over {score.requests} requests: {', '.join(short)}. "
        "Set SLIPWAY_UNDERSTANDING=rules, or take another model and measure it with make eval."
    )
