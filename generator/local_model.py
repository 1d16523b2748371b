"""An optional model on this machine: it fills in free text, and never chooses what is built.

Small models fill in well and choose badly (a 1.5B chose the right kind in .78 of requests, the router in .92; with the
kind given, it and the rules had .83 of requests right where rules alone had .71), so the router chooses and rules read
what has a type. When the model does not answer, rules carry on and the Understanding says so.
"""

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from generator import offline_model
from generator.model import Reading
from generator.openai_model import TIMEOUT, OpenAIModel
from generator.receipt import Receipt
from generator.utterance import hear

RESTARTS = 3
"""After so many ends of its process rules read alone, until control starts anew."""
LOAD = 60.0
"""Seconds to load a file of some gigabytes; until then rules read alone."""


class NoLocalModel(Exception):
    """The file, or the package that runs it, is not there. The message says what to do."""


class LocalModel:
    """Reads with a GGUF file. Starts at once and loads beside; safe to share between threads."""

    def __init__(self, path: Path, *, secret: Callable[[str], bool], timeout: float = TIMEOUT) -> None:
        """`secret` says whether a text holds one. Raises NoLocalModel."""
        if find_spec("xllamacpp") is None:
            raise NoLocalModel("A local model needs the package xllamacpp: pip install 'slipway[local]'.")
        if not path.is_file():
            raise NoLocalModel(f"There is no model at {path}. Name a GGUF file.")
        self._path, self._secret, self._timeout = path, secret, timeout
        self._lock = threading.Lock()
        self._starts = 0
        self._server = self._start()

    def read(self, text: str, today: date) -> Reading:
        """See `Model`."""
        chosen = offline_model.choose(hear(text, today))
        if chosen.action != "build" or chosen.kind is None:
            return Reading(chosen)
        filled = self.fill(text, today, chosen.kind)
        known = {"confidence": chosen.confidence, "alternatives": chosen.alternatives}
        return replace(filled, understanding=filled.understanding.model_copy(update=known))

    def fill(self, text: str, today: date, kind: str) -> Reading:
        """See `Model`."""
        with self._lock:
            if self._server.ended and self._starts <= RESTARTS:
                self._server.stop()
                self._server = self._start()
            server = self._server
        model = OpenAIModel(
            model=f"{self._path.stem} on this machine",
            api_key=server.key,
            base_url=server.url,
            timeout=self._timeout,
            secret=self._secret,
        )
        read = model.fill(text, today, kind)
        return replace(read, receipt=_free(read.receipt))

    def wait(self) -> bool:
        """Until it can answer; False when it never will."""
        return bool(self._server.wait())

    def stop(self) -> None:
        """End its process."""
        self._server.stop()

    def _start(self) -> "_Server":
        self._starts += 1
        return _Server(self._path)


class _Server:
    """One process that serves the file."""

    def __init__(self, path: Path) -> None:
        self.key = secrets.token_hex(16)
        self.url = "http://127.0.0.1:9/v1"  # nobody answers there: rules carry on until it has loaded
        self._ready = threading.Event()
        # It gets nothing of our environment: there are credentials in it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "generator.llama", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=_environment(),
        )
        self._listener = threading.Thread(target=self._listen, name="local model", daemon=True)
        self._listener.start()

    @property
    def ended(self) -> bool:
        """Whether its process is over."""
        return self._process.poll() is not None

    def wait(self) -> bool:
        """Until it has loaded; False when it ended, or takes longer than `LOAD`."""
        return self._ready.wait(LOAD) and not self.ended

    def stop(self) -> None:
        """End the process, wait for it, and close what led to it."""
        self._process.kill()
        self._listener.join()
        with self._process:
            pass

    def _listen(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(f"{self.key}\n")
            self._process.stdin.flush()
            address = self._process.stdout.readline().strip()
        except OSError:
            address = ""  # it ended before it listened
        if address:
            self.url = f"{address}/v1"
        else:
            self._process.wait()  # it ends when it cannot serve
        self._ready.set()


def _environment() -> Mapping[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[1])}


def _free(receipt: Receipt | None) -> Receipt | None:
    """The receipt without its tokens: what is computed here is on nobody's bill."""
    if receipt is None:
        return None
    return receipt.model_copy(
        update={"exchanges": tuple(one.model_copy(update={"tokens": 0}) for one in receipt.exchanges)}
    )
