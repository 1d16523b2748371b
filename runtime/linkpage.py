"""The pages of a sign-in: which way, and which account of the chat a company's sign-in belongs to.

What a browser holds is a ticket, in a cookie of this one origin: that somebody signed in with the company here. Which
account of the chat is theirs they prove with a code that is sent to that account. It is typed in here, below the two
names in full: a button in the chat could be pressed by somebody who is asked to, for a browser that is not theirs.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import Any, Protocol
from urllib.parse import quote

from runtime import pages, visit
from runtime.entry import Entry
from runtime.identity import token_digest
from runtime.pages import STYLE, Page
from runtime.routes import Route
from runtime.visit import BadVisit, Receive, Reply, Visit
from runtime.wire import ControlWire, Unreachable

PATH, TICKET = "/_slipway/link", "slipway_link"
"""The page's address under each app's origin, and its cookie."""
DO, SEND, LINK, CANCEL = "do", "send", "link", "cancel"
LOOK = (
    STYLE
    + """
button{font:inherit;font-weight:600;padding:.65rem 1.1rem;margin:0 .5rem .5rem 0;border:1px solid var(--line);
border-radius:8px;background:var(--paper);color:var(--ink);cursor:pointer}
button.go{background:var(--go);color:var(--card);border-color:var(--go)}
button:focus-visible,input:focus-visible{outline:3px solid var(--go);outline-offset:2px}
label{display:block;margin:0 0 .35rem;font-weight:600}
input[type=text]{font:inherit;width:100%;padding:.6rem .75rem;margin:0 0 1rem;border:1px solid var(--soft);
border-radius:8px;background:var(--paper);color:var(--ink)}
dl{margin:0 0 1.25rem;padding:1rem;border:1px solid var(--line);border-radius:10px;background:var(--paper)}
dt{color:var(--soft);font-size:.9rem}dd{margin:0 0 .6rem;font-weight:600;overflow-wrap:anywhere}dd:last-child{margin:0}
p.note{padding:.6rem .8rem;border-radius:8px;background:var(--paper);border:1px solid var(--line)}
a.go{margin:0 .5rem .5rem 0}
"""
)
_HASH = b64encode(hashlib.sha256(LOOK.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
GONE = Page(403, "That took too long", "Please open the app again and sign in once more.", ("/", "Open the app"))
NOTES: Mapping[str, str] = {
    "sent": "If there is such an account, a code was sent to it just now. It is good for ten minutes.",
    "wrong": "That was not the code. Please look at the newest message from Slipway.",
}


class Doors(Protocol):
    """What the page needs of the doorman."""

    def named(self, cookie: str) -> str: ...
    def cookie(self, name: str, value: str, seconds: int) -> tuple[str, str]: ...
    def entered(self, token: str) -> tuple[str, str]: ...
    def genuine(self, asked: Visit, entry: Entry, form: Mapping[str, list[str]]) -> bool: ...


def choice(company: str, way: str) -> Reply:
    """Which sign-in; `way` is the address to which its name is put."""
    links = "".join(
        f'<a class="go" href="{escape(way + value)}">Sign in with {escape(called)}</a>'
        for value, called in (("slack", "Slack"), ("company", company))
    )
    return _reply(200, "Please sign in", f"<p>This app is for people of your organisation.</p><p>{links}</p>")


def _reply(status: int, title: str, body: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{LOOK}</style><main><h1>{escape(title)}</h1>{body}</main></html>"
    )
    return Reply(status, html.encode(), policy=POLICY, headers=(("cache-control", "no-store"), *headers))


class Linking:
    """The page, at each app's origin."""

    def __init__(self, wire: ControlWire, doors: Doors) -> None:
        self._wire, self._doors = wire, doors

    async def answer(self, asked: Visit, route: Route, receive: Receive) -> Reply | Page:
        """Show where the link stands, or take what was sent."""
        ticket = asked.cookies.get(self._doors.named(TICKET), "")
        about = {"app": route.app, "stage": route.stage, "ticket": ticket}
        to = asked.query.get("to", ["/"])[0]
        to = to if visit.stays(to) else "/"
        try:
            if not ticket or asked.method not in ("GET", "POST"):
                return GONE
            if asked.method == "POST":
                return await self._take(asked, about, to, receive)
            told = await self._wire.ask("link", about)
            return GONE if "why" in told else page(told, ticket, to)
        except Unreachable:
            return pages.TRY_LATER

    async def _take(self, asked: Visit, about: Mapping[str, str], to: str, receive: Receive) -> Reply | Page:
        body = None if visit.too_large(asked) else await visit.body(receive)
        if body is None:
            return pages.TOO_LARGE
        try:
            form = visit.form(asked.headers.get("content-type", ""), body)
        except BadVisit:
            return pages.UNSUPPORTED
        if not self._doors.genuine(asked, Entry("", "", "", False, _csrf(about["ticket"])), form):
            return pages.FORGED
        done, over = form.get(DO, [""])[0], self._doors.cookie(TICKET, "", 0)
        if done == CANCEL:
            await self._wire.ask("link-cancel", about)
            return Reply(303, headers=(("location", to), over))
        said = {**about, "handle": form.get("handle", [""])[0][:80], "code": form.get("code", [""])[0][:20]}
        told = await self._wire.ask("link-code" if done == SEND else "link-confirm", said)
        if "why" in told:
            return GONE
        if token := told.get("token"):
            return Reply(303, headers=(("location", to), over, self._doors.entered(str(token))))
        return page({**told, "note": NOTES.get(str(told.get("note")), "")}, about["ticket"], to)


def _csrf(ticket: str) -> str:
    """Only a page of this origin that was made for this ticket holds it."""
    return token_digest(f"link:{ticket}")[:32]


def page(told: Mapping[str, Any], ticket: str, to: str) -> Reply:
    """First the account of the chat is named; then both stand side by side, above the code that proves it."""
    company, shown, handle = (escape(str(told.get(name, ""))) for name in ("company", "shown", "handle"))
    note, why = escape(str(told.get("note", ""))), escape(str(told.get("because", "")))
    hidden = f'<input type="hidden" name="_csrf" value="{_csrf(ticket)}">'
    target = quote(to, safe="")
    action = escape(f"{PATH}?to={target}")
    form = f'<form method="post" action="{action}">{hidden}'
    cancel = f'<button name="{DO}" value="{CANCEL}" formnovalidate>Do not link</button>'
    notes = "".join(f'<p class="note" role="status">{one}</p>' for one in (why, note) if one)
    accounts = f"<dl><dt>{company} account</dt><dd>{shown}</dd>"
    if not handle:
        body = (
            f"{notes}<p>You signed in with {company}. Slipway does not know yet who that is in Slack.</p>"
            f"{accounts}</dl>"
            f'{form}<label for="handle">Your handle in Slack</label>'
            '<input type="text" id="handle" name="handle" required maxlength="80" placeholder="@ana" '
            'autocomplete="off">'
            f'<button class="go" name="{DO}" value="{SEND}">Send a code to it</button>{cancel}</form>'
        )
        return _reply(200, "Whose sign-in is this?", body)
    body = (
        f"{notes}<p>From then on, whoever signs in with this {company} account is this person in Slack, and may open "
        f"what they may.</p>{accounts}<dt>Slack account</dt><dd>@{handle}</dd></dl>"
        f'{form}<label for="code">The code that Slipway sent to @{handle} in Slack</label>'
        '<input type="text" id="code" name="code" required maxlength="20" inputmode="numeric" '
        'autocomplete="one-time-code" autofocus>'
        f'<button class="go" name="{DO}" value="{LINK}">Link these two</button>{cancel}</form>'
        "<p>Another Slack account? Do not link these, and sign in once more.</p>"
    )
    return _reply(200, "Link these two accounts?", body)
