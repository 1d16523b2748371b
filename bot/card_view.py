"""What a card shows: everything that `bot.card` needs to know of a Request and its app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.brief import Answer
from guardrails.verdict import Verdict


@dataclass(frozen=True)
class CardView:
    """Everything a card shows. Empty strings and 0 mean: there is none."""

    request: str
    state: str
    words: str
    """What was asked, scrubbed."""
    title: str = ""
    template: str = ""
    app: str = ""
    app_stage: str = ""
    preview_url: str = ""
    live_url: str = ""
    can: Sequence[str] = ()
    cannot: Sequence[str] = ()
    audience: str = ""
    cost: str = ""
    spent: str = ""
    """What it has cost so far, in a sentence."""
    warning: str = ""
    """What its owner should see to, in a sentence."""
    paused: str = ""
    """That something of it is suspended, in a sentence; `paused_for` says in a word why."""
    paused_for: str = ""
    preview_ends_at: int = 0
    days: int = 0
    """How long it runs once it is live."""
    ends_at: int = 0
    answers: Sequence[Answer] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # by the answer's name
    reckoned: Mapping[str, str] = field(default_factory=dict)
    """How it reckons and what was not taken, in plain sentences, by the answer's name."""
    bundle: str = ""
    """What a confirmed guess is confirmed for."""
    verdict: Verdict | None = None
    alternatives: Sequence[str] = ()
    """Kinds to choose from, or the nearest one."""
    wanted: str = ""
    """A kind that was understood and is not on the shelf."""
    lacks: Sequence[str] = ()  # what the nearest template cannot do
    demanded: str = ""
    """That this kind was asked for, in a sentence; empty while it was not."""
    open: Sequence[str] = ()
    """Labels of required answers that are missing."""
    checks: Sequence[str] = ()
    """How the rehearsal went, a line for each promise."""
    red: bool = False
    """Whether a promise does not hold; `leaked` whether a planted word turned up where it should not."""
    leaked: bool = False
    decided: str = ""
    read: bool = False  # then the asker can see what was sent
    trouble: str = ""
    back: bool = False  # then a change of it can be dropped for what is live
    reason: str = ""
    note: str = ""
    trace: str = ""
