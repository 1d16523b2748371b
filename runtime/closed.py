"""Closed: what a visitor sees of an app that stands still or did not answer, and whom to ask. Pure."""

from collections.abc import Callable, Mapping

from runtime import pages
from runtime.call import Breach
from runtime.errors import Unproved
from runtime.frozen import asked_for, moment
from runtime.pages import Page
from runtime.routes import Route

Contact = Callable[[str], str]
"""Names an app's owner by their id: whom to ask; empty for nobody."""
PARTS: Mapping[str, str] = {
    "store": "reading and keeping entries",
    "notify": "messages to the app's thread",
    "egress": "calls to other systems",
    "mail": "sending mail",
}
AGAIN = ("/", "Try again")


def instead(route: Route, now: int, contact: Contact, *, owner: bool) -> Page | None:
    """What a visitor, perhaps its owner, sees in an app's place; None while it answers."""
    if route.over and not route.ended_at:
        return pages.preview_over(route.title)
    if route.still(now):
        return frozen(route, contact)
    if route.suspended(now):
        return pages.paused(route.title)
    if route.open(now):
        return None
    if not (route.ended_at or route.bundle):
        return pages.WRONG_STAGE
    return pages.tombstone(
        route.title,
        route.app_stage,
        route.ended_at or route.ends_at,
        export=bool(route.export),
        keeper=route.keeper,
        until=route.until if now < route.until else 0,
        owner=owner,
    )


def frozen(route: Route, contact: Contact) -> Page:
    """An app that the platform's operators stopped, or whose template they did. Why is theirs to tell, not ours."""
    text = (
        f"The people who look after this platform switched it off on {moment(route.frozen)}. "
        "Its entries are safe, and nothing has to be done here."
    )
    return Page(503, f"{route.title} is switched off for now", f"{text} {_ask(route, contact)}")


def breach(route: Route, ended: Breach, contact: Contact) -> Page:
    """A Call that did not end with an answer; when it needed what operators stopped for all apps, that is said."""
    still = asked_for(route.stilled, ended.detail)
    if still is None:
        return pages.breach(ended.kind, route.title)
    what, since = still
    named = PARTS.get(what, "something that it needs")
    text = f"The people who look after this platform switched off {named} for all apps on {moment(since)}."
    return Page(
        503,
        f"A part of {route.title} is switched off for now",
        f"{text} Nothing you typed was saved. {_ask(route, contact)}",
    )


def unusable(route: Route, error: Exception, contact: Contact) -> Page:
    """An app that did not wake: its files are missing, damaged, or signed by nobody we trust."""
    page = pages.unusable(route.title, unproved=isinstance(error, Unproved))
    return Page(page.status, page.title, f"{page.text} {_ask(route, contact)}", AGAIN, wait=page.wait)


def _ask(route: Route, contact: Contact) -> str:
    name = contact(route.owner)
    owner = f" its owner, {name}, or" if name else ""
    return f"If you need it, ask{owner} the platform team."
