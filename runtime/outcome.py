"""What the guest gave, read as an Outcome; and what a Call is for the guest, as JSON."""

import json
import re
from collections.abc import Sequence

from runtime.call import Answer, Breach, Call, HostResult, Outcome
from runtime.frozen import SAYS
from runtime.hostcalls import Run
from runtime.instance import Stopped, Trapped
from runtime.sandbox import BrokenApp, Question

MOST_DETAIL = 2000
"""Characters that are kept of an app's own error."""
DENIALS = (
    *("Error: not granted: ", "EgressError: blocked: ", "MailError: blocked: "),
    *(f"{name}: {SAYS}" for name in ("Error", "EgressError", "MailError")),
)
"""How an app's own error begins when it did not catch that it may not do something."""
MOST_TOLD = 4 << 20
"""Bytes of the answers that a Call goes on with."""
_PLACE = re.compile(r"app\.js:([0-9]+)(?::([0-9]+))?")


def document(call: Call) -> bytes:
    """A Call as the app sees it."""
    if call.schedule:
        return json.dumps(
            {
                "schedule": call.schedule,
                "due": call.due,
                "now": call.now,
                "requestId": call.request_id,
                "stage": call.stage,
            }
        ).encode()
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


def questions(asked: bytes) -> Sequence[Question]:
    """What a Call asks of the outside; Trapped when it is nothing that our guest would ask."""
    try:
        found = [Question(one["op"], one["args"]) for one in json.loads(asked)]
        if not all(isinstance(one.op, str) and isinstance(one.args, dict) for one in found):
            raise TypeError("an operation has a name and named arguments")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Trapped(f"what it asks for outside cannot be read: {error}") from None
    return found


def told(answers: Sequence[HostResult]) -> bytes:
    """The answers as the guest reads them; those that make them too large together are an error."""
    texts: list[bytes] = []
    room = MOST_TOLD
    for one in answers:
        text = json.dumps(one, ensure_ascii=False).encode(errors="replace")
        if len(text) > room:
            text = b'{"error":"too large: the answers of one visit do not fit together","kind":"too_large"}'
        room -= len(text)
        texts.append(text)
    return b"[" + b",".join(texts) + b"]"


def answer(given: bytes, run: Run) -> Outcome:
    """What `handle` returned: its head as JSON, a newline, and its body."""
    logs, used = tuple(run.logs), run.used_ms()
    head, _, body = given.partition(b"\n")
    try:
        found = json.loads(head.decode())
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
        if run.by_wall or run.wall_left() <= 0:
            return Breach("TimedOut", f"no answer after {run.wall_ms:g} ms", logs, used)
        return Breach("OutOfCpu", f"more than {run.cpu_ms:g} ms of computing time", logs, used)
    if isinstance(error, MemoryError):
        return Breach("OutOfMemory", f"more than {memory_mb} MB of memory", logs, used)
    if isinstance(error, ValueError):
        return Breach("TooMuchOutput", str(error), logs, used)
    return Breach("Crashed", str(error), logs, used)


def failed(text: str, run: Run) -> Breach:
    """An exception that the app did not catch."""
    logs, used = tuple(run.logs), run.used_ms()
    if text.startswith("InternalError: out of memory") or text == "out of memory":
        return Breach("OutOfMemory", "the app ran out of memory", logs, used)
    detail = text.strip()[:MOST_DETAIL]
    if run.full and text.startswith("Error: store: "):
        return Breach("StoreFull", detail, logs, used)
    return Breach("Denied" if text.startswith(DENIALS) else "Crashed", detail, logs, used)


def broken(text: str) -> BrokenApp:
    """Why a source does not load, and where."""
    place = _PLACE.search(text)
    reason = text.splitlines()[0] if text else "it does not load"
    return BrokenApp(reason, int(place[1]) if place else 0, int(place[2] or 1) if place else 0)
