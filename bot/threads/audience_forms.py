"""The forms about who may open an app, and about passing it on."""

from collections.abc import Mapping
from typing import Any

from bot.threads.forms import SHARE, WHO, modal, wrapped
from bot.wording import audience_words as said
from bot.wording.blocks import OPTION_TEXT, plain

MOST_SHARED = 5
"""People, and channels, that an app is shared with at once."""
LONGEST = 200
"""Characters of the names; as many as the answer may have."""


def audience_form(about: str, kinds: Mapping[str, str], picked: str, names: str) -> Mapping[str, Any]:
    """Who may open an app: what can be picked, by its word, and what is named besides."""
    options = {word: {"text": plain(text, OPTION_TEXT), "value": word} for word, text in kinds.items()}
    menu = {"type": "static_select", "options": [*options.values()], "initial_option": options[picked]}
    text = {"type": "plain_text_input", "max_length": LONGEST, **({"initial_value": names} if names else {})}
    fields = (
        wrapped("open_to", said.PICK, menu, said.PICK_HINT, optional=False),
        wrapped("names", said.NAMES, text, said.NAMES_HINT, optional=True),
    )
    return modal(WHO, about, said.WHO, fields, submit=said.WHO_SEND)


def share_form(about: str) -> Mapping[str, Any]:
    """With whom an app is shared: people and channels."""
    people = {"type": "multi_users_select", "max_selected_items": MOST_SHARED}
    places = {
        "type": "multi_conversations_select",
        "max_selected_items": MOST_SHARED,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    fields = (
        wrapped("people", said.TO_PERSON, people, said.SHARE_HINT, optional=True),
        wrapped("channels", said.TO_CHANNEL, places, said.CHANNEL_HINT, optional=True),
    )
    return modal(SHARE, about, said.SHARE, fields, submit=said.SHARE_SEND)
