"""The arguments of `platformctl demand`. Light, because every command's help loads it."""

import argparse

from bot.platformctl.installation import add_home


def arguments(demand: argparse.ArgumentParser) -> None:
    """`list`, `show D-12`, `close D-12 --with name@version` or `--no WHY`."""
    actions = demand.add_subparsers(required=True, metavar="ACTION", dest="action")
    for name, text in (
        ("list", "what people want and the shelf does not have, what most want first"),
        ("show", "one wish in full"),
        ("close", "answer a wish; each who asked is told in their thread, once"),
    ):
        one = actions.add_parser(name, help=text, description=text)
        add_home(one)
        if name == "list":
            one.add_argument("--closed", action="store_true", help="also those that were answered")
            continue
        one.add_argument("wish", metavar="D-12", help="its name in the list")
        if name == "close":
            answer = one.add_mutually_exclusive_group(required=True)
            answer.add_argument(
                "--with", dest="met_with", default="", metavar="TEMPLATE", help="it is on the shelf now"
            )
            answer.add_argument("--no", dest="why", default="", metavar="WHY", help="it will not be built, and why")


def run(given: argparse.Namespace) -> int:
    """Do it, and print what there is to say."""
    from bot.platformctl import demand_list

    if given.action == "list":
        print(demand_list.listed(given.home, closed=given.closed))
    elif given.action == "show":
        print(demand_list.shown(given.home, given.wish))
    else:
        print(demand_list.close(given.home, given.wish, given.met_with, given.why))
    return 0
