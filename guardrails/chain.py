"""The chain of AuditEvents as values: what an event says, and which stretch of a chain is not what was written.

Pure, so that an installation's chain and one that was exported are judged alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest, Frozen

START = Digest("sha256:" + "0" * 64)
"""What the first event of a workspace names as its predecessor."""
_LOOKED_AT = 64
"""So many changed events are looked at to say whether they only changed places: each is tried at each place."""
_SHIFT = 16
"""By how many places a stretch is looked for that was moved because events were put in or taken out before it."""


class AuditEvent(Frozen):
    """One fact: who did what to what, when and why, under which trace; `digest` covers all of it and `previous`."""

    workspace: str
    seq: int
    at: int
    actor: str
    action: str
    subject: str
    why: str
    facts: Mapping[str, str | int]
    trace: str
    previous: Digest
    digest: Digest = START

    def sealed(self) -> "AuditEvent":
        """The event with its digest computed."""
        return self.model_copy(update={"digest": self._digest(self.seq)})

    def was(self, seq: int) -> bool:
        """Whether this is exactly what was written as the event of this number."""
        return self._digest(seq) == self.digest

    def _digest(self, seq: int) -> Digest:
        said = {name: value for name, value in self if name != "digest"}
        return digest_of(canonical_json({**said, "seq": seq, "facts": dict(self.facts)}))


class Anchor(Frozen):
    """How far a chain had come at a time, kept where whoever writes the database cannot; `place` says where."""

    workspace: str
    seq: int
    digest: Digest
    at: int
    place: str = ""


Kind = Literal["missing", "changed", "moved", "inserted", "unreadable", "doubled", "unlinked", "unanchored"]
_WORDS: Mapping[Kind, tuple[str, str]] = {
    "missing": ("is missing", "are missing"),
    "changed": ("was changed", "were changed"),
    "moved": ("is not where it was written", "are not where they were written"),
    "inserted": ("was put in later", "were put in later"),
    "unreadable": ("cannot be read", "cannot be read"),
    "doubled": ("is there twice", "are there twice"),
    "unlinked": ("does not follow from the one before it", "do not follow from each other"),
    "unanchored": ("is not what was anchored", "are not what was anchored"),
}


class Break(Frozen):
    """A stretch of a chain that is not what was written, by its first and last event; `by` names an anchor."""

    first: int
    last: int
    kind: Kind
    by: str = ""

    def __str__(self) -> str:
        one, more = _WORDS[self.kind]
        said = f"event {self.first} {one}" if self.first == self.last else f"events {self.first} to {self.last} {more}"
        return f"{said} ({self.by})" if self.by else said


def breaks(
    events: Iterable[AuditEvent | None], anchors: Sequence[Anchor] = (), start: tuple[int, Digest] = (0, START)
) -> tuple[Break, ...]:
    """Where a chain was edited, cut, reordered or added to; empty when it holds.

    `events` come by their numbers, None for one that cannot be read. `start` is the event before the first; anchors
    of earlier ones have no say.
    """
    walk = _Walk(start, frozenset(one.seq for one in anchors))
    for event in events:
        walk.take(event)
    named = [one for stretch in walk.found for one in _named(stretch, walk.changed)]
    return (*sorted(named, key=lambda one: (one.first, one.last)), *_unanchored(walk, anchors))


class _Walk:
    """Goes along a chain once, and keeps no more of it than what is wrong."""

    def __init__(self, start: tuple[int, Digest], anchored: frozenset[int]) -> None:
        self.start, self.digest = start
        self.number = self.start
        self.found: list[Break] = []
        self.changed: dict[int, AuditEvent] = {}
        self.met = {self.start: self.digest}
        self._anchored = anchored
        self._sound = True
        """Whether the event before is what was written, so that the next one has to follow from it."""

    def take(self, event: AuditEvent | None) -> None:
        seq = self.number + 1 if event is None else event.seq
        if seq > self.number + 1:
            self._note(self.number + 1, seq - 1, "missing")
        sound = event is not None and event.was(seq)
        if seq <= self.number:
            self._note(seq, seq, "doubled")
        elif event is None:
            self._note(seq, seq, "unreadable")
        elif not sound:
            self._note(seq, seq, "changed")
            if len(self.changed) < _LOOKED_AT:
                self.changed[seq] = event
        elif self._sound and seq == self.number + 1 and event.previous != self.digest:
            self._note(max(self.number, self.start + 1), seq, "unlinked")
        self._sound, self.number = sound, seq
        self.digest = self.digest if event is None else event.digest
        if seq in self._anchored:
            self.met[seq] = self.digest

    def _note(self, first: int, last: int, kind: Kind) -> None:
        """Stretches of one kind that meet are one."""
        before = self.found[-1] if self.found else None
        if before is not None and before.kind == kind and first <= before.last + 1:
            first = self.found.pop().first
        self.found.append(Break(first=first, last=last, kind=kind))


def _named(stretch: Break, changed: Mapping[int, AuditEvent]) -> Iterator[Break]:
    """What was done to changed events, where untouched ones only stand elsewhere."""
    inside = [changed.get(seq) for seq in range(stretch.first, min(stretch.last + 1, stretch.first + _LOOKED_AT))]
    whole = stretch.last - stretch.first < _LOOKED_AT
    if stretch.kind != "changed" or inside[0] is None:
        yield stretch
        return
    moved = Break(first=stretch.first, last=stretch.last, kind="moved")
    if whole and all(one is not None and any(one.was(seq) for seq in changed) for one in inside):
        yield moved
        return
    by = next((n for n in range(1, _SHIFT + 1) for n in (n, -n) if inside[0].was(stretch.first - n)), 0)
    if by > 0:
        yield Break(first=stretch.first - by, last=stretch.first - 1, kind="inserted")
    elif by < 0:
        yield Break(first=stretch.first, last=stretch.first - by - 1, kind="missing")
    yield moved if by else stretch


def _unanchored(walk: _Walk, anchors: Sequence[Anchor]) -> Iterator[Break]:
    """What each anchor says against the chain: its end was cut off, or all of it was written anew."""
    agreed = walk.start
    for one in sorted(anchors, key=lambda one: one.seq):
        if one.seq < walk.start or walk.met.get(one.seq) == one.digest:
            agreed = max(agreed, one.seq)
        elif one.seq > walk.number:
            yield Break(first=walk.number + 1, last=one.seq, kind="missing", by=one.place)
        else:
            yield Break(first=agreed + 1, last=one.seq, kind="unanchored", by=one.place)
