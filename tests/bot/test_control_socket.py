"""The socket on which control answers the gateway."""

import os
import resource
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest

from bot.control import ControlSocket

SELECTABLE = 1024
"""So many descriptors `select` can watch."""


@pytest.fixture
def many_open() -> Iterator[None]:
    """A process that has more open than `select` could watch."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SELECTABLE + 200
    if hard != resource.RLIM_INFINITY and hard < wanted:
        # Loudly: the bound is the machine's, and without it nothing is tried here.
        pytest.fail(f"allow a process {wanted} open files (ulimit -Hn) to run this test")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    with ExitStack() as held:
        held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(SELECTABLE):
            held.callback(os.close, os.dup(0))
        yield


@pytest.mark.usefixtures("many_open")
def test_control_answers_however_many_descriptors_are_open() -> None:
    with TemporaryDirectory() as folder:  # a socket's path is short
        path = Path(folder) / "control.sock"
        answering = ControlSocket(path, {"echo": lambda document: document})
        answering.start()
        try:
            with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(path)), timeout=5) as asking:
                answers = [asking.post("http://control/echo", json={"turn": turn}).json() for turn in range(3)]
        finally:
            answering.stop()
    assert answers == [{"turn": 0}, {"turn": 1}, {"turn": 2}]
