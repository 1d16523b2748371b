"""A person without hands: does over HTTP what someone does in the page and in a browser."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

Json = dict[str, Any]
Filled = str | Sequence[str] | None
HOPS = 12
"""Redirects followed before giving up."""


class PageError(Exception):
    """The workspace said no; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Loopback(httpx2.BaseTransport):
    """Reaches `*.localhost` on 127.0.0.1, as browsers do, whatever the machine's resolver thinks."""

    def __init__(self) -> None:
        self._inner = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "localhost" or request.url.host.endswith(".localhost"):
            url = request.url.copy_with(host="127.0.0.1")
            request = httpx2.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class Person:
    """One of the workspace's people. Channels go by id, `#name`, or `@handle` for a direct conversation.

    `web` is this person's browser: a client with their cookies, for the apps they visit. Every method raises
    `PageError` when the workspace refuses, and `httpx2.HTTPError` when it is not there.
    """

    def __init__(self, base_url: str, handle: str, *, timeout: float = 10.0) -> None:
        self.base_url, self.handle = base_url.rstrip("/"), handle
        self.web = httpx2.Client(transport=Loopback(), timeout=timeout)
        self.id: str = self._post("me", person=handle)["id"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of connections."""
        self.web.close()

    def say(self, text: str, channel: str, thread_ts: str = "") -> str:
        """Say something; the message's ts."""
        return str(self._post("say", channel=channel, text=text, thread_ts=thread_ts)["ts"])

    def command(self, text: str, channel: str) -> str:
        """Type a slash command. Empty, or Slack's word for what failed (`operation_timeout`, `dispatch_failed`)."""
        return str(self._post("command", channel=channel, text=text)["failed"])

    def press(self, channel: str, ts: str, action_id: str, *, value: Filled = None, block_id: str = "") -> str:
        """Press a button, or pick `value`, in a message or whisper. Empty, or the word for what failed."""
        body = self._post("press", channel=channel, ts=ts, action_id=action_id, value=value, block_id=block_id)
        return str(body["failed"])

    def point(self, channel: str, ts: str, shortcut: str) -> str:
        """Pick a shortcut in a message's menu. Empty, or the word for what failed."""
        return str(self._post("point", channel=channel, ts=ts, shortcut=shortcut)["failed"])

    def home(self) -> Json | None:
        """Open the app's Home tab; the view that stands there, None while the app has not made one."""
        view: Json | None = self._post("home")["view"]
        return view

    def press_home(self, view_id: str, action_id: str, block_id: str = "") -> str:
        """Press a button on the Home tab. Empty, or the word for what failed."""
        return str(self._post("press", view=view_id, action_id=action_id, block_id=block_id)["failed"])

    def submit(self, view_id: str, values: Mapping[str, Filled]) -> dict[str, str]:
        """Send a form, values by block_id (option values, user ids, text). Errors by block_id; empty when taken."""
        return dict(self._post("submit", view=view_id, values=dict(values))["errors"])

    def type(self, view_id: str, action_id: str, values: Mapping[str, Filled]) -> str:
        """Change a field that the app watches, the form holding `values` then. Empty, or the word for what failed."""
        value = values.get(action_id.partition(".")[0])
        body = self._post("press", view=view_id, action_id=action_id, value=value, values=dict(values))
        return str(body["failed"])

    def press_in_view(self, view_id: str, action_id: str) -> str:
        """Press a button in a form. Empty, or the word for what failed."""
        return str(self._post("press", view=view_id, action_id=action_id, value=None, values={})["failed"])

    def close_view(self, view_id: str) -> None:
        """Close a form unsent."""
        self._post("close", view=view_id)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Change an own message."""
        self._post("edit", channel=channel, ts=ts, text=text)

    def delete(self, channel: str, ts: str) -> None:
        """Remove an own message."""
        self._post("delete", channel=channel, ts=ts)

    def dismiss(self, ts: str) -> None:
        """Put a whisper away."""
        self._post("dismiss", ts=ts)

    def open(self, user: str) -> str:
        """Open the conversation with a user id; the channel's id."""
        return str(self._post("open", user=user)["channel"]["id"])

    def trouble(self, **what: Any) -> None:
        """Let something go wrong in the workspace: see `bot.workspace.troubles.cause`."""
        self._post("trouble", **what)

    def boot(self) -> Json:
        """The workspace as this person sees it: `users`, `channels`, `groups`, `bot`, `commands`, …"""
        return self._get("boot")

    def messages(self, channel: str) -> list[Json]:
        """What a channel shows, oldest first, replies not included."""
        return list(self._get("messages", channel=channel)["messages"])

    def prompts(self, channel: str) -> list[Json]:
        """What the app suggests to say in a conversation: `title` and `message` of each."""
        return list((self._get("messages", channel=channel)["prompts"] or {}).get("prompts", ()))

    def thread(self, channel: str, ts: str) -> list[Json]:
        """A thread, its root first."""
        return list(self._get("thread", channel=channel, ts=ts)["messages"])

    def whispers(self, channel: str) -> list[Json]:
        """What only this person sees in a channel, oldest first, threads included."""
        return list(self._get("messages", channel=channel)["whispers"])

    def views(self) -> list[Json]:
        """Open modals, the topmost last."""
        return list(self._get("views")["views"])

    def sign_in(self, url: str) -> httpx2.Response:
        """Visit a page as a browser does, agreeing when it asks who one is; the answer where it ends.

        `url` is an app's page or an authorize address. Cookies stay in `web`, each with its own host.
        """
        for _ in range(HOPS):
            if self._asks_who(url):
                url = str(self._post("allow", authorize=url)["location"])
            answer = self.web.get(url)
            if not answer.has_redirect_location:
                return answer
            url = str(answer.url.join(answer.headers["location"]))
        raise PageError("too_many_redirects")

    def _asks_who(self, url: str) -> bool:
        parts, own = urlsplit(url), urlsplit(self.base_url)
        loopback = parts.hostname in ("localhost", "127.0.0.1")
        return loopback and parts.port == own.port and parts.path == "/openid/connect/authorize"

    def _post(self, what: str, **body: object) -> Json:
        return self._read(self.web.post(f"{self.base_url}/page/api/{what}", json=body))

    def _get(self, what: str, **query: str) -> Json:
        return self._read(self.web.get(f"{self.base_url}/page/api/{what}", params=query))

    @staticmethod
    def _read(answer: httpx2.Response) -> Json:
        body: Json = answer.json()
        if not body.get("ok"):
            raise PageError(str(body.get("error")))
        return body
