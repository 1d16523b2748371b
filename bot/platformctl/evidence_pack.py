"""The evidence pack of an app: from each control to the proof that it held, and every missing link named (N13, S16).

Digests, names of rules, who decided and when. What a model was sent stands there to the letter, for that is the
receipt; other words and the answers only when somebody asks for them. No secrets: they never came in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from bot.platformctl import pack, pack_files
from bot.platformctl.installation import app_called
from bot.platformctl.pack import Control, Ended, Pack, Published, Reads, Ring, Said
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import sent
from bot.threads.telling import PROTECTED, called
from bot.who import people
from guardrails import approvals, audit, keys
from guardrails.chain import Anchor, AuditEvent, Break
from guardrails.policy import Policies
from guardrails.standing import Standing
from guardrails.verdict import Verdict
from runtime.apps import ENDED, App
from runtime.bundles import BundleStore
from templates.bundle import canonical_json

TITLE = re.compile(r"^#\s*title:\s*(.+)$", re.MULTILINE)
OWNER = re.compile(r"^#\s*owner:\s*(.+)$", re.MULTILINE)
ENDINGS = (
    "app.closed", "app.archived", "app.retired", "live.lapsed", "preview.lapsed", "app.exported", "entries.forgotten",
    "archive.rewritten", "archive.deleted",
)  # fmt: skip  # one list
CLEARED = "app.cleared"


@dataclass(frozen=True, slots=True)
class Gathered:
    """A pack, its files but for the record, and where in the chain that lies: workspace, first and last event."""

    pack: Pack
    files: Mapping[str, bytes]
    record: tuple[str, int, int]


def gather(
    session: Session, bundles: BundleStore, policies: Policies, name: str, anchors: Sequence[Anchor], *, words: bool
) -> Gathered:
    """Every link, from the rows and the bundles alone; what is not there is a gap. With `words`, what was said too."""
    app = app_called(session, name)
    request = requests.of_app(session, app.id)
    subjects = (*([request.id] if request else []), app.id)
    story = audit.story(session, *subjects, without=tuple(PROTECTED))
    standing = _published(session, story)
    published = next(reversed(standing), None)
    verdict = _verdict(request, published)
    files: dict[str, bytes] = {}
    lost = [
        one
        for number, each in enumerate(standing, start=1)
        for one in pack_files.put(session, bundles, each, request, f"published/{number}", files, words=words)
    ]
    found = _pack(session, app, request, story, standing, verdict, policies)
    count, head = audit.head(session, app.workspace)
    broken = audit.verify(session, app.workspace, anchors)
    gaps = [
        *_of_request(request, story, found.receipt),
        *_of_decision(session, standing, verdict, story),
        *lost,
        *([] if verdict is None or verdict.policy == policies.digest else [OTHER_POLICIES]),
        *_of_end(app, story),
        *(f"audit chain: {one}" for one in broken),
    ]
    found = found.model_copy(
        update={"gaps": tuple(gaps), "chain": f"{count} events, head {head}, {'BROKEN' if broken else 'whole'}"}
    )
    files |= {pack.KEYS: pack_files.json_of(Ring(keys=keys.every(session)))}
    if verdict is not None:
        files |= {pack.VERDICT: pack_files.json_of(verdict)}
        if verdict.policy == policies.digest:
            files |= {pack.POLICIES: canonical_json(dict(policies.sources))}
    return Gathered(found, files, _record(session, app, subjects, broken, anchors))


def _record(
    session: Session, app: App, subjects: Sequence[str], broken: Sequence[Break], anchors: Sequence[Anchor]
) -> tuple[str, int, int]:
    """The app's stretch of the chain, to the next anchor or the chain's end; none of a chain that cannot be read."""
    if any(one.kind == "unreadable" for one in broken):
        return app.workspace, 1, 0
    count, _ = audit.head(session, app.workspace)
    first, last = audit.span(session, *subjects)
    later = (one.seq for one in anchors if one.workspace == app.workspace and last <= one.seq <= count)
    return app.workspace, first, min(later, default=count)


def _pack(
    session: Session,
    app: App,
    request: Request | None,
    story: Sequence[AuditEvent],
    standing: Sequence[Standing],
    verdict: Verdict | None,
    policies: Policies,
) -> Pack:
    last = next(reversed(standing), None)
    receipt = sent.read(request.receipt) if request else None
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
        bundle=last.proposal.bundle if last else "",
        proposal=last.proposal.digest if last else "",
        policy=last.proposal.policy if last else "",
        decision=verdict.decision if verdict else "",
        needs=last.needs if last else (),
        controls=tuple(_controls(policies, verdict)),
        approvals=tuple(_said(session, last)) if last else (),
        published=tuple(_as_published(session, one, f"published/{n}") for n, one in enumerate(standing, start=1)),
        reads=tuple(
            Reads(who=called(session, one.actor), **one._asdict())
            for one in audit.tally(session, app.id, tuple(PROTECTED))
        ),
        ended=_ended(app, story),
        audit=tuple(story),
        chain="",
        gaps=(),
    )


def _as_published(session: Session, one: Standing, folder: str) -> Published:
    return Published(
        folder=folder,
        proposal=one.proposal,
        digest=one.proposal.digest,
        asker=one.asker,
        needs=one.needs,
        state=one.state,
        approvals=tuple(_said(session, one)),
    )


def _ended(app: App, story: Sequence[AuditEvent]) -> Ended | None:
    if app.stage not in ENDED:
        return None
    since = pack.since_restored(story)
    told = tuple((one.action, one.seq, one.digest) for one in since if one.action in (*ENDINGS, CLEARED))
    return Ended(stage=app.stage, at=app.ended_at or 0, told=told)


def _of_end(app: App, story: Sequence[AuditEvent]) -> Iterator[str]:
    if app.stage in ENDED and not any(one.action == CLEARED for one in pack.since_restored(story)):
        yield "retirement: the audit does not tell that what it left was cleared away"


OTHER_POLICIES = "policy rules: the text of the policies that judged it is not kept here any more; others are in force"


def _published(session: Session, story: Sequence[AuditEvent]) -> Sequence[Standing]:
    """All that went live, in its order, by the audit, which also knows of apps that have ended."""
    named = (str(one.facts.get("proposal", "")) for one in story if one.action == pack.PUBLISHED)
    found = (approvals.get(session, one) for one in dict.fromkeys(named))
    return [one for one in found if one is not None]


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
    session: Session, standing: Sequence[Standing], verdict: Verdict | None, story: Sequence[AuditEvent]
) -> Iterator[str]:
    live = {str(one.facts.get("proposal", "")) for one in story if one.action == pack.PUBLISHED}
    for lost in live.difference(one.proposal.digest for one in standing):
        yield f"publishing: {lost} went live and is not kept"
    if not standing:
        if not live:
            yield "publishing: nothing of it was ever published"
        return
    published = standing[-1]
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


def _controls(policies: Policies, verdict: Verdict | None) -> Iterator[Control]:
    """Each rule with what it said; of policies that are not kept, what their findings still tell."""
    if verdict is None:
        return
    by_rule = {one.rule: one for one in reversed(verdict.findings)}
    if verdict.policy == policies.digest:
        for path, source in policies.sources.items():
            title = TITLE.search(source)
            if title and not path.endswith("_test.rego") and Path(path).stem != "findings":
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


def _said(session: Session, published: Standing) -> Iterator[Said]:
    for one in published.approvals:
        who = _name(session, one.person)
        who += f", standing in for {_name(session, one.stands_for)}" if one.stands_for else ""
        yield Said(person=one.person, who=who, yes=one.yes, at=one.at, with_reason=bool(one.reason))


def _name(session: Session, person: str) -> str:
    known = people.by_id(session, person)
    return f"{known.name} ({known.user})" if known else person
