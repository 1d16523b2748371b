"""Rehearsing for people: a preview's owner sees it as others do, and fills or empties its store."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from runtime import masks, pages, rehearsal_page, visit
from runtime.doorman import Doorman
from runtime.entry import Entry
from runtime.errors import RuntimeFault
from runtime.host import Host
from runtime.loaded import Loader
from runtime.pages import Page
from runtime.rehearsal import Rehearsal
from runtime.rehearsal_page import BACK, DO, EMPTIED, EMPTY, FILL, FILLED, NOTES, PATH, SEE
from runtime.routes import Route, Routes
from runtime.sandbox import BrokenApp
from runtime.visit import BadVisit, Receive, Reply, Visit
from runtime.wire import ControlWire, Unreachable
from templates.checks import STRANGERS
from templates.manifest import Digest
from templates.planning import Plan

REHEARSALS = TypeAdapter(Rehearsal)


class Rehearsing:
    """One worker's. What is on the page, and who the people are, control says."""

    def __init__(
        self, wire: ControlWire, host: Host, loader: Loader, doorman: Doorman, routes: Routes, salt: bytes
    ) -> None:
        self._wire, self._host, self._loader, self._salt = wire, host, loader, salt
        self._doorman, self._routes = doorman, routes

    def seen_by(self, asked: Visit, route: Route, entry: Entry) -> Entry | Page:
        """As whom somebody who is inside visits the app; of whom the door would not let in, what they see instead."""
        who = masks.worn(self._salt, route, entry, self._cookie(asked))
        if who is None:
            return entry
        if who.role in STRANGERS:
            refused = pages.outsider(route.title)
            return Page(refused.status, refused.title, refused.text, (PATH, f"You see it as {who.name}: change that"))
        return masks.masked(entry, who)

    async def answer(
        self, asked: Visit, route: Route, entry: Entry, receive: Receive, now: int, request_id: str
    ) -> Reply:
        """The page, and what its buttons do. For the owner and whoever helps them; only of a preview that is open."""
        if route.stage != "preview" or not route.open(now):
            return pages.reply(pages.NOT_FOUND, request_id)
        if not entry.owner:
            return pages.reply(pages.outsider(route.title), request_id)
        try:
            told = await self._wire.ask("rehearsal", {"app": route.app, "person": entry.person})
            if "plan" not in told:
                return pages.reply(pages.NOT_FOUND, request_id)
            plan = Plan.model_validate(told["plan"])
            if asked.method != "POST":
                return self._page(
                    asked, route, entry, told, plan, NOTES.get(asked.query.get("done", [""])[0], ""), request_id
                )
            form = await self._form(asked, entry, receive)
            if isinstance(form, Page):
                return pages.reply(form, request_id)
            done = form.get(DO, [""])[0]
            if done in (FILL, EMPTY):
                why = await self._store(done, route, entry, plan, now, request_id)
                if why:
                    return self._page(asked, route, entry, told, plan, why, request_id)
                return _on(f"{PATH}?done={FILLED if done == FILL else EMPTIED}")
            return self._change(done, route, entry, plan)
        except Unreachable:
            return pages.reply(pages.TRY_LATER, request_id)

    async def _form(self, asked: Visit, entry: Entry, receive: Receive) -> Mapping[str, list[str]] | Page:
        body = None if visit.too_large(asked) else await visit.body(receive)
        if body is None:
            return pages.TOO_LARGE
        try:
            form = visit.form(asked.headers.get("content-type", ""), body)
        except BadVisit:
            return pages.UNSUPPORTED
        return form if self._doorman.genuine(asked, entry, form) else pages.FORGED

    def _change(self, done: str, route: Route, entry: Entry, plan: Plan) -> Reply:
        """Into another mask, or out of it."""
        who = next((one for one in plan.people if done == f"{SEE}{one.role}" and one.role != "owner"), None)
        if who is not None:
            worn = self._doorman.cookie(masks.COOKIE, masks.sealed(self._salt, route, entry, who), masks.SECONDS)
            return _on("/", worn)
        return _on(f"{PATH}?done={BACK}", self._doorman.cookie(masks.COOKIE, "", 0))

    async def _store(self, done: str, route: Route, entry: Entry, plan: Plan, now: int, request_id: str) -> str:
        """Fill or empty the preview's store; why not, or nothing. Nothing is removed unrecorded."""
        if done == EMPTY:
            about = {"app": route.app, "person": entry.person, "action": "preview.emptied", "request_id": request_id}
            if "why" in await self._wire.ask("record", about):
                return "That could not be recorded, so nothing was removed."
            self._host.empty(route, now)
            return ""
        try:
            loaded = self._loader.get(Digest(route.bundle), self._routes.revoked)
        except (RuntimeFault, BrokenApp):
            return "The app cannot be used right now."
        here = plan.model_copy(update={"now": now, "seed": plan.seed + now})
        return self._host.furnish(loaded, route, here, lambda role: masks.visitor_of(self._salt, route.app, role))

    def _page(
        self,
        asked: Visit,
        route: Route,
        entry: Entry,
        told: Mapping[str, Any],
        plan: Plan,
        note: str,
        request_id: str,
    ) -> Reply:
        tried = REHEARSALS.validate_python(told["rehearsal"])
        now_as = masks.worn(self._salt, route, entry, self._cookie(asked))
        return rehearsal_page.page(route.title, tried, plan, now_as, entry.csrf, note, request_id)

    def _cookie(self, asked: Visit) -> str:
        return asked.cookies.get(self._doorman.named(masks.COOKIE), "")


def _on(target: str, *cookies: tuple[str, str]) -> Reply:
    return Reply(303, headers=(("location", target), *cookies))
