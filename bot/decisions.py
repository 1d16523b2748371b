"""Presses and forms, decided one after the other: which verb, who decides it, and a reason for whoever is refused."""

import json
import logging
from collections.abc import Callable, Mapping

from bot import (
    applying,
    asking,
    auditing,
    breaching,
    broken,
    demand_words,
    demanding,
    endings,
    forms,
    giving,
    making,
    outbox,
    pleading,
    presses,
    publishing,
    rights,
    rolling,
    telemetry,
    thread,
    undoing,
    words,
)
from bot.chat import ChatError, Drafted, Message, Place, Pressed, Submitted
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Decide, Refused, find
from bot.meeting import meet
from bot.roles import Act, Role
from bot.wiring import Wiring
from runtime.errors import NotAllowed

VERBS: Mapping[str, tuple[Act, Decide]] = {
    "slipway.choose": ("choose", asking.choose),
    "slipway.publish": ("publish", publishing.publish),
    "slipway.confirm": ("answer", asking.confirm),
    "slipway.discard": ("discard", asking.discard),
    "slipway.retry": ("retry", asking.retry),
    "slipway.plead": ("plead", pleading.plead),
    "slipway.approve": ("decide", publishing.approve),
    "slipway.keep": ("keep", endings.keep),
    "slipway.archive": ("archive", endings.archive),
    "slipway.retire": ("retire", endings.retire),
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
    forms.REJECT: ("decide", publishing.reject),
    forms.APPROVE: ("decide", publishing.approve),
    forms.ROLL: ("roll", rolling.roll),
}
"""Every button and form about a Request: whose right it is, by `bot.roles`, and who decides it."""
FREE: Mapping[str, Callable[[Wiring, Pressed, Mapping[str, str]], None]] = {
    making.SHOW: making.show,
    making.MAKE: making.make,
    demand_words.ALSO: demanding.also,
}
"""Buttons and words about no Request yet; each asks by itself who it is and whether they may. They raise Refused."""
ASKED_LATER: frozenset[Role] = frozenset({"approver"})
"""Whether somebody is an approver of this very thing is asked when their word is counted, and told with the reason."""

MAX_A_TICK = 50
MAX_ATTEMPTS = 3
"""Of a decision that fails for a reason of ours: somebody waits for it."""

log = logging.getLogger("slipway.decisions")


def tick(wiring: Wiring) -> int:
    """Decide what was pressed and sent since the last tick; return how many."""
    for count in range(MAX_A_TICK):
        with transaction(wiring.engine) as session:
            press = presses.due(session, wiring.now())
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
