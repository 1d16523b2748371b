"""Entry: who is inside, as the doorman let them in; and the ways in that an organisation has besides the chat's."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from runtime.identity import token_digest
from runtime.visit import Reply

GUEST, GUEST_SECONDS = "slipway_guest", 30 * 86_400
"""The cookie by which a browser that nobody signed in with finds its own entries again, for a month."""
ANONYMOUS = "Anonymous"
"""What an app calls such a visitor."""
_TOKEN = re.compile(r"[\w-]{32}")


@dataclass(frozen=True, slots=True)
class Doors:
    """Ways in besides the chat's own sign-in."""

    public: bool = False
    """Whether an app that was approved for the public is open to it."""
    company: str = ""
    """What people call the organisation's own sign-in; empty where there is none."""


NONE = Doors()


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who is inside."""

    person: str
    name: str
    handle: str
    owner: bool
    csrf: str
    anonymous: bool = False
    """Whether nobody signed in: an app that is open to the public."""
    cookie: tuple[str, str] | None = None
    """A header that goes out with whatever is answered."""


def of_the_public(browser: str, route: str, cookie: Callable[[str, str, int], tuple[str, str]]) -> Entry:
    """Somebody with the link. The browser is told from others, so that it finds what it entered; nobody is known."""
    fresh = None
    if not _TOKEN.fullmatch(browser):
        browser = secrets.token_urlsafe(24)
        fresh = cookie(GUEST, browser, GUEST_SECONDS)
    csrf = token_digest(f"csrf:{route}:{browser}")[:32]
    return Entry(f"{GUEST}:{token_digest(browser)}", ANONYMOUS, "", False, csrf, True, fresh)


def for_anybody(reply: Reply, entry: Entry) -> Reply:
    """An answer to whoever has the link, which no search engine is to find."""
    told = (("x-robots-tag", "noindex"), *([entry.cookie] if entry.cookie else []))
    return replace(reply, headers=(*reply.headers, *told))
