"""Pages of the platform itself: what a visitor sees when there is no answer from an app to show."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from runtime.rate import Refused
from runtime.visit import Reply
from templates.label import Label

STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#536072;--paper:#f5f6f8;--card:#fff;--line:#d9dee6;--go:#0b5c8a}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf4;--soft:#a8b3c2;--paper:#12161c;--card:#1b212a;--line:#333d4a;--go:#7cc4f0}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.25rem;
font:1rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{width:100%;max-width:32rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:14px;
overflow-wrap:anywhere}
h1{margin:0 0 .75rem;font-size:1.45rem;line-height:1.25}p,ul{margin:0 0 1rem}
h2{margin:0 0 .35rem;font-size:1.05rem}ul{padding-left:1.25rem}
a.go{display:inline-block;padding:.65rem 1.1rem;border-radius:8px;background:var(--go);color:var(--card);
font-weight:600;text-decoration:none}
a.go:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
small{display:block;margin-top:1.25rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);
overflow-wrap:anywhere}
"""
_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@dataclass(frozen=True, slots=True)
class Page:
    """A platform page before it is HTTP."""

    status: int
    title: str
    text: str
    action: tuple[str, str] | None = None
    """A link: where to, and its words."""
    points: Sequence[tuple[str, Sequence[str]]] = ()
    """Lists below the text, each with its heading."""
    wait: int = 0
    """Seconds after which it is worth trying again; 0 says nothing of it."""

    def html(self, request_id: str) -> bytes:
        """The page, whole; everything in it is escaped."""
        link = (
            f'<p><a class="go" href="{escape(self.action[0])}">{escape(self.action[1])}</a></p>' if self.action else ""
        )
        lists = "".join(
            f"<h2>{escape(heading)}</h2><ul>{''.join(f'<li>{escape(one)}</li>' for one in said)}</ul>"
            for heading, said in self.points
        )
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{escape(self.title)}</title><style>{STYLE}</style>"
            f"<main><h1>{escape(self.title)}</h1><p>{escape(self.text)}</p>{lists}{link}"
            f"<small>If you ask for help, give this number: <strong>{escape(request_id)}</strong></small></main></html>"
        ).encode()


def reply(page: Page, request_id: str) -> Reply:
    """The page as a response."""
    headers = (("retry-after", str(page.wait)),) if page.wait else ()
    return Reply(page.status, page.html(request_id), policy=POLICY, headers=headers)


BREACHES: Mapping[str, tuple[int, str]] = {
    "OutOfCpu": (503, "It needed more computing time than it may use."),
    "OutOfMemory": (503, "It needed more memory than it may use."),
    "TimedOut": (504, "It took too long to answer."),
    "TooMuchOutput": (502, "Its answer was larger than allowed."),
    "StoreFull": (507, "It has no room for more entries."),
    "Crashed": (500, "It ran into an error of its own."),
    "Denied": (403, "It tried something it may not do."),
}
LASTING = frozenset({"StoreFull", "Denied"})
"""Breaches that come again until somebody does something about them."""


def breach(kind: str, title: str) -> Page:
    """An app that did not answer, by the kind of its Breach."""
    status, why = BREACHES.get(kind, (500, "It did not answer."))
    then = "Its owner was told and has to see to it." if kind in LASTING else "Please try again in a moment."
    return Page(status, f"{title} could not answer", f"{why} Nothing you typed was saved. {then}")


def too_many(title: str, refused: Refused) -> Page:
    """More requests in a minute than the app or its team may have."""
    seconds = "a second" if refused.wait == 1 else f"{refused.wait} seconds"
    text = f"{refused.why} Nothing you typed was saved. Please try again in {seconds}."
    return Page(429, f"{title} is very busy", text, wait=refused.wait)


def paused(title: str) -> Page:
    """An app that Slipway stopped because something went wrong again and again."""
    text = "Something kept going wrong, so Slipway stopped it for now. Its entries are safe, and its owner was told."
    return Page(503, f"{title} is paused", f"{text} Please come back later.")


def unusable(title: str, *, unproved: bool = False) -> Page:
    """An app whose files are missing, damaged, or signed by nobody we trust: nothing else is run in their place."""
    damaged, unsigned = "Its files are not as they were published", "Nobody whom Slipway trusts signed its files"
    text = f"{unsigned if unproved else damaged}, so nothing of it was run. Its entries are safe."
    return Page(503, f"{title} cannot be opened", f"{text} Please try again later.", wait=60)


def about(title: str, said: Label, *, preview: bool, sign_in: bool = False) -> Page:
    """What an app can and cannot do, in the words that its approvers read."""
    text = (
        "This is a preview: nobody has approved it yet, and it reaches nothing outside."
        if preview
        else (
            "Slipway keeps it to this, whatever its own pages say: what was approved, less what was taken back since."
        )
    )
    points = (("This app can", said.can), ("It cannot", said.cannot))
    # Of an app that is open to the public nobody is asked to sign in; its owner finds the way here.
    way = ("/_slipway/sign-in?to=/", "Sign in") if sign_in else ("/", "Back to the app")
    return Page(200, f"What {title} can do", text, way, points)


def day(at: int) -> str:
    """A date that needs no looking up: `7 December 2026`."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.day} {moment:%B %Y}"


VERBS: Mapping[str, str] = {"archived": "was archived", "suspended": "is being archived"}
"""What became of an app that is over, by its stage."""


def tombstone(
    title: str, stage: str, ended_at: int | None, *, export: bool, keeper: str = "", until: int = 0, owner: bool = True
) -> Page:
    """What stands where an app was. `until` is the second up to which it can be restored; `owner` looks at it."""
    verb = VERBS.get(stage, "has ended")
    ends = {"is being archived": "has answered nobody since", "was archived": "was archived on"}.get(verb, "ended on")
    when = f"{ends} {day(ended_at)}" if ended_at else verb
    who = f" {keeper} looked after it." if keeper else ""
    said = f" {keeper or 'Its owner'} looked after it, and can restore it until {day(until)}." if until else who
    final = " It cannot be restored." if verb == "has ended" else ""
    kept = " Its entries were exported first; the owner can download them." if export else ""
    action = ("/_slipway/export", "Download the export") if export and owner else None
    return Page(410, f"{title} {verb}", f"This app {when}.{said}{final}{kept}", action)


def preview_over(title: str) -> Page:
    """What stands at a preview's address once the app was changed: each change has an address of its own."""
    return Page(
        410,
        f"This preview of {title} is over",
        "The app was changed or published since. The card in its Slack thread leads to what there is now.",
    )


NOT_FOUND = Page(404, "There is no app here", "The address may be mistyped, or the app was never published.")
WRONG_STAGE = Page(404, "Nothing is published here yet", "Open the preview from its thread, or publish it there first.")
SIGN_IN_FIRST = Page(401, "Please sign in first", "Open the page again and sign in; then send the form once more.")
TRY_LATER = Page(503, "Slipway cannot check this right now", "Please try again in a minute.")
INTERRUPTED = Page(
    503,
    "The answer was interrupted",
    "What was working on it had to be started again. Look whether what you sent is there before you send it once more.",
    wait=2,
)
FORGED = Page(403, "That form is too old", "Go back, reload the page and send it again. Nothing was saved.")
TOO_LARGE = Page(413, "That is too much at once", "Please send less text. Nothing was saved.")
UNSUPPORTED = Page(415, "That kind of form is not supported", "Please use the app's own form. Nothing was saved.")
NO_METHOD = Page(405, "That does not work here", "Pages can be opened and forms can be sent; nothing else.")
SIGNED_OUT = Page(200, "You are signed out", "This app will not know you until you sign in again.", ("/", "Sign in"))
BAD_SIGN_IN = Page(
    403, "The sign-in did not work", "Please open the app again and sign in once more.", ("/", "Open the app")
)


def outsider(title: str) -> Page:
    """A signed-in person who does not belong to the audience."""
    return Page(
        403,
        f"{title} is not open to you",
        "It is open to the people of the channel it was made for. Ask its owner in Slack to share it with you.",
    )
