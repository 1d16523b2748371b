"""Words that are no request for an app: help, the id of a visit, and moving the demo's clock."""

import re

from sqlmodel import Session

from bot import auditing, clockwork, making, mine, outbox, presses, visits, words
from bot.chat import Heard, Message
from bot.clockwork import Clock
from bot.database import transaction
from bot.wiring import Wiring
from guardrails import audit

_CLOCK = re.compile(r"clock(?:\s+\+?(\d{1,4})\s*([dh]))?", re.IGNORECASE)
HELP = frozenset({"", "help", "hilfe", "?"})


class Commands:
    """Answers, privately, what needs no Request."""

    def __init__(self, wiring: Wiring, clock: Clock | None) -> None:
        """`clock` is the one that people may move; None outside the demo."""
        self._wiring = wiring
        self._clock = clock

    def take(self, heard: Heard) -> bool:
        """Answer a command; False when the words are a request after all."""
        text = heard.text.strip()
        clock = _CLOCK.fullmatch(text) if self._clock else None
        helped = heard.via != "thread" and text.lower() in HELP and not heard.removed
        visit = visits.asked(text)
        if self._audits(heard) or self._lists(heard):
            return True
        if clock and self._clock:
            self._move(self._clock, heard, int(clock[1] or 0), clock[2] or "d")
        elif helped:
            self._say(heard, words.HELP + (words.DEMO_CLOCK if self._clock else ""))
        elif visit:
            self._say(heard, visits.look(self._wiring, heard.place.workspace, visit))
        return bool(clock or helped or visit)

    def _move(self, clock: Clock, heard: Heard, count: int, unit: str) -> None:
        """Move the clock and say so: together, so that words that are delivered again move nothing."""
        seconds = count * (clockwork.DAY if unit.lower() == "d" else 3600)
        with transaction(self._wiring.engine) as session:
            if outbox.known(session, _key(heard)):
                return
            if seconds:
                clock.move(session, seconds)
                audit.append(
                    session,
                    workspace=heard.place.workspace,
                    actor=heard.user,
                    action="clock.moved",
                    subject="clock",
                    facts={"seconds": seconds},
                    now=clock.now(),
                )
            _put(session, heard, f":clock3: The demo's clock says *{words.when(clock.now())}*.", clock.now())

    def _audits(self, heard: Heard) -> bool:
        """Whether an app's record or its card is asked for: that waits as a press does, and is judged like one."""
        with transaction(self._wiring.engine) as session:
            press = auditing.asked(session, heard) or mine.asked(session, heard)
            if press is not None:
                presses.keep(session, press, self._wiring.now())
        return press is not None

    def _lists(self, heard: Heard) -> bool:
        """Whether the shelf is asked for: who asks has to be looked up, so that waits as a press does."""
        press = making.asked(heard)
        if press is not None:
            with transaction(self._wiring.engine) as session:
                presses.keep(session, press, self._wiring.now())
        return press is not None

    def _say(self, heard: Heard, text: str) -> None:
        with transaction(self._wiring.engine) as session:
            _put(session, heard, text, self._wiring.now())


def _key(heard: Heard) -> str:
    return f"said:{heard.key}"


def _put(session: Session, heard: Heard, text: str, now: int) -> None:
    """Privately, by the outbox: a listener waits for nobody."""
    post = outbox.Post(_key(heard), heard.place, Message(text), heard.user, respond=heard.response_url)
    outbox.put(session, post, now)
