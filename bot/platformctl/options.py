"""What operators ask of an installation: each command's arguments, and the module that does it.

Light, because every command's help loads it: what a command needs is imported when it runs.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bot import settings
from bot.platformctl import app_options, audit_options, demand_options, freeze_options, policies, template
from bot.platformctl.audit_options import anchor
from bot.platformctl.installation import add_home

Command = Callable[[argparse.Namespace], int]
Add = Callable[[str, Command, str], argparse.ArgumentParser]
AN_APP = "the app's name in its address, or its id"


def add(command: Add) -> None:
    """These commands, beside the others."""
    _add_decisions(command)
    _add_proof(command)
    policies.add(
        command("policy", policies.run, "test policies, and judge documents by them: `platformctl policy check`")
    )
    template.add(
        command("template", template.run, "versions of templates: new, lint, test, preview, publish, deprecate")
    )
    freeze_options.add(command)
    app_options.arguments(
        command(
            "app", app_options.run, "an app's versions and its end: roll back, restore, receipts, what is left, stuck"
        )
    )
    audit_options.arguments(command("audit", _audit, "the record of all that was done: verify, query, export, forget"))
    demand_options.arguments(command("demand", demand_options.run, "what people want and the shelf does not have"))
    usage = command("usage", _usage, "what apps used in a month, and what it costs whom")
    usage.add_argument("--app", default="", help="only this app, by its id or host name")
    usage.add_argument("--month", default="", help="for example 2026-11 (default: this month)")
    usage.add_argument("--csv", action="store_true", help="FOCUS-style CSV instead of a table")
    add_home(usage)
    _add_secret(command("secret", _secret, "keep secrets for apps; nothing ever shows a value again"))
    dashboard = command(
        "dashboard", _dashboard, "write a page of all that runs and what needs somebody; 1 when something does"
    )
    dashboard.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where index.html is written")
    dashboard.add_argument(
        "--osv", type=Path, help="a folder of OSV records (default: osv in the installation's folder)"
    )
    add_home(dashboard)
    add_home(command("doctor", _doctor, "say what is in order on this machine and what is missing"))


def _add_decisions(command: Add) -> None:
    _add_grant(command("grant", _grant, "what apps were granted: list it, take it back, allow it until a time"))
    for name, text in (
        ("approve", "say yes to what waits for approval, as in the thread"),
        ("reject", "say no to what waits for approval, as in the thread"),
    ):
        one = command(name, _decide, text)
        one.add_argument("app", help=AN_APP)
        one.add_argument("--as", dest="person", required=True, help="whose word it is: a handle, or the chat's id")
        one.add_argument("--reason", required=True, help="why; it stands in the thread")
        one.set_defaults(yes=name == "approve")
        add_home(one)
    person = command(
        "person", _person, "which accounts are one human (link, unlink @ana @ana2), and whose sign-ins (links)"
    )
    person.add_argument("action", choices=["link", "unlink", "links"])
    person.add_argument("first", nargs="?", default="", help="a handle, or the chat's id")
    person.add_argument("second", nargs="?", default="", help="the other account; unknown yet, by the chat's id")
    person.add_argument("--remove", default="", metavar="LINK", help="with links: the id of a sign-in to unlink")
    add_home(person)
    stand_in = command("stand-in", _stand_in, "name who speaks for an approver until a day")
    stand_in.add_argument("--as", dest="person", required=True, help="the approver: a handle, or the chat's id")
    stand_in.add_argument("--to", default="", help="who speaks for them; left out, nobody does any more")
    stand_in.add_argument("--until", default="", metavar="YYYY-MM-DD", help="the day on which it ends")
    add_home(stand_in)


def _add_grant(grant: argparse.ArgumentParser) -> None:
    actions = grant.add_subparsers(required=True, metavar="ACTION", dest="action")
    for name, text in (
        ("list", "what an app was granted, until when and by what"),
        ("revoke", "take one thing back, from the next visit on"),
        ("give", "allow what an app declares and does not hold until a time, by an approver's word"),
        ("exposures", "what was taken back and is not known to be gone; 1 when there is any"),
    ):
        one = actions.add_parser(name, help=text, description=text)
        add_home(one)
        if name != "exposures":
            one.add_argument("app", help=AN_APP)
        if name in ("revoke", "give"):
            one.add_argument(
                "capability",
                nargs="?" if name == "revoke" else None,
                default="",
                help="store, notify, egress:<host>, mail:<domain>, schedule:<name>",
            )
        if name == "give":
            one.add_argument("--as", dest="person", required=True, help="whose word it is: a handle, or the chat's id")
            one.add_argument("--reason", required=True, help="why; it stands in the thread")
            end = one.add_mutually_exclusive_group(required=True)
            end.add_argument("--until", default="", metavar="YYYY-MM-DDTHH:MM", help="when it ends, in UTC")
            end.add_argument("--for", dest="long", default="", metavar="2h", help="how long it lasts: 30m, 2h, 3d")


def _add_proof(command: Add) -> None:
    evidence = command("evidence", _evidence, "an app's evidence pack: one file, from each control to its proof")
    evidence.add_argument("app", help=AN_APP)
    evidence.add_argument("--out", type=Path, help="the file to write (default: evidence-APP.zip)")
    evidence.add_argument("--words", action="store_true", help="pack the words that were asked and the answers, too")
    add_home(evidence)
    verify = command("verify", _verify, "compute again how an app came about, link by link; 1 when a link is broken")
    verify.add_argument(
        "app", metavar="APP|DIGEST|PACK.zip", help=f"{AN_APP}, or a bundle's digest; or an evidence pack, anywhere"
    )
    verify.add_argument("--key", action="append", default=[], help="with a pack: a key that counts, by its id")
    verify.add_argument("--anchor", action="append", type=anchor, default=[], help="with a pack: SEQ:DIGEST, as posted")
    add_home(verify)
    key = command("key", _key, "the keys that sign apps: `platformctl key list`, rotate, revoke KEY")
    key.add_argument("action", choices=["list", "rotate", "revoke"])
    key.add_argument("key", nargs="?", default="", help="with revoke: the key's id, or its first six digits or more")
    key.add_argument("--days", type=_days, default=365, help="with rotate: how long the new key signs (default: 365)")
    key.add_argument("--why", default="", help="with revoke: the reason, for the audit log")
    add_home(key)
    look = command("advisories", _advisories, "known weaknesses in what live apps are made of; 1 when one was found")
    look.add_argument("--osv", type=Path, help="a folder of OSV records (default: osv in the installation's folder)")
    add_home(look)


def _add_secret(secret: argparse.ArgumentParser) -> None:
    actions = secret.add_subparsers(required=True, metavar="ACTION", dest="action")
    for name, text in (
        ("set", "keep a value, read from standard input or a prompt"),
        ("remove", "forget a value"),
        ("list", "names, hosts and dates; never values"),
        ("rotate-key", "seal every secret under the vault's current key"),
    ):
        one = actions.add_parser(name, help=text, description=text)
        add_home(one)
        if name in ("set", "remove"):
            one.add_argument("name", help="what apps call it: {{secret:NAME}}")
            whose = one.add_mutually_exclusive_group(required=True)
            whose.add_argument("--app", help=AN_APP)
            whose.add_argument("--platform", action="store_true", help="for every app whose template declares it")
            one.add_argument("--workspace", default="", help="with --platform, when there are several workspaces")
        if name == "set":
            one.add_argument("--host", action="append", required=True, help="a host it may be sent to (repeatable)")
            one.add_argument("--by", default="", help="who answers for it (a handle): it passes on and goes with them")


def _days(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 3650:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days between 1 and 3650")
    return int(text)


def _said(text: str, code: int = 0) -> int:
    print(text)
    return code


def _grant(given: argparse.Namespace) -> int:
    from bot.platformctl import grant

    if given.action == "exposures":
        text, closed = grant.exposures(given.home)
        return _said(text, 0 if closed else 1)
    if given.action == "give":
        gift = grant.Gift(given.app, given.capability, given.person, given.reason, given.until, given.long)
        return _said(grant.give(given.home, gift))
    return _said(grant.run(given.home, given.action, given.app, getattr(given, "capability", "")))


def _decide(given: argparse.Namespace) -> int:
    from bot.platformctl import remote_decision

    wanted = remote_decision.Wanted(given.app, given.person, given.reason, yes=given.yes)
    return _said(remote_decision.run(given.home, wanted))


def _person(given: argparse.Namespace) -> int:
    from bot.platformctl import person, sign_ins

    if given.action == "links":
        return _said(sign_ins.run(given.home, given.first, given.remove))
    return _said(person.run(given.home, given.action, given.first, given.second))


def _stand_in(given: argparse.Namespace) -> int:
    from bot.platformctl import standing_in

    return _said(standing_in.run(given.home, given.person, given.to, given.until))


def _evidence(given: argparse.Namespace) -> int:
    from bot.platformctl import evidence

    text, complete = evidence.run(given.home.absolute(), given.app, given.out, words=given.words)
    return _said(text, 0 if complete else 1)


def _verify(given: argparse.Namespace) -> int:
    if given.app.endswith(".zip"):
        from bot.platformctl import pack_verify

        text, attested = pack_verify.run(Path(given.app), given.key, given.anchor)
    else:
        from bot.platformctl import verify

        text, attested = verify.run(given.home.absolute(), given.app)
    return _said(text, 0 if attested else 1)


def _key(given: argparse.Namespace) -> int:
    from bot.platformctl import key

    return _said(key.run(given.home.absolute(), given.action, given.key, given.why, given.days))


def _advisories(given: argparse.Namespace) -> int:
    from bot.platformctl import advisories

    text, clean = advisories.run(given.home.absolute(), given.osv)
    return _said(text, 0 if clean else 1)


def _secret(given: argparse.Namespace) -> int:
    from bot.platformctl import secret

    return _said(secret.run(given))


def _usage(given: argparse.Namespace) -> int:
    from bot.platformctl import usage

    sys.stdout.write(usage.run(given.home, given.month, given.app, csv=given.csv))
    return 0


def _audit(given: argparse.Namespace) -> int:
    from bot.platformctl import auditing

    return auditing.run(given)


def _dashboard(given: argparse.Namespace) -> int:
    from bot.platformctl import dashboard

    text, clean = dashboard.run(given.home.absolute(), given.out, given.osv)
    return _said(text, 0 if clean else 1)


def _doctor(given: argparse.Namespace) -> int:
    from bot.platformctl import doctor

    ports = {
        "gateway": settings.port("SLIPWAY_GATEWAY_PORT", 8300),
        "demo": settings.port("SLIPWAY_WORKSPACE_PORT", 8200),
    }
    lines = list(doctor.examine(given.home.absolute(), ports))
    return _said("\n".join(map(str, lines)), int(any(one.needed and not one.ok for one in lines)))
