"""Two hundred inputs for the policies, always the same: apps of the shelf with varied answers, audiences and stages.

`python -m tests.bot.cases` writes down anew what the policies say of each, in `verdicts.txt`.
"""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from bot.reviewing import Case, reviewer
from guardrails.policy import Policies
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest, EgressCapability, Lifecycle, MailCapability, Manifest, ScheduleCapability, Time
from tests.templates.shelf import ANSWERS, bundle, shelf

COUNT = 200
RECORDED = Path(__file__).parent / "verdicts.txt"
OPS = Audience(kind="channel", id="C_OPS", label="#ops")
PLACES = (OPS, Audience(kind="me", id="ana", label="you"))
AUDIENCES = (
    OPS,
    OPS,
    Audience(kind="me", id="ana", label="you"),
    Audience(kind="channel", id="C_FINANCE", label="#finance"),
    Audience(kind="group", id="data-stewards", label="@data-stewards"),
    Audience(kind="org", label="everyone in the organisation"),
    Audience(kind="public", label='the "public" — «all»'),
    Audience(kind="channel", id="C_OPS", label="#ops, and @gil", also=("gil",)),
)
WISHES: Sequence[dict[str, Any]] = (
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {"data_class": "personal"},
    {"budget_tag": "  "},
    {"template": "miner@6.6.6"},
    {"policies": ("sandbox/deny-external-egress",), "capabilities": (EgressCapability(hosts=("api.example.com",)),)},
    {
        "policies": ("sandbox/deny-external-egress",),
        "labels": {"allowed_egress": "false"},
        "capabilities": (EgressCapability(hosts=("api.example.com", "pay.example.com:8443")),),
    },
    {"policies": ("sandbox/deny-everything",)},
    {"capabilities": (MailCapability(domains=("example.com", "example.org")),)},
    {"capabilities": (ScheduleCapability(times={"weekly": Time(every="monday", at="09:00")}),)},
    {"title": "Mittagessen für alle – “gut”\u2028"},
)
T = TypeVar("T")


@cache
def cases() -> tuple[Case, ...]:
    """The inputs."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    dice = random.Random(20_261_126)

    def one_of(options: Sequence[T]) -> T:
        # Not `choice`, which may pick otherwise in another Python.
        return options[int(dice.random() * len(options))]

    for number in range(COUNT):
        app = _app(one_of(sorted(ANSWERS)), one_of((1, 14, 90, 365, 3650)))
        app = app.model_copy(
            update={
                **one_of(WISHES),
                "name": f"app-{number}",
                "lifecycle": Lifecycle(ttl_days=one_of((7, 14, 30, 60, 180, 181))),
            }
        )
        yield Case(manifest=app, audience=one_of(AUDIENCES), asked_in=one_of(PLACES), stage=one_of(("preview", "live")))


@cache
def _app(template: str, days: int) -> Manifest:
    return bundle(template).manifest.model_copy(update={"retention_days": days})


def by_the_library() -> Iterator[Verdict]:
    """The Verdict on each, from the rules here and now."""
    judged = reviewer(Policies(), shelf())
    return (judged(one.manifest, one.audience, one.asked_in, one.stage) for one in cases())


def recorded(said: Case, verdict: Verdict) -> str:
    """One line: which input, the decision, which bytes; without the policies' digest, which changes with any rule."""
    content = verdict.model_copy(update={"policy": Digest("")}).model_dump_json().encode()
    return (
        f"{digest_of(canonical_json(said.model_dump(mode='json')))[7:23]} {verdict.decision} {digest_of(content)[7:39]}"
    )


if __name__ == "__main__":
    RECORDED.write_text("\n".join(map(recorded, cases(), by_the_library())) + "\n")
