"""Publish, approve, reject: a Proposal is exactly what the preview shows, decided by whom the policies name."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlmodel import Session

from bot.approving import approval_post, excepting
from bot.archives import archiving
from bot.billing import preview_stays
from bot.building import asking
from bot.chat import Submitted
from bot.database import transaction
from bot.deciding import GONE, About, Refused, advance, record, standing_in
from bot.operating import keyring
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.threads import card_view, labelled, rehearsing, thread
from bot.who import audiences
from bot.who.meeting import meet
from bot.wiring import Wiring
from bot.wording import costs
from guardrails import approvals, delegation, grants, quorum, selves
from guardrails.proposal import Proposal
from guardrails.quorum import Members
from guardrails.standing import Refusal, Standing, no_approver
from guardrails.verdict import Verdict
from runtime import apps, deployments
from runtime import members as given_to
from runtime.apps import Stage
from runtime.lease import DAY
from templates.audience import Audience
from templates.excess import excess
from templates.manifest import Digest, Manifest

Effect = Callable[[Session], None]
"""What else comes true with a decision, in its transaction."""


def no_effect(_: Session) -> None:
    """Nothing else."""


def publish(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Make a Proposal of what the preview shows, and ask whoever the policies name."""
    standing_in(about, State.PREVIEWED)
    asking.confirmed(wiring, about.request)
    propose(wiring, about, about.request)


def propose(wiring: Wiring, about: About, request: Request, effect: Effect = no_effect, **changes: str) -> None:
    """Make a Proposal of a Request as it would be with these changes, which are kept with it.

    Raises Refused where the policies say no to changes; of the Request as it stands that is recorded instead.
    """
    manifest = _whole(wiring, request)
    assert request.app is not None and request.person is not None
    wanted = audiences.wanted(
        wiring.chat, request, _owner(wiring, request.app) or request.person, _opening(wiring, request)
    )
    verdict = _judged(wiring, request, manifest, wanted)
    if verdict.decision != "deny" and (nowhere := archiving.problem(wiring, manifest, request.app)):
        raise Refused(nowhere)
    authors = {request.person, about.person.id, *request.hands, *_owners(wiring, request)}
    pinged = {group: members(wiring, request.workspace, group) for group in quorum.groups(verdict.approvers)}
    if verdict.decision == "deny" and changes:
        raise Refused(f"{verdict.findings[0].why} {verdict.findings[0].fix}".strip())
    if verdict.decision == "needs_approval":
        _somebody(wiring, request, verdict, pinged, authors)
    mentions = [quorum.said(need, wiring.chat.mention) for need in verdict.approvers]
    now = wiring.now()
    with transaction(wiring.engine) as session:
        if verdict.decision == "deny":
            _deny(session, wiring, about, verdict)
            return
        proposal = _proposal(session, wiring, request, manifest, wanted, verdict)
        standing = approvals.propose(session, proposal, verdict, about.person.id, now, authors)
        if isinstance(standing, Refusal):
            raise Refused(standing.why)
        state = State.APPROVED if standing.state == "approved" else State.PROPOSED
        kept = {**changes, "proposal": proposal.digest, "verdict": verdict.model_dump_json()}
        advance(session, wiring, about, state, **kept)
        effect(session)
        if state is State.APPROVED:
            _approve(session, request.app, now)
        else:
            _ask(session, wiring, about, manifest, standing, pinged, mentions)
        record(
            session,
            wiring,
            about,
            "publish.proposed",
            proposal=proposal.digest,
            decision=verdict.decision,
            **verdict.aside,
        )


def _whole(wiring: Wiring, request: Request) -> Manifest:
    """What is proposed, as long as keys hold and it is what it says. Raises Refused."""
    manifest = card_view.manifest_of(wiring, request)
    if ended := keyring.refusal(wiring):
        raise Refused(ended)
    assert manifest is not None and request.bundle is not None
    if untrue := labelled.untrue(wiring, Digest(request.bundle), grants.names(manifest.capabilities)):
        raise Refused(untrue)
    return manifest


def _judged(wiring: Wiring, request: Request, manifest: Manifest, wanted: Audience) -> Verdict:
    """What policies, budgets and the rehearsal say of it, taken together."""
    verdict = wiring.billing.judged(excepting.judged(wiring, request, manifest, wanted, "live"), manifest)
    return rehearsing.judged(verdict, rehearsing.of(request))


def _ask(
    session: Session,
    wiring: Wiring,
    about: About,
    manifest: Manifest,
    standing: Standing,
    pinged: Members,
    mentions: Sequence[str],
) -> None:
    """Put it before whom the policies name, with something to look at."""
    seen, now = requests.get(session, about.request.id), wiring.now()
    assert seen is not None and seen.app is not None and seen.bundle is not None
    count = len(frozenset().union(*pinged.values()))
    if about.request.state is State.PROPOSED and about.request.proposal:
        thread.settle_approval(session, about.request.proposal, now)
    # What is to be decided on can be looked at until then, and asked for again for a day.
    if deployments.active(session, seen.app, "preview") is None:
        more = excess(manifest, wiring.catalog)
        deployments.preview(session, seen.app, Digest(seen.bundle), now, more)
    deployments.hold(session, seen.app, "preview", standing.expires_at + DAY)
    outbox.put(session, approval_post.post(session, wiring, seen, standing, count, mentions), now)


def _owner(wiring: Wiring, app: str) -> str:
    with transaction(wiring.engine) as session:
        found = apps.get(session, app)
    return found.owner if found else ""


def _owners(wiring: Wiring, request: Request) -> Collection[str]:
    """Whose app it is by now: its work is theirs."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
        given = given_to.of(session, app.id) if app else {}
    return {*((app.owner,) if app else ()), *(one for one, role in given.items() if role == "owner")}


def _opening(wiring: Wiring, request: Request) -> str:
    """Whom a channel's apps are open to when nobody said it; empty for the people of the channel."""
    opening = wiring.channels.of(request.place.channel).audience
    return "" if opening == "channel" or request.place.kind == "dm" else opening


def _somebody(wiring: Wiring, request: Request, verdict: Verdict, asked: Members, authors: Collection[str]) -> None:
    """Refused where nobody could ever say yes: it is not even asked then."""
    with transaction(wiring.engine) as session:
        same = selves.known(session, request.workspace)
    humans = {group: selves.humans(people, same) for group, people in asked.items()}
    if nobody := no_approver(verdict.approvers, humans, selves.humans(authors, same)):
        raise Refused(nobody)


def _deny(session: Session, wiring: Wiring, about: About, verdict: Verdict) -> None:
    """The rules say no; the preview stays where something else than its answers would change that."""
    state = State.PREVIEWED if preview_stays(verdict) else State.DENIED
    advance(session, wiring, about, state, verdict=verdict.model_dump_json())
    why = verdict.findings[0].why
    record(session, wiring, about, "publish.denied", why=why, policy=verdict.policy, **verdict.aside)


def _proposal(
    session: Session, wiring: Wiring, request: Request, manifest: Manifest, wanted: Audience, verdict: Verdict
) -> Proposal:
    """Everything that is approved, under one digest."""
    assert request.app is not None and request.bundle is not None
    estimate = card_view.estimate(session, wiring, request, manifest)
    return Proposal(
        workspace=request.workspace,
        app=request.app,
        bundle=Digest(request.bundle),
        grants=grants.names(manifest.capabilities),
        audience=wanted,
        title=manifest.title,
        collaborators=audiences.handles(request, "collaborators"),
        named=audiences.handles(request, "approvers"),
        policy=verdict.policy,
        exceptions=tuple(f"{one.finding.rule} until {one.until}" for one in verdict.excepted),
        ttl_days=manifest.lifecycle.ttl_days,
        cost_low=estimate.low,
        cost_high=estimate.high,
        currency=estimate.currency,
        cost_basis=costs.basis(estimate),
        revision=approvals.revisions(session, request.app) + 1,
    )


def approve(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """An approver says yes, with a reason when it came by a form or the command line."""
    _judge(wiring, about, hint, yes=True, reason=_reason(about))


def reject(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """An approver says no, with a reason."""
    _judge(wiring, about, hint, yes=False, reason=_reason(about))


def _reason(about: About) -> str:
    reason = about.press.values.get("reason") if isinstance(about.press, Submitted) else ""
    return reason if isinstance(reason, str) else ""


def _judge(wiring: Wiring, about: About, hint: Mapping[str, str], *, yes: bool, reason: str) -> None:
    with transaction(wiring.engine) as session:
        standing = approvals.get(session, hint.get("proposal", ""))
    if standing is None:
        raise Refused(GONE)
    # Groups are asked of the chat now, not at the time of asking (G2).
    asked = {group: members(wiring, about.request.workspace, group) for group in standing.groups}
    now = wiring.now()
    with transaction(wiring.engine) as session:
        decided = approvals.decide(
            session,
            standing.proposal.digest,
            about.person.id,
            yes=yes,
            reason=reason,
            in_group=lambda group: asked.get(group, frozenset()),
            now=now,
            stand_ins=delegation.active(session, about.request.workspace, now),
        )
        if isinstance(decided, Refusal):
            raise Refused(decided.why)
        _follow(session, wiring, about, decided, now)
        pinged = len(frozenset().union(*asked.values()))
        outbox.put(session, approval_post.post(session, wiring, about.request, decided, pinged), now)
        verb = "approval.given" if yes else "approval.refused"
        record(session, wiring, about, verb, why="with a reason" if reason else "", **_word(about, decided))


def _word(about: About, decided: Standing) -> Mapping[str, str]:
    """What the audit keeps of a word: on which Proposal, and as whose stand-in."""
    [mine] = [one for one in decided.approvals if one.person == about.person.id]
    return {"proposal": decided.proposal.digest, **({"stands_for": mine.stands_for} if mine.stands_for else {})}


def members(wiring: Wiring, workspace: str, group: str) -> frozenset[str]:
    """The Person ids of a group of the chat, as it is now. Guests, partners and bots in it approve nothing."""
    people = (meet(wiring, workspace, user) for user in wiring.chat.group(group))
    return frozenset(one.id for one in people if not (one.outsider or one.bot or one.deleted))


def _follow(session: Session, wiring: Wiring, about: About, decided: Standing, now: int) -> None:
    """What a decision makes of the Request."""
    assert about.request.app is not None
    if decided.state == "approved":
        _approve(session, about.request.app, now)
        advance(session, wiring, about, State.APPROVED)
    elif decided.state == "rejected":
        advance(session, wiring, about, State.PREVIEWED)


def _approve(session: Session, app: str, now: int) -> None:
    """The app is Approved; it may be already, when what was approved before could not go live."""
    found = apps.get(session, app)
    if found is None or found.stage is not Stage.APPROVED:
        apps.move(session, app, Stage.APPROVED, now)
