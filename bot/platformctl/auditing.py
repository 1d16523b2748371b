"""`platformctl audit`: the chain verified, an app's story told, the record exported, a person forgotten."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError
from sqlmodel import Session

from bot import anchoring, clockwork, database, named, telling
from bot.clockwork import DAY
from bot.platformctl.audit_options import FOREVER
from bot.platformctl.forgetting import forget
from bot.platformctl.installation import Undone, app_called, control_database
from guardrails import anchors, audit
from guardrails.chain import START, Anchor, AuditEvent, breaks
from templates.manifest import Digest, Frozen


class Header(Frozen):
    """Begins a workspace's events in an export: the event they follow, their last one, and what was anchored."""

    export: str
    """The workspace."""
    after: tuple[int, Digest]
    head: tuple[int, Digest]
    anchors: tuple[Anchor, ...] = ()


def run(given: argparse.Namespace) -> int:
    """Do what was asked for; 1 when something is wrong, said on standard error."""
    try:
        if given.action == "verify" and given.file:
            return _verify_export(given)
        path = control_database(given.home)
        act = {"verify": _verify, "query": _query, "export": _export, "forget": _forget}[given.action]
        return act(given, path)
    except (anchors.Unreadable, database.ReadOnly) as error:
        raise Undone(str(error)) from error


def _verify(given: argparse.Namespace, path: Path) -> int:
    file, code = _file(given), 0
    known = anchors.read(file)
    with database.reading(path) as session:
        names, now = audit.workspaces(session), clockwork.Clock(session).now()
        for lost in sorted({one.workspace for one in known} - set(names)):
            code |= _say(lost, breaks((), [one for one in known if one.workspace == lost]), (0, START))
        for name in names:
            held = [one for one in (*known, *_posted(given, name)) if one.workspace == name]
            here = anchoring.head(session, name, now)
            broken = audit.verify(session, name, held)
            code |= _say(name, broken, (here.seq, here.digest))
            if not broken:
                anchors.add(file, here)
    return code


def _say(workspace: str, broken: Sequence[object], head: tuple[int, Digest]) -> int:
    for one in broken:
        print(f"{workspace}: {one}", file=sys.stderr)
    print(f"{workspace}: {head[0]} events, head {head[1]}, {'BROKEN' if broken else 'whole'}")
    return int(bool(broken))


def _posted(given: argparse.Namespace, workspace: str) -> Iterator[Anchor]:
    for seq, digest in given.anchor:
        yield Anchor(workspace=workspace, seq=seq, digest=Digest(digest), at=0, place="anchored as you said")


def _file(given: argparse.Namespace) -> Path:
    return anchoring.file(given.home.absolute(), given.anchors or named.anchors())


def _query(given: argparse.Namespace, path: Path) -> int:
    with database.reading(path) as session:
        print(telling.story(session, app_called(session, given.app)))
    return 0


def _export(given: argparse.Namespace, path: Path) -> int:
    until = given.until if given.until == FOREVER else given.until + DAY
    known = anchors.read(anchoring.file(given.home.absolute(), named.anchors()))
    with database.reading(path) as session:
        for name in audit.workspaces(session):
            first, last = audit.between(session, name, given.since, until)
            inside = tuple(one for one in known if one.workspace == name and first <= one.seq <= last)
            for line in _exported(session, name, first, last, inside):
                print(line)
    return 0


def _exported(session: Session, name: str, first: int, last: int, inside: tuple[Anchor, ...]) -> Iterator[str]:
    if last < first:
        return
    ends = [audit.at(session, name, seq) for seq in (first - 1, last)]
    yield Header(export=name, after=ends[0], head=ends[1], anchors=inside).model_dump_json()
    for event in audit.read(session, name, first, last):
        if event is None:
            raise Undone(f"the record of {name} is damaged: see platformctl audit verify")
        yield event.model_dump_json()


def _verify_export(given: argparse.Namespace) -> int:
    """Compare an export with itself, with the anchors it brings, and with those we have."""
    file, code = given.anchors or named.anchors(), 0
    known = anchors.read(file) if file else ()
    for header, events in _parts(given.file.read_text(encoding="utf-8").splitlines()):
        own = Anchor(workspace=header.export, seq=header.head[0], digest=header.head[1], at=0, place="the export's end")
        outside = [one for one in (*known, *_posted(given, header.export)) if one.workspace == header.export]
        inside = [one for one in (*header.anchors, *outside) if header.after[0] <= one.seq <= own.seq]
        code |= _say(header.export, breaks(events, [*inside, own], header.after), header.head)
    return code


def _parts(lines: Iterable[str]) -> Iterator[tuple[Header, list[AuditEvent | None]]]:
    header: Header | None = None
    events: list[AuditEvent | None] = []
    for line in lines:
        if line.startswith('{"export"'):
            if header is not None:
                yield header, events
            try:
                header, events = Header.model_validate_json(line), []
            except ValidationError:
                raise Undone("the export's first line cannot be read") from None
        else:
            events.append(_event(line))
    if header is None:
        raise Undone("this is no export of an audit record")
    yield header, events


def _event(line: str) -> AuditEvent | None:
    try:
        return AuditEvent.model_validate_json(line)
    except ValidationError:
        return None


def _forget(given: argparse.Namespace, path: Path) -> int:
    print(forget(path.parent, given.person))
    return 0
