"""Giving: a capability that an app declares and does not hold is allowed until a time, by whom the policies name.

What is live stays as it is. Each word is one person's and judged when it is said; the last one that is needed opens
the Gate, which ends by itself (`bot.operating.gates`).
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot import telemetry
from bot.approving import excepting
from bot.approving.pleading import PLATFORM
from bot.approving.publishing import members
from bot.chat import Message, Submitted
from bot.clockwork import DAY
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Refused, record
from bot.posting import outbox
from bot.threads import card_view, thread
from bot.wiring import Wiring
from bot.wording import labels, limits, words
from bot.wording.blocks import actions, button, context, lines, quoted, section
from guardrails import approvals, delegation, gate, grants, quorum
from guardrails.gate import Asked, Gate
from guardrails.quorum import Members
from guardrails.standing import Refusal
from runtime import apps, deployments
from runtime.apps import App
from runtime.deployments import Deployment
from templates.bundle import digest_of
from templates.narrow import narrow

LONGEST_DAYS = 30
"""The longest that a Gate may be open: what is needed for longer is published."""
NOTHING_LIVE = "Nothing of this app is live, so there is nothing to allow."
MOVED_ON = "What is live has changed since. Nothing was changed; ask for it anew."


def give(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """An approver's yes to a capability until a time, by the form in the thread or from the command line."""
    app, live = _live(wiring, about)
    wanted, needs = _wanted(wiring, about, app, live, hint)
    asked = _members(wiring, about, needs)
    with transaction(wiring.engine) as session:
        published = approvals.get(session, wanted.proposal)
        authors = {app.owner, *(published.authors if published else ())}
        gate.ask(session, wanted, needs, app.owner, authors, wiring.now())
        _count(session, wiring, about, app, wanted.digest, asked)


def agree(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """Another approver's yes to what the first one said yes to."""
    app, _ = _live(wiring, about)
    with transaction(wiring.engine) as session:
        standing = gate.get(session, hint.get("gate", ""))
    if standing is None or standing.gate.app != app.id:
        raise Refused(GONE)
    asked = _members(wiring, about, standing.needs)
    with transaction(wiring.engine) as session:
        _count(session, wiring, about, app, standing.gate.digest, asked)


def _live(wiring: Wiring, about: About) -> tuple[App, Deployment]:
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
        live = deployments.active(session, app.id, "live") if app else None
    if app is None or live is None or live.proposal is None:
        raise Refused(NOTHING_LIVE)
    return app, live


def _wanted(
    wiring: Wiring, about: About, app: App, live: Deployment, hint: Mapping[str, str]
) -> tuple[Gate, Sequence[str]]:
    """What is to be agreed on, and whose yes it needs; Refused when it can never be."""
    manifest = wiring.bundles.get(live.bundle).manifest
    name, until, now = hint.get("capability", ""), _until(wiring, about, hint), wiring.now()
    with transaction(wiring.engine) as session:
        held, lease = grants.active(session, app.id, now), deployments.leased(session, app.id, "live")
    declared = grants.names(manifest.capabilities)
    if name not in declared:
        raise Refused(limits.never_asked(quoted(app.title), quoted(name, 80), [quoted(one, 80) for one in declared]))
    if name in held:
        raise Refused(limits.held_already(quoted(app.title), quoted(name, 80)))
    if not now < until <= now + LONGEST_DAYS * DAY or (lease is not None and until > lease.ends_at):
        raise Refused(limits.not_so_long(LONGEST_DAYS, lease.ends_at if lease else 0))
    more, less = (
        excepting.judged(wiring, about.request, narrow(manifest, names), app.audience, "live")
        for names in (held | {name}, held)
    )
    if more.decision == "deny":
        raise Refused(f"{more.findings[0].why} {more.findings[0].fix}".strip())
    new = {one.approvers for one in more.findings if one.decision == "needs_approval" and one not in less.findings}
    wanted = Gate(
        workspace=app.workspace,
        app=app.id,
        name=name,
        until=until,
        proposal=live.proposal or "",
        bundle=live.bundle,
        policy=more.policy,
    )
    # What no rule asks for was taken back all the same: it is the platform team's to give.
    return wanted, sorted(new) or [PLATFORM]


def _until(wiring: Wiring, about: About, hint: Mapping[str, str]) -> int:
    """The end, as the command line says it, or so long from now as the form does; 0 when neither is a number."""
    seconds = about.press.values.get("for") if isinstance(about.press, Submitted) else None
    if isinstance(seconds, str) and seconds.isdigit():
        return wiring.now() + int(seconds[:9])
    said = hint.get("until", "")
    return int(said[:12]) if said.isdigit() else 0


def _members(wiring: Wiring, about: About, needs: Sequence[str]) -> Members:
    """Groups are asked of the chat now (G2)."""
    return {group: members(wiring, about.request.workspace, group) for group in quorum.groups(needs)}


def _count(session: Session, wiring: Wiring, about: About, app: App, digest: str, asked: Members) -> None:
    """Count this word; open the Gate when it was the last one that was needed. One AuditEvent either way."""
    now, live = wiring.now(), deployments.active(session, app.id, "live")
    reason = about.press.values.get("reason") if isinstance(about.press, Submitted) else ""
    said = gate.agree(
        session,
        digest,
        about.person.id,
        reason=reason if isinstance(reason, str) else "",
        in_group=lambda group: asked.get(group, frozenset()),
        now=now,
        stand_ins=delegation.active(session, app.workspace, now),
    )
    if isinstance(said, Refusal):
        raise Refused(said.why)
    if live is None or (live.proposal, live.bundle) != (said.gate.proposal, said.gate.bundle):
        raise Refused(MOVED_ON)
    if said.given:
        _open(session, app, said, now)
    shown = _message(session, app, said, words.trace(telemetry.trace_id(about.request.trace)))
    outbox.put(session, thread.post(about.request, f"given:{app.id}:{digest}", shown), now)
    word = said.approvals[-1]
    facts = {
        "grant": said.gate.name,
        "until": str(said.gate.until),
        "gate": digest,
        "proposal": said.gate.proposal,
        "bundle": said.gate.bundle,
        "policy": said.gate.policy,
        "reason": digest_of(word.reason.encode()),
        **({"stands_for": word.stands_for} if word.stands_for else {}),
    }
    action = "grant.given" if said.given else "grant.agreed"
    record(session, wiring, about, action, why="with a reason" if word.reason else "", **facts)


def _open(session: Session, app: App, said: Asked, now: int) -> None:
    wanted = said.gate
    if wanted.name in grants.active(session, app.id, now):
        raise Refused(OVERTAKEN)
    grants.give(
        session,
        workspace=app.workspace,
        app=app.id,
        name=wanted.name,
        proposal=wanted.proposal,
        gate=wanted.digest,
        until=wanted.until,
        now=now,
    )
    apps.touch_routes(session)
    told = section(limits.allowed_again(wanted.until))
    outbox.settle_buttons(session, f"gate:{app.id}:{wanted.name}:", told, now)


def _message(session: Session, app: App, said: Asked, trace: str) -> Message:
    """In the thread: what is allowed until when and by whom, or whose yes is still missing."""
    title, name = quoted(app.title), quoted(said.gate.name, 80)
    missing = [] if said.given else [quorum.said(need) for need in said.needs]
    text = limits.opened(title, name, said.gate.until, missing)
    about = {"app": app.id, "gate": said.gate.digest}
    more = [actions(button(labels.BUTTONS["slipway.agree"], "slipway.agree", about, style="primary"))]
    yes = lines([card_view.said(session, one) for one in said.approvals])
    return Message(
        text,
        (section(text), section(yes), *([] if said.given else more), context(limits.gate(said.gate.digest), trace)),
    )
