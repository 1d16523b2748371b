"""Replaying: what another folder of policies would have said of all live apps and of a month's Requests (N11).

It reads, judges and counts; nothing is changed, nobody is told.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from bot.clockwork import DAY, Clock
from bot.database import transaction
from bot.platformctl.installation import opened
from bot.rows import requests
from bot.rows.requests import Request
from bot.who import audiences, people
from bot.wiring import Review
from guardrails import approvals, exceptions
from guardrails.exceptions import Exemption, excuse
from guardrails.review import verdict
from guardrails.verdict import Finding, Verdict
from runtime import apps, deployments
from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from templates.audience import Audience
from templates.manifest import Digest

DAYS = 30
"""How far back Requests are looked at."""
DENIED, ASKED, ALLOWED = "would be denied", "would need approval", "would be allowed"
UNKNOWN = "cannot be judged"


@dataclass(frozen=True)
class Subject:
    """A live app or a Request, and what it would be judged by."""

    kind: str
    name: str
    owner: str
    bundle: Digest
    wanted: Audience
    here: Audience
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True)
class Difference:
    """What would be otherwise for a subject, by which rule, and why."""

    what: str
    subject: Subject
    finding: Finding | None = None

    def __str__(self) -> str:
        one, by = self.subject, self.finding
        told = f"{one.kind} {one.name} (@{one.owner}) {self.what}"
        return f"{told}: {by.rule}{'' if by.stage == 'block' else f', in {by.stage}'}: {by.why}" if by else told


def replay(home: Path, current: Review, other: Review) -> tuple[Difference, ...]:
    """Everything that `other` judges otherwise than `current`, apps first. Raises Undone."""
    with opened(home) as engine, transaction(engine) as session:
        found = [*_apps(session), *_requests(session)]
    bundles = BundleStore(home / "bundles")
    return tuple(one for subject in found for one in _compare(subject, bundles, current, other))


def summary(found: Sequence[Difference]) -> str:
    """How many apps and Requests it would be otherwise for, and how many owners that affects."""
    counted = Counter((one.what, kind, name) for one in found for kind, name in [(one.subject.kind, one.subject.name)])
    whats = [what for what in (DENIED, ASKED, ALLOWED, UNKNOWN) if any(one[0] == what for one in counted)]
    lines = []
    for what in whats:
        kinds = Counter(kind for other, kind, _ in counted if other == what)
        lines.append(f"{kinds['app']} apps and {kinds['request']} requests {what}")
    owners = {one.subject.owner for one in found}
    return "; ".join(lines or ["nothing would be otherwise"]) + f". Owners affected: {len(owners)}."


def _apps(session: Session) -> Iterator[Subject]:
    now = Clock(session).now()
    for standing in deployments.standing(session):
        app, request = apps.get(session, standing.app), requests.of_app(session, standing.app)
        if standing.stage == "live" and app is not None:
            here = audiences.asked_in(request.place, request.person or "") if request else app.audience
            spared = exceptions.held(session, now, app.id, request.id if request else None)
            yield Subject("app", app.slug, _handle(session, app.owner), standing.bundle, app.audience, here, spared)


def _requests(session: Session) -> Iterator[Subject]:
    now = Clock(session).now()
    for one in requests.since(session, now - DAYS * DAY):
        live = deployments.active(session, one.app, "live") if one.app else None
        if one.bundle is None or (live is not None and live.bundle == one.bundle):
            continue
        here, wanted = audiences.asked_in(one.place, one.person or ""), _proposed(session, one)
        spared = exceptions.held(session, now, one.app, one.id)
        owner = _handle(session, one.person or "")
        yield Subject("request", one.id, owner, Digest(one.bundle), wanted or here, here, spared)


def _proposed(session: Session, request: Request) -> Audience | None:
    standing = approvals.get(session, request.proposal) if request.proposal else None
    return standing.proposal.audience if standing else None


def _handle(session: Session, person: str) -> str:
    found = people.by_id(session, person)
    return found.handle if found else "nobody"


def _compare(subject: Subject, bundles: BundleStore, current: Review, other: Review) -> Iterator[Difference]:
    try:
        manifest = bundles.get(subject.bundle).manifest
    except (OSError, Corrupt):
        yield Difference(UNKNOWN, subject)
        return
    before, after = (judge(manifest, subject.wanted, subject.here, "live") for judge in (current, other))
    before, after = excuse(before, subject.exemptions), excuse(_blocking(after), subject.exemptions)
    yield from (Difference(what, subject, one) for what, one in _changes(before, after))


def _blocking(judged: Verdict) -> Verdict:
    """As if every rule decided already; each finding still says its stage."""
    found = [*judged.findings, *judged.warned, *judged.shadowed]
    decided = verdict((one.model_copy(update={"stage": "block"}) for one in found), judged.policy)
    named = {one.model_copy(update={"stage": "block"}): one for one in found}
    return decided.model_copy(update={"findings": tuple(named.get(one, one) for one in decided.findings)})


def _changes(before: Verdict, after: Verdict) -> Iterator[tuple[str, Finding]]:
    """What decides otherwise; nothing where both deny, or where the same people would still be asked the same."""
    if after.decision == "allow":
        gone = before.findings if before.decision != "allow" else ()
        yield from ((ALLOWED, one) for one in gone if one.decision == before.decision)
    elif after.decision != before.decision:
        what = DENIED if after.decision == "deny" else ASKED
        yield from ((what, one) for one in after.findings if one.decision == after.decision)
    elif after.decision == "needs_approval":
        known = {(one.rule, one.field, one.approvers) for one in before.findings}
        fresh = (one for one in after.findings if (one.rule, one.field, one.approvers) not in known)
        yield from ((ASKED, one) for one in fresh if one.decision == "needs_approval")
