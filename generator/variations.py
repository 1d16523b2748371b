"""Requests as they could also have been made: other things in the same places, or typed by somebody in a hurry.

What is taught from labelled requests alone knows their words by heart; variations teach where things stand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

OWN_KIND, SMALL, HURRIED = 0.85, 0.8, 3
"""How often a thing comes from a request for the same kind; how often it begins with a small letter where the other
did; every so manieth is typed in a hurry."""
_ALIKE = (
    ("survey", "standup", "faq"),
    ("booking", "poll", "checklist", "retro", "rsvp", "oncall_rota"),
    ("form_tracker", "calculator", "approval"),
)
"""Kinds in which things look alike."""
_GERMAN = re.compile(r"[äöüß]|\b(?:und|der|die|das|für|bitte|nicht|wir)\b", re.I)
_HURRY = (
    (" and ", " n "), (" you ", " u "), ("please", "pls"), (" are ", " r "), ("'", ""), ("tomorrow", "tmrw"),
)  # fmt: skip  # a table
_LONGEST_PART, _MOST_PARTS = 8, 7
"""Characters between two things of a list whose parts can be used again, and how many of them there may be."""

Pool = Mapping[tuple[str, bool], Sequence[str]]


@dataclass(frozen=True)
class Wish:
    """A request for one kind of app, and where in its text the things stand that are to be learned, in order."""

    kind: str
    text: str
    places: Sequence[tuple[int, int]]

    @property
    def german(self) -> bool:
        """By its letters and its smallest words."""
        return bool(_GERMAN.search(self.text))

    @property
    def things(self) -> list[str]:
        """What stands there."""
        return [self.text[start:end] for start, end in self.places]


def variations(wishes: Sequence[Wish], count: int) -> Iterator[Wish]:
    """Each as it stands, and then so many of each that could have been. The same wishes give the same variations."""
    draw, pool = Random(5), dict[tuple[str, bool], list[str]]()
    for one in wishes:
        pool.setdefault((one.kind, one.german), []).extend(one.things)
    yield from wishes
    for one in wishes:
        for number in range(count):
            other = _swapped(one, pool, draw) if one.places else one
            if number % HURRIED == 1:
                yield _hurried(other, draw)
            elif one.places:
                yield other


def _swapped(wish: Wish, pool: Pool, draw: Random) -> Wish:
    """With things of other requests in place of its own, and perhaps one more or fewer of them."""
    text, places = wish.text, wish.places
    own = pool[wish.kind, wish.german]
    alike = next(kinds for kinds in _ALIKE if wish.kind in kinds)
    near = [thing for kind in alike for thing in pool.get((kind, wish.german), ())]
    parts = _parts([text[before[1] : after[0]] for before, after in pairwise(places)], draw)
    said, found = text[: places[0][0]], list[tuple[int, int]]()
    for at in range(len(parts) + 1):
        thing = draw.choice(own if draw.random() < OWN_KIND else near)
        if text[places[min(at, len(places) - 1)][0]].islower() and draw.random() < SMALL:
            thing = thing[:1].lower() + thing[1:]
        found.append((len(said), len(said) + len(thing)))
        said += thing + (parts[at] if at < len(parts) else "")
    return Wish(wish.kind, said + text[places[-1][1] :], found)


def _parts(parts: list[str], draw: Random) -> list[str]:
    """What stands between the things, when there is perhaps one more or fewer of them."""
    if not parts or any(len(one) > _LONGEST_PART for one in parts):
        return parts
    count = max(1, min(_MOST_PARTS, len(parts) + draw.choice([-1, 0, 0, 0, 1])))
    first = parts[:-1] or ([", "] if draw.random() < 0.7 else parts)
    return [*(draw.choice(first) for _ in range(count - 1)), parts[-1]]


def _hurried(wish: Wish, draw: Random) -> Wish:
    """In small letters, and half the time with what people leave out who have no time."""
    short = [one for one in _HURRY if draw.random() < 0.6] if draw.random() < 0.5 else []

    def typed(text: str) -> str:
        text = text.lower()
        for long, shorter in short:
            text = text.replace(long, shorter)
        return text

    said, at, found = "", 0, list[tuple[int, int]]()
    for start, end in wish.places:
        said += typed(wish.text[at:start])
        thing = typed(wish.text[start:end])
        found.append((len(said), len(said) + len(thing)))
        said, at = said + thing, end
    return Wish(wish.kind, said + typed(wish.text[at:]), found)
