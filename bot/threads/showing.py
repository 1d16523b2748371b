"""What was found in an utterance is made true: the change shown, a wish told that cannot be met, or nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot import telemetry
from bot.chat import Message
from bot.posting import outbox
from bot.rows import follow_ups, requests
from bot.rows.follow_ups import FollowUp, Stage
from bot.rows.requests import Request
from bot.threads import changing, thread
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording.blocks import section
from generator.brief import Brief
from generator.entries import Objection
from generator.receipt import Receipt
from guardrails import audit
from runtime import apps, usage
from templates.answers import validate
from templates.errors import BadAnswer

OVER = "This app can be changed no more, or not now; its card says how it stands. Nothing was changed."


@dataclass(frozen=True)
class Found:
    """What an utterance comes to: the answers as they are and as they would be, and what is against the wish."""

    person: Person
    before: Brief
    after: Brief
    objections: Sequence[Objection]
    unclear: bool
    ignored: str
    receipt: Receipt | None = None
    """Of the model that was asked, if one was."""
    author: Person | None = None
    """Whose comment it was, where somebody pointed at one, now or for the change that waits and is taken up."""
    quoted: Sequence[str] = ()
    """The names of the answers that the comment gave; none when it was taken up."""

    @property
    def changed(self) -> Sequence[str]:
        """The names of the answers that would change."""
        return changing.differing(self.before, self.after)


def record(session: Session, wiring: Wiring, one: FollowUp, request: Request, found: Found, *, nothing: bool) -> None:
    """Make it true. An utterance that was read against answers of before is left to be read again."""
    now = wiring.now()
    seen = requests.get(session, request.id)
    if seen is None or seen.state is not request.state or seen.brief != found.before:
        return
    app = apps.get(session, seen.app) if seen.app else None
    if app is not None and app.over:
        pass_over(session, one, request, now)
        return
    if found.receipt is not None:
        found = replace(found, receipt=_kept(session, seen, found.receipt, now))
    if nothing:
        follow_ups.close(session, one, Stage.NOTHING)
    elif found.changed and not found.unclear:
        _shown(session, wiring, one, request, found, now)
    else:
        _told(session, wiring, one, request, found, now)


def pass_over(session: Session, one: FollowUp, request: Request, now: int) -> None:
    """The app cannot be changed any more: talk is left alone, and whoever sent a comment is told."""
    follow_ups.close(session, one, Stage.NOTHING)
    if one.author:
        outbox.put(session, thread.post(request, f"{one.post}:over", thread.note(request, OVER), one.user), now)


def _shown(session: Session, wiring: Wiring, one: FollowUp, request: Request, found: Found, now: int) -> None:
    _replaced(session, request, changing.REPLACED, now)
    base = follow_ups.digest(found.before)
    author = found.author.id if found.author else ""
    if follow_ups.show(session, one, found.person.id, base, found.after, found.objections, author):
        outbox.put(session, thread.post(request, one.post, _message(wiring, one, request, found)), now)
        follow_ups.told_overheard(session, request.id, now)
        _audit(session, request, found, "change.shown", now)


def _message(wiring: Wiring, one: FollowUp, request: Request, found: Found) -> Message:
    view = changing.ChangeView(
        request=request.id,
        key=one.key,
        state=request.state,
        questions=wiring.catalog.get(found.after.template).questions,
        before=found.before,
        after=found.after,
        objections=found.objections,
        bad=against(wiring, found.before, found.after),
        ignored=found.ignored,
        note=changing.READ_BY_MODEL if found.receipt else "",
        origin=changing.origin(found.author.user, one.user, partly=not found.quoted) if found.author else "",
        trace=telemetry.trace_id(request.trace),
    )
    return changing.shown(view)


def against(wiring: Wiring, before: Brief, after: Brief) -> Sequence[BadAnswer]:
    """What the template says against the answers that would change."""
    changed = changing.differing(before, after)
    answers = {one.name: one.value for one in after.answers}
    return [one for one in validate(wiring.catalog.get(after.template), answers) if one.field in changed]


def _told(session: Session, wiring: Wiring, one: FollowUp, request: Request, found: Found, now: int) -> None:
    """A wish that was not understood, that cannot be met, or that takes back the one before it."""
    follow_ups.close(session, one, Stage.NOTHING)
    labels = labels_of(wiring, found.after)
    told = [changing.objected(each, labels.get(each.name, each.name)) for each in found.objections]
    if not found.unclear and not told:
        if _replaced(session, request, changing.UNDONE, now):
            _audit(session, request, found, "change.left", now)
        return
    if found.receipt is not None:
        _audit(session, request, found, "change.unclear", now)
    message = changing.unclear(request.id, told, telemetry.trace_id(request.trace), found.ignored)
    outbox.put(session, thread.post(request, f"unclear:{one.key}.", message), now)
    follow_ups.told_overheard(session, request.id, now)


def labels_of(wiring: Wiring, brief: Brief) -> Mapping[str, str]:
    """What the form calls each answer, by its name."""
    return {one.name: one.label for one in wiring.catalog.get(brief.template).questions}


def _replaced(session: Session, request: Request, instead: str, now: int) -> bool:
    """The change that waited before waits no more, and its buttons go; whether there was one."""
    return _settled(session, request, Stage.REPLACED, instead, now)


def end(session: Session, request: Request, instead: str, now: int) -> bool:
    """The app has ended: what was shown is applied no more; whether there was something."""
    return _settled(session, request, Stage.LEFT, instead, now)


def _settled(session: Session, request: Request, stage: Stage, instead: str, now: int) -> bool:
    old = follow_ups.pending(session, request.id)
    if old is None or not follow_ups.close(session, old, stage):
        return False
    outbox.settle_buttons(session, old.post, section(instead), now)
    return True


def filled_in(session: Session, request: Request, hint: Mapping[str, str], user: str, now: int) -> None:
    """The form of a change was sent: it waits for no press any more."""
    one = follow_ups.get(session, hint.get("change", ""))
    if one is not None and one.request == request.id and follow_ups.close(session, one, Stage.APPLIED):
        outbox.settle_buttons(session, one.post, section(changing.applied(user, now)), now)


def _kept(session: Session, seen: Request, receipt: Receipt, now: int) -> Receipt:
    """All that was sent, what was sent now behind it; the tokens are counted. The record has to name its digest."""
    before = Receipt.model_validate_json(seen.receipt).exchanges if seen.receipt else ()
    merged = receipt.model_copy(update={"exchanges": (*before, *receipt.exchanges)})
    requests.advance(session, seen, seen.state, now, receipt=merged.model_dump_json())
    if receipt.tokens:
        usage.read(session, seen.workspace, seen.app or seen.id, receipt.tokens, now)
    return merged


def _audit(session: Session, request: Request, found: Found, action: str, now: int) -> None:
    audit.append(
        session,
        workspace=request.workspace,
        actor=found.person.id,
        action=action,
        subject=request.app or request.id,
        facts={
            "request": request.id,
            "answers": ", ".join(found.changed),
            **({"receipt": found.receipt.digest} if found.receipt else {}),
            **({"author": found.author.id, "quoted": ", ".join(found.quoted)} if found.author else {}),
        },
        trace=telemetry.trace_id(request.trace),
        now=now,
    )
