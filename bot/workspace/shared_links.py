"""Links in messages: which of them the app hears of (`link_shared`)."""

import re
from urllib.parse import urlsplit

from bot.workspace.config import Config, Json, id_of
from bot.workspace.messages import Message

MOST = 5
"""Links of one message that are told; Slack's own limit."""
_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>|(https?://[^\s<>|\"]+)")


def links(config: Config, text: str) -> list[Json]:
    """The links in a message whose domain the app has registered, or a subdomain of it, as Slack names them."""
    found = [one or other for one, other in _LINK.findall(text)]
    told = [{"domain": domain, "url": url} for url in dict.fromkeys(found) if (domain := _domain(config, url))]
    return told[:MOST]


def _domain(config: Config, url: str) -> str:
    try:
        host = urlsplit(url.replace("&amp;", "&")).hostname or ""
    except ValueError:
        return ""
    return next((one for one in config.unfurl_domains if host == one or host.endswith(f".{one}")), "")


def event(config: Config, message: Message, member: bool) -> Json | None:
    """The `link_shared` event of what somebody said; None where no link in it concerns the app."""
    found = links(config, message.text)
    if message.bot or not found or "links:read" not in config.scopes:
        return None
    return {
        "type": "link_shared",
        "user": message.user,
        "channel": message.channel,
        "message_ts": message.ts,
        "unfurl_id": unfurl_id(message),
        "source": "conversations_history",
        "is_bot_user_member": member,
        "links": found,
        "event_ts": message.ts,
    } | ({"thread_ts": message.thread} if message.thread else {})


def unfurl_id(message: Message) -> str:
    """What names a message in `chat.unfurl` besides its channel and ts."""
    return f"{message.channel}.{message.ts}.{id_of('F', message.channel + message.ts).lower()}"
