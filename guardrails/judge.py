"""Judge: evaluates policies in a process of its own, with a deadline. A policy that hangs is killed, and denies."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from guardrails.policy import Policies, PolicyError
from templates.manifest import Digest

DEADLINE = 0.1
"""Seconds of computing for one document (S13)."""
PATIENCE = 2.0
"""Seconds to wait for them on a machine that has no processor to spare: a busy hour must not deny anybody's app."""
START_DEADLINE = 10.0
"""Seconds for a new process to say which policies it holds."""


class Judge:
    """The process of a policy folder: started at first use, replaced after a kill. Safe to share between threads."""

    def __init__(self, policies: Policies, deadline: float = DEADLINE, patience: float = PATIENCE) -> None:
        self.digest: Digest = policies.digest
        self._folder = policies.folder
        self._deadline, self._patience = deadline, max(deadline, patience)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def findings(self, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """What the rules remark; PolicyError when there is no answer in time or none to be believed."""
        with self._lock:
            try:
                reply = self._ask(json.dumps(document).encode() + b"\n")
            except (OSError, ValueError) as error:
                self._end()
                raise PolicyError(f"the policy process failed ({type(error).__name__})") from error
        found = reply.get("findings")
        if not isinstance(found, list):
            raise PolicyError(str(reply.get("error", "no findings")))
        return found

    def stop(self) -> None:
        """End the process; the next question starts a new one."""
        with self._lock:
            self._end()

    def _ask(self, line: bytes) -> Mapping[str, Any]:
        process = self._running()
        assert process.stdin is not None
        process.stdin.write(line)
        process.stdin.flush()
        reply: Mapping[str, Any] = json.loads(self._line(process, self._deadline, self._patience))
        return reply

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "guardrails.policy", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
        holds = self._line(self._process, START_DEADLINE, START_DEADLINE).decode().strip()
        if holds != self.digest:
            self._end()
            raise PolicyError("the policy folder was changed after the start; restart to use it")
        return self._process

    def _line(self, process: subprocess.Popen[bytes], seconds: float, patience: float) -> bytes:
        """Its next line; PolicyError when it has computed for `seconds`, or `patience` is over, without one."""
        assert process.stdout is not None
        pipe = process.stdout.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        began, before = time.monotonic(), _computed(process.pid)
        line = b""
        while not line.endswith(b"\n"):
            waited, computed = time.monotonic() - began, _computed(process.pid) - before
            if computed >= seconds or waited >= patience:
                self._end()
                raise PolicyError(f"no answer within {seconds if computed >= seconds else patience:g} s")
            if not poll.poll(min(seconds - computed, patience - waited) * 1000):
                continue  # who waited for a processor has computing left
            piece = os.read(pipe, 65_536)
            if not piece:
                self._end()
                raise PolicyError("the policy process ended")
            line += piece
        return line

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what was not yet written to a dead process is of no use


def _computed(pid: int) -> float:
    """Seconds that a process has computed for; 0 when it is gone, or when the system does not count so."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the clock of a process, as Linux numbers them
    except OSError:
        return 0.0
