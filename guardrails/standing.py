"""Standing: where a Proposal stands, and why somebody's word on it does not count. Values, and no rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from guardrails import quorum
from guardrails.proposal import Proposal
from guardrails.quorum import Members

State = Literal["open", "approved", "rejected", "void", "expired"]
OWN_REQUEST = "Nobody approves their own request. Someone else of the approvers has to look at it."
OWN_WORK = "This is your own work as well. Someone else of the approvers has to look at it."


@dataclass(frozen=True, slots=True)
class Approval:
    """Who said what, when and why. `person` is empty when the policies needed nobody."""

    person: str
    yes: bool
    reason: str
    at: int
    stands_for: str = ""
    """The approver whose stand-in this person was; empty when they spoke for themselves."""
    human: str = ""
    """Who it was, whichever of their accounts `person` is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a Proposal stands."""

    proposal: Proposal
    asker: str
    needs: tuple[str, ...]
    """What the policies named, as `guardrails.quorum` reads it; all of it together is needed."""
    state: State
    expires_at: int
    approvals: tuple[Approval, ...]
    authors: frozenset[str] = frozenset()
    """Every human whose own work it is: the asker, and who changed the app since it was approved last."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group that is asked."""
        return quorum.groups(self.needs)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that was not taken, and why, in words for the one who tried.

    `by` and `at` say which Person decided before, and when; empty and 0 when that was not the reason.
    """

    why: str
    by: str = ""
    at: int = 0


def late(standing: Standing) -> Refusal:
    """Why a word that comes after the decision changes nothing, and who decided."""
    last = standing.approvals[-1] if standing.approvals else None
    why = f"This was already {standing.state}; your click changed nothing."
    if standing.state == "void":
        why = "The app was changed since; this request for approval is void. Your click changed nothing."
    if standing.state == "expired":
        why = "This request for approval has expired. Ask for it again with Publish."
    return Refusal(why, last.person, last.at) if last else Refusal(why)


class Asked(Protocol):
    """What approvers are asked: a Proposal that stands open, or a Gate."""

    @property
    def asker(self) -> str: ...
    @property
    def authors(self) -> frozenset[str]: ...
    @property
    def needs(self) -> tuple[str, ...]: ...
    @property
    def groups(self) -> tuple[str, ...]: ...
    @property
    def approvals(self) -> tuple[Approval, ...]: ...
    @property
    def expires_at(self) -> int: ...


def refuse(standing: Asked, human: str, own: Members, members: Members, now: int) -> Refusal | None:
    """Why this word does not count. `own` are the groups as the chat has them, `members` with stand-ins."""
    if now >= standing.expires_at:
        return Refusal("This request for approval has expired. Ask for it again with Publish.")
    if human == standing.asker:
        return Refusal(OWN_REQUEST)
    if human in standing.authors:
        return Refusal(OWN_WORK)
    if why := no_approver(standing.needs, own, standing.authors):
        return Refusal(why)
    if not any(human in people for people in members.values()):
        groups = " or ".join("@" + group for group in standing.groups)
        return Refusal(f"Only {groups} can decide this. You can point one of them to this thread.")
    given = [one.human for one in standing.approvals]
    if human in given:
        return Refusal("You have already said yes; another group's yes is still missing.")
    if human not in quorum.asked(standing.needs, given, members):
        order = " and ".join(quorum.said(need) for need in standing.needs)
        return Refusal(f"It is not your turn yet: this needs a yes from {order}.")
    return None


def no_approver(needs: Sequence[str], members: Members, authors: Collection[str]) -> str:
    """Why nobody could ever say yes, in a sentence; empty when somebody can. It is never a yes by itself (G2)."""
    group = quorum.nobody(needs, members, authors)
    if not group:
        return ""
    whose = "the asker" if len(authors) == 1 else "those whose own work it is"
    nobody = f"in @{group} there is nobody but {whose}" if members[group] else f"the group @{group} is empty"
    return f"No approver exists: {nobody}. Ask the platform team."
