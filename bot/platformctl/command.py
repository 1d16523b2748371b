"""`platformctl`: the processes, the demo, and the platform's own path on the command line. It only reads arguments."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bot import broker_settings, environment, settings
from bot.model_settings import ModelSettings
from bot.platformctl import options
from bot.platformctl.installation import Undone, add_home

EXAMPLES = """\
examples:
  platformctl demo                                     everything on this machine, no key and no account needed
  echo '{"text": "a lunch survey"}' | platformctl understand --jsonl
  echo '{"text": "my password is …"}' | platformctl scrub --jsonl
  platformctl control & platformctl gateway            with a Slack of your own: docs/slack.md
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done. 1: it did not work, said on standard error. 2: the command line is not understood."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    # Databases, exports, keys: what a command makes on this machine is for nobody else on it.
    os.umask(0o077)
    try:
        return command(given)
    except (settings.BadSetting, settings.CannotStart, Undone) as error:
        print(f"platformctl: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell, and the interpreter must not try at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"platformctl: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="platformctl",
        description="Slipway: a sentence in Slack becomes a running, governed app. Begin with `platformctl demo`.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(command=command)
        return one

    def add_lines(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = add(name, command, text)
        one.add_argument(
            "--jsonl", action="store_true", required=True, help='read {"text": "..."} lines, write one each'
        )
        return one

    demo = add("demo", _demo, "start the local workspace, control and the gateway, and print one URL")
    add_home(demo)
    tour = add("tour", _tour, "walk the whole journey without hands; 0 only if every step really happened")
    tour.add_argument("--home", type=Path, help="keep its data and logs there (default: nothing is kept)")
    add("control", _control, "run the control process; needs SLACK_BOT_TOKEN and more, see docs/slack.md")
    add("gateway", _gateway, "run the gateway workers, which serve the apps; needs SLIPWAY_CLIENT_ID")
    add("broker", _broker, "run the broker: egress, mail and the vault; see docs/outside.md for its settings")
    add("workspace", _workspace, "run the local workspace of the demo, see docs/workspace.md")
    add_lines("scrub", _scrub, "take secrets out of texts from standard input; no network")
    understand = add_lines("understand", _understand, "say what sentences from standard input ask for; no network")
    understand.add_argument(
        "--today", type=_day, metavar="YYYY-MM-DD", help="the day that relative dates count from (default: today)"
    )
    options.add(add)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-11-23") from None


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
    wanted = settings.read()
    from bot import channels

    channels.load(wanted.channels)  # what is wrong with it is said before anything is begun
    from bot.main import Control

    Control(wanted).run()
    return 0


def _gateway(_: argparse.Namespace) -> int:
    wanted = settings.gateway()
    environment.shed()
    from bot.gateway import gateway

    gateway(wanted)
    return 0


def _broker(_: argparse.Namespace) -> int:
    wanted = broker_settings.read()
    from bot import broker

    broker.run(wanted)
    return 0


def _workspace(_: argparse.Namespace) -> int:
    wanted = settings.workspace()
    from bot.main import workspace

    workspace(wanted)
    return 0


def _scrub(_: argparse.Namespace) -> int:
    from guardrails.scrub import scrub

    def answer(text: str) -> object:
        scrubbed = scrub(text)
        return {"text": scrubbed.text, "found": [one._asdict() for one in scrubbed.found]}

    return _lines(answer)


def _understand(given: argparse.Namespace) -> int:
    from bot import clockwork
    from bot.backend import model
    from generator.understand import as_json, understand
    from guardrails.scrub import scrub

    today, reader = given.today or clockwork.day(clockwork.wall()), model(ModelSettings())
    return _lines(lambda text: as_json(understand(scrub(text).text, today, reader).understanding))


def _lines(answer: Callable[[str], object]) -> int:
    """Answer each JSON line at once; a line that cannot be read is named and ends with 1, the others are answered."""
    code = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            print(f'line {number}: expected a JSON object such as {{"text": "..."}}', file=sys.stderr, flush=True)
            code = 1
            continue
        print(json.dumps(answer(text)), flush=True)
    return code
