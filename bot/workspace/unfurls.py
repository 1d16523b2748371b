"""What the app shows below messages for the links in them: `chat.unfurl`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.workspace.blocks import block_problems
from bot.workspace.config import Json
from bot.workspace.errors import Refused
from bot.workspace.messages import Message
from bot.workspace.shared_links import links, unfurl_id
from bot.workspace.webapi import Ask, method


def _message(ask: Ask) -> Message:
    unfurl, source = ask.text("unfurl_id"), ask.text("source")
    channel, ts = ask.text("channel"), ask.text("ts")
    if unfurl or source:
        if source not in ("conversations_history", "composer"):
            raise Refused("invalid_source" if source else "missing_source")
        if not unfurl:
            raise Refused("missing_unfurl_id")
        channel, _, rest = unfurl.partition(".")
        ts = rest.rpartition(".")[0]
    elif not channel:
        raise Refused("missing_channel")
    elif not ts:
        raise Refused("missing_ts")
    found = ask.harbor.log.get(channel, ts)
    if found is None or (unfurl and unfurl != unfurl_id(found)):
        raise Refused("cannot_find_message")
    return found


def _shown(url: str, given: Any) -> Json:
    if not isinstance(given, Mapping):
        raise Refused("invalid_unfurls_format")
    blocks = given.get("blocks")
    if blocks is None:
        if not any(isinstance(given.get(one), str) for one in ("text", "title", "fallback")):
            raise Refused("invalid_unfurls_format")
        return {**given, "from_url": url, "app_unfurl_url": url, "is_app_unfurl": True}
    if problems := block_problems(blocks):
        raise Refused("cannot_unfurl_url", problems)
    return {"blocks": list(blocks), "from_url": url, "app_unfurl_url": url, "is_app_unfurl": True}


@method("chat.unfurl", "links:write")
def unfurl(ask: Ask) -> Json:
    """Show something below a message for links of the app's own in it."""
    given = ask.parsed("unfurls", "invalid_unfurls_format")
    if not given and not ask.flag("user_auth_required") and not ask.text("user_auth_message"):
        raise Refused("missing_unfurls")
    if not isinstance(given, dict):
        raise Refused("invalid_unfurls_format")
    message = _message(ask)
    if message.bot:
        raise Refused("cannot_unfurl_message")
    shared = {one["url"] for one in links(ask.harbor.config, message.text)}
    if set(given) - shared:
        raise Refused("cannot_unfurl_url")
    shown = [_shown(url, one) for url, one in given.items()]
    kept = [one for one in message.attachments if one["from_url"] not in given]
    ask.harbor.attach(replace(message, attachments=(*kept, *shown)))
    return {}
