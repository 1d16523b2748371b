"""The rehearsal's page, below each preview's address: what was tried, whom to be, and entries to look at."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from runtime.pages import STYLE
from runtime.rehearsal import Rehearsal
from runtime.visit import Reply
from templates.checks import STRANGERS
from templates.planning import Plan
from templates.synthetic import Someone

PATH = "/_slipway/rehearsal"
DO, SEE, BACK, FILL, EMPTY = "do", "see:", "back", "fill", "empty"
"""The form's field, and what its buttons send."""
FILLED, EMPTIED = "filled", "emptied"
NOTES = {
    FILLED: "It has synthetic entries now. Nothing was posted anywhere.",
    EMPTIED: "All entries of this preview are gone.",
    BACK: "You see it as yourself again.",
}
LOOK = (
    STYLE
    + """
button{font:inherit;padding:.5rem .9rem;margin:0 .5rem .5rem 0;border:1px solid var(--line);border-radius:8px;
background:var(--paper);color:var(--ink);cursor:pointer}button:focus-visible{outline:3px solid var(--go)}
ul.ticks{list-style:none;padding:0}ul.ticks li{margin:0 0 .35rem;padding-left:1.6rem;text-indent:-1.6rem}
main{overflow-wrap:anywhere}button{max-width:100%;overflow-wrap:anywhere}
p.note{padding:.6rem .8rem;border-radius:8px;background:var(--paper)}.why{color:var(--soft)}
"""
)
_HASH = b64encode(hashlib.sha256(LOOK.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_MEMBERS = frozenset({"ana", "ben"})


def page(
    title: str, tried: Rehearsal, plan: Plan, now_as: Someone | None, csrf: str, note: str, request_id: str
) -> Reply:
    """The page; `now_as` is whom its reader sees the app as, `note` what was just done or why not."""
    said = f'<p class="note" role="status">{escape(note)}</p>' if note else ""
    main = f"""<h1>Try “{escape(title)}” as others</h1>{said}
<p>{escape(_standing(now_as))} <a href="/">Open the app</a></p>
{_ticks(tried)}
<form method="post" action="{PATH}"><input type="hidden" name="_csrf" value="{escape(csrf)}">
<h2>See it as</h2><p>{_people(plan.people, now_as)}</p>
<h2>Entries</h2><p>{_button(FILL, "Fill it with synthetic entries")}{_button(EMPTY, "Remove all entries")}</p></form>
<small>Only this preview is concerned, never the live app. If you ask for help, give this number:
<strong>{escape(request_id)}</strong></small>"""
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Try “{escape(title)}” as others</title><style>{LOOK}</style><main>{main}</main></html>"
    )
    return Reply(200, body.encode(), policy=POLICY)


def _standing(now_as: Someone | None) -> str:
    return f"You see it as {now_as.name}, {_kind(now_as.role)}." if now_as else "You see it as yourself, its owner."


def _ticks(tried: Rehearsal) -> str:
    leaks = [f"<li>✗ A planted word turned up in {escape(one)}.</li>" for one in tried.leaks]
    rows = [
        f'<li>{"✓" if one.passed else "✗"} {escape(one.says)} <span class="why">{escape(one.why)}</span></li>'
        for one in tried.ticks
    ]
    return f'<h2>What was tried</h2><ul class="ticks">{"".join([*leaks, *rows])}</ul>' if leaks or rows else ""


def _people(people: Sequence[Someone], now_as: Someone | None) -> str:
    others = [_button(f"{SEE}{one.role}", f"{one.name}, {_kind(one.role)}") for one in people if one.role != "owner"]
    return "".join([*([_button(BACK, "Myself")] if now_as else []), *others])


def _kind(role: str) -> str:
    if role in _MEMBERS:
        return "a member"
    if role in STRANGERS:
        return "a guest" if role == "guest" else "somebody from elsewhere"
    return f"its {role.replace('_', ' ')}"


def _button(value: str, text: str) -> str:
    return f'<button name="{DO}" value="{escape(value)}">{escape(text)}</button>'
