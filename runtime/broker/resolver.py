"""The resolver: a name's addresses, looked up once for each connection, within a bounded time."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

SECONDS = 3.0
AT_ONCE = 32
"""Names looked up at the same time; the system's resolver blocks a thread for each."""

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""A host's addresses; empty when it has none or nobody answers, which is a denial."""


class SystemResolver:
    """The machine's own resolver."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="resolver")

    async def __call__(self, host: str) -> Sequence[str]:
        """Every address, each once, in the resolver's order."""
        looked_up = asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host)
        try:
            return await asyncio.wait_for(looked_up, self._seconds)
        except (OSError, UnicodeError, TimeoutError):
            return ()

    def close(self) -> None:
        """Let go of the threads; what they still wait for is nobody's any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str) -> Sequence[str]:
    # The dot at the end: no search domain may turn a name on the internet into one of the house.
    found = socket.getaddrinfo(f"{host}.", None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
