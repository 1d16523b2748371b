"""Words that are no request for an app: help, the id of a visit, and moving the demo's clock."""

import re
from dataclasses import replace

from sqlmodel import Session

from bot import clockwork
from bot.chat import Heard, Message, Pressed
from bot.clockwork import Clock
from bot.database import transaction
from bot.ending import stuck
from bot.operating import freezing
from bot.owning import members
from bot.posting import outbox
from bot.rows import presses
from bot.shelf import helping, prompts
from bot.threads import visits
from bot.verbs import auditing, making, mine, sign_ins
from bot.wiring import Wiring
from bot.wording import words
from guardrails import audit

_CLOCK = re.compile(r"clock(?:\s+\+?(\d{1,4})\s*([dh]))?", re.IGNORECASE)


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
        visit = visits.asked(text)
        asked = making.asked(heard) or freezing.asked(heard) or stuck.asked(heard) or sign_ins.asked(heard)
        if self._audits(heard) or self._waits(asked) or self._waits(self._helps(heard)):
            return True
        if clock and self._clock:
            self._move(self._clock, heard, int(clock[1] or 0), clock[2] or "d")
        elif visit:
            self._say(heard, visits.look(self._wiring, heard.place.workspace, visit))
        return bool(clock or visit)

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
        """Whether an app's record, its people or its card are asked for: that waits as a press does."""
        with transaction(self._wiring.engine) as session:
            press = auditing.asked(session, heard) or members.asked(session, heard) or mine.asked(session, heard)
            if press is not None:
                presses.keep(session, press, self._wiring.now())
        return press is not None

    def _helps(self, heard: Heard) -> Pressed | None:
        """A greeting is answered as if help was asked for, and with prompts."""
        demo, tongue = self._clock is not None, prompts.greets(heard)
        if tongue is None:
            return helping.asked(heard, demo=demo)
        with transaction(self._wiring.engine) as session:
            prompts.want(session, heard.place.workspace, heard.user, self._wiring.now())
        return helping.asked(replace(heard, text="hilfe" if tongue == "de" else "help"), demo=demo)

    def _waits(self, press: Pressed | None) -> bool:
        """Whether something is asked for that depends on who asks: that waits as a press does."""
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
