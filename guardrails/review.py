"""Review: a Manifest, its audience and its stage against the policies, for a Verdict. Fails closed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from guardrails.policy import PolicyError
from guardrails.verdict import Decision, Finding, Verdict
from templates.audience import Audience
from templates.manifest import Digest, Frozen, Manifest

_STRICTEST_FIRST: tuple[Decision, ...] = ("deny", "needs_approval", "allow")
UNCHECKED = "unchecked_policies"
"""The rule by which policies that CI did not check let nothing go live."""


class Bounds(Frozen):
    """The organisation's own numbers and switches, which the rules compare with."""

    retention_days: int = 365
    ttl_days: int = 180
    public: bool = False
    """Whether apps may be opened to the public."""


class Rules(Protocol):
    """What gives findings: `Policies` here and now, or a `Judge` with its own process and deadline."""

    @property
    def digest(self) -> Digest:
        """Names the policies."""

    def findings(self, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """What the policies remark about a document, each in the form of a Finding; or PolicyError."""


def document(
    manifest: Manifest,
    audience: Audience,
    asked_in: Audience,
    stage: Literal["preview", "live"],
    shelf: Sequence[str],
    grants: Sequence[str] = (),
    bounds: Bounds | None = None,
    excess: Sequence[str] = (),
    unknown: Sequence[str] = (),
) -> Mapping[str, Any]:
    """What the policies see as `input`.

    `shelf` names the templates there are (`name@version`), `grants` what the app has been given already
    (`guardrails.grants.names`), `excess` what the Manifest asks for beyond its template (`templates.excess`),
    `unknown` the parts of it that nobody can say anything about.
    """
    return {
        "app": manifest.model_dump(mode="json"),
        "audience": {
            **audience.model_dump(),
            "more": [one.model_dump() for one in audience.more],
            "label": audience.label or audience.kind,
            "widens": audience.widens(asked_in),
        },
        "asked_in": asked_in.model_dump(),
        "stage": stage,
        "shelf": list(shelf),
        "grants": list(grants),
        "excess": list(excess),
        "unknown": list(unknown),
        "limits": (bounds or Bounds()).model_dump(),
    }


def review(rules: Rules, judged: Mapping[str, Any]) -> Verdict:
    """Judge a document. Anything unexpected, from an exception to a finding we cannot read, is a denial."""
    try:
        found = tuple(_believed(one) for one in rules.findings(judged))
    except Exception as error:
        # Whatever went wrong while judging, the answer is no; there is nothing else to tell apart here.
        why = f"The policies could not be evaluated ({_first_line(error)})."
        return verdict(_deny("policy_error", why), rules.digest)
    return verdict(found, rules.digest)


def verdict(found: Iterable[Finding], policy: Digest) -> Verdict:
    """What findings add up to: those of rules that block decide, and others stand beside them."""
    ranked = sorted(found, key=lambda one: (_STRICTEST_FIRST.index(one.decision), one.rule, one.field, one.why))
    deciding = tuple(one for one in ranked if one.stage == "block") or _deny("no_rule_allows", "No rule allows this.")
    remarks = [one for one in ranked if one.decision != "allow"]
    return Verdict(
        decision=deciding[0].decision,
        findings=deciding,
        policy=policy,
        warned=tuple(one for one in remarks if one.stage == "warn"),
        shadowed=tuple(one for one in remarks if one.stage == "shadow"),
    )


def _believed(one: Mapping[str, Any]) -> Finding:
    finding = Finding.model_validate(one)
    if finding.decision == "needs_approval" and not finding.approvers:
        raise PolicyError(f"{finding.rule} asks for an approval and names nobody who could give it")
    return finding


def _deny(rule: str, why: str) -> tuple[Finding]:
    fix = "Ask the platform team to look at the policies."
    return (Finding(rule=rule, decision="deny", field="policy", why=why, fix=fix, owner="platform"),)


def unless_checked(judged: Verdict, checked: str) -> Verdict:
    """A denial unless these policies are those that CI checked; `checked` is their digest, empty for any (S14)."""
    if checked in ("", judged.policy):
        return judged
    differ = _deny(UNCHECKED, f"CI checked bundle {checked}, production runs {judged.policy}.")
    return judged.model_copy(update={"decision": "deny", "findings": (*differ, *judged.findings)})


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
