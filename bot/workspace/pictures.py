"""Pictures of people: initials on a colour of their own, the bot as a small boat on its slip."""

import html

from bot.workspace.directory import User

# Each at least 4.5:1 against white text.
COLOURS = ("#7a3e9d", "#0f6b70", "#a13d2d", "#2b5fa8", "#7a5a00", "#3b6e22", "#a02c62", "#4a4fb0")
_BOAT = (
    '<path d="M8 22h24l-4 7H12z" fill="#fff"/><path d="M19 8v12h-8z" fill="#cfeeea"/>'
    '<path d="M21 11v9h7z" fill="#fff"/>'
)


def picture(user: User, place: int) -> str:
    """A 40 by 40 SVG. `place` is the person's place among all, so that neighbours differ."""
    if user.bot:
        return _svg("#0b5754", _BOAT)
    initials = "".join(part[0] for part in user.name.split()[:2]).upper()
    colour = COLOURS[place % len(COLOURS)]
    style = 'fill="#fff" font-family="Inter,Segoe UI,system-ui,sans-serif" font-size="16" font-weight="600"'
    return _svg(colour, f'<text x="20" y="26" text-anchor="middle" {style}>{html.escape(initials)}</text>')


def _svg(colour: str, inside: str) -> str:
    box = f'<rect width="40" height="40" rx="9" fill="{colour}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">{box}{inside}</svg>'
