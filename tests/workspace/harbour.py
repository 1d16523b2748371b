"""A real workspace on a real port, and a small bolt app that plays the bot."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.workspace import homes
from bot.workspace.config import Config
from bot.workspace.harbor import Harbor
from bot.workspace.person import Person
from bot.workspace.server import uvicorn_config

CLOCK = time.time


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def config(**more: Any) -> Config:
    """A workspace for one test."""
    secrets = {
        "bot_token": "xoxb-test",
        "app_token": "xapp-test",
        "signing_secret": "signing",
        "client_id": "client.1",
        "client_secret": "client-secret",
    }
    more = {"port": free_port(), "redirect_uris": ("http://*.localhost:*/callback",), **more}
    return Config(**{**secrets, **more})


class Running:
    """A workspace served in a thread until `stop`."""

    def __init__(self, made: Config, clock: Callable[[], float] = CLOCK) -> None:
        self.config = made
        self._server = uvicorn.Server(uvicorn_config(made, clock))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until(lambda: self._server.started)
        self.client = WebClient(token=made.bot_token, base_url=made.api_url)
        self._people: dict[str, Person] = {}

    def person(self, handle: str) -> Person:
        """One of the people, by handle."""
        if handle not in self._people:
            self._people[handle] = Person(self.config.base_url, handle)
        return self._people[handle]

    def channel(self, name: str) -> str:
        """A channel's id."""
        return next(one.id for one in self.config.channels if one.name == name)

    def bolt(self, **more: Any) -> App:
        """A bolt app that talks to this workspace."""
        return App(client=self.client, signing_secret=self.config.signing_secret, **more)

    def connect(self, app: App) -> SocketModeHandler:
        """Connect a bolt app by Socket Mode and wait until it hears."""
        handler = SocketModeHandler(app, self.config.app_token, web_client=WebClient(base_url=self.config.api_url))
        handler.connect()
        until(lambda: bool(handler.client.is_connected()))
        handler.client.current_session.sock.settimeout(0.1)  # closing waits for a read to end
        return handler

    def put_away(self) -> None:
        """Close the forms that people have open, and forget their Home tabs."""
        harbor: Harbor = self._server.config.app.state.harbor
        harbor.views.clear()
        for user in harbor.directory.users:
            harbor.keep.drop(homes.KIND, user)

    def stop(self) -> None:
        """Stop serving."""
        for person in self._people.values():
            person.close()
        self._server.should_exit = True
        self._thread.join(10)


def until(true: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Wait until something is true, and give it back; AssertionError when it never is."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < end:
        if found := true():
            return found
        pause.wait(0.01)
    raise AssertionError("it never happened")
