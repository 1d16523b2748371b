"""`platformctl` for those who govern: what apps were granted, decisions on what waits, and the evidence of an app."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

Command = Callable[[argparse.Namespace], int]
Add = Callable[[str, Command, str], argparse.ArgumentParser]


def add(command: Add) -> None:
    """Add these commands to the command line."""
    grant = command("grant", _grant, "what an app was granted, to be taken back at once: `platformctl grant list APP`")
    grant.add_argument("action", choices=["list", "revoke"])
    grant.add_argument("app", help="the app's name in its address, or its id")
    grant.add_argument("capability", nargs="?", default="", help="with revoke: store, egress:<host>, schedule:<name>")
    _home(grant)
    for name, text in (
        ("approve", "say yes to what waits for approval, as in the thread"),
        ("reject", "say no to what waits for approval, as in the thread"),
    ):
        one = command(name, _decide, text)
        one.add_argument("app", help="the app's name in its address, or its id")
        one.add_argument("--as", dest="person", required=True, help="whose word it is: a handle, or the chat's id")
        one.add_argument("--reason", required=True, help="why; it stands in the thread")
        one.set_defaults(yes=name == "approve")
        _home(one)
    stand_in = command("stand-in", _stand_in, "name who speaks for an approver until a day")
    stand_in.add_argument("--as", dest="person", required=True, help="the approver: a handle, or the chat's id")
    stand_in.add_argument("--to", default="", help="who speaks for them; left out, nobody does any more")
    stand_in.add_argument("--until", default="", metavar="YYYY-MM-DD", help="the day on which it ends")
    _home(stand_in)
    evidence = command("evidence", _evidence, "an app's evidence pack: from each control to its proof, gaps included")
    evidence.add_argument("app", help="the app's name in its address, or its id")
    evidence.add_argument("--out", type=Path, help="the folder to write (default: evidence-APP)")
    _home(evidence)


def _home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", type=Path, default=Path("var/demo"), help="its folder (default: var/demo)")


def _grant(given: argparse.Namespace) -> int:
    from bot import gates

    return _told(lambda: gates.run(given.home.absolute(), given.action, given.app, given.capability))


def _decide(given: argparse.Namespace) -> int:
    from bot import remote_decision

    wanted = remote_decision.Wanted(given.app, given.person, given.reason, yes=given.yes)
    return _told(lambda: remote_decision.run(given.home.absolute(), wanted))


def _stand_in(given: argparse.Namespace) -> int:
    from bot import standing_in

    return _told(lambda: standing_in.run(given.home.absolute(), given.person, given.to, given.until))


def _evidence(given: argparse.Namespace) -> int:
    from bot import evidence, gates

    try:
        text, complete = evidence.run(given.home.absolute(), given.app, given.out)
    except gates.Undone as error:
        print(f"platformctl: {error}", file=sys.stderr)
        return 1
    print(text)
    return 0 if complete else 1


def _told(work: Callable[[], str]) -> int:
    """Print what came of it; 1 when nothing did."""
    from bot.gates import Undone

    try:
        print(work())
    except Undone as error:
        print(f"platformctl: {error}", file=sys.stderr)
        return 1
    return 0
