"""What a card shows, read from the rows: everything that `bot.threads.card` needs to know of a Request and its app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from sqlmodel import Session

from bot import clockwork, telemetry
from bot.rows import demand
from bot.rows.requests import Request, State
from bot.threads import demand_words, labelled, previews, rehearsing
from bot.threads.ended import Ended, shown
from bot.who import people
from bot.wiring import Wiring
from bot.wording import costs, limits, reckoning, words
from bot.wording.blocks import quoted
from bot.wording.spelling import spelled
from generator.brief import Answer
from generator.lacking import lacking
from guardrails import approvals, grants
from guardrails.proposal import Proposal
from guardrails.standing import Approval, Standing
from guardrails.verdict import Finding, Verdict
from runtime import apps, deployments, gauge, meter, usage
from runtime.apps import App
from runtime.broker import secret
from runtime.deployments import Deployment
from runtime.errors import Corrupt
from runtime.meter import Estimate
from templates.manifest import Digest, Manifest

CHANGED = (State.PREVIEWED, State.PROPOSED, State.DENIED, State.INCOMPLETE)
"""States in which a change of a live app can be dropped."""
PUBLISHED = (State.APPROVED, State.LIVE)
STAGES: Sequence[deployments.Where] = ("live", "preview")
HISTORY_DAYS = 90
"""How far back what other apps cost still tells something."""


@dataclass(frozen=True)
class CardView:
    """Everything a card shows. Empty strings and 0 mean: there is none."""

    request: str
    state: str
    words: str
    """What was asked, scrubbed."""
    title: str = ""
    template: str = ""
    app: str = ""
    app_stage: str = ""
    over: Ended | None = None
    preview_url: str = ""
    live_url: str = ""
    can: Sequence[str] = ()
    cannot: Sequence[str] = ()
    audience: str = ""
    cost: str = ""
    spent: str = ""
    """What it has cost so far, in a sentence."""
    warning: str = ""
    """What its owner should see to, in a sentence."""
    paused: str = ""
    """That something of it is suspended, in a sentence; `paused_for` says in a word why."""
    paused_for: str = ""
    preview_ends_at: int = 0
    days: int = 0
    """How long it runs once it is live."""
    ends_at: int = 0
    answers: Sequence[Answer] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # by the answer's name
    reckoned: Mapping[str, str] = field(default_factory=dict)
    """How it reckons and what was not taken, in plain sentences, by the answer's name."""
    bundle: str = ""  # what a confirmed guess is confirmed for
    versions: bool = False  # whether there is another version to go to
    verdict: Verdict | None = None
    alternatives: Sequence[str] = ()
    """Kinds to choose from, or the nearest one."""
    wanted: str = ""  # a kind that was understood and is not on the shelf
    lacks: Sequence[str] = ()  # what the nearest template cannot do
    demanded: str = ""
    """That this kind was asked for, in a sentence; empty while it was not."""
    open: Sequence[str] = ()
    """Labels of required answers that are missing."""
    checks: Sequence[str] = ()
    """How the rehearsal went, a line for each promise."""
    red: bool = False
    """Whether a promise does not hold; `leaked` whether a planted word turned up where it should not."""
    leaked: bool = False
    decided: str = ""
    read: bool = False  # then the asker can see what was sent
    trouble: str = ""
    back: bool = False  # then a change of it can be dropped for what is live
    reason: str = ""
    note: str = ""
    trace: str = ""


class _Rehearsed(TypedDict):
    checks: Sequence[str]
    red: bool
    leaked: bool


class _Unmet(TypedDict):
    lacks: Sequence[str]
    demanded: str


def view(session: Session, wiring: Wiring, request: Request) -> CardView:
    """Everything the card shows, read from the rows."""
    understood, brief = request.understanding, request.brief
    app = apps.get(session, request.app) if request.app else None
    manifest = manifest_of(wiring, request)
    live, preview = (deployments.leased(session, app.id, one) if app else None for one in STAGES)
    paused = _paused(session, app) if app else None
    preview_url = previews.address(session, wiring, app) if app else ""
    label = labelled.shown(session, request, manifest, wiring.now()) if manifest else None
    template = wiring.catalog.known(brief.template) if brief else None
    return CardView(
        request=request.id,
        state=request.state,
        words=spelled(request.text),
        title=manifest.title if manifest else str(brief.value("title") or "") if brief else "",
        template=brief.template if brief else "",
        app=app.id if app else "",
        app_stage=app.stage if app else "",
        over=shown(session, app, wiring.now()),
        preview_url=preview_url,
        live_url=wiring.url(app.slug, "live") if app and live else "",
        can=label.can if label else (),
        cannot=label.cannot if label else (),
        audience=app.audience.label if app else "",
        cost=_cost(session, wiring, request, manifest) if manifest else "",
        spent=_spent(session, wiring, app) if app and live else "",
        warning=_warning(session, app, manifest, wiring.now()) if app else "",
        paused=limits.standing(paused),
        paused_for=limits.short(paused),
        days=manifest.lifecycle.ttl_days if manifest else 0,
        preview_ends_at=preview.ends_at if preview else 0,
        ends_at=live.ends_at if live else 0,
        answers=brief.answers if brief else (),
        labels=labels_of(wiring, request),
        reckoned=reckoning.told(template, brief) if template and brief else {},
        bundle=request.bundle or "",
        verdict=request.verdict,
        alternatives=choices(wiring, request),
        wanted=_wanted(wiring, request),
        open=tuple(one.label for one in brief.open) if brief else (),
        decided=_decided(session, request),
        read=understood is not None and request.state != State.DISCARDED,
        trouble=request.trouble,
        back=request.standing is not None and request.state in CHANGED,
        reason=understood.reason if understood else "",
        note=understood.note if understood else "",
        trace=telemetry.trace_id(request.trace),
        **_tried(request, preview_url),
        **_missed(session, request),
    )


def _wanted(wiring: Wiring, request: Request) -> str:
    """The kind that was understood and is not on the shelf."""
    understood = request.understanding
    if understood is None or understood.action != "build" or wiring.catalog.for_kind(understood.kind or ""):
        return ""
    return understood.kind or ""


def _tried(request: Request, url: str) -> _Rehearsed:
    """How the preview at this address was rehearsed."""
    tried = rehearsing.of(request)
    red = any(not one.passed for one in tried.ticks)
    return {"checks": rehearsing.rows(tried, url), "red": red, "leaked": bool(tried.leaks)}


def _missed(session: Session, request: Request) -> _Unmet:
    """What the shelf lacks for a Request that was declined, and who else wants it."""
    if request.state is not State.DECLINED:
        return {"lacks": (), "demanded": ""}
    asked = demand.of_request(session, request.id)
    return {"lacks": lacking(spelled(request.text)), "demanded": demand_words.standing(asked) if asked else ""}


def _paused(session: Session, app: App) -> Deployment | None:
    """What of the app is suspended; the live one first."""
    standing = (deployments.active(session, app.id, stage) for stage in STAGES)
    return next((one for one in standing if one is not None and one.paused), None)


def _warning(session: Session, app: App, manifest: Manifest | None, now: int) -> str:
    """What the owner should see to: room, what the app asks for and may not do any more, secrets that nobody set."""
    asked = grants.names(manifest.capabilities) if manifest else ()
    given = grants.every(session, app.id)
    gone = sorted(grants.ended(given, now).intersection(asked))
    gates = [(one.name, one.until) for one in given if one.gate and one.revoked_at is None and one.until > now]
    unset = secret.missing(session, app.workspace, app.id, manifest.secrets) if manifest else ()
    remarks = (
        costs.filling(gauge.read(session, app.id, "live")),
        limits.no_longer(gone) if gone else "",
        *(limits.only_until(name, until) for name, until in gates),
        limits.unset(unset) if unset else "",
    )
    return "\n".join(one for one in remarks if one)


def _cost(session: Session, wiring: Wiring, request: Request, manifest: Manifest) -> str:
    """What was proposed once something was; what we think of the preview before."""
    standing = approvals.get(session, request.proposal) if request.proposal else None
    if standing and standing.state in ("open", "approved") and request.state in (*PUBLISHED, State.PROPOSED):
        return proposed_cost(standing.proposal)
    thought = estimate(session, wiring, request, manifest)
    return words.cost(thought.low, thought.high, thought.currency, costs.basis(thought))


def proposed_cost(proposal: Proposal) -> str:
    """The range that approvers see and the digest binds."""
    basis = proposal.cost_basis or meter.GUESS
    return words.cost(proposal.cost_low, proposal.cost_high, proposal.currency, basis)


def estimate(session: Session, wiring: Wiring, request: Request, manifest: Manifest) -> Estimate:
    """What the app will cost, by what others of its template cost."""
    since = wiring.now() // clockwork.DAY - HISTORY_DAYS
    siblings = usage.siblings(session, request.workspace, manifest.template, since, request.app or "")
    return meter.estimate(manifest, wiring.billing.prices, siblings, remote=wiring.billing.remote)


def _spent(session: Session, wiring: Wiring, app: App) -> str:
    """What the app cost in this calendar month; nothing while nothing is known."""
    now = wiring.now()
    used = usage.month_of(session, app.id, clockwork.month_start(now) // clockwork.DAY)
    cents = wiring.billing.prices.total(used)
    return costs.so_far(cents, wiring.billing.prices.currency, now) if cents else ""


def choices(wiring: Wiring, request: Request) -> Sequence[str]:
    """The kinds to offer as buttons: what fits and stands on the shelf, else the survey, which fits most."""
    understood = request.understanding
    offered = [one for one in understood.alternatives if wiring.catalog.for_kind(one)] if understood else []
    return offered or (["survey"] if wiring.catalog.for_kind("survey") else [])


def findings(request: Request) -> Sequence[Finding]:
    """What stands between the Request and what it wants."""
    return request.verdict.findings if request.verdict else ()


def labels_of(wiring: Wiring, request: Request) -> Mapping[str, str]:
    """What the form calls each answer, by the answer's name."""
    template = wiring.catalog.known(request.brief.template) if request.brief else None
    return {one.name: one.label for one in template.questions} if template else {}


def manifest_of(wiring: Wiring, request: Request) -> Manifest | None:
    """The Manifest of the Request's bundle; None while there is none, or when the bundle is damaged."""
    try:
        return wiring.bundles.get(Digest(request.bundle)).manifest if request.bundle else None
    except Corrupt:
        return None


def _decided(session: Session, request: Request) -> str:
    standing = approvals.get(session, request.proposal) if request.proposal else None
    if standing is not None and standing.state == "void" and request.state is State.LIVE:
        return "\n".join(said(session, one) for one in standing.approvals)  # it was changed, and changed back
    return decision(session, standing) if standing else ""


def decision(session: Session, standing: Standing) -> str:
    """Who decided, when and why; that nobody had to; or why nobody can any more."""
    words_of = [said(session, one) for one in standing.approvals]
    unsaid = standing.state in ("void", "expired") if standing.groups else standing.state == "approved"
    return "\n".join([*words_of, *([words.DECIDED[standing.state]] if unsaid else [])])


def said(session: Session, given: Approval) -> str:
    """One person's yes or no: who, when and why."""
    who = people.by_id(session, given.person)
    name = f"<@{who.user}>" if who else "Somebody"
    other = people.by_id(session, given.stands_for) if given.stands_for else None
    name += f", standing in for <@{other.user}>," if other else ""
    mark, verb = (":white_check_mark:", "approved") if given.yes else (":x:", "rejected")
    why = f": “{quoted(given.reason, 300)}”" if given.reason else ""
    return f"{mark} {name} {verb} this on {words.when(given.at)}{why}"
