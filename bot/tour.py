"""The tour: the whole journey without hands, over the HTTP and websocket that people use; every step must happen."""

import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console

from bot import clockwork, database, demo
from bot.conversation import DidNotHappen, Thread, ask, everything, must, send_form, wait
from bot.workspace.person import Person
from guardrails import audit

SECRET = "AKIA" + "Z7Q2MNB4XK6RTV3W"
"""Shaped like a cloud key; not one."""


@dataclass
class Tour:
    """The people, the demo they are in, and what has been found so far."""

    demo: demo.Running
    people: Mapping[str, Person]
    console: Console
    found: dict[str, str] = field(default_factory=dict)

    def step(self, name: str, take: Callable[[], object]) -> None:
        """Take one step and print its time."""
        began = clockwork.stopwatch()
        take()
        self.console.print(f"  [green]✓[/] {name}  [dim]{(clockwork.stopwatch() - began) * 1000:,.0f} ms[/]")


def run(home: Path | None = None) -> int:
    """Start everything, take every step; 0 only if each really happened. Data and logs stay in `home`, if given."""
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="slipway-tour-") as folder:
        try:
            stage = demo.prepare(home or Path(folder), 0, 0, inherit=False)
            with demo.running(stage) as running, ExitStack() as stack:
                url = running.stage.url
                people = {name: stack.enter_context(Person(url, name)) for name in ("ana", "ben", "cy", "dora")}
                tour = Tour(running, people, console)
                console.print("A tour of Slipway")
                survey(tour)
                approval(tour)
                denial(tour)
                unsure(tour)
                secret(tour)
                ending(tour)
                chain(tour)
        except (DidNotHappen, demo.DidNotStart, httpx2.HTTPError) as error:
            console.print(f"  [red]✗ {error}[/]")
            return 1
    console.print(f"Preview  {tour.found['preview']}  answered\nLive     {tour.found['live']}  answered")
    return 0


def survey(tour: Tour) -> None:
    """Asked, previewed, tried, published at once: the policies allow it."""
    ana, cy, dora = tour.people["ana"], tour.people["cy"], tour.people["dora"]
    state: dict[str, Any] = {}

    def asked() -> None:
        thread = state["thread"] = ask(ana, "a lunch survey for ops, three questions, keep it two weeks")
        tour.found["preview"] = thread.link(ana, "slipway.open")

    def tried() -> None:
        preview = tour.found["preview"]
        must(ana.web.get(preview).status_code == 302, "a stranger was not sent to sign in")
        page = ana.sign_in(preview)
        must(page.status_code == 200 and "<form" in page.text, f"the preview answered {page.status_code}")
        done = send_form(ana, preview, page, q1="4", q2="4", q3="more of it")
        must(done.status_code == 200, f"the form answered {done.status_code}")

    def private() -> None:
        must(cy.sign_in(tour.found["preview"]).status_code == 200, "cy of #ops was not let in")
        must(dora.sign_in(tour.found["preview"]).status_code == 403, "dora, who is not in #ops, was let in")

    def published() -> None:
        thread: Thread = state["thread"]
        thread.press(ana, "slipway.publish")
        thread.saying(ana, "is live:")
        tour.found["live"] = wait("the live card", lambda: _live_link(thread, ana))
        page = ana.sign_in(tour.found["live"])
        must(page.status_code == 200, f"the live app answered {page.status_code}")
        must(page.headers["x-request-id"] and page.headers["x-trace-id"] in everything(thread, ana), "no trace")

    tour.step("ana asks for a lunch survey; a preview stands in the thread", asked)
    tour.step("she signs in, opens the preview and answers it", tried)
    tour.step("cy of #ops may enter, dora of #finance may not", private)
    tour.step("published: allowed by the policies, live in the same thread", published)
    tour.found["thread"] = state["thread"].root


def _live_link(thread: Thread, who: Person) -> str:
    link = thread.link(who, "slipway.open")
    return "" if ".preview." in link else link


def approval(tour: Tour) -> None:
    """Wider than the channel: somebody else has to say yes."""
    ana, ben, cy = tour.people["ana"], tour.people["ben"], tour.people["cy"]
    state: dict[str, Thread] = {}

    def proposed() -> None:
        thread = state["thread"] = ask(ana, "a feedback survey about the new office for everyone in the company")
        thread.press(ana, "slipway.publish")
        thread.with_button(ben, "slipway.approve")

    def refused() -> None:
        thread = state["thread"]
        thread.press(ana, "slipway.approve")
        thread.whisper(ana, "Nobody approves their own request")
        thread.press(cy, "slipway.approve")
        thread.whisper(cy, "can decide this")

    def approved() -> None:
        thread = state["thread"]
        thread.press(ben, "slipway.approve")
        thread.saying(ana, "approved this on")
        thread.saying(ana, "is live:")

    tour.step("a survey for everyone needs an approval", proposed)
    tour.step("ana cannot approve her own request, and cy may not", refused)
    tour.step("ben approves; who and when stands there; it is live", approved)


def denial(tour: Tour) -> None:
    """Denied with field and fix; mended by the form."""
    ana = tour.people["ana"]
    state: dict[str, Thread] = {}

    def denied() -> None:
        thread = state["thread"] = ask(ana, "a survey about pensions, keep the answers for 10 years")
        thread.saying(ana, "Ask for 365 days or less")

    def mended() -> None:
        thread = state["thread"]
        thread.press(ana, "slipway.answer")
        view = wait("the form", ana.views)[-1]
        names = [one["block_id"] for one in view["blocks"] if one["type"] == "input"]
        must(len(names) <= 5, f"the form has {len(names)} fields")
        errors = ana.submit(view["id"], {"title": "Pensions", "retention_days": "90"})
        must(not errors, f"the form was refused: {errors}")
        thread.with_button(ana, "slipway.publish")

    tour.step("kept for ten years: denied, with the field and the fix", denied)
    tour.step("she mends it in the form; the preview stands", mended)


def unsure(tour: Tour) -> None:
    """A question with buttons, and a polite no."""
    ana = tour.people["ana"]

    def clarified() -> None:
        thread = ask(ana, "I need a tool for the invoices, please. It should be simple.")
        thread.press(ana, "slipway.choose")
        thread.with_button(ana, "slipway.answer")

    def declined() -> None:
        ask(ana, "what will the weather be tomorrow").saying(ana, "None of our templates fits")

    tour.step("unsure: she picks one of up to three", clarified)
    tour.step("nothing fits: a polite no with the nearest template", declined)


def secret(tour: Tour) -> None:
    """A secret in the words is nowhere afterwards."""
    ana = tour.people["ana"]

    def scrubbed() -> None:
        thread = ask(ana, f"a survey about our cloud costs, three questions, our key is {SECRET}")
        thread.whisper(ana, "took something out")
        thread.with_button(ana, "slipway.publish")
        home = tour.demo.stage.home
        ours = [one for one in home.rglob("*") if one.is_file() and not one.name.startswith("workspace.db")]
        leaks = [one.name for one in ours if SECRET.encode() in one.read_bytes()]
        must(not leaks, f"the secret stands in {leaks}")

    tour.step("a key in the words is taken out before anything is kept; ana is told privately", scrubbed)


def ending(tour: Tour) -> None:
    """Reminded, kept, reminded again, ended; the tombstone stands."""
    ana = tour.people["ana"]
    thread = Thread("#ops", tour.found["thread"])

    def move(days: int) -> None:
        must(not ana.command(f"/slipway clock +{days}d", "#ops"), "the clock did not move")

    def reminded() -> None:
        move(13)
        thread.with_button(ana, "slipway.retire")
        thread.saying(ana, "What should happen?")

    def kept() -> None:
        thread.press(ana, "slipway.keep")
        view = wait("the form that asks why", ana.views)[-1]
        must(not ana.submit(view["id"], {"reason": "We go on asking."}), "the form was not taken")
        thread.saying(ana, "keeps it: it now ends on")

    def slept() -> None:
        move(40)
        thread.saying(ana, "Its end was put off once, by 72 hours")

    def archived() -> None:
        move(4)
        thread.saying(ana, "Its entries were exported first")
        page = wait("the tombstone", lambda: _gone(ana, tour.found["live"]))
        must("archived" in page.text, "the tombstone does not say so")
        export = ana.web.get(tour.found["live"] + "_slipway/export")
        must(export.headers["content-type"].startswith("application/zip"), "the export is not there")

    tour.step("the clock jumps 13 days: a reminder with Keep, Archive, Hand over", reminded)
    tour.step("she keeps it", kept)
    tour.step("nobody heard of its end while 40 days were slept through: it is put off once", slept)
    tour.step("then it ends by itself: archive, export, tombstone", archived)


def _gone(who: Person, url: str) -> httpx2.Response | None:
    page = who.sign_in(url)
    return page if page.status_code == 410 else None


def chain(tour: Tour) -> None:
    """The audit chain holds, and every step of the first app is in it."""

    def whole() -> None:
        path = tour.demo.stage.home / "control.db"
        engine = database.connect(f"sqlite:///{path}")
        with database.transaction(engine) as session:
            for workspace in audit.workspaces(session):
                must(not audit.verify(session, workspace), "the audit chain is broken")
        engine.dispose()
        with sqlite3.connect(path) as connection:
            actions = {one for (one,) in connection.execute("SELECT action FROM audit_event")}
        missing = {"request.received", "request.understood", "preview.opened", "app.live", "app.exported"} - actions
        must(not missing, f"no audit event tells of {missing}")

    tour.step("the audit chain is whole and tells it all", whole)
