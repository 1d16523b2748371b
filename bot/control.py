"""What gateway workers ask of control, over a local socket: who is this, may they enter, keep this, post that.

Workers hold no credential and write nothing that must be audited; control decides and records before they answer.
The socket file is readable by our own user alone.
"""

import fcntl
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import waitress
from waitress.server import BaseWSGIServer

from bot.database import ReadOnly
from bot.settings import CannotStart
from bot.wording import words

MAX_BODY = 64 * 1024
Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""One question: its JSON document in, the answer out. Raises Refused to say no."""

log = logging.getLogger("slipway.control")


class Refused(Exception):
    """Control's answer is no; `why` may be shown to the visitor."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def application(asks: Mapping[str, Ask]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that answers `POST /<name>` from `asks`."""

    def answer(environ: Mapping[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        status, document = _answer(asks, environ)
        body = json.dumps(document).encode()
        start(status, [("content-type", "application/json"), ("content-length", str(len(body)))])
        return [body]

    return answer


def _answer(asks: Mapping[str, Ask], environ: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    ask = asks.get(environ["PATH_INFO"].strip("/"))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if environ["REQUEST_METHOD"] != "POST" or ask is None or length > MAX_BODY:
        return "404 Not Found", {"why": "There is no such question."}
    try:
        return "200 OK", ask(json.loads(environ["wsgi.input"].read(length)))
    except Refused as refused:
        return "403 Forbidden", {"why": refused.why}
    except (ValueError, KeyError, TypeError):
        return "400 Bad Request", {"why": "The question was not understood."}
    except ReadOnly:
        log.exception("control could not keep %s", environ["PATH_INFO"])
        return "503 Service Unavailable", {"why": words.READ_ONLY}
    except Exception:
        # The rim of this worker: fail closed, record, and keep answering others.
        log.exception("control could not answer %s", environ["PATH_INFO"])
        return "503 Service Unavailable", {"why": "Slipway cannot decide this right now. Please try again in a minute."}


def alone(home: Path, process: str = "control") -> int:
    """Be the only such process of an installation while the descriptor is held: a database has one writer."""
    home.mkdir(parents=True, exist_ok=True)
    held = os.open(home / f"{process}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(held)
        raise CannotStart(f"Another {process} process is at work in {home}. Stop it first.") from error
    return held


class ControlSocket:
    """Serves an application on a unix socket in a thread of its own."""

    def __init__(self, path: Path, asks: Mapping[str, Ask]) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            # `select`, which it would use, ends the thread at the first descriptor beyond 1023.
            self._server: BaseWSGIServer = waitress.create_server(
                application(asks), unix_socket=str(path), unix_socket_perms="600", threads=4, asyncore_use_poll=True
            )
        except OSError as error:
            raise CannotStart(
                f"The socket {path} cannot be made: {error}. Set SLIPWAY_HOME to a folder of ours with a short path."
            ) from error
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="control-socket", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def _serve(self) -> None:
        try:
            self._server.run()
        except OSError:
            # Closed by `stop` between two looks of its loop: that is its end.
            if not self._stopping:
                raise

    def stop(self) -> None:
        """Answer nobody any more."""
        self._stopping = True
        self._server.close()
        self._thread.join(timeout=2)
