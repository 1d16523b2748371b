"""The gallery: what a signed-in visitor may create, with pictures, for whoever would rather look than read.

What it shows is asked of control, visit by visit; pictures and the style are the same for everybody and need no
sign-in, so that the chat can show them as well.
"""

from collections.abc import Mapping
from typing import Any

from runtime import gallery_page, pages, visit
from runtime.gallery_page import Card, Shown
from runtime.pages import Page
from runtime.rate import Rate
from runtime.routes import GALLERY, SHELF
from runtime.visit import Reply, Visit
from runtime.wire import ControlWire, Unreachable

PICTURES, STYLE = "/pictures/", "/shelf.css"
PER_MINUTE = 600
"""Visits of all people together; each asks control."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
KEPT = ("cache-control", "public, max-age=3600")


def picture(origin: str, ref: str) -> str:
    """The address of a template's picture; `origin` is the gallery's, with its slash."""
    return f"{origin.rstrip('/')}{PICTURES}{ref}.png"


class Gallery:
    """What one worker answers at the gallery's origin. `pictures` are PNG files by `name@version`."""

    def __init__(self, pictures: Mapping[str, bytes], wire: ControlWire, scheme: str, domain: str, rate: Rate) -> None:
        self._pictures, self._wire, self._scheme, self._domain, self._rate = pictures, wire, scheme, domain, rate

    def way(self, asked: Visit) -> Reply | None:
        """From the bare domain, where nothing is, to the gallery; None for any other host."""
        name, colon, port = asked.host.partition(":")
        if name != self._domain or asked.path != "/" or visit.method(asked) != "GET":
            return None
        return Reply(302, headers=(("location", f"{self._scheme}://{SHELF}.{self._domain}{colon}{port}/"),))

    def open(self, asked: Visit) -> Reply | None:
        """What everybody may fetch; None for what needs a sign-in."""
        if visit.method(asked) != "GET":
            return None
        if asked.path == STYLE:
            return Reply(200, gallery_page.STYLE.encode(), visit.STATIC_TYPES["css"], headers=(KEPT,))
        found = self._pictures.get(asked.path.removeprefix(PICTURES).removesuffix(".png"))
        if found is None or not asked.path.startswith(PICTURES):
            return None
        shared = ("cross-origin-resource-policy", "cross-origin")
        return Reply(200, found, "image/png", headers=(KEPT, shared))

    async def reply(self, asked: Visit, person: str, request_id: str) -> Reply:
        """The page for this person; control says what they may create."""
        if visit.method(asked) != "GET":
            return pages.reply(pages.NO_METHOD, request_id)
        if asked.path != "/":
            return pages.reply(NOTHING, request_id)
        if refused := self._rate.take(GALLERY.name, SHELF, PER_MINUTE):
            return pages.reply(pages.too_many(GALLERY.title, refused), request_id)
        german = asked.headers.get("accept-language", "").strip().lower().startswith("de")
        try:
            told = await self._wire.ask("shelf", {"person": person, "tongue": "de" if german else "en"})
        except Unreachable:
            return pages.reply(pages.TRY_LATER, request_id)
        shown = _shown(told, self._pictures)
        if shown is None:
            return pages.reply(pages.TRY_LATER, request_id)
        return Reply(200, gallery_page.page(shown, german=german, request_id=request_id), policy=POLICY)


NOTHING = Page(404, "There is nothing here", "The shelf has one page only.", ("/", "To the shelf"))


def _shown(told: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Shown | None:
    """What control told; None when it is not an answer to what was asked."""
    try:
        cards = tuple(
            Card(
                title=str(one["title"]),
                about=str(one["about"]),
                owner=str(one["owner"]),
                version=str(one["version"]),
                used=str(one["used"]),
                lives=str(one["lives"]),
                example=str(one["example"]),
                picture=f"{PICTURES}{one['ref']}.png" if one["ref"] in pictures else "",
            )
            for one in told["offers"]
        )
        return Shown(str(told["name"]), cards, str(told["barred"]))
    except (KeyError, TypeError):
        return None
