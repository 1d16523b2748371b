"""The evidence pack's parts by name, and what its `pack.json` says: everything there is to show about one app (N13)."""

from collections.abc import Sequence
from typing import Literal

from guardrails.chain import AuditEvent
from guardrails.keys import Key
from guardrails.proposal import Proposal
from guardrails.standing import State
from templates.manifest import Digest, Frozen

INDEX, DATA, RECORD, RECEIPT = "index.html", "pack.json", "audit.jsonl", "receipt.json"
VERDICT, POLICIES, KEYS, SEAL = "verdict.json", "policies.json", "keys.json", "seal.sigstore.json"
SAID, SBOM, SIGNATURE, PROPOSAL = "said.json", "sbom.cdx.json", "signature.sigstore.json", "proposal.json"
STATEMENT, EVIDENCE = "https://in-toto.io/Statement/v1", "urn:slipway:evidence:v1"
PUBLISHED, RESTORED = "app.live", "app.restored"


class Control(Frozen):
    """What a rule is there for, and what it said of this app; an empty `decision` is that it had nothing to say."""

    control: str
    rule: str
    owner: str
    decision: str
    approvers: str = ""


class Said(Frozen):
    """One approver's word. `person` is as the audit names them, `who` as people do."""

    person: str
    who: str
    yes: bool
    at: int
    with_reason: bool


class Published(Frozen):
    """One time that it went live: what was approved, by whom, and what was signed. `folder` holds its files."""

    folder: str
    proposal: Proposal
    digest: Digest
    asker: str
    needs: tuple[str, ...]
    state: State
    approvals: tuple[Said, ...]


class Reads(Frozen):
    """How often somebody touched protected data, by the audit."""

    action: str
    actor: str
    who: str
    times: int
    first: int
    last: int


class Ended(Frozen):
    """The retirement receipt: what became of an ended app's data, by the events that tell it, and when."""

    stage: str
    at: int
    told: tuple[tuple[str, int, Digest], ...]
    """Action, number and digest of each event that tells of it."""


class Asked(Frozen):
    """What was said, only where somebody wanted it packed: the words after scrubbing, and the answers, as JSON."""

    words: str
    answers: str


class Ring(Frozen):
    """The public keys that signed what is in the pack, and the pack."""

    keys: tuple[Key, ...]


class Pack(Frozen):
    """It is complete when `gaps` is empty."""

    app: str
    name: str
    title: str
    stage: str
    request: str
    receipt: str
    """Digest of what a model was sent; empty when none was asked."""
    model: str
    removed: tuple[str, ...]
    template: str
    bundle: str
    proposal: str
    policy: str
    decision: str
    needs: tuple[str, ...]
    controls: tuple[Control, ...]
    approvals: tuple[Said, ...]
    published: tuple[Published, ...]
    reads: tuple[Reads, ...]
    ended: Ended | None
    audit: tuple[AuditEvent, ...]
    """Its events, without those that `reads` counts."""
    chain: str
    gaps: tuple[str, ...]


def since_restored(story: Sequence[AuditEvent]) -> Sequence[AuditEvent]:
    """The events after the app came back the last time: earlier ends are not its end."""
    back = [place for place, one in enumerate(story) if one.action == RESTORED]
    return story[back[-1] + 1 :] if back else story


Outcome = Literal["ok", "BROKEN", "GAP"]


class Seen(Frozen):
    """One link that was looked at."""

    link: str
    outcome: Outcome
    said: str

    def __str__(self) -> str:
        """For a terminal, on one line, whatever stood in the pack."""
        return "".join(one if one.isprintable() else "?" for one in f"{self.outcome:6}  {self.link}: {self.said}")


def ok(link: str, said: str) -> Seen:
    """It holds."""
    return Seen(link=link, outcome="ok", said=said)


def broken(link: str, said: str) -> Seen:
    """It is not what it should be."""
    return Seen(link=link, outcome="BROKEN", said=said)


def gap(link: str, said: str) -> Seen:
    """It is not there."""
    return Seen(link=link, outcome="GAP", said=said)
