"""The arguments of `platformctl app`; what it does is imported when it runs."""

import argparse

from bot.platformctl.installation import add_home

AN_APP = "the app's name in its address, or its id"


def arguments(app: argparse.ArgumentParser) -> None:
    """Its actions."""
    actions = app.add_subparsers(required=True, metavar="ACTION", dest="action")
    for name, text in (
        ("versions", "the last versions that were live: when, by whom, what changed, what becomes of the entries"),
        ("rollback", "have one of them live again, within seconds; forward works the same way"),
    ):
        one = actions.add_parser(name, help=text, description=text)
        one.add_argument("app", help=AN_APP)
        add_home(one)
        if name == "rollback":
            one.add_argument("--to", type=int, required=True, metavar="NUMBER", help="which version")
            one.add_argument("--as", dest="person", required=True, help="whose word it is: a handle, or the chat's id")
            one.add_argument("--reason", required=True, help="why; it stands in the record")
            one.add_argument(
                "--restore",
                action="store_true",
                help="with the entries of before, where it could not read those since; these are set aside, not lost",
            )


def run(given: argparse.Namespace) -> int:
    """Do it."""
    from bot.platformctl import versions

    if given.action == "versions":
        print(versions.listed(given.home.absolute(), given.app))
    else:
        wanted = versions.Wanted(given.app, given.to, given.person, given.reason, given.restore)
        print(versions.rollback(given.home.absolute(), wanted))
    return 0
