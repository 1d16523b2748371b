"""The arguments of `platformctl freeze` and `frozen`. Light, because every command's help loads it."""

import argparse
from collections.abc import Callable

from bot.platformctl.installation import add_home

Command = Callable[[argparse.Namespace], int]
KINDS = ("app", "template", "capability", "model")


def add(command: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    """These two commands, beside the others."""
    freeze = command("freeze", _freeze, "stop an app, a template, a capability or the model; see docs/operating.md")
    freeze.add_argument("kind", choices=KINDS)
    freeze.add_argument("name", help="an app's name in its address, a template's, a capability's or a model's")
    freeze.add_argument("reason", nargs="?", default="", help="why; operators alone read it")
    freeze.add_argument("--as", dest="person", default="", help="whose word it is: a handle, or the chat's id")
    freeze.add_argument("--workspace", default="", help="when there are several workspaces")
    freeze.add_argument("--now", action="store_true", help="freeze it; without, only what it would stop is told")
    add_home(freeze)
    add_home(command("frozen", _frozen, "what stands frozen, since when and by whom"))


def _freeze(given: argparse.Namespace) -> int:
    from bot.platformctl import freezing

    wanted = freezing.Wanted(given.kind, given.name, given.reason, given.person, given.workspace, given.now)
    print(freezing.run(given.home, wanted))
    return 0


def _frozen(given: argparse.Namespace) -> int:
    from bot.platformctl import freezing

    print(freezing.listed(given.home))
    return 0
