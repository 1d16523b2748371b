"""The watch: one worker's eye on apps that hit their limits. Control hears of it after the visitor has an answer."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from runtime.board import Running, Seat
from runtime.breaches import DAMAGED, IN_A_ROW, LINE, LINES, MILD, TOO_MANY, UNPROVED
from runtime.call import Breach, Outcome
from runtime.errors import RuntimeFault, Unproved
from runtime.rate import Refused
from runtime.routes import Route
from runtime.wire import ControlWire, Unreachable

QUIET = 2
"""Seconds in which the same kind of breach of the same app is told once, unless it is one more in a row."""
TRIES, BETWEEN = 5, 1.0
"""How often control is told of a killed worker before that is given up, and the seconds between."""
LOOK = 1.0
"""Seconds between two looks for seats that were left."""
MOST_AT_ONCE = 50
"""Reports under way; what comes on top is not told, only counted in a row."""

log = logging.getLogger("slipway.gateway")


class Watch:
    """Counts breaches in a row over all workers, and tells control."""

    def __init__(self, seat: Seat, wire: ControlWire, scrub: Callable[[str], str], wall: Callable[[], int]) -> None:
        """`wall` is UNIX seconds; `scrub` takes secrets out of what an app says before it leaves this worker."""
        self._seat = seat
        self._wire = wire
        self._scrub = scrub
        self._wall = wall
        self._told: dict[tuple[str, str, str], int] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    @contextmanager
    def running(self, route: Route, request: str) -> Iterator[None]:
        """A Call of this app computes: if this worker has to be killed before the context ends, that is known."""
        self._seat.begin(route.app, route.stage, request)
        try:
            yield
        finally:
            self._seat.end()

    def ended(self, route: Route, request: str, outcome: Outcome, *, to_blame: bool, schedule: str = "") -> None:
        """A Call ended, a visit or one of a `schedule`. An answer forgets what went wrong before.

        A full store says nothing for or against the app, nor does any breach of which its code is not `to_blame`.
        """
        name = route.name
        if not isinstance(outcome, Breach):
            self._seat.went_well(name)
            return
        row = 0 if outcome.kind in MILD or not to_blame else self._seat.failed(name)
        if row or self._due(route, outcome.kind):
            logs = [self._scrub(line)[:LINE] for line in outcome.logs[-LINES:]]
            self._tell(route, outcome.kind, request, self._scrub(outcome.detail), logs, row, schedule)

    def refused(self, route: Route, request: str, refused: Refused) -> None:
        """A visit was one too many."""
        if self._due(route, TOO_MANY):
            self._tell(route, TOO_MANY, request, refused.why, [], 0)

    def unusable(self, route: Route, request: str, error: RuntimeFault) -> None:
        """A visit found the app's files damaged, or nobody to answer for them."""
        kind, why = (UNPROVED, str(error)) if isinstance(error, Unproved) else (DAMAGED, "")
        if self._due(route, kind):
            self._tell(route, kind, request, why, [], 0)

    async def inherit(self, abandoned: Callable[[], Sequence[Running]]) -> None:
        """Tell control of the Calls at which workers were killed: the one that had this seat, and whose seats nobody
        has taken since, as `Board.abandoned` has them. Ends with the worker."""
        left = [self._seat.left] if self._seat.left else []
        while True:
            for one in [*left, *abandoned()]:
                await self._killed(one)
            left = []
            await asyncio.sleep(LOOK)

    async def _killed(self, left: Running) -> None:
        document = {"app": left.app, "stage": left.stage, "request": left.request}
        for _ in range(TRIES):
            if await self._ask("killed", document):
                return
            await asyncio.sleep(BETWEEN)

    async def close(self) -> None:
        """Wait until what is under way was told."""
        await asyncio.gather(*self._under_way)

    def _due(self, route: Route, kind: str) -> bool:
        key, now = (route.app, route.stage, kind), self._wall()
        if now - self._told.get(key, -QUIET) < QUIET:
            return False
        self._told[key] = now
        return True

    def _tell(
        self, route: Route, kind: str, request: str, detail: str, logs: list[str], row: int, schedule: str = ""
    ) -> None:
        document = {
            "app": route.app,
            "stage": route.stage,
            "kind": kind,
            "request": request,
            "detail": detail,
            "logs": logs,
            "row": row,
            **({"schedule": schedule} if schedule else {}),
        }
        if len(self._under_way) < MOST_AT_ONCE:
            self._later(self._breached(route.name, document, row))

    async def _breached(self, name: str, document: Mapping[str, Any], row: int) -> None:
        if await self._ask("breached", document) and row >= IN_A_ROW:
            # Suspended now; whoever lets it run again begins to count anew.
            self._seat.went_well(name)

    async def _ask(self, question: str, document: Mapping[str, Any]) -> bool:
        try:
            answer = await self._wire.ask(question, document)
        except Unreachable:
            answer = {"why": "control does not answer"}
        if "why" in answer:
            log.warning("%s: %s of %s not told: %s", document["request"], question, document["app"], answer["why"])
        return "why" not in answer

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
