"""The workspace as a web application: one Starlette app on a loopback port."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.workspace import acts, files, looking, streams, talking, unfurls, webapi
from bot.workspace.config import Clock, Config
from bot.workspace.directory import SLACKBOT, User
from bot.workspace.door import Door, KnownHosts
from bot.workspace.errors import Refused
from bot.workspace.harbor import Harbor
from bot.workspace.page_api import PageApi
from bot.workspace.pictures import picture
from bot.workspace.signin import SignIn
from bot.workspace.signin_pages import routes as signin_routes

PAGE = str(resources.files("bot.workspace") / "page")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http://*.localhost:*; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
IDLE_SECONDS = 15
"""How long an idle connection is kept: longer than by whoever asks, who lets go of one after five seconds (httpx).
Whoever asks on a connection that is closed at that very moment is not answered."""
ROOMS = (files, looking, streams, talking, unfurls)
"""Importing them puts their methods behind the Web API."""


def create(config: Config, clock: Clock) -> Starlette:
    """The application. Its state is `app.state.harbor`."""
    harbor = Harbor(config, clock)
    door = Door(config, harbor.directory)
    signin = SignIn(harbor)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await harbor.close()

    routes: list[BaseRoute] = [
        *signin_routes(harbor, signin, door),
        *_slack_routes(harbor),
        *files.routes(harbor, door),
        *PageApi(harbor, signin, door).routes(),
        *_page_routes(harbor),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(KnownHosts, config=config)])
    app.state.harbor = harbor
    return app


def uvicorn_config(config: Config, clock: Clock) -> uvicorn.Config:
    """How uvicorn serves a workspace, for callers that run the server themselves."""
    return uvicorn.Config(
        create(config, clock),
        host=config.host,
        port=config.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=IDLE_SECONDS,
    )


def run(config: Config, clock: Clock) -> None:
    """Serve until interrupted."""
    uvicorn.Server(uvicorn_config(config, clock)).run()


def _slack_routes(harbor: Harbor) -> list[BaseRoute]:
    async def api(request: Request) -> Response:
        return await webapi.answer(harbor, request.path_params["name"], request)

    async def link(socket: WebSocket) -> None:
        await harbor.sockets.serve(socket, harbor.clock())

    async def respond(request: Request) -> Response:
        try:
            answer = json.loads(await request.body())
            if not isinstance(answer, dict):
                raise Refused("invalid_payload")
            acts.put(harbor, answer, harbor.urls.spend(request.path_params["token"], harbor.clock()))
        except ValueError:
            return JSONResponse(Refused("invalid_payload").body(), 400)
        except Refused as no:
            return JSONResponse(no.body(), 404 if no.code.endswith("_url") else 400)
        return PlainTextResponse("ok")

    return [
        Route("/api/{name}", api, methods=["GET", "POST"]),
        WebSocketRoute("/link/", link),
        Route("/response/{team}/{token}", respond, methods=["POST"]),
    ]


def _page_routes(harbor: Harbor) -> list[BaseRoute]:
    async def page(request: Request) -> Response:
        return FileResponse(
            f"{PAGE}/index.html", headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        )

    async def drawn(request: Request) -> Response:
        everyone = {**harbor.directory.users, SLACKBOT: User(SLACKBOT, "slackbot", "Slackbot")}
        user = everyone.get(request.path_params["user"])
        if user is None:
            return PlainTextResponse("Nobody.\n", 404)
        headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        place = list(everyone).index(user.id)
        return Response(picture(user, place), media_type="image/svg+xml", headers=headers)

    return [
        Route("/", page),
        Route("/archives/{channel}", page),
        Route("/archives/{channel}/{message}", page),
        Route("/page/picture/{user}.svg", drawn),
        Mount("/page", StaticFiles(directory=PAGE)),
    ]
