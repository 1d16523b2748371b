"""`platformctl template`: versions of templates written, looked through, tried, released and taken off the offer."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bot.platformctl import rehearsing
from bot.platformctl.installation import Undone

A_VERSION = "name@version, for example survey@1.0"


def add(template: argparse.ArgumentParser) -> None:
    """The actions of `platformctl template` and their arguments."""
    actions = template.add_subparsers(required=True, metavar="ACTION", dest="action")

    def anywhere(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        return one

    def action(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = anywhere(name, run, text)
        one.add_argument("--shelf", type=Path, metavar="FOLDER", help="default: the shelf that ships with Slipway")
        return one

    rehearsing.add(anywhere)
    new = action("new", _new, "write a folder to begin with, which says what to do next")
    new.add_argument("name", help="small letters, digits, - and _")
    new.add_argument("--kind", default="", help="the kind of app in the catalogue that it builds")
    new.add_argument("--from", dest="like", default="", metavar="NAME@VERSION", help="copy this version, to change it")
    new.add_argument("--owner", default="", metavar="GROUP", help="the handle of the group that answers for it")
    lint = action("lint", _lint, "say all that is wrong, each with its line; 1 when anything is")
    lint.add_argument("what", nargs="?", default="", metavar="FOLDER|NAME@VERSION", help="default: the whole shelf")
    golden = action("golden", _golden, "write the golden bundle of a version that is not released")
    golden.add_argument("ref", metavar="NAME@VERSION", help=A_VERSION)
    publish = action("publish", _publish, "release a version: it is offered for new apps and never changes again")
    publish.add_argument("ref", metavar="NAME@VERSION", help=A_VERSION)
    publish.add_argument(
        "--forever-by",
        default="",
        metavar="PERSON",
        help="the approver who stands up for apps that run longer than the policies' maximum; anew every year",
    )
    deprecate = action("deprecate", _deprecate, "make no new apps of a version; those there are run on")
    deprecate.add_argument("ref", metavar="NAME@VERSION", help=f"{A_VERSION}; of a fragment _fragments/html@1")
    deprecate.add_argument("--why", required=True, help="for whoever asks for it")
    deprecate.add_argument("--instead", default="", metavar="NAME@VERSION", help="what to use")
    action("list", _list, "every version: its owner, whether it is offered, its digest")


def run(given: argparse.Namespace) -> int:
    """Do one action. Raises Undone."""
    act: Callable[[argparse.Namespace], int] = given.run
    return act(given)


def _shelf(given: argparse.Namespace) -> Path:
    from templates.catalog import SHELF

    folder: Path = (given.shelf or SHELF).absolute()
    if not folder.is_dir():
        raise Undone(f"there is no shelf {folder}")
    return folder


def _new(given: argparse.Namespace) -> int:
    from bot.platformctl import template_new

    print(template_new.run(_shelf(given), template_new.Wanted(given.name, given.kind, given.like, given.owner)))
    return 0


def _lint(given: argparse.Namespace) -> int:
    from bot.platformctl import template_lint

    faults = template_lint.run(_shelf(given), given.what)
    for one in faults:
        print(one, file=sys.stderr)
    print("nothing is wrong" if not faults else f"{len(faults)} to put right")
    return 1 if faults else 0


def _golden(given: argparse.Namespace) -> int:
    from bot.platformctl import template_publish

    print(template_publish.golden(_shelf(given), given.ref))
    return 0


def _publish(given: argparse.Namespace) -> int:
    from bot import clockwork
    from bot.platformctl import template_publish
    from bot.platformctl.installation import account

    wanted = template_publish.Wanted(given.ref, account(), given.forever_by)
    today, shelf = clockwork.day(clockwork.wall()), _shelf(given)
    print(template_publish.publish(shelf, wanted, today, template_publish.gates(shelf)))
    return 0


def _deprecate(given: argparse.Namespace) -> int:
    from bot import clockwork
    from bot.platformctl import template_publish

    today = clockwork.day(clockwork.wall())
    print(template_publish.deprecate(_shelf(given), given.ref, given.why, given.instead, today))
    return 0


def _list(given: argparse.Namespace) -> int:
    from bot import clockwork
    from bot.platformctl import owners, template_list

    print(template_list.run(_shelf(given), clockwork.day(clockwork.wall()), owners.asked()))
    return 0
