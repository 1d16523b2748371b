"""Proposal: what is approved, whole, under one digest. Any change is another Proposal."""

from typing import Annotated

from pydantic import Field

from templates.audience import Audience
from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest, Frozen


class Proposal(Frozen):
    """Bundle, grants, audience, policies and cost range together; approvers say yes or no to exactly this.

    The cost range is in cents of `currency` a month.
    """

    workspace: str
    app: str
    bundle: Digest
    grants: tuple[str, ...]
    audience: Audience
    title: str = ""
    collaborators: tuple[str, ...] = ()
    """Handles of those who may see the results and change the app."""
    named: tuple[str, ...] = ()
    """Handles of those whom the app itself names, such as its approvers."""
    policy: Digest
    exceptions: tuple[str, ...] = ()
    """Rules that do not count, each with its end."""
    ttl_days: Annotated[int, Field(ge=1)]
    cost_low: Annotated[int, Field(ge=0)]
    cost_high: Annotated[int, Field(ge=0)]
    currency: str = "EUR"
    cost_basis: str = ""
    """Where the range comes from, in words for the approvers."""
    revision: int = 1
    """Rises each time the same app is proposed, so that a renewed wish is a new decision."""

    @property
    def digest(self) -> Digest:
        """Names exactly this Proposal."""
        # What was never said stays unsaid, so that Proposals from before it keep their digests.
        unsaid = {name for name in ("cost_basis", "exceptions") if not getattr(self, name)}
        return digest_of(canonical_json(self.model_dump(mode="json", exclude=unsaid)))
