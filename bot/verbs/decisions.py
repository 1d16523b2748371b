"""Presses and forms, decided one after the other: which verb, who decides it, and a reason for whoever is refused."""

import json
import logging
from collections.abc import Callable, Mapping

from bot import telemetry
from bot.approving import giving, pleading, publishing
from bot.building import asking
from bot.chat import ChatError, Drafted, Message, Place, Pressed, Submitted
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Decide, Refused, find
from bot.ending import breaching, endings, restoring, stuck
from bot.operating import freezing
from bot.owning import adopting, handing, keeping, members, sharing, widening
from bot.posting import outbox
from bot.rows import presses
from bot.shelf import demanding, helping, prompts, shortcut
from bot.threads import demand_words, ended, forms, handing_card, thread
from bot.verbs import applying, auditing, commenting, making, mine, sign_ins
from bot.versions import broken, rolling, undoing
from bot.who import rights
from bot.who.meeting import meet
from bot.who.roles import Act, Role
from bot.wiring import Wiring
from bot.wording import words
from runtime.errors import NotAllowed

VERBS: Mapping[str, tuple[Act, Decide]] = {
    "slipway.choose": ("choose", asking.choose),
    "slipway.publish": ("publish", publishing.publish),
    "slipway.confirm": ("answer", asking.confirm),
    "slipway.discard": ("discard", asking.discard),
    "slipway.retry": ("retry", asking.retry),
    "slipway.plead": ("plead", pleading.plead),
    "slipway.approve": ("decide", publishing.approve),
    handing_card.KEEP: ("keep", keeping.keep),
    handing_card.VOUCH: ("vouch", keeping.vouch),
    handing_card.REFUSE: ("vouch", keeping.refuse),
    handing_card.PEOPLE: ("people", members.change),
    members.SHOW: ("people", members.show),
    handing_card.HAND: ("hand", handing.offer),
    handing_card.ACCEPT: ("receive", handing.accept),
    handing_card.DECLINE: ("receive", handing.decline),
    handing_card.ADOPT: ("adopt", adopting.adopt),
    "slipway.archive": ("archive", endings.archive),
    "slipway.retire": ("retire", endings.retire),
    ended.RESTORE: ("restore", restoring.restore),
    "slipway.run": ("run", breaching.resume),
    "slipway.apply": ("answer", applying.apply),
    "slipway.leave": ("answer", applying.leave),
    "slipway.back": ("answer", applying.back),
    undoing.UNDO: ("answer", undoing.undo),
    undoing.REVERT: ("roll", rolling.roll),
    broken.HUMAN: ("plead", broken.human),
    auditing.READ: ("audit", auditing.read),
    demand_words.ASK: ("want", demanding.want),
    "slipway.agree": ("give", giving.agree),
    forms.GIVE: ("give", giving.give),
    forms.ANSWERS: ("answer", asking.answer),
    forms.COMMENT: ("answer", commenting.read),
    forms.REJECT: ("decide", publishing.reject),
    forms.APPROVE: ("decide", publishing.approve),
    forms.ROLL: ("roll", rolling.roll),
    widening.WIDEN: ("audience", widening.widen),
    forms.WHO: ("audience", widening.submit),
    forms.SHARE: ("share", sharing.share),
}
"""Every button and form about a Request: whose right it is, by `bot.who.roles`, and who decides it."""
FREE: Mapping[str, Callable[[Wiring, Pressed, Mapping[str, str]], None]] = {
    making.SHOW: making.show,
    making.MAKE: making.make,
    helping.HELP: helping.show,
    prompts.SAY: prompts.say,
    demand_words.ALSO: demanding.also,
    **freezing.PRESSES,
    stuck.SHOW: stuck.show,
    sign_ins.SHOW: sign_ins.show,
    sign_ins.UNLINK: sign_ins.unlink,
    mine.MINE: lambda wiring, press, hint: mine.may(wiring, press, hint, {one: act for one, (act, _) in VERBS.items()}),
    mine.SHOW: mine.show,
}
"""Buttons and words about no Request yet; each asks by itself who it is and whether they may. They raise Refused."""
FREE_FORMS: Mapping[str, Callable[[Wiring, Submitted, Mapping[str, str]], None]] = {forms.ASK: shortcut.make}
"""Forms about no Request yet; each tells by itself whoever is refused."""
ASKED_LATER: frozenset[Role] = frozenset({"approver", "receiver", "viewer"})
"""Whether somebody approves this very thing, was offered it or may open it is asked when their word is counted."""

MAX_A_TICK = 50
MAX_ATTEMPTS = 3
"""Of a decision that fails for a reason of ours: somebody waits for it."""

log = logging.getLogger("slipway.decisions")


def rush(wiring: Wiring) -> int:
    """Decide what must wait for nothing that others wait for; in a tick of its own."""
    return tick(wiring, urgent=True)


def tick(wiring: Wiring, *, urgent: bool = False) -> int:
    """Decide what was pressed and sent since the last tick; return how many."""

    def wanted(press: Pressed | Submitted) -> bool:
        return (_verb(press) in freezing.URGENT) is urgent

    for count in range(MAX_A_TICK):
        with transaction(wiring.engine) as session:
            press = presses.due(session, wiring.now(), wanted)
        if press is None:
            return count
        try:
            decide(wiring, press)
        except Exception:
            # The rim of this worker: one press's fault must not stop the others'.
            log.exception("%s could not be decided", press.key)
            _stumble(wiring, press)
    return MAX_A_TICK


def _stumble(wiring: Wiring, press: Pressed | Submitted) -> None:
    """Try again later; after the last attempt tell whoever pressed that nothing was changed."""
    with transaction(wiring.engine) as session:
        attempts = presses.postpone(session, press.key, wiring.now())
    if attempts >= MAX_ATTEMPTS:
        _tell(wiring, press, words.NOT_NOW)


def decide(wiring: Wiring, press: Pressed | Submitted) -> None:
    """Decide one. What it changes, its AuditEvent and its being settled commit together."""
    try:
        if isinstance(press, Pressed) and press.action in FREE:
            FREE[press.action](wiring, press, read_hint(press))
            return
        if isinstance(press, Submitted) and press.form in FREE_FORMS:
            FREE_FORMS[press.form](wiring, press, read_hint(press))
            return
        about, hint = _about(wiring, press)
        with telemetry.span(f"decision.{_verb(press)}", about.request.trace, {"request.id": about.request.id}):
            act, settle = VERBS[_verb(press)]
            ruling = rights.judge(wiring, about.person, act, about.request, ASKED_LATER)
            if not ruling.allowed:
                raise Refused(ruling.why)
            settle(wiring, about, hint)
    except Refused as refused:
        _tell(wiring, press, str(refused))
    except NotAllowed:
        _tell(wiring, press, OVERTAKEN)
    except ChatError as error:
        if error.permanent:
            log.error("%s could not be decided: the chat says %s", press.key, error.code)
            _tell(wiring, press, words.NOT_NOW)
            return
        with transaction(wiring.engine) as session:
            presses.postpone(session, press.key, wiring.now())


def _about(wiring: Wiring, press: Pressed | Submitted) -> tuple[About, Mapping[str, str]]:
    hint = read_hint(press)
    workspace = press.place.workspace if isinstance(press, Pressed) else press.workspace
    person = meet(wiring, workspace, press.user)
    with transaction(wiring.engine) as session:
        request = find(session, hint)
    if request is None or request.workspace != workspace or _verb(press) not in VERBS:
        raise Refused(GONE)
    if (_verb(press) in forms.FORMS) != isinstance(press, Submitted):
        raise Refused(words.OLD_BUTTON)  # no button of ours says what only a form does, nor the other way round
    return About(press, request, person), hint


def _verb(press: Pressed | Submitted) -> str:
    return press.action if isinstance(press, Pressed) else press.form


def read_hint(press: Pressed | Submitted | Drafted) -> Mapping[str, str]:
    """What we once put into the button or the form; empty when somebody else wrote it."""
    try:
        found = json.loads(press.value if isinstance(press, Pressed) else press.about)
    except ValueError:
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _tell(wiring: Wiring, press: Pressed | Submitted, why: str) -> None:
    """A click is never silently ignored: the reason, to the one who pressed alone."""
    now = wiring.now()
    at_home = isinstance(press, Pressed) and not press.place.channel
    direct = wiring.chat.dm(press.user) if at_home else ""
    with transaction(wiring.engine) as session:
        presses.settle(session, press.key, now)
        request = find(session, read_hint(press))
        key = f"refused:{press.key}"
        if isinstance(press, Pressed):
            message = thread.note(request, why) if request else Message(why)
            # On the Home tab nothing can be said: it is said in the conversation.
            place = Place(press.place.workspace, direct, None, "dm") if direct else press.place
            outbox.put(session, outbox.Post(key, place, message, "" if direct else press.user), now)
        elif request is not None:
            outbox.put(session, thread.post(request, key, thread.note(request, why), press.user), now)
