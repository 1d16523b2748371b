"""What the guest gave, read as an Outcome; and what a Call is for the guest, as JSON."""

import json
import re

from runtime.call import Answer, Breach, Call, Outcome
from runtime.hostcalls import Run
from runtime.instance import Stopped
from runtime.sandbox import BrokenApp

MOST_DETAIL = 2000
"""Characters that are kept of an app's own error."""
_PLACE = re.compile(r"app\.js:([0-9]+)(?::([0-9]+))?")


def document(call: Call) -> bytes:
    """A Call as the app sees it."""
    visitor = call.visitor
    return json.dumps(
        {
            "method": call.method,
            "path": call.path,
            "query": call.query,
            "form": call.form,
            "visitor": {"id": visitor.id, "name": visitor.name, "owner": visitor.owner, "handle": visitor.handle},
            "now": call.now,
            "requestId": call.request_id,
            "stage": call.stage,
            "csrf": call.csrf,
        }
    ).encode()


def answer(given: bytes, run: Run) -> Outcome:
    """What `handle` returned: its head as JSON, a newline, and its body."""
    logs, used = tuple(run.logs), run.used_ms()
    head, _, body = given.partition(b"\n")
    try:
        found = json.loads(head)
        status, headers = found["status"], found["headers"]
        if type(status) is not int or not isinstance(headers, dict):
            raise TypeError("status must be a whole number and headers an object")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Breach("Crashed", f"its answer cannot be read: {error}", logs, used)
    named = {str(name).lower(): str(value) for name, value in headers.items()}
    return Answer(status, named, _whole(body), logs, used)


def _whole(text: bytes) -> bytes:
    """UTF-8 as every reader takes it: JavaScript knows halves of characters."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode(errors="replace").encode()
    return text


def breach(run: Run, error: Exception, memory_mb: int) -> Breach:
    """Which limit ended the Call."""
    logs, used = tuple(run.logs), run.used_ms()
    if isinstance(error, Stopped):
        if run.by_wall:
            return Breach("TimedOut", f"no answer after {run.wall_ms:g} ms", logs, used)
        return Breach("OutOfCpu", f"more than {run.cpu_ms:g} ms of computing time", logs, used)
    if isinstance(error, MemoryError):
        return Breach("OutOfMemory", f"more than {memory_mb} MB of memory", logs, used)
    if isinstance(error, ValueError):
        return Breach("TooMuchOutput", f"its answer has {error}", logs, used)
    return Breach("Crashed", str(error), logs, used)


def failed(text: str, run: Run) -> Breach:
    """An exception that the app did not catch."""
    logs, used = tuple(run.logs), run.used_ms()
    if text.startswith("InternalError: out of memory") or text == "out of memory":
        return Breach("OutOfMemory", "the app ran out of memory", logs, used)
    detail = text.strip()[:MOST_DETAIL]
    if run.full and text.startswith("Error: store: "):
        return Breach("StoreFull", detail, logs, used)
    return Breach("Denied" if text.startswith("Error: not granted: ") else "Crashed", detail, logs, used)


def broken(text: str) -> BrokenApp:
    """Why a source does not load, and where."""
    place = _PLACE.search(text)
    reason = text.splitlines()[0] if text else "it does not load"
    return BrokenApp(reason, int(place[1]) if place else 0, int(place[2] or 1) if place else 0)
