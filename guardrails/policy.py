"""Policies: a folder of Rego, named by its digest. The door to the Rego engine.

Run as a program (`python -m guardrails.policy FOLDER`) it is the killable process in which `guardrails.judge`
evaluates: one JSON document a line in, one line out.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import regorus

from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest

RULES = Path(__file__).parent / "rules"
FINDINGS = "data.slipway.findings"
REFERENCE = "sandbox/deny-external-egress"
_TEST = re.compile(r"^(test_[a-z0-9_]+) if", re.MULTILINE)
_DENIES = re.compile(r'"decision": "(deny|needs_approval)"')
_PACKAGE = re.compile(r"^package ([a-z0-9_.]+)", re.MULTILINE)


class PolicyError(Exception):
    """A policy could not be loaded, evaluated or believed; whoever sees this denies."""


@dataclass(frozen=True)
class Policies:
    """A folder of Rego v1 (`*.rego`), its tests (`*_test.rego`) and the reference policy in `compat/`."""

    folder: Path = RULES

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Path below the folder to text, tests and the compatibility file included."""
        paths = sorted(self.folder.rglob("*.rego"))
        return {str(path.relative_to(self.folder)): path.read_text() for path in paths}

    @cached_property
    def digest(self) -> Digest:
        """Names exactly these rules."""
        return digest_of(canonical_json(dict(self.sources)))

    def findings(self, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Everything the rules remark about the document. A fresh engine each time: engines are bound to a thread."""
        found = _evaluate(self._engine(tests=False), FINDINGS, document)
        if not isinstance(found, list):
            raise PolicyError(f"{FINDINGS} gave {type(found).__name__} instead of a set")
        return [*found, *self._reference(document)]

    def _engine(self, *, tests: bool) -> Any:
        engine = regorus.Engine()
        for name, source in self.sources.items():
            if not name.startswith("compat/") and (tests or not name.endswith("_test.rego")):
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

    def check(self) -> tuple[str, ...]:
        """What is wrong with this folder; empty when it may be used. Runs every test it declares."""
        tests = {name: text for name, text in self.sources.items() if name.endswith("_test.rego")}
        rules = {n: t for n, t in self.sources.items() if n not in tests and not n.startswith("compat/")}
        troubles = [] if any(_DENIES.search(text) for text in rules.values()) else ["no rule ever denies"]
        troubles += [
            f"{name}: no test beside it"
            for name, text in rules.items()
            if _DENIES.search(text) and name.replace(".rego", "_test.rego") not in tests
        ]
        engine = self._engine(tests=True)
        for name, text in tests.items():
            troubles += _failures(engine, name, text)
        return tuple(troubles)


def _failures(engine: Any, name: str, text: str) -> Sequence[str]:
    """A failing test is absent from the result, so each declared name must be there and true."""
    package = _PACKAGE.search(text)
    declared = _TEST.findall(text)
    if package is None or not declared:
        return [f"{name}: no test in it"]
    result = _evaluate(engine, f"data.{package[1]}", {}, query=True)
    passed = {one for one, value in result.items() if value is True} if isinstance(result, dict) else set()
    return [f"{name}: {one} failed" for one in declared if one not in passed]


def _evaluate(engine: Any, path: str, document: Mapping[str, Any], *, query: bool = False) -> Any:
    _guarded(engine.set_input_json, json.dumps(document))
    if query:
        return json.loads(_guarded(engine.eval_query_as_json, path))["result"][0]["expressions"][0]["value"]
    return json.loads(_guarded(engine.eval_rule_as_json, path))


def _guarded(call: Any, *arguments: str) -> Any:
    try:
        return call(*arguments)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # The engine's PanicException is no Exception; whatever it says, the answer is no.
        raise PolicyError(str(error).split("Stack backtrace")[0].strip()) from None


def serve(folder: Path) -> None:
    """Say `ready`, then answer documents from standard input with `{"findings": [...]}` or `{"error": "..."}`."""
    policies = Policies(folder)
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            reply: Mapping[str, Any] = {"findings": policies.findings(json.loads(line))}
        except (PolicyError, KeyError, TypeError, ValueError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
