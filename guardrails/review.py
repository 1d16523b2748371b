"""Review: a Manifest, its audience and its stage against the policies, for a Verdict. Fails closed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from guardrails.policy import PolicyError
from guardrails.verdict import Decision, Finding, Verdict
from templates.audience import Audience
from templates.manifest import Digest, Frozen, Manifest


class Bounds(Frozen):
    """The organisation's own numbers, which the rules compare with."""

    retention_days: int = 365
    ttl_days: int = 180
    public: bool = False


def document(
    manifest: Manifest,
    audience: Audience,
    asked_in: Audience,
    stage: Literal["preview", "live"],
    shelf: Sequence[str],
    grants: Sequence[str] = (),
    bounds: Bounds | None = None,
) -> Mapping[str, Any]:
    """What the policies see as `input`."""
    return {
        "app": manifest.model_dump(mode="json"),
        "audience": {**audience.model_dump(), "widens": audience.widens(asked_in)},
        "stage": stage,
        "shelf": list(shelf),
        "grants": list(grants),
        "limits": (bounds or Bounds()).model_dump(),
    }


def review(
    findings: Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]],
    policy: Digest,
    judged: Mapping[str, Any],
) -> Verdict:
    """Judge a document. Anything unexpected, from an exception to a finding we cannot read, is a denial."""
    try:
        found = tuple(Finding.model_validate(one) for one in findings(judged))
    except (PolicyError, ValidationError) as error:
        return _deny(policy, "policy_error", f"The policies could not be evaluated ({_first_line(error)}).")
    decision = strictest(found)
    if decision is None:
        return _deny(policy, "no_rule_allows", "No rule allows this.")
    order: Mapping[Decision, int] = {"deny": 0, "needs_approval": 1, "allow": 2}
    ranked = sorted(found, key=lambda one: (order[one.decision], one.rule, one.field, one.why))
    return Verdict(decision=decision, findings=tuple(ranked), policy=policy)


def strictest(findings: Sequence[Finding]) -> Decision | None:
    """Deny beats approval beats allow; None when nothing was found."""
    decisions = {one.decision for one in findings}
    ladder: tuple[Decision, ...] = ("deny", "needs_approval", "allow")
    return next((one for one in ladder if one in decisions), None)


def _deny(policy: Digest, rule: str, why: str) -> Verdict:
    finding = Finding(
        rule=rule, decision="deny", field="policy", why=why, fix="Ask the platform team to look at the policies."
    )
    return Verdict(decision="deny", findings=(finding,), policy=policy)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
