"""Chat, spoken to Slack's Web API (or to anything that speaks it at another base URL)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.chat import Block, Channel, ChatError, Chunk, GroupState, Message, Place, Profile, Shared
from bot.slack import payloads, progress, uploads

PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's words for 'not now'; every other error will be the same tomorrow."""
EVENT_TYPE = "slipway_post"
PAGES = 20
"""At most so many pages of 200 members or channels: 4,000, far above a channel that approves lunch surveys."""


FEW = 20
"""People who are looked up one by one; of more, the list of everybody is asked for."""


class SlackChat:
    """One workspace through one token. Nothing is retried in here: the outbox tries again, looking first."""

    def __init__(self, token: str, api_url: str, timeout: int = 5) -> None:
        self._client = WebClient(token=token, base_url=api_url, timeout=timeout, retry_handlers=[])
        self._timeout = timeout

    def post(self, place: Place, message: Message, key: str) -> str:
        """Post into the place's thread, carrying the key as metadata."""
        reply = self._call(
            "chat.postMessage",
            channel=place.channel,
            thread_ts=place.thread,
            text=message.text,
            blocks=list(message.blocks) or None,
            metadata=_metadata(key),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(reply["ts"])

    def find(self, place: Place, key: str, since: int) -> str | None:
        """Look for our message by its key among the newest of the thread, or of the channel."""
        asked: dict[str, Any] = {
            "channel": place.channel,
            "include_all_metadata": True,
            "oldest": str(since),
            "limit": 200,
        }
        method = "conversations.replies" if place.thread else "conversations.history"
        if place.thread:
            asked["ts"] = place.thread
        for one in self._call(method, **asked)["messages"]:
            metadata = one.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
                return str(one["ts"])
        return None

    def update(self, channel: str, ts: str, message: Message) -> None:
        """Replace a message of ours in place."""
        self._call("chat.update", channel=channel, ts=ts, text=message.text, blocks=list(message.blocks))

    def whisper(self, place: Place, user: str, message: Message) -> None:
        """Show a message to one person only."""
        self._call(
            "chat.postEphemeral",
            channel=place.channel,
            user=user,
            thread_ts=place.thread,
            text=message.text,
            blocks=list(message.blocks) or None,
        )

    def unfurl(self, shared: Shared, blocks: Mapping[str, Sequence[Block]]) -> None:
        """Show blocks below a message, link by link."""
        named = {"unfurl_id": shared.unfurl, "source": shared.source}
        where: Mapping[str, Any] = named if shared.unfurl else {"channel": shared.place.channel, "ts": shared.ts}
        self._call("chat.unfurl", **{**where, "unfurls": {url: {"blocks": list(one)} for url, one in blocks.items()}})

    def respond(self, response_url: str, text: str) -> None:
        """Answer privately by a response_url."""
        try:
            reply = WebhookClient(response_url, timeout=self._timeout, retry_handlers=[]).send(
                text=text, response_type="ephemeral", replace_original=False
            )
        except (SlackClientError, OSError) as error:
            raise ChatError("unreachable", permanent=False) from error
        if reply.status_code != 200:
            raise ChatError(f"response_url_{reply.status_code}", permanent=reply.status_code < 500)

    def open_form(self, trigger: str, view: Mapping[str, Any]) -> str:
        """Open a modal."""
        return str(self._call("views.open", trigger_id=trigger, view=dict(view))["view"]["id"])

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        """Show this view as somebody's Home tab."""
        self._call("views.publish", user_id=user, view=dict(view))

    def update_form(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Replace an open modal."""
        self._call("views.update", view_id=view_id, view=dict(view))

    def upload(self, content: bytes, name: str, alt: str) -> str:
        """Upload a picture that nobody sees until a message shows it; its id."""
        return uploads.upload(self._call, content, name, alt, self._timeout)

    def remove(self, file: str) -> None:
        """Take a picture of ours away."""
        uploads.remove(self._call, file)

    def profile(self, user: str) -> Profile:
        """Look one person up."""
        return payloads.profile(user, self._call("users.info", user=user, include_locale=True)["user"], self._ours)

    def profiles(self, users: Collection[str]) -> Mapping[str, Profile]:
        """Look many people up: a few one by one, many in the list of everybody."""
        if len(users) <= FEW:
            return {user: self.profile(user) for user in users}
        everybody = {str(one["id"]): one for one in self._all("users.list", "members")}
        return {user: payloads.profile(user, everybody[user], self._ours) for user in users if user in everybody}

    def known(self, handles: Collection[str]) -> Mapping[str, Profile]:
        """The people with these handles."""
        everybody = self._all("users.list", "members") if handles else []
        profiles = (payloads.profile(str(one["id"]), one, self._ours) for one in everybody)
        # Somebody of another organisation may have the same handle: it names ours.
        found = {one.handle.lower(): one for one in profiles if not one.deleted and not one.partner}
        return {handle: found[handle] for handle in handles if handle in found}

    def suggest(self, channel: str, title: str, prompts: Sequence[tuple[str, str]]) -> None:
        """Suggest prompts in a direct conversation."""
        progress.suggest(self._call, channel, title, prompts)

    def start_stream(self, place: Place, chunks: Sequence[Chunk]) -> str:
        """Begin a streamed message."""
        return progress.start(self._call, place, chunks)

    def append_stream(self, channel: str, ts: str, chunks: Sequence[Chunk]) -> None:
        """Go on with it."""
        progress.append(self._call, channel, ts, chunks)

    def stop_stream(self, channel: str, ts: str, chunks: Sequence[Chunk], key: str) -> None:
        """End it."""
        progress.stop(self._call, channel, ts, chunks, _metadata(key))

    def begun(self, place: Place, since: int) -> str | None:
        """A stream of ours whose beginning we did not hear of."""
        asked = {"channel": place.channel, "ts": place.thread, "oldest": str(since), "include_all_metadata": True}
        return progress.begun(self._call("conversations.replies", limit=200, **asked)["messages"], self.me()[1])

    def inside(self, channel: str) -> bool:
        """Whether we are in a conversation; of one that the chat does not tell us of, we are not."""
        try:
            found = self._call("conversations.info", channel=channel)["channel"]
        except ChatError as error:
            if error.code in ("channel_not_found", "not_in_channel"):
                return False
            raise
        return bool(found.get("is_member") or found.get("is_im"))

    def members(self, channel: str) -> frozenset[str]:
        """The user ids in a channel."""
        return frozenset(self._all("conversations.members", "members", channel=channel))

    def group(self, handle: str) -> frozenset[str]:
        """The user ids of a user group by its handle."""
        found = self._group(handle)
        return frozenset(self._call("usergroups.users.list", usergroup=found)["users"]) if found else frozenset()

    def group_state(self, handle: str) -> GroupState:
        """Whether there is a user group with this handle; of several, one that is active counts."""
        groups = self._call("usergroups.list", include_disabled=True)["usergroups"]
        named = [one for one in groups if one["handle"] == handle]
        if not named:
            return "none"
        return "disabled" if all(one.get("date_delete") for one in named) else "active"

    def mention(self, handle: str) -> str:
        """What calls a user group in a message."""
        found = self._group(handle)
        return f"<!subteam^{found}>" if found else f"*@{handle}*"

    def _group(self, handle: str) -> str | None:
        groups = self._call("usergroups.list", include_disabled=False)["usergroups"]
        return next((str(one["id"]) for one in groups if one["handle"] == handle), None)

    def channel_named(self, name: str) -> str | None:
        """The id of the channel with this name."""
        channels = self._all(
            "conversations.list", "channels", types="public_channel,private_channel", exclude_archived=True
        )
        return next((one["id"] for one in channels if one["name"] == name), None)

    def channel(self, channel: str) -> Channel:
        """Look one channel up."""
        found = self._call("conversations.info", channel=channel)["channel"]
        return Channel(str(found.get("name") or channel), bool(found.get("is_member")))

    def dm(self, user: str) -> str:
        """The channel id of the direct conversation with a person."""
        return str(self._call("conversations.open", users=user)["channel"]["id"])

    def permalink(self, channel: str, ts: str) -> str:
        """A link to a message."""
        return str(self._call("chat.getPermalink", channel=channel, message_ts=ts)["permalink"])

    def manager(self, field: str, user: str) -> str:
        """The user id in this field of somebody's profile; empty when there is none."""
        if not field:
            return ""
        fields = self._call("users.profile.get", user=user)["profile"].get("fields") or {}
        named = str((fields.get(field) or {}).get("value") or "")
        return named if named[:1] in ("U", "W") and named.isalnum() else ""

    def called(self, place: Place) -> str:
        """A channel's name; the whole team's for a direct message."""
        if place.kind == "dm":
            return str(self._call("auth.test").get("team") or place.workspace)
        return str(self._call("conversations.info", channel=place.channel)["channel"].get("name") or place.channel)

    def me(self) -> tuple[str, str]:
        """The team's id and our own user id."""
        reply = self._call("auth.test")
        return str(reply["team_id"]), str(reply["user_id"])

    @cached_property
    def _ours(self) -> str:
        """Our team's id."""
        return self.me()[0]

    def _all(self, method: str, key: str, **asked: Any) -> list[Any]:
        found: list[Any] = []
        cursor = ""
        for _ in range(PAGES):
            reply = self._call(method, limit=200, cursor=cursor or None, **asked)
            found += reply[key]
            cursor = (reply.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return found

    def _call(self, method: str, **asked: Any) -> Mapping[str, Any]:
        given = {name: value for name, value in asked.items() if value is not None}
        return _asked(
            lambda: (
                self._client.api_call(method, json=given)
                if method in WRITES
                else self._client.api_call(method, params=_flat(given))
            )
        )


WRITES = frozenset(
    {
        "assistant.threads.setSuggestedPrompts",
        "chat.startStream",
        "chat.appendStream",
        "chat.stopStream",
        "chat.postMessage",
        "chat.update",
        "chat.postEphemeral",
        "chat.unfurl",
        "views.open",
        "views.update",
        "views.publish",
        "conversations.open",
    }
)
"""Methods that take JSON; the others take form fields."""


def _metadata(key: str) -> Mapping[str, Any]:
    """How a message of ours is found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _flat(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}


def _asked(call: Callable[[], Any]) -> Mapping[str, Any]:
    """Call Slack, and say its errors in our words."""
    try:
        reply = call()
    except SlackApiError as error:
        code = str(error.response.get("error", "unknown_error")) if error.response else "unknown_error"
        status = getattr(error.response, "status_code", 200)
        wait = int((getattr(error.response, "headers", None) or {}).get("Retry-After", 1))
        raise ChatError(
            code, permanent=code not in PASSING and status not in (429, 500, 502, 503, 504), retry_after=wait
        ) from error
    except (SlackClientError, OSError, ValueError) as error:
        raise ChatError("unreachable", permanent=False) from error
    data: Mapping[str, Any] = reply.data
    return data
