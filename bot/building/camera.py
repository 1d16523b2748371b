"""The door to Chromium: one page, drawn once, by a process of its own that has no network and no script.

Chromium is told what to do over a pipe, and every request of the page comes back over it to be answered by us: it could
not reach anything by itself if it wanted to. It ends after each picture, with everything that it started and kept.
"""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import clockwork

FOUND_AT = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium")
"""Where distributions put it; the first that is there."""
WIDTH, LEAST, MOST = 760, 240, 960
"""CSS pixels of a picture: how wide, and how high at least and at most."""
SCALE = 1.5
"""Pixels for each of them."""
SECONDS = 12.0
"""For one picture, start and end included."""
MOST_BYTES = 4 << 20
"""Of a picture."""
MEMORY_KB, CPU_SECONDS, FILE_BLOCKS = 1 << 20, 20, 131_072
"""What each of its processes may have: data of 1 GiB, computing time, and a file of 64 MiB."""
FOLDER, LEFT_SECONDS = "slipway-picture-", 600
_BUFFER = 1 << 16
_LIMITED = (
    f"ulimit -c 0; ulimit -d {MEMORY_KB}; ulimit -t {CPU_SECONDS}; ulimit -f {FILE_BLOCKS}; "
    'exec "$@" 3<&0 4>&1 </dev/null >/dev/null'
)
_SWITCHES = (
    "--headless",
    "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=64",
    "--hide-scrollbars",
    "--disable-gpu",
    "--disable-quic",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
)

_LATE = "the page was not drawn in time"


class NoPicture(Exception):
    """The page could not be drawn; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a request of the page is answered with."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[str], Fetched | None]
"""Answers a request by its whole address; None for everything that is not the page's own."""


def found(named: str = "") -> str:
    """Chromium's path: the one named, or where it usually is; empty when there is none."""
    return next((one for one in ([named] if named else FOUND_AT) if os.access(one, os.X_OK)), "")


def shoot(chromium: str, url: str, answer: Answer, seconds: float = SECONDS) -> bytes:
    """A PNG of the page at `url`, whose every request `answer` is asked for. Raises NoPicture."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=FOLDER, ignore_cleanup_errors=True) as folder:
        process = _start(chromium, Path(folder))
        deadline = clockwork.stopwatch() + seconds
        # A pipe that nobody reads any more would keep us for ever.
        late = threading.Timer(seconds, _kill, [process])
        late.daemon = True
        late.start()
        try:
            return _Session(process, deadline, answer).picture(url)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoPicture(f"Chromium said something else than was asked: {type(error).__name__}") from error
        finally:
            late.cancel()
            _end(process)


def _sweep() -> None:
    """Remove what a picture left behind during which we were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        # Another installation may just be taking one, or remove what we see.
        with suppress(OSError):
            about = left.lstat()
            if about.st_uid == os.geteuid() and clockwork.wall() - about.st_mtime > LEFT_SECONDS:
                shutil.rmtree(left)


def _start(chromium: str, folder: Path) -> subprocess.Popen[bytes]:
    # As root it refuses its own sandbox; as anybody else it has one.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [chromium, *_SWITCHES, *root, f"--user-data-dir={folder / 'profile'}", "about:blank"]
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", _LIMITED, "picture", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as error:
        raise NoPicture(f"Chromium did not start: {error}") from error


def _kill(process: subprocess.Popen[bytes]) -> None:
    # Before `wait` its number is nobody else's.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Its whole group, whatever it is at."""
    _kill(process)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            # What was not written yet is for nobody.
            with suppress(OSError):
                pipe.close()
    process.wait()


class _Session:
    """One talk over the pipe, in Chromium's DevTools protocol: JSON documents, each ended by a zero byte."""

    def __init__(self, process: subprocess.Popen[bytes], deadline: float, answer: Answer) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._into, self._out = process.stdin, process.stdout
        self._deadline, self._answer = deadline, answer
        self._buffer, self._sent, self._page = b"", 0, ""
        self._loaded = False

    def picture(self, url: str) -> bytes:
        """Open the page, wait until it is there, and draw it."""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._page = str(self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        self._size(LEAST)
        self._ask("Emulation.setScriptExecutionDisabled", value=True)
        self._ask("Fetch.enable", patterns=[{"urlPattern": "*"}])
        self._ask("Page.enable")
        self._loaded = False
        went = self._ask("Page.navigate", url=url)
        if went.get("errorText"):
            raise NoPicture(f"the page did not open: {went['errorText']}")
        while not self._loaded:
            self._hear(self._read())
        high = self._ask("Page.getLayoutMetrics")["cssContentSize"]["height"]
        self._size(max(LEAST, min(MOST, round(high))))
        drawn = base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])
        if len(drawn) > MOST_BYTES:
            raise NoPicture(f"the picture has {len(drawn)} bytes")
        return drawn

    def _size(self, height: int) -> None:
        size = {"width": WIDTH, "height": height, "deviceScaleFactor": SCALE, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", **size)

    def _ask(self, method: str, **params: Any) -> Mapping[str, Any]:
        asked = self._send(method, params)
        while True:
            heard = self._read()
            if heard.get("id") == asked:
                if "error" in heard:
                    raise NoPicture(f"Chromium refused {method}")
                result: Mapping[str, Any] = heard["result"]
                return result
            self._hear(heard)

    def _hear(self, heard: Mapping[str, Any]) -> None:
        """What comes unasked: a request of the page, or that all of it is there."""
        if heard.get("method") == "Fetch.requestPaused":
            self._fulfil(heard["params"])
        elif heard.get("method") == "Page.loadEventFired":
            self._loaded = True

    def _fulfil(self, paused: Mapping[str, Any]) -> None:
        request = paused["request"]
        fetched = self._answer(request["url"]) if request["method"] == "GET" else None
        if fetched is None:
            # A page that is led away stays as it is: with any other reason a page of Chromium's own takes its place,
            # perhaps just while it is drawn.
            reason = "Aborted" if paused.get("resourceType") == "Document" else "BlockedByClient"
            self._send("Fetch.failRequest", {"requestId": paused["requestId"], "errorReason": reason})
            return
        headers: Sequence[Mapping[str, str]] = [
            {"name": name, "value": value} for name, value in fetched.headers.items()
        ]
        body = base64.b64encode(fetched.body).decode()
        answer = {"requestId": paused["requestId"], "responseCode": fetched.status, "responseHeaders": headers}
        self._send("Fetch.fulfillRequest", {**answer, "body": body})

    def _send(self, method: str, params: Mapping[str, Any]) -> int:
        self._sent += 1
        message: dict[str, Any] = {"id": self._sent, "method": method, "params": params}
        if self._page:
            message["sessionId"] = self._page
        self._into.write(json.dumps(message).encode() + b"\0")
        self._into.flush()
        return self._sent

    def _read(self) -> Mapping[str, Any]:
        while b"\0" not in self._buffer:
            left = self._deadline - clockwork.stopwatch()
            if left <= 0 or not select.select([self._out], [], [], left)[0]:
                raise NoPicture(_LATE)
            read = os.read(self._out.fileno(), _BUFFER)
            if not read:
                # Past the deadline it was us who ended it.
                raise NoPicture(_LATE if clockwork.stopwatch() >= self._deadline else "Chromium ended")
            self._buffer += read
            if len(self._buffer) > 4 * MOST_BYTES:
                raise NoPicture("Chromium said too much")
        first, _, self._buffer = self._buffer.partition(b"\0")
        message: Mapping[str, Any] = json.loads(first)
        return message
