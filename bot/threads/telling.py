"""An app's whole story in plain words, from the audit chain and the rows it points to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from sqlmodel import Session

from bot.rows import requests
from bot.rows.requests import Request
from bot.who import people
from bot.wording import words
from guardrails import aliases, approvals, audit
from guardrails.chain import AuditEvent
from guardrails.standing import Standing
from runtime.apps import App

PROTECTED: Mapping[str, str] = {
    "visitor.signed_in": "signed in",
    "visitor.signed_out": "signed out",
    "export.downloaded": "downloaded the entries",
}
"""What touches an app's protected data; it may have happened a million times, so it is counted."""
MOST = 500
"""Events that are told one by one, the newest."""
WIDTH = 11


Who = Callable[[str], str]
"""An actor's name."""


def story(session: Session, app: App, most: int = MOST) -> str:
    """Who asked, what was said, which template and rules, who approved, what ran, who used data, how it ended.

    Of its record the newest events, `most` of them.
    """
    request = requests.of_app(session, app.id)
    subjects = (app.id, request.id) if request else (app.id,)
    who = cache(lambda actor: called(session, actor))
    events = audit.story(session, *subjects, without=tuple(PROTECTED), most=most)
    lines = [
        f"{app.title} ({app.slug}, {app.id}), workspace {app.workspace}",
        *(_told("asked", _asked(request, who)) if request else ()),
        *_told("template", f"{app.template}" + (f"; answers: {_answers(request)}" if request else "")),
        *(_told("rules", *_rules(request)) if request else ()),
        *_told("approved", *_approvals(session, app, who)),
        *_told("ran", *_ran(session, app, events)),
        *_told("used by", *_used(session, app, who)),
        *_told("ended", _ended(app)),
        *_told("record", *(_event(one, who) for one in events)),
    ]
    return "\n".join(lines)


def _told(what: str, *lines: str) -> Iterator[str]:
    for number, line in enumerate(lines or ("nobody" if what in ("approved", "used by") else "nothing",)):
        yield f"{what if number == 0 else '':{WIDTH}}{line}"


def called(session: Session, actor: str) -> str:
    """An actor's name: of a Person, of whoever a reference stands for, or the actor as it is."""
    alias = aliases.name(session, actor)
    person = people.named(session, alias)
    return person.name if person else alias


def _asked(request: Request, who: Who) -> str:
    gone = f" (taken out before anything was kept: {', '.join(request.removed)})" if request.removed else ""
    said = " / ".join(request.text.splitlines())
    return f"{words.when(request.created_at)} by {who(request.person or request.user)}, {request.via}: “{said}”{gone}"


def _answers(request: Request) -> str:
    given = request.brief.answers if request.brief else ()
    return "; ".join(f"{one.name} = {one.value} ({one.origin})" for one in given) or "none"


def _rules(request: Request) -> Iterator[str]:
    if request.verdict is not None:
        yield f"{request.verdict.decision.replace('_', ' ')}, policies {request.verdict.policy}"
        for one in request.verdict.findings:
            yield f"{one.rule} ({one.decision.replace('_', ' ')}): {one.why}"


def _approvals(session: Session, app: App, who: Who) -> Iterator[str]:
    for standing in approvals.every(session, app.id):
        if not standing.groups:
            yield f"nobody had to: the policies allow {standing.proposal.digest}"
        for one in standing.approvals:
            reason = f" (“{one.reason}”)" if one.reason else ""
            verb = "yes" if one.yes else "no"
            yield f"{words.when(one.at)} {who(one.person)} said {verb}{reason} to {standing.proposal.digest}"
        if standing.groups and standing.state != "approved":
            yield _undecided(standing)


def _undecided(standing: Standing) -> str:
    groups = ", ".join("@" + one for one in standing.groups)
    return f"{standing.proposal.digest}, asked of {groups}, is {standing.state}"


def _ran(session: Session, app: App, events: Sequence[AuditEvent]) -> Iterator[str]:
    """By the record, not by what the rows say now."""
    proposed = {str(one.proposal.digest): one.proposal.bundle for one in approvals.every(session, app.id)}
    for one in events:
        if one.action == "preview.opened":
            yield f"preview {one.facts.get('bundle')} from {words.when(one.at)}"
        elif one.action == "app.live":
            yield f"live {proposed.get(str(one.facts.get('proposal')))} from {words.when(one.at)}"


def _used(session: Session, app: App, who: Who) -> Iterator[str]:
    for one in audit.tally(session, app.id, tuple(PROTECTED)):
        times = "once" if one.times == 1 else f"{one.times} times"
        yield f"{who(one.actor)} {PROTECTED[one.action]} {times}, last on {words.when(one.last)}"


def _ended(app: App) -> str:
    return f"{app.stage} on {words.when(app.ended_at)}" if app.ended_at else f"not yet: it is {app.stage}"


def _event(one: AuditEvent, who: Who) -> str:
    facts = "".join(f" {name}={_fact(value, who)}" for name, value in one.facts.items() if value != "")
    why = f" because: {one.why}" if one.why else ""
    return f"{one.seq:6} {words.when(one.at)} {one.action} by {who(one.actor)}{facts}{why}"


def _fact(value: str | int, who: Who) -> str:
    return who(value) if isinstance(value, str) and aliases.is_reference(value) else str(value)
