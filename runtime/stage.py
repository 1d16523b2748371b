"""The stage of one rehearsal: an app with a store of its own, synthetic people who visit it, and ears everywhere.

Nothing that happens here leaves: messages, questions to the outside and log lines are kept, and looked through for
canaries, the words that a rehearsal plants.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qs

from pydantic import JsonValue

from runtime import pages
from runtime.appdata import AppData
from runtime.call import Breach, Call, HostResult, Visitor, scheduled
from runtime.capabilities import UNGATED, dispatch
from runtime.filling import CANARIES, Sent
from runtime.formpage import ReadPage, read
from runtime.loaded import Loaded
from runtime.sandbox import OUTSIDE, Operation, Sandbox
from runtime.store import Scrub
from templates.checks import OWNER, STRANGERS
from templates.manifest import StoreCapability
from templates.planning import Plan
from templates.synthetic import Someone

APP = "rehearsal"
MOST_REDIRECTS = 3
CSRF = "rehearsal"


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """A planted word where it should not be: a place in words, `the page /results / as ben`."""

    place: str


@dataclass(frozen=True)
class Shown:
    """What somebody got. `why` is set when it was no answer; of a redirect, `body` is where to."""

    who: Someone
    path: str
    status: int
    body: str
    why: str = ""
    told: tuple[str, ...] = ()

    @cached_property
    def page(self) -> ReadPage:
        """It, read; that takes as long as a Call, so only where somebody looks."""
        return read(self.body, self.path)


class Stage:
    """One app, from an empty store on. `leaks` grow as it is visited."""

    def __init__(
        self,
        sandbox: Sandbox,
        scrub: Scrub,
        loaded: Loaded,
        plan: Plan,
        data: AppData,
        app: str = APP,
        identify: Callable[[str], str] = "v_{}".format,
    ) -> None:
        """`data` is a folder that goes with whoever made it; or that of the previews, for the preview of an `app`.

        `identify` says by which id the app knows whoever has a role.
        """
        self._identify = identify
        self._sandbox, self._scrub, self._loaded, self._plan = sandbox, scrub, loaded, plan
        self._data, self._app = data, app
        self._box = data.open(app, "preview", loaded.manifest.limits.store_mb)
        self._people = {one.role: one for one in plan.people}
        self._planted: dict[str, tuple[str, set[str]]] = {}
        store = loaded.manifest.capability("store")
        tables = store.tables if isinstance(store, StoreCapability) else {}
        self._own = {name for name, one in tables.items() if one.per_user}
        self._now = plan.now
        self._unread = False
        """Whether something may have been written since the store was looked through for canaries."""
        self.leaks: set[Leak] = set()
        self.opened: dict[str, Shown] = {}
        """Pages by their addresses, as they were seen last."""
        self.sent: Sent | None = None

    def person(self, role: str) -> Someone:
        """Whoever has this role."""
        return self._people[role]

    def open(self, role: str, address: str) -> Shown:
        """A page, as this person."""
        path, _, query = address.partition("#")[0].partition("?")
        return self._visit(role, "GET", path, parse_qs(query, keep_blank_values=True), {})

    def send(self, role: str, sent: Sent) -> Shown:
        """A form, as this person; then what they see behind it."""
        self._planted |= {one: (role, set()) for one in sent.canaries if one not in self._planted}
        self.sent = sent
        fields = dict(sent.fields)
        shown = (
            self._visit(role, "POST", sent.action, {}, fields)
            if sent.method == "POST"
            else self._visit(role, "GET", sent.action, fields, {})
        )
        for one in sent.canaries[:1]:
            # Before it can be removed again.
            self._kept(one)
        return shown

    def strike(self, name: str) -> Shown:
        """This time of the schedule has come."""
        nobody = Someone("the schedule", "", "")
        return self._run(nobody, scheduled(name, self._tick(), self._now, APP, stage="preview"))

    def export(self) -> Mapping[str, str]:
        """Every table that holds anything, as JSON."""
        return {
            name: json.dumps(rows, ensure_ascii=False) for name, rows in self._data.export(self._app, "preview").items()
        }

    def clear(self) -> None:
        """Start anew, as empty as at first."""
        self._data.purge(self._app, "preview", self._now + 86_400)
        self.opened.clear()
        self.sent = None

    def retire(self) -> bool:
        """End it, as an app that retires: whether nothing at all is left."""
        self._box.close()
        self._data.drop(self._app, "preview")
        return (self._app, "preview") not in self._data.stores() and not self._data.export(self._app, "preview")

    def close(self) -> None:
        """Let go of the store."""
        self._box.close()

    def _visit(
        self, role: str, method: str, path: str, query: Mapping[str, list[str]], form: Mapping[str, list[str]]
    ) -> Shown:
        who = self.person(role)
        if role in STRANGERS:
            page = pages.outsider(self._loaded.manifest.title)
            return Shown(who, path, page.status, page.html(APP).decode())
        call = Call(
            "POST" if method == "POST" else "GET",
            path,
            Visitor(self._identify(role), who.name, owner=role == OWNER, handle=who.handle),
            self._tick(),
            APP,
            query=query,
            form=form,
            stage="preview",
            csrf=CSRF,
        )
        shown = self._run(who, call)
        for _ in range(MOST_REDIRECTS):
            target = shown.body if 300 <= shown.status < 400 else ""
            if not target.startswith("/"):
                break
            path, _, rest = target.partition("#")[0].partition("?")
            again = replace(call, method="GET", path=path, query=parse_qs(rest, keep_blank_values=True), form={})
            behind = self._run(who, again)
            shown = replace(behind, told=(*shown.told, *behind.told))
        return shown

    def _tick(self) -> int:
        """Each visit is a second later than the one before."""
        self._now += 1
        return self._now

    def _run(self, who: Someone, call: Call) -> Shown:
        told: list[str] = []
        asked: list[str] = []
        self._unread = self._unread or call.method == "POST"
        table = dispatch(
            self._loaded.manifest,
            UNGATED.__contains__,
            call,
            lambda: self._box,
            lambda text: _heard(told, text),
            lambda _: None,
            self._scrub,
        )
        listened = {name: _listening(one, asked) if name in OUTSIDE else one for name, one in table.dispatch.items()}
        try:
            outcome = self._sandbox.run(self._loaded.prepared, call, self._loaded.manifest.limits, listened)
        finally:
            table.finish()
        by = f"as {who.role}" if who.name else "by itself"
        self._look("\n".join(outcome.logs), lambda _: True, f"a log line / {by}")
        self._look("\n".join(asked), lambda _: True, f"what it asks of the outside / {by}")
        self._look("\n".join(told), self._untold, f"a message in the thread / {by}")
        if isinstance(outcome, Breach):
            self._look(outcome.detail, lambda _: True, f"an error message / {by}")
            return Shown(who, call.path, 500, "", f"{outcome.kind}: {self._scrub(outcome.detail)[:200]}")
        if 300 <= outcome.status < 400:
            return Shown(who, call.path, outcome.status, outcome.headers.get("location", ""), "", tuple(told))
        body = outcome.body.decode()
        self._look(body, lambda one: self._hidden(one, who.role), f"the page {call.path} / {by}")
        shown = Shown(who, call.path, outcome.status, body, "", tuple(told))
        if call.method == "GET" and outcome.status < 400:
            self.opened[_address(call)] = shown
        return shown

    def _look(self, text: str, wrong: Callable[[str], bool], place: str) -> None:
        found = {one.lower() for one in CANARIES.findall(text)} & self._planted.keys()
        if any(wrong(one) for one in found):
            self.leaks.add(Leak(place))

    def _untold(self, canary: str) -> bool:
        """What is private is never told, and the rest only where the template says so."""
        return not self._plan.tells or bool(self._kept(canary) & (self._own | self._plan.private.keys()))

    def _hidden(self, canary: str, role: str) -> bool:
        """Whether somebody in this role must not see it: only its writer sees what is kept for each by themselves."""
        if role == self._planted[canary][0]:
            return False
        kept = self._kept(canary)
        closed = [self._plan.private[one] for one in kept & self._plan.private.keys()]
        return bool(kept & self._own) or (role != OWNER and any(role not in also for also in closed))

    def _kept(self, canary: str) -> set[str]:
        """The tables and fields in which it was ever kept."""
        if self._unread:
            self._unread = False
            for table, rows in self._data.export(self._app, "preview").items():
                for name, value in ((name, value) for row in rows for name, value in row.items()):
                    for one in CANARIES.findall(str(value)) if isinstance(value, str | list) else ():
                        if one in self._planted:
                            self._planted[one][1].update((table, f"{table}.{name}"))
        return self._planted[canary][1]


def _heard(told: list[str], text: str) -> HostResult:
    told.append(text)
    return {"ok": True}


def _listening(operation: Operation, asked: list[str]) -> Operation:
    def listening(args: Mapping[str, JsonValue]) -> HostResult:
        asked.append(json.dumps(args, ensure_ascii=False))
        return operation(args)

    return listening


def _address(call: Call) -> str:
    query = "&".join(f"{name}={value}" for name, values in call.query.items() for value in values)
    return f"{call.path}?{query}" if query else call.path
