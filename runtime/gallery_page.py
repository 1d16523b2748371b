"""The gallery's one page: plain HTML without a script, read on a phone as well as on a wall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

STYLE = """:root{color-scheme:light dark;--ink:#1c2430;--soft:#4d5969;--paper:#f5f6f8;--card:#fff;--line:#d9dee6;
--go:#0b5c8a;--wash:#eaf2f7}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf4;--soft:#aab5c4;--paper:#12161c;--card:#1b212a;--line:#333d4a;
--go:#7cc4f0;--wash:#22303c}}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
main{max-width:76rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1{margin:0 0 .35rem;font-size:1.75rem;line-height:1.2}
.lead{max-width:44rem;margin:0 0 1.75rem;color:var(--soft)}
ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1.25rem;margin:0;padding:0;list-style:none}
li{display:flex;flex-direction:column;background:var(--card);border:1px solid var(--line);border-radius:14px;
overflow:hidden}
.look{display:block;width:100%;height:17rem;object-fit:cover;object-position:top;background:#fff;
border-bottom:1px solid var(--line)}
.none{display:grid;place-items:center;color:var(--soft);background:var(--wash)}
.said{display:flex;flex:1;flex-direction:column;gap:.6rem;padding:1rem 1.1rem 1.1rem}
h2{margin:0;font-size:1.15rem;line-height:1.3}p{margin:0}
.facts{margin:0;display:grid;grid-template-columns:auto 1fr;gap:.15rem .75rem;font-size:.9rem}
.facts dt{color:var(--soft)}.facts dd{margin:0}
.try{margin-top:auto;padding-top:.35rem;font-size:.9rem;color:var(--soft)}
code{display:block;margin-top:.25rem;padding:.55rem .7rem;border-radius:8px;background:var(--wash);color:var(--ink);
font:.875rem/1.45 ui-monospace,monospace;user-select:all}
code:focus-visible{outline:3px solid var(--go);outline-offset:2px}
.barred{padding:1.25rem;background:var(--card);border:1px solid var(--line);border-radius:14px}
footer{margin-top:2rem;color:var(--soft);font-size:.9rem}a{color:var(--go)}
"""


@dataclass(frozen=True, slots=True)
class Card:
    """One template in words; `picture` is a path, or empty."""

    title: str
    about: str
    owner: str
    version: str
    used: str
    lives: str
    example: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Who looks, and what they may create, or why nothing."""

    name: str
    cards: Sequence[Card] = ()
    barred: str = ""


_EN: Mapping[str, str] = {
    "title": "What you can make",
    "lead": "Each of these is made from one sentence in Slack. Copy the sentence below a picture, paste it there, and "
    "change it to what you need.",
    "try": "Say in Slack:",
    "owner": "Owner",
    "version": "Version",
    "used": "Used",
    "lives": "Lifetime",
    "look": "A page of such an app: {title}",
    "none": "No picture yet",
    "nothing": "No template is offered at the moment.",
    "you": "You are signed in as {name}.",
    "out": "Sign out",
    "help": "If you ask for help, give this number:",
}
_DE: Mapping[str, str] = {
    "title": "Was du machen kannst",
    "lead": "Jedes davon entsteht aus einem Satz in Slack. Kopier den Satz unter einem Bild, füg ihn dort ein und "
    "ändere ihn so, wie du es brauchst.",
    "try": "Sag in Slack:",
    "owner": "Zuständig",
    "version": "Version",
    "used": "Benutzt",
    "lives": "Laufzeit",
    "look": "Eine Seite einer solchen App: {title}",
    "none": "Noch kein Bild",
    "nothing": "Im Moment wird keine Vorlage angeboten.",
    "you": "Du bist angemeldet als {name}.",
    "out": "Abmelden",
    "help": "Wenn du um Hilfe bittest, nenn diese Nummer:",
}


def page(shown: Shown, *, german: bool, request_id: str) -> bytes:
    """The whole page; everything in it is escaped."""
    words = _DE if german else _EN
    body = f'<p class="barred">{escape(shown.barred)}</p>' if shown.barred else _list(shown.cards, words)
    lead = "" if shown.barred else f'<p class="lead">{escape(words["lead"])}</p>'
    you = escape(words["you"].format(name=shown.name))
    return (
        f'<!doctype html><html lang="{"de" if german else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(words["title"])}</title><link rel="stylesheet" href="/shelf.css"></head><body><main>'
        f"<h1>{escape(words['title'])}</h1>{lead}{body}"
        f'<footer><p>{you} <a href="/_slipway/sign-out">{escape(words["out"])}</a></p>'
        f"<p>{escape(words['help'])} {escape(request_id)}</p></footer></main></body></html>"
    ).encode()


def _list(cards: Sequence[Card], words: Mapping[str, str]) -> str:
    if not cards:
        return f'<p class="barred">{escape(words["nothing"])}</p>'
    return f"<ul>{''.join(_card(one, words) for one in cards)}</ul>"


def _card(one: Card, words: Mapping[str, str]) -> str:
    alt = escape(words["look"].format(title=one.title))
    picture = (
        f'<img class="look" src="{escape(one.picture)}" alt="{alt}" width="390" height="585" loading="lazy">'
        if one.picture
        else f'<div class="look none">{escape(words["none"])}</div>'
    )
    facts = "".join(
        f"<dt>{escape(words[name])}</dt><dd>{escape(value)}</dd>"
        for name, value in (("owner", one.owner), ("version", one.version), ("used", one.used), ("lives", one.lives))
    )
    return (
        f'<li>{picture}<div class="said"><h2>{escape(one.title)}</h2><p>{escape(one.about)}</p>'
        f'<dl class="facts">{facts}</dl>'
        f'<div class="try">{escape(words["try"])}'
        f'<code tabindex="0">/slipway {escape(one.example)}</code></div></div></li>'
    )
