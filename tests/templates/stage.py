"""A stage for one app: the real sandbox and the real store, without the gateway in front."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import JsonValue

from runtime.appdata import Box, Row, SqliteAppData
from runtime.call import Answer, Call, HostResult, Visitor, scheduled
from runtime.capabilities import dispatch
from runtime.sandbox import Prepared
from runtime.wasm import WasmSandbox
from templates.bundle import Bundle
from templates.manifest import Limits

NOW = 1_795_514_400
"""Tuesday 24 November 2026, 10:00 UTC."""
ANA = Visitor("v-ana", "Ana Silva", owner=True, handle="ana")
BEN = Visitor("v-ben", "Ben Okafor", handle="ben")
CY = Visitor("v-cy", "Cy Young", handle="cy")


@lru_cache(maxsize=64)
def _prepare(sandbox: WasmSandbox, source: bytes, limits: Limits) -> Prepared:
    return sandbox.prepare(source, limits)


@dataclass(frozen=True)
class Seen:
    """What a visitor got."""

    status: int
    headers: Mapping[str, str]
    text: str
    cpu_ms: float


class Stage:
    """One app with a store of its own. `now` may be moved; `told` is what the thread was told."""

    def __init__(self, bundle: Bundle, folder: Path, sandbox: WasmSandbox) -> None:
        self.now = NOW
        self.told: list[str] = []
        self.quiet = False
        self.bundle = bundle
        self._sandbox = sandbox
        self._prepared = _prepare(sandbox, bundle.files["app.js"], bundle.manifest.limits)
        self._data = SqliteAppData(folder)

    def get(self, address: str, visitor: Visitor = ANA) -> Seen:
        parts = urlsplit(address)
        query = parse_qs(parts.query, keep_blank_values=True)
        return self.visit(Call("GET", parts.path, visitor, self.now, "r1", query=query, csrf="token"))

    def post(self, path: str, visitor: Visitor = ANA, **form: str | list[str]) -> Seen:
        lists = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
        return self.visit(Call("POST", path, visitor, self.now, "r1", form=lists, csrf="token"))

    def due(self, name: str) -> None:
        """A time of the app's schedule has come."""
        assert name in self.bundle.manifest.times
        assert self.visit(scheduled(name, self.now, self.now, "r1")).status == 204

    def visit(self, call: Call) -> Seen:
        """One Call; the app must answer."""
        box = self._box()
        granted = dispatch(self.bundle.manifest, lambda _: True, call, lambda: box, self._tell, lambda _: None)
        try:
            outcome = self._sandbox.run(self._prepared, call, self.limits, granted.dispatch)
        finally:
            granted.finish()
            box.close()
        assert isinstance(outcome, Answer), outcome
        return Seen(outcome.status, outcome.headers, outcome.body.decode(), outcome.cpu_ms)

    @property
    def limits(self) -> Limits:
        return self.bundle.manifest.limits

    def rows(self, table: str) -> list[Row]:
        return list(self._data.export("app", "live").get(table, []))

    def fill(self, table: str, rows: list[dict[str, JsonValue]]) -> None:
        """Put rows in without the app, as if cy had written them now."""
        box = self._box()
        box.begin()
        for row in rows:
            box.insert(table, row, at=self.now, by=CY.id, most=len(rows) + 1)
        box.commit()
        box.close()

    def _box(self) -> Box:
        return self._data.open("app", "live", self.limits.store_mb)

    def _tell(self, text: str) -> HostResult:
        if self.quiet:
            return {"error": "notify: no more today"}
        self.told.append(text)
        return {"ok": None}
