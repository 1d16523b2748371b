"""The asker's words as people read them."""

import re

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|([^>]*))?>")


def spelled(text: str) -> str:
    """The asker's words for people to read: a mention as its label, for the mark itself is nobody's name."""
    return _MENTION.sub(lambda found: f"@{found[1]}" if found[1] else "@…", text)
