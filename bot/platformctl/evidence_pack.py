"""The evidence pack of an app: from each control to the proof that it held, and every missing link named (N13, S16).

Digests, names of rules, who decided and when; no words of anybody, no answers, no secrets.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlmodel import Session

from bot import people, requests, sent
from bot.platformctl.installation import app_called
from bot.requests import Request
from guardrails import approvals, audit
from guardrails.chain import AuditEvent
from guardrails.policy import Policies
from guardrails.standing import Standing
from guardrails.verdict import Verdict
from runtime.apps import App
from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from templates.manifest import Frozen

TITLE = re.compile(r"^#\s*title:\s*(.+)$", re.MULTILINE)
OWNER = re.compile(r"^#\s*owner:\s*(.+)$", re.MULTILINE)


class Control(Frozen):
    """What a rule is there for, and what it said of this app; an empty `decision` is that it had nothing to say."""

    control: str
    rule: str
    owner: str
    decision: str
    approvers: str = ""


class Said(Frozen):
    """One approver's word."""

    who: str
    yes: bool
    at: int
    with_reason: bool


class Pack(Frozen):
    """Everything there is to show about one app. It is complete when `gaps` is empty."""

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
    audit: tuple[AuditEvent, ...]
    chain: str
    gaps: tuple[str, ...]


def gather(session: Session, bundles: BundleStore, policies: Policies, name: str) -> Pack:
    """Every link, from the rows alone; what is not there is a gap."""
    app = app_called(session, name)
    request = requests.of_app(session, app.id)
    story = audit.story(session, *([request.id] if request else []), app.id)
    published = _published(session, story)
    verdict = _verdict(request, published)
    receipt = sent.read(request.receipt) if request else None
    broken = audit.verify(session, app.workspace)
    count, head = audit.head(session, app.workspace)
    gaps = [
        *_of_request(request, story, receipt.digest if receipt else ""),
        *_of_decision(session, published, verdict, story),
        *_of_bundle(bundles, published),
        *([] if verdict is None or verdict.policy == policies.digest else [OTHER_POLICIES]),
        *(f"audit chain: {one}" for one in broken),
    ]
    understood = request.understanding if request else None
    return Pack(
        app=app.id,
        name=app.slug,
        title=app.title,
        stage=app.stage,
        request=request.id if request else "",
        receipt=receipt.digest if receipt else "",
        model=receipt.model if receipt else understood.model if understood else "",
        removed=tuple(sent.counted(request.removed)) if request else (),
        template=app.template,
        bundle=published.proposal.bundle if published else "",
        proposal=published.proposal.digest if published else "",
        policy=published.proposal.policy if published else "",
        decision=verdict.decision if verdict else "",
        needs=published.needs if published else (),
        controls=tuple(_controls(policies, verdict)),
        approvals=tuple(_said(session, app, published)),
        audit=story,
        chain=f"{count} events, head {head}, {'BROKEN' if broken else 'whole'}",
        gaps=tuple(gaps),
    )


OTHER_POLICIES = "policy rules: the text of the policies that judged it is not kept here any more; others are in force"


def _published(session: Session, story: Sequence[AuditEvent]) -> Standing | None:
    """What went live last, by the audit, which also knows of apps that have ended."""
    named = [str(one.facts.get("proposal", "")) for one in story if one.action == "app.live"]
    return approvals.get(session, named[-1]) if named else None


def _verdict(request: Request | None, published: Standing | None) -> Verdict | None:
    """The Verdict that what is published was judged by; None when only a later one is kept."""
    if request is None or published is None or request.proposal != published.proposal.digest:
        return None
    return request.verdict


def _of_request(request: Request | None, story: Sequence[AuditEvent], receipt: str) -> Iterator[str]:
    if request is None:
        yield "request: the words that it began with are not kept"
        return
    if not any(one.action == "request.received" for one in story):
        yield "request: the audit does not tell that it was received"
    if receipt and receipt not in [one.facts.get("receipt") for one in story]:
        yield "receipt: what is kept is not what the audit names"
    if not receipt and any(one.facts.get("receipt") for one in story):
        yield "receipt: the audit names one, and it is not kept"


def _of_decision(
    session: Session, published: Standing | None, verdict: Verdict | None, story: Sequence[AuditEvent]
) -> Iterator[str]:
    if published is None:
        yield "publishing: nothing of it was ever published"
        return
    digest = published.proposal.digest
    if verdict is None:
        yield "verdict: its findings are not kept; the app was changed since it was published"
    elif verdict.policy != published.proposal.policy:
        yield "verdict: it is by other policies than those that were approved"
    if published.state not in ("approved", "void"):
        yield f"approval: what is published is {published.state}"
    yes = [one for one in published.approvals if one.yes and one.human not in published.authors]
    if published.needs and not yes:
        yield f"approval: nobody of {', '.join(published.groups)} said yes"
    told = [(one.action, one.facts.get("proposal"), one.actor) for one in story]
    if not any(known[:2] == ("publish.proposed", digest) for known in told):
        yield "audit: it does not tell who asked to publish this"
    for one in published.approvals:
        if ("approval.given" if one.yes else "approval.refused", digest, one.person) not in told:
            yield f"audit: it does not tell of the word of {_name(session, one.person)}"


def _of_bundle(bundles: BundleStore, published: Standing | None) -> Iterator[str]:
    if published is None:
        return
    try:
        bundles.get(published.proposal.bundle)
    except (Corrupt, OSError):
        yield "bundle: its files are missing or damaged"


def _controls(policies: Policies, verdict: Verdict | None) -> Iterator[Control]:
    """Each rule with what it said; of policies that are not kept, what their findings still tell."""
    if verdict is None:
        return
    by_rule = {one.rule: one for one in reversed(verdict.findings)}
    if verdict.policy == policies.digest:
        for path, source in policies.sources.items():
            title = TITLE.search(source)
            if title and not path.endswith("_test.rego"):
                rule, owner, found = Path(path).stem, OWNER.search(source), by_rule.pop(Path(path).stem, None)
                yield Control(
                    control=title[1].strip(),
                    rule=rule,
                    owner=owner[1].strip() if owner else "",
                    decision=found.decision if found else "",
                    approvers=found.deciders if found else "",
                )
    for one in by_rule.values():
        yield Control(control=one.rule, rule=one.rule, owner=one.owner, decision=one.decision, approvers=one.deciders)


def _said(session: Session, app: App, published: Standing | None) -> Iterator[Said]:
    for one in published.approvals if published else ():
        who = _name(session, one.person)
        who += f", standing in for {_name(session, one.stands_for)}" if one.stands_for else ""
        yield Said(who=who, yes=one.yes, at=one.at, with_reason=bool(one.reason))


def _name(session: Session, person: str) -> str:
    known = people.by_id(session, person)
    return f"{known.name} ({known.user})" if known else person
