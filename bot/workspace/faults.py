"""Calls that fail on demand, as Slack's fail: for tests, and for whoever wants to see what happens then."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.workspace.errors import Refused


@dataclass(slots=True)
class Fault:
    """How calls of one method fail, in one channel or in all, `times` times or for ever.

    With `late` the call has its effect all the same: its answer alone is lost.
    """

    method: str
    channel: str = ""
    error: str = ""
    status: int = 200
    retry_after: int = 0
    seconds: float = 0
    times: int = -1
    late: bool = False

    def meets(self, method: str, args: Mapping[str, Any]) -> bool:
        """Whether this call fails."""
        there = not self.channel or self.channel == args.get("channel")
        return self.times != 0 and there and self.method in (method, "*")


class Faults:
    """What fails now, the newest first."""

    def __init__(self) -> None:
        self._known: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let calls fail from now on."""
        self._known.insert(0, fault)

    def clear(self) -> None:
        """Everything works again."""
        self._known.clear()

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """How this call fails, if it does."""
        found = next((one for one in self._known if one.meets(method, args)), None)
        if found is not None and found.times > 0:
            found.times -= 1
        return found


async def fail(fault: Fault) -> int:
    """Fail as told: Refused with Slack's word, or the HTTP status of an answer without one."""
    await asyncio.sleep(fault.seconds)
    if fault.error:
        raise Refused(fault.error, retry_after=fault.retry_after or 1)
    return fault.status
