"""`platformctl audit`: the chain verified, an app's story told, the record exported, a person forgotten."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot import clockwork, database, named
from bot.clockwork import DAY
from bot.operating import anchoring
from bot.platformctl import segment
from bot.platformctl.audit_options import FOREVER
from bot.platformctl.forgetting import forget
from bot.platformctl.installation import Undone, app_called, control_database
from bot.threads import telling
from guardrails import anchors, audit
from guardrails.chain import START, Anchor, breaks
from templates.manifest import Digest


def run(given: argparse.Namespace) -> int:
    """Do what was asked for; 1 when something is wrong, said on standard error."""
    try:
        if given.action == "verify" and given.file:
            return _verify_export(given)
        url = control_database(given.home)
        act = {"verify": _verify, "query": _query, "export": _export, "forget": _forget}[given.action]
        return act(given, url)
    except (anchors.Unreadable, database.ReadOnly) as error:
        raise Undone(str(error)) from error


def _verify(given: argparse.Namespace, url: str) -> int:
    file, code = _file(given), 0
    known = anchors.read(file)
    with database.reading(url) as session:
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


def _query(given: argparse.Namespace, url: str) -> int:
    with database.reading(url) as session:
        print(telling.story(session, app_called(session, given.app)))
    return 0


def _export(given: argparse.Namespace, url: str) -> int:
    until = given.until if given.until == FOREVER else given.until + DAY
    known = anchors.read(anchoring.file(given.home.absolute(), named.anchors()))
    with database.reading(url) as session:
        for name in audit.workspaces(session):
            first, last = audit.between(session, name, given.since, until)
            for line in segment.lines(session, name, first, last, known):
                print(line)
    return 0


def _verify_export(given: argparse.Namespace) -> int:
    """Compare an export with itself, with the anchors it brings, and with those we have."""
    file, code = given.anchors or named.anchors(), 0
    known = anchors.read(file) if file else ()
    for header, events in segment.parts(given.file.read_text(encoding="utf-8").splitlines()):
        inside = header.about([*header.anchors, *known, *_posted(given, header.export)])
        code |= _say(header.export, breaks(events, [*inside, header.end], header.after), header.head)
    return code


def _forget(given: argparse.Namespace, url: str) -> int:
    print(forget(given.home.absolute(), given.person, in_apps=given.apps))
    return 0
