"""The host of one worker's apps: runs a Call with exactly what the app is granted, and with the app's own store.

A Call that reaches nothing outside runs to its end at once. Others stand still while the broker is asked, and what was
true when they began is looked at again before they go on.
"""

import asyncio
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from runtime import frozen
from runtime.appdata import AppData, Box, SqliteAppData
from runtime.call import Breach, Call, HostResult, Outcome
from runtime.capabilities import ENDED_MEANWHILE, UNGATED, Granted, dispatch
from runtime.loaded import Loaded
from runtime.outside import NotNow, Outside, Places, Used, Way
from runtime.rehearsal import Rehearsal, Tick, furnish, steps
from runtime.routes import Route, Routes
from runtime.sandbox import Sandbox, Waiting
from runtime.stage import Leak, Stage
from runtime.store import Scrub, unreadable
from templates.label import Label, label, names
from templates.manifest import Manifest
from templates.planning import Plan

MOST_OPEN = 100
"""Stores that one worker keeps open."""
A_DAY = 86_400
NOTICES_A_CALL = 3
BLOCKED_A_CALL = 3
"""Hosts and domains of one Call that control is told of."""

Running = Callable[[], AbstractContextManager[None]]
"""A context for each time that a Call computes; while it waits for the outside, others do."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a Call gave, what the app wants said in its thread, what it used outside, and what it was kept from."""

    outcome: Outcome
    notices: tuple[str, ...]
    used: Used = field(default_factory=Used)
    blocked: tuple[str, ...] = ()


class Host:
    """Runs Calls. Stores stay open between them until the routes change: then an app may have ended."""

    def __init__(self, sandbox: Sandbox, data: AppData, way: Way | None = None, scrub: Scrub = unreadable) -> None:
        """Without a `way`, Calls that may reach something outside are not begun. `scrub` takes secrets out of entries
        whose table says so (Invariant 3)."""
        self._scrub = scrub
        self._sandbox = sandbox
        self._data = data
        self._way = way
        self._places = Places()
        self._boxes: OrderedDict[tuple[str, str], Box] = OrderedDict()
        self._idle: dict[tuple[str, str], int] = {}
        """Minutes, about, since each of these was asked for."""
        self._version = -1

    async def run(
        self, loaded: Loaded, route: Route, call: Call, routes: Routes, running: Running = nullcontext
    ) -> Ran:
        """One Call of a route that was just found. Raises NotNow when it was not begun."""
        self._refresh(routes)
        notices: list[str] = []
        blocked: list[str] = []
        store_mb = loaded.manifest.limits.store_mb
        table = dispatch(
            loaded.manifest,
            lambda name: held(route, name, call.now),
            call,
            lambda: self._box(route, store_mb),
            _notify(notices),
            blocked.append,
            self._scrub,
            route.stilled,
        )
        if not table.outside:
            with running():
                outcome = self._at_once(loaded, call, table)
            return Ran(outcome, tuple(notices), blocked=_named(blocked))
        if self._way is None:
            raise NotNow("there is nobody who issues tokens")
        outside = Outside(self._way, route.app, route.stage, call.request_id)
        async with self._places.place(route.app):
            if not self._still(route, call, routes):
                raise NotNow("the app ended while the visit waited for its place")
            outcome = await self._waiting(loaded, route, call, routes, table, outside, running)
        return Ran(outcome, tuple(notices), outside.used, _named([*blocked, *outside.blocked]))

    def rehearse(self, loaded: Loaded, call: Call) -> Outcome:
        """One Call as a preview would run it, with a store that is gone afterwards and nothing said anywhere."""
        with ExitStack() as afterwards:
            # Made when the app first asks for it: that costs more than all of the rest.
            @cache
            def box() -> Box:
                folder = afterwards.enter_context(tempfile.TemporaryDirectory(prefix="slipway-"))
                opened = SqliteAppData(Path(folder)).open("rehearsal", "preview", loaded.manifest.limits.store_mb)
                afterwards.callback(opened.close)
                return opened

            table = dispatch(loaded.manifest, UNGATED.__contains__, call, box, _notify([]), _unheard, self._scrub)
            return self._at_once(loaded, call, table)

    async def rehearse_all(self, loaded: Loaded, plan: Plan) -> Rehearsal:
        """A whole rehearsal, in pieces: visitors are answered between them."""
        ticks: list[Tick] = []
        leaks: set[Leak] = set()
        with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
            for _ in steps(self._sandbox, self._scrub, loaded, plan, Path(folder), ticks, leaks):
                await asyncio.sleep(0)
        return Rehearsal(tuple(ticks), tuple(one.place for one in sorted(leaks)))

    def furnish(self, loaded: Loaded, route: Route, plan: Plan, identify: Callable[[str], str]) -> str:
        """Fill a preview's store with synthetic entries, through its own forms; why that did not work, or nothing."""
        assert route.stage == "preview"
        stage = Stage(self._sandbox, self._scrub, loaded, plan, self._data, route.app, identify)
        try:
            return furnish(stage, plan)
        finally:
            stage.close()

    def empty(self, route: Route, now: int) -> None:
        """Remove all that a preview keeps."""
        assert route.stage == "preview"
        self._data.purge(route.app, "preview", now + A_DAY)

    def age(self, most: int) -> int:
        """See `runtime.sleeping.Held`. A store that a Call waits with was let go of by it (`Granted.finish`)."""
        for key in self._boxes:
            self._idle[key] = self._idle.get(key, 0) + 1
        gone = [key for key in self._boxes if self._idle[key] > most]
        for key in gone:
            self._boxes.pop(key).close()
        self._idle = {key: self._idle[key] for key in self._boxes}
        return len(gone)

    def close(self) -> None:
        """Let go of every store."""
        while self._boxes:
            self._boxes.popitem()[1].close()

    def _at_once(self, loaded: Loaded, call: Call, table: Granted) -> Outcome:
        try:
            return self._sandbox.run(loaded.prepared, call, loaded.manifest.limits, table.dispatch)
        finally:
            table.finish()

    async def _waiting(
        self,
        loaded: Loaded,
        route: Route,
        call: Call,
        routes: Routes,
        table: Granted,
        outside: Outside,
        running: Running,
    ) -> Outcome:
        step: Outcome | Waiting
        with running():
            step = self._sandbox.start(loaded.prepared, call, loaded.manifest.limits, table.dispatch)
        try:
            while not isinstance(step, Outcome):
                # Others of this app use the same store meanwhile: a transaction does not outlast a wait.
                table.finish()
                try:
                    answers = await outside.answers(step.questions, table, step.left())
                except TimeoutError:
                    return step.late()
                if not self._still(route, call, routes):
                    return Breach("Denied", ENDED_MEANWHILE)
                with running():
                    step = step.resume(answers)
            return step
        finally:
            # Whatever ends it, a worker that stops included: the instance goes back to the pool.
            if not isinstance(step, Outcome):
                step.close()
            table.finish()

    def _still(self, route: Route, call: Call, routes: Routes) -> bool:
        """Whether the app may still be visited; time has passed."""
        found = routes.find(route.slug, route.stage)
        self._refresh(routes)
        return found is not None and found.app == route.app and found.open(call.now) and found.stilled == route.stilled

    def _refresh(self, routes: Routes) -> None:
        if routes.version != self._version:
            self.close()
            self._version = routes.version

    def _box(self, route: Route, store_mb: int) -> Box:
        key = (route.app, route.stage)
        box = self._boxes.get(key)
        if box is None:
            box = self._boxes[key] = self._data.open(route.app, route.stage, store_mb)
            if len(self._boxes) > MOST_OPEN:
                self._boxes.popitem(last=False)[1].close()
        self._boxes.move_to_end(key)
        self._idle[key] = 0
        return box


def _notify(notices: list[str]) -> Callable[[str], HostResult]:
    def notify(text: str) -> HostResult:
        if len(notices) == NOTICES_A_CALL:
            return {"error": f"notify: at most {NOTICES_A_CALL} messages a visit"}
        notices.append(text)
        return {"ok": True}

    return notify


def _named(blocked: Sequence[str]) -> tuple[str, ...]:
    """Each once, and not more than anybody would read: an app may ask for thousands."""
    return tuple(dict.fromkeys(blocked))[:BLOCKED_A_CALL]


def _unheard(_: str) -> None:
    """A rehearsal tells nobody."""


def granted(route: Route, name: str, now: int) -> bool:
    """Whether an app may use a capability now: it holds it, and operators have not stopped it for everybody."""
    return held(route, name, now) and not frozen.since(route.stilled, name)


def held(route: Route, name: str, now: int) -> bool:
    """Whether an app has a capability now: by a Grant that holds, or in a preview one that needs none."""
    return route.grants.get(name, 0) > now or (route.stage == "preview" and name in UNGATED)


def labelled(route: Route, manifest: Manifest, now: int) -> Label:
    """What an app can and cannot do here and now, by the very Grants that its Calls get their tables from."""
    given = [name for name in names(manifest.capabilities) if granted(route, name, now)]
    return label(manifest, given)
