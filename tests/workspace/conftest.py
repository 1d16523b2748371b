"""One workspace for each test module that only reads or adds; tests that need another make their own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from tests.workspace.harbour import Running, config


@pytest.fixture(scope="module")
def harbor() -> Iterator[Running]:
    running = Running(config())
    yield running
    running.stop()


@pytest.fixture
def made() -> Iterator[Callable[..., Running]]:
    """Makes workspaces with a configuration of their own."""
    all_made: list[Running] = []

    def make(**more: Any) -> Running:
        all_made.append(Running(config(**more)))
        return all_made[-1]

    yield make
    for one in all_made:
        one.stop()


@pytest.fixture
def listening(harbor: Running) -> Iterator[Callable[[App], SocketModeHandler]]:
    """Connects bolt apps to the module's workspace for the length of a test."""
    handlers: list[SocketModeHandler] = []

    def listen(app: App) -> SocketModeHandler:
        handlers.append(harbor.connect(app))
        return handlers[-1]

    yield listen
    for handler in handlers:
        handler.close()
