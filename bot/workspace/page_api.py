"""What the page does: everything a person can do, as JSON over `/page/api`, and live news at `/page/live`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace import acts, homes, modals, troubles
from bot.workspace.config import Json
from bot.workspace.directory import Channel, User
from bot.workspace.door import COOKIE, Door
from bot.workspace.errors import Refused
from bot.workspace.harbor import Harbor
from bot.workspace.messages import whisper_shape
from bot.workspace.signin import SignIn
from bot.workspace.streams import prompts_in

Deed = Callable[[User, Json], Awaitable[Json]]
OWN_COMMANDS = (
    ("/invite", "Add someone to this channel"),
    ("/remove", "Take someone out of this channel"),
    ("/deactivate", "Deactivate somebody's account"),
    ("/reactivate", "Let an account be used again"),
    ("/archive", "Archive this channel"),
    ("/unarchive", "Open this channel again"),
)
"""The workspace's own, beside the app's."""
YEAR_S = 365 * 24 * 3600


class PageApi:
    """The page's endpoints. Each POST takes and gives JSON; refusals have Slack's shape."""

    def __init__(self, harbor: Harbor, signin: SignIn, door: Door) -> None:
        self._harbor, self._signin, self._door = harbor, signin, door

    def routes(self) -> list[BaseRoute]:
        """Where the page's endpoints are."""
        reads = {"boot": self.boot, "messages": self.messages, "thread": self.thread, "views": self.views}
        writes: dict[str, Deed] = {
            "say": self.say,
            "edit": self.edit,
            "delete": self.delete,
            "command": self.command,
            "press": self.press,
            "point": self.point,
            "home": self.home,
            "submit": self.submit,
            "close": self.close,
            "dismiss": self.dismiss,
            "read": self.read,
            "open": self.open,
            "allow": self.allow,
            "trouble": self.trouble,
        }
        return [
            Route("/page/api/me", self.me, methods=["POST"]),
            *(Route(f"/page/api/{name}", self._seen(run)) for name, run in reads.items()),
            *(Route(f"/page/api/{name}", self._done(run), methods=["POST"]) for name, run in writes.items()),
            WebSocketRoute("/page/live", self.live),
        ]

    def _seen(self, run: Callable[[User, Json], Json]) -> Callable[[Request], Awaitable[Response]]:
        async def seen(request: Request) -> Response:
            return await self._answer(request, lambda user: _ready(run(user, dict(request.query_params))))

        return seen

    def _done(self, run: Deed) -> Callable[[Request], Awaitable[Response]]:
        async def done(request: Request) -> Response:
            given = await self._given(request)
            if given is None:
                return JSONResponse({"ok": False, "error": "cross_site"}, 403)
            who = self._door.person(request.cookies)
            if who is not None and who.deleted:
                return JSONResponse({"ok": False, "error": "account_inactive"}, 403)
            return await self._answer(request, lambda user: run(user, given))

        return done

    async def _given(self, request: Request) -> Json | None:
        # Only JSON: a foreign page cannot send that content type without asking first.
        is_json = request.headers.get("content-type", "").startswith("application/json")
        if not is_json or not self._door.own_origin(request.headers):
            return None
        try:
            given = await request.json()
        except ValueError:
            return {}
        return given if isinstance(given, dict) else {}

    async def _answer(self, request: Request, run: Callable[[User], Awaitable[Json]]) -> Response:
        user = self._door.person(request.cookies)
        if user is None:
            people = [self._user(one) for one in self._harbor.directory.people]
            return JSONResponse({"ok": False, "error": "nobody_chosen", "people": people}, 401)
        try:
            return JSONResponse({"ok": True, **await run(user)})
        except Refused as no:
            return JSONResponse(no.body(), 400)

    def _place(self, user: User, given: Json) -> Channel:
        return acts.place(self._harbor, user, str(given.get("channel") or ""))

    async def me(self, request: Request) -> Response:
        """`{person}` (handle or id): be this person from now on, in this browser."""
        given = await self._given(request)
        user = self._harbor.directory.user_named(str((given or {}).get("person")))
        if given is None or user is None or user.bot:
            return JSONResponse({"ok": False, "error": "user_not_found" if given else "cross_site"}, 403)
        answer = JSONResponse({"ok": True, "id": user.id})
        answer.set_cookie(COOKIE, user.id, max_age=YEAR_S, httponly=True, samesite="lax", path="/")
        return answer

    def boot(self, user: User, given: Json) -> Json:
        """Everything the page needs to draw itself for this person."""
        directory, config = self._harbor.directory, self._harbor.config
        return {
            "team": config.team,
            "me": user.id,
            "bot": directory.bot.id,
            "users": [self._user(one) for one in directory.users.values()],
            "groups": [
                {"id": one.id, "handle": one.handle, "name": one.name}
                for one in directory.groups.values()
                if not one.disabled_at
            ],
            "channels": [self._channel(one, user) for one in directory.seen_by(user.id)],
            "commands": [{"name": name, "hint": hint} for name, hint in config.commands]
            + [{"name": name, "hint": hint} for name, hint in OWN_COMMANDS],
            "shortcuts": [{"id": callback, "name": name} for callback, name in config.shortcuts],
            "examples": list(config.examples),
            "views": self.views(user, {})["views"],
        }

    @staticmethod
    def _user(user: User) -> Json:
        return {
            "id": user.id,
            "handle": user.handle,
            "name": user.name,
            "hint": "deactivated" if user.deleted else user.hint,
            "bot": user.bot,
            "guest": user.guest,
        }

    def _channel(self, channel: Channel, user: User) -> Json:
        read = self._harbor.read.get((user.id, channel.id), "0")
        shape: Json = {
            "id": channel.id,
            "name": channel.name,
            "topic": channel.topic,
            "private": channel.private,
            "member": user.id in channel.members,
            "members": len(channel.members),
            "unread": self._harbor.log.count_after(channel.id, read, user.id) if user.id in channel.members else 0,
        }
        return shape | ({"with": channel.other(user.id)} if channel.direct else {})

    def messages(self, user: User, given: Json) -> Json:
        """`?channel=`: what the channel shows, oldest first, and this person's whispers there."""
        channel = self._place(user, given)
        log = self._harbor.log
        return {
            "channel": channel.id,
            "messages": [self._harbor.shape(one, metadata=True) for one in log.roots(channel.id)],
            "prompts": prompts_in(self._harbor, channel),
            "whispers": [whisper_shape(one) for one in log.whispers(user.id) if one.channel == channel.id],
        }

    def thread(self, user: User, given: Json) -> Json:
        """`?channel=&ts=`: a thread, its root first."""
        channel = self._place(user, given)
        root = self._harbor.message(channel.id, given.get("ts", ""))
        thread = [root, *self._harbor.log.replies(channel.id, root.ts)]
        return {"channel": channel.id, "messages": [self._harbor.shape(one, metadata=True) for one in thread]}

    def views(self, user: User, given: Json) -> Json:
        """This person's open modals, the topmost last."""
        return {"views": [modals.shape(self._harbor, one) for one in modals.stack(self._harbor, user.id)]}

    async def say(self, user: User, given: Json) -> Json:
        """`{channel, text, thread_ts?}`."""
        channel = self._place(user, given)
        thread = str(given.get("thread_ts") or "")
        message = acts.say(self._harbor, user, channel, str(given.get("text") or ""), thread)
        return {"channel": channel.id, "ts": message.ts}

    async def edit(self, user: User, given: Json) -> Json:
        """`{channel, ts, text}`: change an own message."""
        acts.edit(self._harbor, user, self._place(user, given), str(given.get("ts")), str(given.get("text") or ""))
        return {}

    async def delete(self, user: User, given: Json) -> Json:
        """`{channel, ts}`: remove an own message."""
        acts.edit(self._harbor, user, self._place(user, given), str(given.get("ts")), None)
        return {}

    async def command(self, user: User, given: Json) -> Json:
        """`{channel, text}`: a slash command. `failed` names what went wrong; the person got a whisper then."""
        failed = await acts.command(self._harbor, user, self._place(user, given), str(given.get("text") or ""))
        return {"failed": failed}

    async def press(self, user: User, given: Json) -> Json:
        """`{channel, ts, action_id, block_id?, value?}`, or `{view, action_id, block_id?, value?, values?}`."""
        action, value, block = str(given.get("action_id")), given.get("value"), str(given.get("block_id") or "")
        if view := given.get("view"):
            values = given.get("values") or {}
            failed = await acts.press_in_view(self._harbor, user, str(view), action, value, values, block)
        else:
            channel = self._place(user, given)
            failed = await acts.press(self._harbor, user, channel, str(given.get("ts")), action, value, block)
        return {"failed": failed}

    async def point(self, user: User, given: Json) -> Json:
        """`{channel, ts, shortcut}`: pick a shortcut in a message's menu. `failed` names what went wrong."""
        ts, shortcut = str(given.get("ts")), str(given.get("shortcut"))
        return {"failed": await acts.point(self._harbor, user, self._place(user, given), ts, shortcut)}

    async def home(self, user: User, given: Json) -> Json:
        """Open the app's Home tab: the `view` that stands there, null while the app has not made one."""
        return {"view": homes.look(self._harbor, user)}

    async def submit(self, user: User, given: Json) -> Json:
        """`{view, values}`, values by block_id: `errors` by block_id, empty when the form was taken."""
        values = given.get("values")
        filled = values if isinstance(values, dict) else {}
        return {"errors": await modals.submit(self._harbor, user.id, str(given.get("view")), filled)}

    async def close(self, user: User, given: Json) -> Json:
        """`{view}`: close a modal unsent."""
        modals.close(self._harbor, user.id, str(given.get("view")))
        return {}

    async def dismiss(self, user: User, given: Json) -> Json:
        """`{ts}`: put a whisper away."""
        whisper = self._harbor.log.whisper(str(given.get("ts")))
        if whisper is None or whisper.to != user.id:
            raise Refused("message_not_found")
        self._harbor.drop_whisper(whisper)
        return {}

    async def read(self, user: User, given: Json) -> Json:
        """`{channel}`: everything there has been seen."""
        self._harbor.mark_read(user.id, self._place(user, given).id)
        return {}

    async def open(self, user: User, given: Json) -> Json:
        """`{user}`: open a conversation with someone."""
        channel = acts.open_direct(self._harbor, user, str(given.get("user")))
        return {"channel": self._channel(channel, user)}

    async def allow(self, user: User, given: Json) -> Json:
        """`{authorize}` (an authorize address): agree to a sign-in as this person; `location` is where to go."""
        query = dict(parse_qsl(urlsplit(str(given.get("authorize"))).query))
        return {"location": self._signin.allow(query, user.id)}

    async def trouble(self, user: User, given: Json) -> Json:
        """Let something go wrong; see `bot.workspace.troubles.cause`."""
        return troubles.cause(self._harbor, user, given)

    async def live(self, socket: WebSocket) -> None:
        """News for this person's page, from the page's own origin only."""
        user = self._door.person(socket.cookies)
        if user is None or not self._door.own_origin(socket.headers):
            await socket.close(1008)
            return
        await socket.accept()
        queue = self._harbor.feed.subscribe(user.id)
        listening = asyncio.create_task(_until_gone(socket))
        telling = asyncio.create_task(_tell(socket, queue))
        await asyncio.wait({listening, telling}, return_when=asyncio.FIRST_COMPLETED)
        self._harbor.feed.leave(queue)
        for task in (listening, telling):
            task.cancel()
        await asyncio.gather(listening, telling, return_exceptions=True)


async def _ready(value: Json) -> Json:
    return value


async def _until_gone(socket: WebSocket) -> None:
    # That it has gone is what we wait for.
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


async def _tell(socket: WebSocket, queue: asyncio.Queue[Json]) -> None:
    # The page was closed while we told it something; it asks again when it is opened.
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.send_json(await queue.get())
