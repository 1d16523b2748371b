"""A pack's stretch of the audit chain, read once from its lines however many they are: what it tells of the app."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.platformctl import segment
from bot.platformctl.installation import Undone
from bot.platformctl.pack import Pack, Seen, broken, gap, ok, since_restored
from bot.platformctl.segment import Header
from bot.threads.telling import PROTECTED
from bot.wording import words
from guardrails.chain import Anchor, AuditEvent, breaks
from templates.manifest import Digest

LINK = "audit chain"


@dataclass(slots=True)
class Record:
    """What the lines hold about one app."""

    story: list[AuditEvent] = field(default_factory=list)
    reads: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often whom did what to its protected data."""
    seen: list[Seen] = field(default_factory=list)

    def told(self, action: str, **facts: str) -> Sequence[AuditEvent]:
        """The events of this kind that name these facts."""
        return [one for one in self.story if one.action == action and facts.items() <= one.facts.items()]


def read(lines: Iterable[str], pack: Pack, posted: Sequence[tuple[int, str]]) -> Record:
    """The record, and whether it is a whole chain that agrees with every anchor; `posted` are the reader's own."""
    found, rest = Record(), iter(lines)
    first = next(rest, "")
    if not first:
        found.seen.append(gap(LINK, "there is none in the pack"))
        return found
    try:
        header = segment.header(first)
    except Undone:
        found.seen.append(broken(LINK, "its first line cannot be read"))
        return found
    own = [_posted(header, *one) for one in posted]
    held = header.about([*header.anchors, *own])
    torn = breaks(_noted(rest, pack, found), [*held, header.end], header.after)
    found.seen += [broken(LINK, str(one)) for one in torn]
    if not torn:
        anchors = words.counted(len(held), "anchor", "anchors")
        span = f"events {header.after[0] + 1} to {header.head[0]}"
        found.seen.append(
            ok(LINK, f"{span} are whole, {len(found.story)} of them of this app; {anchors} held against them")
        )
    found.seen += [
        gap(LINK, f"event {one.seq}, which you named, is not in this stretch") for one in own if one not in held
    ]
    return found


def _posted(header: Header, seq: int, digest: str) -> Anchor:
    return Anchor(workspace=header.export, seq=seq, digest=Digest(digest), at=0, place="anchored as you said")


def _noted(lines: Iterator[str], pack: Pack, found: Record) -> Iterator[AuditEvent | None]:
    subjects = {pack.app, pack.request} - {""}
    for line in lines:
        event = segment.event(line)
        if event is not None and event.subject in subjects:
            if event.action in PROTECTED:
                found.reads[event.action, event.actor] += event.subject == pack.app
            else:
                found.story.append(event)
        yield event


def compared(record: Record, pack: Pack) -> Iterator[Seen]:
    """Whether the pack's own account of events, reads and the app's end is the record's."""
    same = tuple(record.story) == pack.audit
    yield (
        ok("events", f"{len(pack.audit)}, as the record has them")
        if same
        else broken("events", "the pack tells of others than the record")
    )
    counted: Mapping[tuple[str, str], int] = {(one.action, one.actor): one.times for one in pack.reads}
    times = sum(counted.values())
    yield (
        ok("protected reads", f"{times}, as the record has them")
        if counted == record.reads
        else broken("protected reads", "the pack counts others than the record")
    )
    yield _end(record, pack)


def _end(record: Record, pack: Pack) -> Seen:
    known = {(one.action, one.seq, one.digest) for one in record.story}
    ends = ("app.closed", "app.archived", "app.retired", "live.lapsed", "app.cleared")
    over = [one for one in since_restored(record.story) if one.action in ends]
    if pack.ended is None:
        return broken("retirement", "the record tells that it ended") if over else ok("retirement", "it has not ended")
    if not set(pack.ended.told) <= known:
        return broken("retirement", "the receipt names events that the record does not have")
    if not any(one.action == "app.cleared" for one in over):
        return gap("retirement", f"{pack.ended.stage}, and nothing tells that what it left was cleared away")
    return ok("retirement", f"{pack.ended.stage}, told by {len(pack.ended.told)} events")
