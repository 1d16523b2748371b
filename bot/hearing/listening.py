"""The ears: what is heard becomes a row before it is acked. Quick, and nothing else."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session

from bot import telemetry
from bot.chat import ChatError, Drafted, Heard, Message, Pointed, Pressed, Submitted
from bot.database import transaction
from bot.deciding import find
from bot.hearing import following, unfurling
from bot.hearing.commands import Commands
from bot.hearing.ears import Ears
from bot.hearing.expecting import expected
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import drafts, presses, requests
from bot.rows.requests import Request, State
from bot.shelf import home, prompts, shortcut
from bot.shelf.beginning import begin
from bot.threads import forms, quotation, thread
from bot.verbs import commenting, decisions, filling
from bot.wiring import Wiring
from bot.wording import words
from guardrails import audit

MOST_WORDS = 20_000
"""Characters that are kept of a request with all that was added; `generator.utterance` reads the first 2,000."""
EXTENDED, EVENT = "request.extended", "event"
"""The AuditEvent of words added to a Request, and its fact that names the utterance."""
POINTING = {quotation.FROM_MESSAGE: shortcut.form, quotation.FROM_COMMENT: commenting.form}
"""What a shortcut on a message opens."""
NO_WORDS = {forms.ASK: shortcut.NO_WORDS, forms.COMMENT: commenting.NO_WORDS}
"""What is said when nothing stands in the field of what was sent from there."""


def ears(wiring: Wiring, commands: Commands, scrub: Callable[[str], tuple[str, tuple[str, ...]]]) -> Ears:
    """The ears of this control process."""
    return Ears(
        heard=lambda heard: hear(wiring, commands, heard),
        pressed=lambda press: keep(wiring, press),
        submitted=lambda form: submitted(wiring, form),
        form=lambda press: filling.form(wiring, press),
        drafted=lambda typed: filling.drafted(wiring, typed),
        came=lambda workspace, user: came(wiring, workspace, user),
        pointed=lambda pointed: pointed_at(wiring, pointed),
        anew=lambda press: filling.anew(wiring, press),
        scrub=scrub,
        ours=lambda channel, root: ours(wiring, channel, root),
        home=lambda workspace, user: opened_home(wiring, workspace, user),
        shared=lambda shared: unfurling.heard(wiring, shared),
        opened=lambda workspace, channel: opened_channel(wiring, workspace, channel),
        overheard=lambda key, channel, root, user: following.overheard(wiring, key, channel, root, user),
    )


def hear(wiring: Wiring, commands: Commands, heard: Heard) -> None:
    """A command we know is answered; everything else is a Request, with its card in the same transaction."""
    if commands.take(heard):
        return
    if heard.place.thread and (
        expected(wiring, heard) or extended(wiring, heard) or followed(wiring, heard) or heard.via == "thread"
    ):
        return
    now = wiring.now()
    with telemetry.span("heard", facts={"via": heard.via}) as trace, transaction(wiring.engine) as session:
        request = begin(session, wiring, heard, trace, now)
        if request is not None:
            _warn(session, request, heard, now)


def extended(wiring: Wiring, heard: Heard) -> bool:
    """Whether this adds to the words of a Request: what its asker says under an open question of ours does.

    Other talk in a thread is people's own.
    """
    now = wiring.now()
    with transaction(wiring.engine) as session:
        asked = thread.request_in(session, heard.place.channel, heard.place.thread or "", heard.user)
        if asked is None or asked.user != heard.user:
            return False
        if _taken(session, asked, heard.key):
            return True  # delivered once more
        if asked.state not in thread.OPEN or thread.changeable(asked):
            return False
        text = f"{asked.text}\n{heard.text}"[:MOST_WORDS]
        removed = json.dumps([*asked.removed, *heard.removed])
        if not requests.advance(session, asked, State.RECEIVED, now, text=text, trouble="", removed=removed):
            return False
        audit.append(
            session,
            workspace=asked.workspace,
            actor=asked.user,
            action=EXTENDED,
            subject=asked.id,
            facts={"via": heard.via, "removed": len(heard.removed), EVENT: heard.key},
            trace=telemetry.trace_id(asked.trace),
            now=now,
        )
        thread.refresh(session, wiring, asked.id, now)
        _warn(session, asked, heard, now)
    return True


def followed(wiring: Wiring, heard: Heard) -> bool:
    """Whether this is kept to be read as a change of an app, by its asker in its own thread."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        asked = thread.request_in(session, heard.place.channel, heard.place.thread or "", heard.user)
        if not following.heard(session, asked, heard, now):
            return False
        assert asked is not None
        _warn(session, asked, heard, now)
    return True


def _taken(session: Session, asked: Request, key: str) -> bool:
    """Whether this utterance began a Request, or was added to this one, before: the audit chain remembers which."""
    return requests.known(session, key) or any(
        one.facts.get(EVENT) == key for one in audit.story(session, asked.id) if one.action == EXTENDED
    )


def _warn(session: Session, request: Request, heard: Heard, now: int) -> None:
    """Tell whoever said it, privately, which secrets were taken out."""
    if heard.removed:
        warning = thread.note(request, words.secret_warning(heard.removed))
        outbox.put(session, thread.post(request, f"secret:{heard.key}", warning, heard.user), now)


def keep(wiring: Wiring, press: Pressed | Submitted) -> None:
    """A press waits for its decision as a row; the same one twice is one, and whoever repeats it is told."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        kept = presses.keep(session, press, now)
        if isinstance(press, Submitted):
            _warn_of_form(session, press, now)
            if press.form == forms.ANSWERS and (request := find(session, decisions.read_hint(press))):
                drafts.drop(session, request.id, press.user)
        elif not kept and press.place.channel:
            outbox.put(
                session, Post(f"again:{press.key}", press.place, Message(words.PRESSED_ALREADY), press.user), now
            )


def _warn_of_form(session: Session, sent: Submitted, now: int) -> None:
    """Tell whoever typed a secret into a form that it was taken out."""
    request = find(session, decisions.read_hint(sent))
    if sent.removed and request is not None:
        warning = thread.note(request, words.secret_warning(sent.removed, form=True))
        outbox.put(session, thread.post(request, f"secret:{sent.key}", warning, sent.user), now)


def opened_home(wiring: Wiring, workspace: str, user: str) -> None:
    """Somebody opened their Home tab: a tick shows it."""
    with transaction(wiring.engine) as session:
        home.want(session, workspace, user, wiring.now())


def opened_channel(wiring: Wiring, workspace: str, channel: str) -> None:
    """We were invited, or a channel was unarchived: what could not be said there is said now."""
    with transaction(wiring.engine) as session:
        outbox.revive(session, wiring.now(), workspace=workspace, channel=channel)


def came(wiring: Wiring, workspace: str, user: str) -> None:
    """Somebody opened the conversation with us: a tick offers them prompts."""
    with transaction(wiring.engine) as session:
        prompts.want(session, workspace, user, wiring.now())


def pointed_at(wiring: Wiring, pointed: Pointed) -> Mapping[str, Any]:
    """The form of a shortcut on a message; when the chat does not say who it is, that nothing happened."""
    try:
        return POINTING[pointed.shortcut](wiring, pointed)
    except ChatError:
        return quotation.saying(pointed.shortcut, quotation.NOT_NOW)


def ours(wiring: Wiring, channel: str, root: str) -> bool:
    """Whether a thread began with a Request of ours. Somebody speaks there: what could not be said is tried again."""
    with transaction(wiring.engine) as session:
        asked = thread.request_in(session, channel, root)
        if asked is not None:
            outbox.revive(session, wiring.now(), workspace=asked.workspace, channel=channel, root=root)
        return asked is not None


def submitted(wiring: Wiring, sent: Submitted) -> Mapping[str, str]:
    """Keep a form, unless a field is wrong: then it stays open and says so at the field."""
    empty = NO_WORDS.get(sent.form)
    wrong = filling.wrong(wiring, sent) if empty is None else quotation.wrong(sent, empty)
    if not wrong:
        keep(wiring, sent)
    elif sent.form == forms.ANSWERS:
        filling.drafted(wiring, Drafted(sent.workspace, sent.user, sent.about, sent.values))
    return wrong
