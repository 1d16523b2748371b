"""Who may come in from a browser: known hosts only, own origin only, and the cookie that says which person."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.workspace.config import Config
from bot.workspace.directory import Directory, User

COOKIE = "harbor_person"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Door:
    """Checks that keep other sites' pages out. There are no passwords: whoever is on this machine may be anyone."""

    def __init__(self, config: Config, directory: Directory) -> None:
        self._origins, self._directory = config.origins, directory

    def person(self, cookies: Mapping[str, str]) -> User | None:
        """The person whom a browser has chosen to be."""
        user = self._directory.users.get(cookies.get(COOKIE, ""))
        return user if user and not user.bot else None

    def own_origin(self, headers: Headers, *, required: bool = False) -> bool:
        """Whether a request comes from our own page, or (unless `required`) from no page at all."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        return origin in self._origins if origin is not None else not required


class KnownHosts:
    """Answers only requests for our own host names, so that no other name can be pointed at us."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self._app = app
        named = {one.removeprefix("http://") for one in config.origins}
        # The Slack SDK's socket client leaves the port out of its Host header.
        self._hosts = named | {one.rpartition(":")[0] for one in named}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif Headers(scope=scope).get("host") not in self._hosts:
            await self._refuse(scope, receive, send)
        else:
            await self._app(scope, receive, _guarded(send))

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await PlainTextResponse("This host name is not mine.\n", 421)(scope, receive, send)


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message["headers"]}
            extra = [(key.lower().encode(), value.encode()) for key, value in SAFE.items()]
            message = {**message, "headers": [*message["headers"], *(one for one in extra if one[0] not in names)]}
        await send(message)

    return guarded
