"""A stretch of the audit chain as JSON lines: a header, then its events; whoever has the lines can verify them."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import ValidationError
from sqlmodel import Session

from bot.platformctl.installation import Undone
from guardrails import audit
from guardrails.chain import Anchor, AuditEvent
from templates.manifest import Digest, Frozen


class Header(Frozen):
    """Begins a workspace's events: the event they follow, their last one, and what was anchored."""

    export: str
    """The workspace."""
    after: tuple[int, Digest]
    head: tuple[int, Digest]
    anchors: tuple[Anchor, ...] = ()

    @property
    def end(self) -> Anchor:
        """The last event, as something to hold the events against."""
        return Anchor(workspace=self.export, seq=self.head[0], digest=self.head[1], at=0, place="the export's end")

    def about(self, anchors: Iterable[Anchor]) -> Sequence[Anchor]:
        """Those of these anchors that lie within."""
        own = (one for one in anchors if one.workspace == self.export)
        return [one for one in own if self.after[0] <= one.seq <= self.head[0]]


def lines(session: Session, workspace: str, first: int, last: int, known: Sequence[Anchor]) -> Iterator[str]:
    """The events from `first` to `last`, with the known anchors that lie within; Undone when one is damaged."""
    if last < first:
        return
    before, end = (audit.at(session, workspace, seq) for seq in (first - 1, last))
    header = Header(export=workspace, after=before, head=end)
    yield header.model_copy(update={"anchors": tuple(header.about(known))}).model_dump_json()
    for event in audit.read(session, workspace, first, last):
        if event is None:
            raise Undone(f"the record of {workspace} is damaged: see platformctl audit verify")
        yield event.model_dump_json()


def header(line: str) -> Header:
    """What a first line says. Raises Undone."""
    try:
        return Header.model_validate_json(line)
    except ValidationError:
        raise Undone("the export's first line cannot be read") from None


def event(line: str) -> AuditEvent | None:
    """The event of a line, None when it is none."""
    try:
        return AuditEvent.model_validate_json(line)
    except ValidationError:
        return None


def parts(text: Iterable[str]) -> Iterator[tuple[Header, list[AuditEvent | None]]]:
    """Each workspace's header and events. Raises Undone."""
    found: Header | None = None
    events: list[AuditEvent | None] = []
    for line in text:
        if line.startswith('{"export"'):
            if found is not None:
                yield found, events
            found, events = header(line), []
        else:
            events.append(event(line))
    if found is None:
        raise Undone("this is no export of an audit record")
    yield found, events
