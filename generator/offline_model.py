"""The zero-key model: the router chooses the kind, rules read the answers. No network, a few milliseconds."""

from collections.abc import Mapping
from datetime import date

from generator.brief import Understanding
from generator.extract import extract
from generator.model import Reading
from generator.naming import kind_asked_for
from generator.origin import with_origin
from generator.router import DECLINE, VAGUE, load_router
from generator.utterance import Utterance, hear

SURE = 0.45
"""From this probability on a kind is built without asking. In cross-validation over all examples 98.7 of 100 kinds
chosen so were right, and 3.2 of 100 texts that ask for no app were taken for one; see docs/understanding.md."""
NO = 0.6
"""From this probability on of `decline` the request is refused and the nearest kind offered; below, we ask. It met
89 of 100 texts to be refused and 3 of 100 requests; with both, 95.5 of 100 requests were built right or offered."""
NONE, NEARER, CLEARLY = 0.1, 0.3, 1.25
"""Below SURE, a kind is built when at most so much speaks for no app at all, and at least so much for the kind, and so
many times as much as for the next."""
ASKED_KINDS = 3


class OfflineModel:
    """The embedded default. Holds no state; safe to share between threads."""

    def read(self, text: str, today: date) -> Reading:
        """See `Model`."""
        return Reading(choose(hear(text, today)))

    def fill(self, text: str, today: date, kind: str) -> Reading:
        """See `Model`."""
        return Reading(built(kind, 1.0, hear(text, today)))


def choose(utterance: Utterance) -> Understanding:
    """Build when sure or when a kind is asked for by its name, ask when unsure, decline when nothing fits."""
    if utterance.empty:
        return Understanding(action="decline", reason="unsafe" if utterance.ordering else "empty")
    shares = load_router().route(utterance.wish)
    first = next(iter(shares))
    kinds = tuple(label for label in shares if label not in (DECLINE, VAGUE))
    if first == kinds[0] and (shares[first] >= SURE or _fits(shares, *kinds[:2])):
        return built(first, shares[first], utterance, kinds[1:ASKED_KINDS])
    if (named := kind_asked_for(utterance.bare)) and not utterance.ordering:
        return built(named, max(shares[named], SURE), utterance, tuple(one for one in kinds if one != named)[:2])
    if shares[DECLINE] >= NO:
        reason = "unsafe" if utterance.ordering else "out_of_scope"
        return Understanding(action="decline", alternatives=kinds[:1], confidence=shares[DECLINE], reason=reason)
    return Understanding(action="clarify", alternatives=kinds[:ASKED_KINDS], confidence=shares[kinds[0]])


def _fits(shares: Mapping[str, float], first: str, second: str) -> bool:
    """Whether an app is surely asked for and one kind is clearly nearer than the next."""
    return (
        shares[DECLINE] + shares[VAGUE] <= NONE
        and shares[first] >= NEARER
        and shares[first] >= CLEARLY * shares[second]
    )


def built(kind: str, confidence: float, utterance: Utterance, others: tuple[str, ...] = ()) -> Understanding:
    """The kind with the answers that the words give for it. `others` are the next best kinds."""
    answers = with_origin(extract(kind, utterance), utterance)
    return Understanding(action="build", kind=kind, answers=answers, alternatives=others, confidence=confidence)
