"""`platformctl template`: what authors of templates do with them."""

import argparse
from collections.abc import Callable

from bot.platformctl import rehearsing


def add(template: argparse.ArgumentParser) -> None:
    """The actions of `platformctl template` and their arguments."""
    actions = template.add_subparsers(required=True, metavar="ACTION", dest="action")

    def action(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        return one

    rehearsing.add(action)


def run(given: argparse.Namespace) -> int:
    """Do one action."""
    act: Callable[[argparse.Namespace], int] = given.run
    return act(given)
