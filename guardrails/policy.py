"""Policies: a folder of Rego, named by its digest. The door to the Rego engine.

Run as a program (`python -m guardrails.policy FOLDER`) it is the killable process in which `guardrails.judge`
evaluates: it says the folder's digest, then answers one JSON document a line with one line.
"""

import json
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

import regorus

from guardrails.metadata import About, about
from guardrails.rule import Rule, rules
from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest

RULES = Path(__file__).parent / "rules"
"""The rules that Slipway ships."""
FINDINGS = "data.slipway.findings"
REFERENCE = "sandbox/deny-external-egress"
"""The name under which a template asks for the reference policy."""
ABANDONED = 5.0
"""Seconds after which an evaluation ends its own process, when nobody is left to kill it."""


class PolicyError(Exception):
    """A policy could not be loaded, evaluated or believed; whoever sees this denies."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a folder's tests showed: its rules as written, each test's result, and the lines that were reached."""

    rules: tuple[Rule, ...]
    tests: Mapping[tuple[str, str], bool]
    """(file, test) to whether it passed."""
    reached: Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Policies:
    """A folder of Rego v1 (`*.rego`), its tests (`*_test.rego`) and the reference policy in `compat/`."""

    folder: Path = RULES

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Path below the folder to text, tests and the compatibility file included."""
        paths = sorted(self.folder.rglob("*.rego"))
        return {path.relative_to(self.folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}

    @cached_property
    def digest(self) -> Digest:
        """Names exactly these rules."""
        return digest_of(canonical_json(dict(self.sources)))

    @cached_property
    def rules(self) -> Mapping[str, About]:
        """Each rule's name, which is its file's, to what the file says of it; PolicyError when that is unreadable."""
        named = {name: source for name, source in self.sources.items() if "/" not in name and not is_test(name)}
        try:
            return {PurePath(name).stem: about(source, PurePath(name)) for name, source in named.items()}
        except ValueError as error:
            raise PolicyError(str(error)) from None

    def findings(self, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Everything the rules remark about the document; PolicyError when they cannot be evaluated.

        A fresh engine each time: an engine is bound to its thread, and nothing of one judgement is left for the next.
        """
        return [*map(self._signed, self.found(document)), *self._reference(document)]

    def found(self, document: Mapping[str, Any]) -> Sequence[Any]:
        """What the folder's own rules found, as the engine gives it: nothing of it is believed yet."""
        found = _evaluate(self._engine(tests=False), FINDINGS, document)
        if not isinstance(found, list):
            raise PolicyError(f"{FINDINGS} gave {type(found).__name__} instead of a set")
        return found

    def _signed(self, found: Any) -> Any:
        """A finding with what its rule's file says of it: a finding cannot soften itself, nor can an unknown rule."""
        if not isinstance(found, dict):
            return found
        known = self.rules.get(str(found.get("rule")))
        if known is None:
            return {**found, "owner": "", "stage": "block", "firm": True}
        return {**found, "stage": known.custom.stage, "firm": not known.custom.exceptions}

    def _engine(self, *, tests: bool) -> Any:
        engine = regorus.Engine()
        for name, source in self.sources.items():
            if not name.startswith("compat/") and (tests or not is_test(name)):
                _guarded(engine.add_policy, name, source)
        return engine

    def _reference(self, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """The reference policy as it stands, for an app that names it and asks for egress (SD6)."""
        app = document["app"]
        asks = any(one["kind"] == "egress" for one in app["capabilities"])
        if REFERENCE not in app["policies"] or not asks:
            return []
        return [
            {
                "rule": REFERENCE,
                "decision": "deny",
                "field": "app.labels.allowed_egress",
                "why": message,
                "fix": "Leave out what needs the internet, or ask the template's owner to label the app for approval.",
                "owner": "platform",
            }
            for message in self.reference(app)
        ]

    def reference(self, app: Mapping[str, Any]) -> Sequence[str]:
        """The messages of the reference policy's `deny`, evaluated as pre-1.0 Rego, unmodified."""
        engine = regorus.Engine()
        engine.set_rego_v0(True)
        _guarded(engine.add_policy, "deny-external-egress.rego", self.sources["compat/deny-external-egress.rego"])
        labels = app.get("labels", {})
        denied = _evaluate(engine, "data.platform.sandbox.deny", {"app": {"name": app["name"], "labels": labels}})
        if not isinstance(denied, list):
            raise PolicyError("the reference policy gave no set")
        return denied

    def trial(self) -> Trial:
        """Run every test of the folder; PolicyError when a file cannot be parsed or a test cannot be evaluated."""
        engine = self._engine(tests=True)
        trees = json.loads(_guarded(engine.get_ast_as_json))
        written = tuple(rule for one in trees for rule in rules(one["source"]["file"], one["ast"]))
        _guarded(engine.set_enable_coverage, True)
        tests: dict[tuple[str, str], bool] = {}
        for package in sorted({one.package for one in written if is_test(one.file)}):
            result = _results(engine, package)
            # A failing test is absent from the result, so the names come from the syntax tree.
            named = [one for one in written if one.package == package and one.name.startswith("test_")]
            tests |= {(one.file, one.name): result.get(one.name) is True for one in named}
        report = json.loads(_guarded(engine.get_coverage_report_as_json))
        reached = {one["path"]: frozenset(one["covered"]) for one in report["files"]}
        return Trial(written, tests, reached)


def is_test(name: str) -> bool:
    """Whether a file holds tests."""
    return name.endswith("_test.rego")


def _results(engine: Any, package: str) -> Mapping[str, Any]:
    _guarded(engine.set_input_json, "{}")
    answer = json.loads(_guarded(engine.eval_query_as_json, f"data.{package}"))
    value = answer["result"][0]["expressions"][0]["value"] if answer.get("result") else {}
    return value if isinstance(value, dict) else {}


def _evaluate(engine: Any, path: str, document: Mapping[str, Any]) -> Any:
    _guarded(engine.set_input_json, json.dumps(document))
    return json.loads(_guarded(engine.eval_rule_as_json, path))


def _guarded(call: Any, *arguments: object) -> Any:
    try:
        return call(*arguments)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # The engine's PanicException is no Exception; whatever it says, the answer is no.
        raise PolicyError(_told(str(error))) from None


def _told(message: str) -> str:
    """The engine's message on one line: `file:line:column: what is wrong`, without its drawing and its stack."""
    message = message.split("Stack backtrace")[0].strip()
    place, what = re.search(r"--> (\S+)", message), re.search(r"error: (.+)", message)
    return f"{place[1]}: {what[1]}" if place and what else " ".join(message.split())


def serve(folder: Path) -> None:
    """Say the digest, then answer documents from standard input with `{"findings": [...]}` or `{"error": "..."}`."""
    policies = Policies(folder)
    # Read before anybody waits; what is wrong with them is said when they are asked.
    with suppress(PolicyError):
        policies.rules  # noqa: B018  # reading them is what is wanted
    print(policies.digest, flush=True)
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_REAL, ABANDONED)
        try:
            reply: Mapping[str, Any] = {"findings": policies.findings(json.loads(line))}
        except PolicyError as error:
            reply = {"error": str(error)}
        except (KeyError, TypeError, ValueError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
