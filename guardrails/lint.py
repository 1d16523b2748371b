"""What a policy folder must keep to before it may judge: it can deny, and each rule has been seen to fire."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from guardrails.policy import Policies, PolicyError, Trial, is_test
from guardrails.rule import Rule

_TOLD = frozenset({"rule", "decision", "field", "why", "fix", "owner"})
_DENIALS = ("deny", "needs_approval")


def run_tests(folder: Path) -> Mapping[str, bool]:
    """`file: test` to whether it passed, for every `test_*` of the folder; PolicyError when one cannot be evaluated."""
    return {f"{file}: {name}": passed for (file, name), passed in Policies(folder).trial().tests.items()}


def check_folder(folder: Path) -> tuple[str, ...]:
    """What is wrong with a policy folder, a sentence each; empty when it may be used. Runs its tests."""
    policies = Policies(folder)
    try:
        trial, _ = policies.trial(), policies.rules
    except PolicyError as error:
        return (f"It cannot be evaluated: {error}",)
    return tuple(_troubles(policies, trial))


def _troubles(policies: Policies, trial: Trial) -> Iterator[str]:
    found = [one for one in trial.rules if one.name == "finding" and not is_test(one.file)]
    if not any(one.says.get("decision") == "deny" for one in found):
        yield "No rule denies anything."
    if not trial.tests:
        yield "There are no tests."
    for rule in found:
        yield from _writing(rule)
        if rule.apart and rule.line and rule.line not in trial.reached.get(rule.file, frozenset()):
            yield f"{rule.file}:{rule.line}: no test has seen this rule fire."
    for name in {one.file for one in found} - {one.removesuffix("_test.rego") + ".rego" for one, _ in trial.tests}:
        yield f"{name}: no test stands beside it."
    for name, said in policies.rules.items():
        if not said.custom.exceptions and said.custom.stage != "block":
            yield f"{name}.rego: what nothing may be excepted from must block."
    for (file, name), passed in trial.tests.items():
        if not passed:
            yield f"{file}: {name} failed."
    if "compat/deny-external-egress.rego" not in policies.sources:
        yield "compat/deny-external-egress.rego is missing."


def _writing(rule: Rule) -> Iterator[str]:
    """How a finding must be written, so that a person is told enough and a test can see it fire."""
    where = f"{rule.file}:{rule.line}" if rule.line else rule.file
    if rule.package != f"slipway.rules.{Path(rule.file).stem}":
        yield f"{where}: the package must be slipway.rules.{Path(rule.file).stem}, or nothing collects its findings."
    if rule.says.get("rule", Path(rule.file).stem) != Path(rule.file).stem:
        yield f"{where}: the rule must be called {Path(rule.file).stem}, as its file is, or nobody answers for it."
    if missing := _TOLD - rule.says.keys():
        yield f"{where}: the finding in the head does not say {', '.join(sorted(missing))}."
    elif rule.says["decision"] not in (*_DENIALS, "allow"):
        yield f"{where}: the decision must be written out as deny, needs_approval or allow."
    if rule.says.get("decision") == "needs_approval" and not rule.says.get("approvers"):
        yield f"{where}: it must name the group of approvers."
    if rule.line and not rule.apart:
        yield f"{where}: the condition must stand on a line of its own, so that firing can be seen."
