"""The smoke Calls: control asks a worker, on a local socket, to try a bundle; no app runs in control."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from runtime import question
from runtime.call import Breach, Call, Visitor, scheduled
from runtime.errors import RuntimeFault
from runtime.host import Host
from runtime.loaded import Loaded, Loader
from runtime.sandbox import BrokenApp
from runtime.visit import Receive, Scope, Send
from templates.manifest import Digest
from templates.planning import Plan

REHEARSAL = "/rehearsal"
VISITOR = Visitor("v_smoke", "Slipway", owner=True, handle="slipway")


class Smoke:
    """The second ASGI application of a worker."""

    def __init__(self, loader: Loader, host: Host) -> None:
        self._loader = loader
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /` with `{"bundle": digest, "now": seconds}` gives `{"problem": ""}`, or what went wrong.

        `POST /rehearsal` with `{"bundle": digest, "plan": plan}` gives `{"ticks": [...], "leaks": [...]}`.
        """
        if scope["type"] != "http":
            return
        if scope["path"] == REHEARSAL:
            misunderstood = {"problem": "The plan was not understood."}
            await question.answer(receive, send, "rehearsal", self._rehearsed, misunderstood)
            return
        await question.answer(receive, send, "smoke", self._told, {"problem": "The question was not understood."})

    async def _told(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"problem": self.problem(Digest(asked["bundle"]), int(asked["now"]))}

    async def _rehearsed(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        plan = Plan.model_validate(asked["plan"])
        try:
            loaded = self._loader.get(Digest(asked["bundle"]), 0)
        except (BrokenApp, RuntimeFault) as error:
            return {"problem": f"The bundle cannot be used: {error}"}
        return asdict(await self._host.rehearse_all(loaded, plan))

    def problem(self, bundle: Digest, now: int) -> str:
        """Make the bundle ready, open its first page, and run it for each of its times; empty when all of that works.

        The prepared bundle stays on disk.
        """
        try:
            # It was signed a moment ago: no revocation from before concerns it.
            loaded = self._loader.get(bundle, 0)
        except BrokenApp as error:
            return f"The app does not load: {error}"
        except RuntimeFault as error:
            return f"The bundle cannot be used: {error}"
        outcome = self._host.rehearse(loaded, Call("GET", "/", VISITOR, now, "smoke", stage="preview"))
        if isinstance(outcome, Breach):
            return f"The first page ended with {outcome.kind}: {outcome.detail}"
        if outcome.status >= 400:
            return f"The first page answered {outcome.status}."
        return next(filter(None, (self._scheduled(loaded, name, now) for name in loaded.manifest.times)), "")

    def _scheduled(self, loaded: Loaded, name: str, now: int) -> str:
        outcome = self._host.rehearse(loaded, scheduled(name, now, now, "smoke", stage="preview"))
        if isinstance(outcome, Breach):
            return f"What it does by itself ({name}) ended with {outcome.kind}: {outcome.detail}"
        return ""
