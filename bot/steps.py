"""The steps of the journey: from a Brief to a preview in the thread, and from approved to live."""

import secrets
from collections.abc import Mapping

from sqlmodel import Session

from bot.approving import excepting
from bot.archives import remembering
from bot.billing import TAG
from bot.building import picturing
from bot.building.journey import Step, Take
from bot.building.reading import received
from bot.database import transaction
from bot.operating import chain, keyring
from bot.owning import handing
from bot.posting import post_words
from bot.rows.requests import Request, State
from bot.threads import labelled, making_room, rehearsing
from bot.versions import undoing
from bot.who import audiences, budgets
from bot.wiring import Unavailable, Wiring
from bot.wording import shelving, words
from guardrails import approvals, audit, evidence, grants, keys
from guardrails.leaks import leaks, unless_leaking
from guardrails.proposal import Proposal
from guardrails.signing import NoKey
from runtime import apps, deployments, schedules, usage
from runtime.slugs import slug_of
from templates.answers import settle_all, validate
from templates.bundle import Bundle
from templates.excess import excess
from templates.manifest import Digest, Manifest
from templates.render import render

FOREVER = 10 * 365 * 86_400
"""Seconds; an app's Lease ends long before. A gate that ends earlier gets its own `until`."""

LOOKED_AT: Mapping[str, str] = {"hands": "[]"}
"""What is live was looked at by others: whose hands were in it does not matter for what comes next."""


def briefed(wiring: Wiring, request: Request) -> Step:
    """Fill the template: the same answers give the same bytes."""
    assert request.brief is not None
    template = wiring.catalog.known(request.brief.template)
    if template is None or template.ref in wiring.catalog.refused:
        why = shelving.refused(wiring.catalog.withheld.get(request.brief.template, shelving.GONE))
        return Step(State.FAILED, "request.failed", why=why, changes={"trouble": why})
    answers = {one.name: one.value for one in request.brief.answers}
    bad = validate(template, answers)
    if bad:
        return _rejected(f"{bad[0].why} {bad[0].fix}", bad[0].field)
    said = request.brief.value(TAG)
    for field in ("collaborators", "approvers"):
        if strangers := audiences.strangers(wiring.chat, request, field):
            # A handle in the record could not be forgotten.
            return _rejected(words.strangers(strangers), field, told=words.STRANGERS)
    if unpaid := wiring.billing.problem(said):
        return _rejected(unpaid, TAG)
    team = wiring.team(request.place)
    bundle = render(
        template,
        answers,
        name=slug_of(str(settle_all(template, answers)["title"])),
        budget_tag=_charged(wiring, request, wiring.billing.tag(said if isinstance(said, str) else "", team)),
        labels={"team": team},
    )
    wiring.bundles.put(bundle)
    return Step(
        State.BUNDLED,
        "request.bundled",
        changes={"bundle": bundle.digest, "trouble": ""},
        facts={"bundle": bundle.digest},
    )


def _rejected(why: str, field: str, told: str = "") -> Step:
    """`told` stands in the record, where it is not `why` itself."""
    changes, facts = {"trouble": why}, {"field": field}
    return Step(State.INCOMPLETE, "request.rejected", why=told or why, changes=changes, facts=facts)


def bundled(wiring: Wiring, request: Request) -> Step:
    """Judge the bundle for a preview. A denial is an answer, not an error."""
    bundle = _bundle(wiring, request)
    here = audiences.asked_in(request.place, request.person or "")
    verdict = excepting.judged(wiring, request, bundle.manifest, here, "preview")
    verdict = unless_leaking(verdict, leaks(bundle.files))
    denied = verdict.decision == "deny"
    return Step(
        State.DENIED if denied else State.REVIEWED,
        "request.denied" if denied else "request.reviewed",
        why=verdict.findings[0].why,
        changes={"verdict": verdict.model_dump_json()},
        facts={"decision": verdict.decision, "policy": verdict.policy, "bundle": bundle.digest, **verdict.aside},
    )


def reviewed(wiring: Wiring, request: Request) -> Step:
    """Sign it, for nothing unsigned ever runs; try it once in the sandbox, then open the preview."""
    bundle = _bundle(wiring, request)
    if refused := keyring.refusal(wiring):
        return Step(State.FAILED, "request.failed", why=refused, changes={"trouble": refused})
    try:
        signed = wiring.notary.attest(request, bundle)
    except (NoKey, OSError) as error:
        raise Unavailable("Slipway cannot sign this app right now.") from error
    if oldest := making_room.wanted(wiring, request):
        full = post_words.no_room(wiring.open_previews)
        return Step(
            State.FAILED,
            "request.failed",
            why=full,
            changes={"trouble": full},
            effect=lambda session: making_room.offer(session, wiring, request, oldest),
        )
    smoked = wiring.smoke(bundle.digest)
    if smoked.problem:
        return Step(State.FAILED, "request.failed", why=smoked.problem, changes={"trouble": smoked.problem})
    tried = rehearsing.rehearsed(wiring, request, bundle)
    assert request.verdict is not None
    app = request.app or f"app_{secrets.token_hex(6)}"

    def open_preview(session: Session) -> None:
        evidence.keep(session, signed)
        _open(session, wiring, request, app, bundle)

    return Step(
        State.PREVIEWED,
        "preview.opened",
        changes={
            "app": app,
            "rehearsal": rehearsing.kept(tried),
            "verdict": rehearsing.judged(request.verdict, tried).model_dump_json(),
        },
        facts={
            "bundle": bundle.digest,
            "app": app,
            "attestation": signed.attestation,
            **rehearsing.facts(tried),
        },
        effect=open_preview,
    )


def _open(session: Session, wiring: Wiring, request: Request, app: str, bundle: Bundle) -> None:
    """Make the App at its first preview, or take over what a changed answer changed."""
    assert request.brief is not None and request.person is not None
    now = wiring.now()
    collaborators, named = audiences.handles(request, "collaborators"), audiences.handles(request, "approvers")
    title = bundle.manifest.title
    if apps.get(session, app) is None:
        apps.create(
            session,
            app=app,
            workspace=request.workspace,
            title=title,
            template=bundle.manifest.template,
            owner=request.person,
            collaborators=collaborators,
            named=named,
            audience=audiences.asked_in(request.place, request.person),
            channel=request.place.channel,
            trace=request.trace,
            now=now,
            team=bundle.manifest.labels.get("team", ""),
        )
    if deployments.active(session, app, "live") is None:
        # What is live stays as it was approved until a newer Proposal is.
        apps.change(session, app, title=title, collaborators=collaborators, named=named)
        apps.charge(session, app, bundle.manifest.budget_tag)
    usage.hand_over(session, request.id, app)
    picturing.want(session, wiring, request.id, app, bundle.digest)
    deployments.preview(session, app, bundle.digest, now, excess(bundle.manifest, wiring.catalog))


def approved(wiring: Wiring, request: Request) -> Step:
    """What the approved Proposal names goes live; the Lease starts."""
    assert request.app is not None and request.proposal is not None
    app, proposal = request.app, request.proposal
    with transaction(wiring.engine) as session:
        standing = approvals.get(session, proposal)
        assert standing is not None
        what = standing.proposal
        resting, trusted = evidence.of_bundle(session, what.bundle, request.id), keys.trusted(session)
    unattested = chain.trouble(chain.links(what.bundle, resting, wiring.bundles, wiring.catalog, trusted))
    if trouble := keyring.refusal(wiring) or unattested or labelled.untrue(wiring, what.bundle, what.grants):
        return Step(State.FAILED, "request.failed", why=trouble, changes={"trouble": trouble})
    manifest = wiring.bundles.get(what.bundle).manifest
    taken = remembering.before(wiring, request, manifest)

    def go_live(session: Session) -> None:
        now = wiring.now()
        remembering.note(session, wiring, request, what, manifest, taken, now)
        apps.change(session, app, title=what.title, collaborators=what.collaborators, named=what.named)
        apps.charge(session, app, manifest.budget_tag)
        deployments.go_live(
            session,
            app,
            proposal=proposal,
            bundle=what.bundle,
            audience=what.audience,
            days=what.ttl_days,
            backing=deployments.Backing(
                audit.story(session, request.id, app, most=1)[-1].digest,
                manifest.limits,
                manifest.budget_tag,
                excess(manifest, wiring.catalog),
            ),
            approved=approvals.approved,
            now=now,
        )
        _rights(session, what, manifest, now)
        undoing.published(session, wiring, request, now)

    changes = {**LOOKED_AT, "standing": request.brief.model_dump_json() if request.brief else ""}
    return Step(State.LIVE, "app.live", changes=changes, facts={"app": app, "proposal": proposal}, effect=go_live)


def _rights(session: Session, what: Proposal, manifest: Manifest, now: int) -> None:
    """What was approved is granted, and the times at which it runs by itself begin."""
    grants.grant(
        session,
        workspace=what.workspace,
        app=what.app,
        wanted=what.grants,
        proposal=what.digest,
        until=now + FOREVER,
        now=now,
    )
    schedules.keep(session, workspace=what.workspace, app=what.app, times=manifest.times, now=now)
    apps.touch_routes(session)


def _charged(wiring: Wiring, request: Request, tag: str) -> str:
    """Whose budget that is by now, the app having changed hands."""
    with transaction(wiring.engine) as session:
        return budgets.moved(tag, handing.moves(session, request.app)) if request.app else tag


def _bundle(wiring: Wiring, request: Request) -> Bundle:
    assert request.bundle is not None
    return wiring.bundles.get(Digest(request.bundle))


STEPS: Mapping[State, Take] = {
    State.RECEIVED: received,
    State.BRIEFED: briefed,
    State.BUNDLED: bundled,
    State.REVIEWED: reviewed,
    State.APPROVED: approved,
}
"""Which step follows from which state."""
