"""`platformctl`: the processes, the demo, and the platform's own path on the command line. It only reads arguments."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bot import clockwork, settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done. 1: it did not work, said on standard error. 2: the command line is not understood."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except (settings.BadSetting, settings.CannotStart) as error:
        print(f"platformctl: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="platformctl", description="Slipway: a sentence becomes a governed app.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(command=command)
        return one

    demo = add("demo", _demo, "start the local workspace, control and the gateway, and print one URL")
    demo.add_argument("--home", type=Path, default=Path("var/demo"), help="where its data lies (default: var/demo)")
    tour = add("tour", _tour, "walk the whole journey without hands; 0 only if every step really happened")
    tour.add_argument("--home", type=Path, help="keep its data and logs there (default: nothing is kept)")
    add("control", _control, "run the control process (see docs/slack.md for its settings)")
    add("gateway", _gateway, "run the gateway workers")
    add("workspace", _workspace, "run the local workspace of the demo")
    scrub = add("scrub", _scrub, "take secrets out of texts: JSON lines in, JSON lines out")
    scrub.add_argument("--jsonl", action="store_true", required=True, help='read {"text"} lines from standard input')
    understand = add("understand", _understand, "what a sentence asks for: JSON lines in, JSON lines out")
    understand.add_argument("--jsonl", action="store_true", required=True, help='read {"text"} lines')
    understand.add_argument("--today", type=date.fromisoformat, help="the day that relative dates count from")
    policy = add("policy", _policy, "test the policies of a folder")
    policy.add_argument("action", choices=["test"])
    policy.add_argument("folder", type=Path, nargs="?", help="default: the policies that ship with Slipway")
    audit = add("audit", _audit, "verify the audit chain of an installation")
    audit.add_argument("action", choices=["verify"])
    audit.add_argument("--home", type=Path, default=Path("var/demo"), help="the installation's folder")
    return parser


def _demo(given: argparse.Namespace) -> int:
    from bot import demo

    try:
        demo.serve(given.home.absolute())
    except demo.DidNotStart as error:
        print(f"platformctl: {error}", file=sys.stderr)
        return 1
    return 0


def _tour(given: argparse.Namespace) -> int:
    from bot import tour

    return tour.run(given.home.absolute() if given.home else None)


def _control(_: argparse.Namespace) -> int:
    from bot.main import Control

    Control(settings.read()).run()
    return 0


def _gateway(_: argparse.Namespace) -> int:
    from bot.gateway import gateway

    gateway(settings.gateway())
    return 0


def _workspace(_: argparse.Namespace) -> int:
    from bot.main import workspace

    workspace(settings.workspace())
    return 0


def _scrub(_: argparse.Namespace) -> int:
    from guardrails.scrub import scrub

    def answer(text: str) -> object:
        scrubbed = scrub(text)
        return {"text": scrubbed.text, "found": [one._asdict() for one in scrubbed.found]}

    return _lines(answer)


def _understand(given: argparse.Namespace) -> int:
    from bot.main import model
    from generator.understand import as_json, understand
    from guardrails.scrub import scrub

    today, reader = given.today or clockwork.day(clockwork.wall()), model(settings.ModelSettings())
    return _lines(lambda text: as_json(understand(scrub(text).text, today, reader).understanding))


def _lines(answer: Callable[[str], object]) -> int:
    """Answer each JSON line; a line that cannot be read is named and ends with 1, the others are answered."""
    code = 0
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            print(f'line {number}: expected a JSON object such as {{"text": "..."}}', file=sys.stderr)
            code = 1
            continue
        print(json.dumps(answer(text)), flush=True)
    return code


def _policy(given: argparse.Namespace) -> int:
    from guardrails.lint import check_folder
    from guardrails.policy import RULES

    folder = given.folder or RULES
    troubles = check_folder(folder)
    for one in troubles:
        print(one, file=sys.stderr)
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    print(f"{shown}: {'refused' if troubles else 'every rule has been seen to fire, every test passes'}")
    return 1 if troubles else 0


def _audit(given: argparse.Namespace) -> int:
    from bot import database
    from guardrails import audit

    path = given.home.absolute() / "control.db"
    if not path.exists():
        print(f"platformctl: there is no {path}", file=sys.stderr)
        return 1
    engine, code = database.connect(f"sqlite:///{path}"), 0
    with database.transaction(engine) as session:
        for workspace in audit.workspaces(session):
            broken = audit.verify(session, workspace)
            count, head = audit.head(session, workspace)
            for one in broken:
                print(f"{workspace}: event {one.at}: {one.why}", file=sys.stderr)
                code = 1
            print(f"{workspace}: {count} events, head {head}, {'BROKEN' if broken else 'whole'}")
    engine.dispose()
    return code


if __name__ == "__main__":
    sys.exit(main())
