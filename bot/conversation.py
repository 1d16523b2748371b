"""A conversation with Slipway as a person sees it: what stands in the thread, what can be pressed, what can be sent."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from bot import clockwork
from bot.workspace.person import Person

PATIENCE = 15.0
"""Seconds to wait for anything that should happen."""
TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')


class DidNotHappen(Exception):
    """What should have happened did not; the message says what was seen instead."""


def wait(what: str, look: Callable[[], Any]) -> Any:
    """What `look` gives once it gives something; DidNotHappen after `PATIENCE`."""
    end = clockwork.stopwatch() + PATIENCE
    while clockwork.stopwatch() < end:
        if found := look():
            return found
        clockwork.pause(0.02)
    raise DidNotHappen(f"{what} did not happen within {PATIENCE:g} s")


def must(truth: object, what: str) -> None:
    """Fail the tour unless this is so."""
    if not truth:
        raise DidNotHappen(what)


@dataclass(frozen=True)
class Thread:
    """One conversation with Slipway, as a person sees it."""

    channel: str
    root: str

    def messages(self, who: Person) -> list[dict[str, Any]]:
        """What stands in the thread, below its root."""
        return who.thread(self.channel, self.root)[1:]

    def with_button(self, who: Person, action: str) -> dict[str, Any]:
        """The newest message that offers this button."""
        found: dict[str, Any] = wait(
            f"a message with {action}", lambda: [one for one in self.messages(who) if buttons(one).get(action)]
        )[-1]
        return found

    def press(self, who: Person, action: str) -> None:
        """Press a button of the newest message that has it."""
        failed = who.press(self.channel, self.with_button(who, action)["ts"], action)
        must(not failed, f"{who.handle} pressed {action}: {failed}")

    def saying(self, who: Person, text: str) -> str:
        """The text of the message that says this, once it stands there."""
        found: str = wait(f"“{text}”", lambda: [t for t in map(words, self.messages(who)) if text in t])[-1]
        return found

    def whisper(self, who: Person, text: str) -> str:
        """What Slipway tells this person alone, once it does."""
        found: str = wait(
            f"a whisper with “{text}”", lambda: [t for t in map(words, who.whispers(self.channel)) if text in t]
        )[-1]
        return found

    def link(self, who: Person, action: str) -> str:
        """Where a link button leads."""
        return str(buttons(self.with_button(who, action))[action]["url"])


def buttons(message: Mapping[str, Any]) -> dict[str, Any]:
    """The buttons of a message by action id."""
    rows = [one["elements"] for one in message.get("blocks", []) if one["type"] == "actions"]
    return {one["action_id"]: one for row in rows for one in row}


def words(message: Mapping[str, Any]) -> str:
    """Everything a message says."""
    return json.dumps([message.get("text", ""), message.get("blocks", [])], ensure_ascii=False)


def ask(who: Person, text: str, channel: str = "#ops") -> Thread:
    """Ask with the slash command; the thread that answers."""
    before = {one["ts"] for one in who.messages(channel)}
    failed = who.command(f"/slipway {text}", channel)
    must(not failed, f"/slipway {text}: {failed}")
    new = wait("an answer in the channel", lambda: [m for m in who.messages(channel) if m["ts"] not in before])
    return Thread(channel, new[-1]["ts"])


def send_form(who: Person, url: str, page: httpx2.Response, **fields: str) -> httpx2.Response:
    """Fill in an app's form as a browser does."""
    token = TOKEN.search(page.text)
    must(token, "the app's form has no token")
    assert token is not None
    return who.web.post(url, data={"_csrf": token[1], **fields}, follow_redirects=True)


def everything(thread: Thread, who: Person) -> str:
    """Everything that stands in a thread."""
    return " ".join(words(one) for one in thread.messages(who))
