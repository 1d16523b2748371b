"""Who answers for templates, asked of the chat when this command may ask it."""

from collections.abc import Callable

from bot import settings
from bot.chat import ChatError, GroupState
from bot.settings import BadSetting

Owner = Callable[[str], GroupState | None]
"""What the chat says of a group; None when it cannot be asked."""


def asked() -> Owner:
    """The chat that the environment names; without its token nobody is asked."""
    try:
        slack = settings.read().slack
    except BadSetting:
        return lambda handle: None
    from bot.slack.web_api import SlackChat

    chat = SlackChat(slack.bot_token, slack.api_url)

    def state(handle: str) -> GroupState | None:
        try:
            return chat.group_state(handle)
        except ChatError:
            return None

    return state
