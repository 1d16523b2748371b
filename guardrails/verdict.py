"""What a judgement says: Findings, and the Verdict they add up to."""

from collections.abc import Mapping
from typing import Literal

from guardrails import quorum
from templates.manifest import Digest, Frozen

Decision = Literal["allow", "needs_approval", "deny"]
Stage = Literal["shadow", "warn", "block"]
"""How far a rule has come: what it finds is only recorded, is shown and stops nothing, or decides."""


class Finding(Frozen):
    """One rule's remark about one field."""

    rule: str
    decision: Decision
    field: str
    """Dotted path into the judged document, for example `app.retention_days`."""
    why: str
    fix: str
    """What would change this finding, in the asker's words."""
    approvers: str = ""
    """Whose yes is needed when `decision` is `needs_approval`: groups, as `guardrails.quorum` reads them."""
    owner: str = ""
    """The team that owns the rule and answers for it; empty when nobody knows the rule."""
    stage: Stage = "block"
    firm: bool = True
    """Whether no exception can hold for the rule."""

    @property
    def deciders(self) -> str:
        """`approvers` in words, behind their first @: `legal or @security`."""
        return quorum.said(self.approvers).removeprefix("@")


class Excepted(Frozen):
    """A finding that does not count until a time (UNIX seconds), by an exception that `owner` answers for."""

    finding: Finding
    owner: str
    reason: str
    until: int


class Verdict(Frozen):
    """The strictest finding decides; without any finding of denial or approval an explicit allow is needed.

    Every Verdict carries at least one Finding, allow included, and the digest of the policies that gave it. What
    rules found that do not decide yet stands beside it.
    """

    decision: Decision
    findings: tuple[Finding, ...]
    policy: Digest
    warned: tuple[Finding, ...] = ()
    shadowed: tuple[Finding, ...] = ()
    excepted: tuple[Excepted, ...] = ()

    @property
    def approvers(self) -> tuple[str, ...]:
        """Whose approval is needed, each need once, in a fixed order."""
        return tuple(sorted({one.approvers for one in self.findings if one.decision == "needs_approval"}))

    @property
    def aside(self) -> Mapping[str, str]:
        """What did not decide, by rule, for the record; nothing when there was nothing."""
        spared = tuple(one.finding for one in self.excepted)
        all_of_it = {"warned": self.warned, "shadowed": self.shadowed, "excepted": spared}
        return {name: ", ".join(sorted({one.rule for one in found})) for name, found in all_of_it.items() if found}
