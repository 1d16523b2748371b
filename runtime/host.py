"""The host of one worker's apps: runs a Call with exactly what the app is granted, and with the app's own store."""

import tempfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runtime.appdata import AppData, Box, SqliteAppData
from runtime.call import Call, HostResult, Outcome
from runtime.capabilities import dispatch
from runtime.loaded import Loaded
from runtime.routes import Route
from runtime.sandbox import Sandbox

MOST_OPEN = 100
"""Stores that one worker keeps open."""
NOTICES_A_CALL = 3
UNGATED = frozenset({"store", "notify"})
"""What a preview may do before anybody approved anything: keep rows of its own, and speak in its own thread."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a Call gave, and what the app wants said in its thread."""

    outcome: Outcome
    notices: tuple[str, ...]


class Host:
    """Runs Calls. Stores stay open between them until the routes change: then an app may have ended."""

    def __init__(self, sandbox: Sandbox, data: AppData) -> None:
        self._sandbox = sandbox
        self._data = data
        self._boxes: OrderedDict[tuple[str, str], Box] = OrderedDict()
        self._version = -1

    def run(self, loaded: Loaded, route: Route, call: Call, version: int) -> Ran:
        """One Call of a routed app; `version` is that of the routes."""
        if version != self._version:
            self.close()
            self._version = version
        store_mb = loaded.manifest.limits.store_mb
        return self._run(loaded, call, lambda name: granted(route, name, call.now), lambda: self._box(route, store_mb))

    def rehearse(self, loaded: Loaded, call: Call) -> Outcome:
        """One Call as a preview would run it, with a store that is gone afterwards and nothing said anywhere."""
        with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
            box = SqliteAppData(Path(folder)).open("rehearsal", "preview", loaded.manifest.limits.store_mb)
            try:
                return self._run(loaded, call, UNGATED.__contains__, lambda: box).outcome
            finally:
                box.close()

    def close(self) -> None:
        """Let go of every store."""
        while self._boxes:
            self._boxes.popitem()[1].close()

    def _run(self, loaded: Loaded, call: Call, may: Callable[[str], bool], box: Callable[[], Box]) -> Ran:
        notices: list[str] = []

        def notify(text: str) -> HostResult:
            if len(notices) == NOTICES_A_CALL:
                return {"error": f"notify: at most {NOTICES_A_CALL} messages a visit"}
            notices.append(text)
            return {"ok": True}

        table = dispatch(loaded.manifest, may, call, box, notify)
        try:
            outcome = self._sandbox.run(loaded.prepared, call, loaded.manifest.limits, table.dispatch)
        finally:
            table.finish()
        return Ran(outcome, tuple(notices))

    def _box(self, route: Route, store_mb: int) -> Box:
        key = (route.app, route.stage)
        box = self._boxes.get(key)
        if box is None:
            box = self._boxes[key] = self._data.open(route.app, route.stage, store_mb)
            if len(self._boxes) > MOST_OPEN:
                self._boxes.popitem(last=False)[1].close()
        self._boxes.move_to_end(key)
        return box


def granted(route: Route, name: str, now: int) -> bool:
    """Whether an app may use a capability now: by a Grant that holds, or in a preview one that needs none."""
    return route.grants.get(name, 0) > now or (route.stage == "preview" and name in UNGATED)
