"""Slack's payloads as values of ours: pure readers, no connection."""

import html
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Drafted, Place, Pressed, Profile, Shared, Submitted

Values = Mapping[str, str | Sequence[str] | None]

MENTION = re.compile(r"^\s*<@(?P<who>[UW][A-Z0-9]+)(?:\|[^>]*)?>[\s,:]*")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)\|([^>]*)>")
_GROUP = re.compile(r"<!subteam\^[A-Z0-9]+\|@?([^>]*)>")
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of characters: no database takes them."""
_LINK = re.compile(r"<(https?://[^|>]+)(?:\|([^>]*))?>")


def plain_text(text: str) -> str:
    """Slack's encoding undone, once: entities, and channel, group and link marks; user marks stay for a look-up."""
    text = _CHANNEL.sub(r"#\2", text)
    text = _GROUP.sub(r"@\1", text)
    text = _LINK.sub(lambda found: found[2] or found[1], text)
    return html.unescape(text)


def pressed(body: Mapping[str, Any]) -> Pressed:
    """A press of a button."""
    action = body["actions"][0]
    channel = body.get("channel", {}).get("id", "")
    message = body.get("message", {})
    # A message that one person alone sees is not in the payload; where it stands is.
    within = (body.get("container") or {}).get("thread_ts")
    return Pressed(
        key=f"{body['user']['id']}:{action.get('action_ts', '')}:{action['action_id']}",
        place=place(body["team"]["id"], channel, message.get("thread_ts") or message.get("ts") or within),
        user=body["user"]["id"],
        action=".".join(action["action_id"].split(".")[:2]),
        value=action.get("value", ""),
        message=message.get("ts", ""),
        trigger=body.get("trigger_id", ""),
        response_url=body.get("response_url", ""),
    )


def shared(body: Mapping[str, Any], event: Mapping[str, Any]) -> Shared:
    """A message with links in it. What is being written and not sent yet has no ts."""
    return Shared(
        key=body["event_id"],
        place=place(body["team_id"], str(event.get("channel") or ""), event.get("thread_ts")),
        user=str(event.get("user") or ""),
        ts=str(event.get("message_ts") or ""),
        urls=tuple(str(one.get("url") or "") for one in event.get("links") or ()),
        unfurl=str(event.get("unfurl_id") or ""),
        source=str(event.get("source") or ""),
    )


def owner(body: Mapping[str, Any], view: Mapping[str, Any]) -> str:
    """The workspace of a form: a partner's own team stands in the body; ours is the one whose app opened the form."""
    return str(view.get("app_installed_team_id") or body["team"]["id"])


def submitted(body: Mapping[str, Any], view: Mapping[str, Any], values: Values, removed: tuple[str, ...]) -> Submitted:
    """A form sent, with its values scrubbed."""
    return Submitted(
        key=f"{view['id']}:{view.get('hash') or secrets.token_hex(4)}",
        workspace=owner(body, view),
        user=body["user"]["id"],
        form=view["callback_id"],
        about=view.get("private_metadata", ""),
        values=values,
        removed=removed,
    )


def drafted(body: Mapping[str, Any], view: Mapping[str, Any], values: Values) -> Drafted:
    """A form as it stands, with its values scrubbed."""
    return Drafted(owner(body, view), body["user"]["id"], view.get("private_metadata", ""), values)


def first(view: Mapping[str, Any]) -> str:
    """The block to which an error about the whole form is pinned."""
    return str(next(iter(view["state"]["values"]), "reason"))


def place(workspace: str, channel: str, thread: str | None) -> Place:
    """Slack's ids of direct conversations begin with a D."""
    return Place(workspace, channel, thread, "dm" if channel.startswith("D") else "channel")


def addressed(body: Mapping[str, Any], text: str) -> str:
    """The text without the mention of us that it begins with; that of somebody else is part of what is said."""
    found = MENTION.match(text)
    return text[found.end() :] if found and (not ours(body) or found["who"] in ours(body)) else text


def ours(body: Mapping[str, Any]) -> frozenset[str]:
    """Our own accounts, as an event names them; empty where it does not."""
    return frozenset(str(one["user_id"]) for one in body.get("authorizations") or () if one.get("user_id"))


def by_bot(body: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether a message comes of a bot that is not us."""
    if event.get("subtype") not in (None, "bot_message") or not (event.get("bot_id") or event.get("subtype")):
        return False
    return event.get("user") not in ours(body) and event.get("app_id", "") != body.get("api_app_id", "-")


def words_of(event: Mapping[str, Any]) -> str:
    """What a message says: in a thread its own text alone, for a file's name is nobody's wish."""
    return str(event.get("text", "")).strip() if event.get("thread_ts") else text_of(event)


def text_of(event: Mapping[str, Any]) -> str:
    """The words of a message; names of its files count as words."""
    files = " ".join(str(one.get("title") or one.get("name") or "") for one in event.get("files", []))
    return f"{event.get('text', '')} {files}".strip()


def profile(user: str, found: Mapping[str, Any], ours: str) -> Profile:
    """A user as `users.info` shows them; `ours` is the id of our own team."""
    about = found.get("profile", {})
    team = str(found.get("team_id") or ours)
    # Of one enterprise, people have a home team and belong to others as well.
    teams = {team, *(found.get("enterprise_user") or {}).get("teams", ())}
    return Profile(
        user=user,
        name=about.get("real_name") or found.get("real_name") or found.get("name", user),
        handle=found.get("name", user),
        guest=bool(found.get("is_restricted") or found.get("is_ultra_restricted")),
        bot=bool(found.get("is_bot")),
        deleted=bool(found.get("deleted")),
        email=about.get("email", ""),
        locale=found.get("locale", ""),
        partner=bool(found.get("is_stranger")) or ours not in teams,
    )
