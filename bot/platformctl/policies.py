"""`platformctl policy`: a folder's rules tested, and what they say about documents before anybody asks the bot."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bot import settings
from bot.platformctl.installation import Undone, add_home
from guardrails.verdict import Decision, Finding, Verdict

CODES: dict[Decision, int] = {"allow": 0, "deny": 1, "needs_approval": 3}
"""What `check` ends with; 2 is a command line that is not understood."""
PATIENT = 5.0
"""Seconds for one document: nobody waits in a thread, and the machine may be busy."""


def add(policy: argparse.ArgumentParser) -> None:
    """The actions of `platformctl policy` and their arguments."""
    actions = policy.add_subparsers(required=True, metavar="ACTION", dest="action")

    def action(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        return one

    test = action("test", _test, "run a folder's tests, and see that each rule has been seen to fire")
    test.add_argument("folder", type=Path, nargs="?", help="default: the policies that ship with Slipway")
    replay = action("replay", _replay, "what other policies would have said of live apps and of 30 days of requests")
    replay.add_argument("folder", type=Path, help="the other policies")
    add_home(replay)
    spare = action("except", _except, "spare one app one rule until a day; it is audited, and told in the app's thread")
    spare.add_argument("app", help="the app's name in its address, or its id; a request's id before it has an app")
    spare.add_argument("rule", help="for example retention")
    spare.add_argument(
        "--until", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="its first day without"
    )
    spare.add_argument("--reason", required=True, help="why, for whoever reads it in a year")
    spare.add_argument("--owner", default="", help="who answers for it (default: you)")
    add_home(spare)
    check = action("check", _check, "the Verdict on manifests in YAML or JSON, in the bytes that the bot would give")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.add_argument("--policies", type=Path, help="another folder of policies than the one that ships with Slipway")
    check.add_argument("--tag", action="append", default=[], help="a billing tag that finance knows (repeatable)")
    check.add_argument("--except-from", default="", metavar="APP", help="with what this app, or request, is spared now")
    add_home(check)
    check.add_argument("--approvable", action="store_true", help="end with 0 for what somebody could still approve")


def run(given: argparse.Namespace) -> int:
    """Do one action."""
    act: Callable[[argparse.Namespace], int] = given.run
    return act(given)


def _test(given: argparse.Namespace) -> int:
    from guardrails.lint import check_folder
    from guardrails.policy import RULES, Policies

    folder = given.folder or RULES
    troubles = check_folder(folder)
    for one in troubles:
        print(one, file=sys.stderr)
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    print(f"{shown}: {'refused' if troubles else 'every rule has been seen to fire, every test passes'}")
    print(f"bundle {Policies(folder).digest}")
    return 1 if troubles else 0


def _except(given: argparse.Namespace) -> int:
    from bot.platformctl import exception

    print(exception.run(given.home, given.app, given.rule, given.until, given.reason, given.owner))
    return 0


def _replay(given: argparse.Namespace) -> int:
    from bot import reviewing
    from bot.platformctl import replaying
    from guardrails.judge import Judge
    from guardrails.policy import Policies
    from templates import offer

    if not any(given.folder.glob("*.rego")):
        raise Undone(f"there are no policies in {given.folder}")
    shelf, judges = offer.offered(), [Judge(Policies(), PATIENT), Judge(Policies(given.folder), PATIENT)]
    try:
        found = replaying.replay(
            given.home.absolute(), *(reviewing.reviewer(one, shelf, public=settings.public()) for one in judges)
        )
    finally:
        for one in judges:
            one.stop()
    print("\n".join([*map(str, found), replaying.summary(found)]))
    return 0


def _check(given: argparse.Namespace) -> int:
    """One Verdict a line on standard output; on standard error, in words, what is not allowed."""
    from bot import named, reviewing, settings
    from bot.billing import Billing
    from bot.main import price_table
    from bot.platformctl import exception
    from guardrails import exceptions
    from guardrails.judge import Judge
    from guardrails.policy import RULES, Policies
    from templates import offer

    judge = Judge(Policies(given.policies or RULES), PATIENT)
    review, codes = reviewing.reviewer(judge, offer.offered(), public=settings.public()), set()
    billing = Billing(price_table(named.price_table()), dict.fromkeys(given.tag, "") or settings.budget_tags())
    spared = exception.held(given.home, given.except_from) if given.except_from else ()
    try:
        for path in given.files:
            try:
                case = reviewing.case(path.read_text(encoding="utf-8"), path)
            except (reviewing.Unreadable, OSError, UnicodeDecodeError) as error:
                print(f"platformctl: {_named(path, error)}", file=sys.stderr)
                codes.add(CODES["deny"])
                continue
            verdict = exceptions.excuse(review(case.manifest, case.audience, case.asked_in, case.stage), spared)
            if case.stage == "live":
                verdict = billing.judged(verdict, case.manifest)
            print(verdict.model_dump_json())
            sys.stderr.writelines(f"{path}: {one}\n" for one in told(verdict.findings))
            codes.add(_code(verdict, approvable=given.approvable))
    finally:
        judge.stop()
    return next((one for one in (1, 3) if one in codes), 0)


def _named(path: Path, error: Exception) -> str:
    return str(error) if str(path) in str(error) else f"{path}: {error}"


def _code(verdict: Verdict, *, approvable: bool) -> int:
    return 0 if approvable and verdict.decision == "needs_approval" else CODES[verdict.decision]


def told(findings: Sequence[Finding]) -> Sequence[str]:
    """Each finding that is not an allow, as a line for a terminal."""
    return [
        f"{one.decision.replace('_', ' ')} ({one.rule}, {one.field}): {one.why} {one.fix} "
        f"{f'@{one.approvers} decides. ' if one.approvers else ''}Rule of {one.owner or 'the platform team'}."
        for one in findings
        if one.decision != "allow"
    ]
