"""The request for approval as it stands in the thread, with what changed since approvers last looked."""

from collections.abc import Sequence

from sqlmodel import Session

from bot import telemetry
from bot.posting.outbox import Post
from bot.rows.requests import Request
from bot.threads import approval_card, card_view, previews, thread
from bot.threads.approval_card import ApprovalView
from bot.who import people
from bot.wiring import Wiring
from bot.wording import differences, labels, remarks
from guardrails import approvals, quorum
from guardrails.proposal import Proposal
from guardrails.standing import Standing
from runtime import apps, deployments
from runtime.errors import Corrupt
from templates import label
from templates.bundle import Bundle
from templates.manifest import Digest


def post(
    session: Session, wiring: Wiring, request: Request, standing: Standing, pinged: int, mentions: Sequence[str] = ()
) -> Post:
    """The request for approval, with its buttons or with what became of it; `mentions` call the groups."""
    manifest = card_view.manifest_of(wiring, request)
    app, who = apps.get(session, standing.proposal.app), people.by_id(session, standing.asker)
    assert app is not None
    proposal = standing.proposal
    said = label.label(manifest, proposal.grants) if manifest else None
    since, changed = _changed(session, wiring, proposal)
    shown = approval_card.approval(
        ApprovalView(
            proposal=proposal.digest,
            title=proposal.title or app.title,
            asker=who.user if who else request.user,
            groups=[quorum.said(need).removeprefix("@") for need in standing.needs],
            changes=changed,
            since=since,
            mentions=mentions,
            pinged=pinged,
            reasons=[one.why for one in card_view.findings(request) if one.decision == "needs_approval"],
            spared=remarks.spared(request.verdict) if request.verdict else (),
            preview_url=previews.address(session, wiring, app),
            can=said.can if said else (),
            cannot=said.cannot if said else (),
            audience=proposal.audience.label,
            cost=card_view.proposed_cost(proposal),
            days=proposal.ttl_days,
            trace=telemetry.trace_id(request.trace),
            decided=card_view.decision(session, standing) if standing.state != "open" else "",
        )
    )
    return thread.post(request, f"approval:{proposal.digest}", shown)


def _changed(session: Session, wiring: Wiring, proposal: Proposal) -> tuple[str, Sequence[str]]:
    """Since what, and what is not as it was then: since what is live, or else since the last request."""
    earlier = [one.proposal for one in approvals.every(session, proposal.app)]
    earlier = [one for one in earlier if one.revision < proposal.revision]
    live = deployments.active(session, proposal.app, "live")
    stands = next((one for one in earlier if live and one.digest == live.proposal), None)
    before = stands or (earlier[-1] if earlier else None)
    if before is None:
        return "", ()
    old, new = (_files(wiring, one.bundle) for one in (before, proposal))
    same = ("nothing but that it is asked again",)
    return labels.SINCE[stands is not None], differences.changes(before, proposal, old, new) or same


def _files(wiring: Wiring, bundle: Digest) -> Bundle | None:
    try:
        return wiring.bundles.get(bundle)
    except (Corrupt, OSError):
        return None
