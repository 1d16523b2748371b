"""Outside: what one Call asks of the broker, within its time and number, and what it used of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from runtime.bearer import Issuer
from runtime.call import HostResult
from runtime.capabilities import Granted
from runtime.hostcalls import inside
from runtime.routes import Where
from runtime.sandbox import Question

MOST = 10
"""Questions to the outside that one Call may ask."""
KEPT = 0.1
"""Seconds of a Call's time that an answer must leave, for the app to go on with it."""
AT_ONCE = 6
"""Calls of one worker that wait for the outside: each holds an instance, and the pool has two more (`pooled.SLOTS`)."""
AT_ONCE_AN_APP = 3
PATIENCE = 2.0
"""Seconds that a Call waits for its place."""


class NotNow(Exception):
    """The Call cannot be begun; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Way:
    """A worker's way to the broker: who mints its tokens, how it is asked, and the wall's clock."""

    issuer: Issuer
    ask: Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
    wall: Callable[[], int]


@dataclass(slots=True)
class Used:
    """What a Call used outside; bytes as they went over the wire."""

    requests: int = 0
    bytes: int = 0
    mails: int = 0


class Outside:
    """The outside of one Call."""

    def __init__(self, way: Way, app: str, stage: Where, call: str) -> None:
        self._way = way
        self._app = app
        self._stage = stage
        self._call = call
        self._asked = 0
        self.used = Used()
        self.blocked: list[str] = []
        """Hosts and domains that it may not reach, and tried to."""

    async def answers(self, questions: Sequence[Question], table: Granted, left: float) -> Sequence[HostResult]:
        """One for each, all asked at the same time; TimeoutError when the Call has no time left to go on with them."""
        if left <= KEPT:
            raise TimeoutError
        async with asyncio.timeout(left):
            return await asyncio.gather(*(self._answer(one, table, left - KEPT) for one in questions))

    async def _answer(self, question: Question, table: Granted, seconds: float) -> HostResult:
        if question.op not in table.outside:
            return inside(table.dispatch, question)
        self._asked += 1
        if self._asked > MOST:
            return {"error": f"limit: one visit may ask for {MOST} things outside", "kind": "limit"}
        token = self._way.issuer.mint(self._app, self._stage, self._call, self._way.wall())
        ours = {"app": self._app, "token": token, "seconds": seconds, "key": f"{self._call}:{self._asked}"}
        answer = await self._way.ask(question.op, {**question.args, **ours})
        self._count(answer.get("spent", {}))
        if "error" not in answer:
            return {"ok": {name: value for name, value in answer.items() if name != "spent"}}
        if isinstance(answer.get("blocked"), str):
            self.blocked.append(answer["blocked"])
        return {"error": str(answer["error"]), "kind": str(answer.get("kind", "failed"))}

    def _count(self, spent: Mapping[str, int]) -> None:
        self.used.requests += spent.get("requests", 0)
        self.used.bytes += spent.get("bytes", 0)
        self.used.mails += spent.get("mails", 0)


class Places:
    """Who of one worker may wait for the outside, so that nobody takes the instances of all others."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(AT_ONCE)
        self._of: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def place(self, app: str) -> AsyncIterator[None]:
        """A place while the context lasts; NotNow when none is free for too long."""
        own = self._of.setdefault(app, asyncio.Semaphore(AT_ONCE_AN_APP))
        async with AsyncExitStack() as within:
            try:
                async with asyncio.timeout(PATIENCE):
                    # Its own first: who waits for another visit of the same app keeps no place from other apps.
                    await within.enter_async_context(own)
                    await within.enter_async_context(self._all)
            except TimeoutError:
                raise NotNow("too many visits wait for the outside") from None
            yield
