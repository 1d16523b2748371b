"""What a judgement says: Findings, and the Verdict they add up to."""

from typing import Literal

from guardrails import quorum
from templates.manifest import Digest, Frozen

Decision = Literal["allow", "needs_approval", "deny"]


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
    """The team that owns the rule and answers for it."""

    @property
    def deciders(self) -> str:
        """`approvers` in words, behind their first @: `legal or @security`."""
        return quorum.said(self.approvers).removeprefix("@")


class Verdict(Frozen):
    """The strictest finding decides; without any finding of denial or approval an explicit allow is needed.

    Every Verdict carries at least one Finding, allow included, and the digest of the policies that gave it.
    """

    decision: Decision
    findings: tuple[Finding, ...]
    policy: Digest

    @property
    def approvers(self) -> tuple[str, ...]:
        """Whose approval is needed, each need once, in a fixed order."""
        return tuple(sorted({one.approvers for one in self.findings if one.decision == "needs_approval"}))
