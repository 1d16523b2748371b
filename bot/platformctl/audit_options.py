"""The command line of `platformctl audit`; light, because every command's help loads it."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from bot.platformctl.installation import add_home

FOREVER = 1 << 60


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `platformctl audit`."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    home = argparse.ArgumentParser(add_help=False)
    add_home(home)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=text, description=text, parents=[home])

    verify = add("verify", "say which stretch of the record is not what was written")
    verify.add_argument("file", type=Path, nargs="?", help="an export, instead of an installation")
    verify.add_argument("--anchor", action="append", type=anchor, default=[], help="SEQ:DIGEST, as it was posted")
    verify.add_argument("--anchors", type=Path, help="the file of anchors (default: SLIPWAY_AUDIT_ANCHORS)")
    add("query", "tell an app's whole story").add_argument("app", help="the app's name in its address, or its id")
    export = add("export", "write the record as JSON lines that can be verified by themselves")
    export.add_argument("--since", type=_day, default=0, metavar="YYYY-MM-DD", help="default: the beginning")
    export.add_argument("--until", type=_day, default=FOREVER, metavar="YYYY-MM-DD", help="that day too")
    forget = add("forget", "take a person's name out of the database; the record stays whole")
    forget.add_argument("person", help="their handle, chat id, name or id")
    forget.add_argument("--apps", action="store_true", help="out of what apps keep, too: stores and exports")


def _day(text: str) -> int:
    try:
        return int(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).timestamp())
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-11-23") from None


def anchor(text: str) -> tuple[int, str]:
    """An anchor as it was posted, read from a command line."""
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or not digest.startswith("sha256:"):
        raise argparse.ArgumentTypeError(f"{text!r} is no anchor: write it as it was posted, 42:sha256:…")
    return int(seq), digest
