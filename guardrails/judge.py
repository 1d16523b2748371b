"""Evaluates policies in a process of its own, with a deadline: a policy that hangs is killed, and denies."""

import json
import select
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from guardrails.policy import PolicyError

DEADLINE = 0.1
"""Seconds for one document (S13)."""
START_DEADLINE = 10.0
"""Seconds for a new process to say that it is ready."""


class Judge:
    """A policy folder's process: started at first use, replaced after a kill. Safe to share between threads."""

    def __init__(self, folder: Path, deadline: float = DEADLINE) -> None:
        self._folder = folder
        self._deadline = deadline
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def findings(self, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """What the rules remark; PolicyError when there is no answer in time or none to be believed."""
        with self._lock:
            reply = self._ask(json.dumps(document).encode() + b"\n")
        found = reply.get("findings")
        if not isinstance(found, list):
            raise PolicyError(str(reply.get("error", "no findings")))
        return found

    def _ask(self, line: bytes) -> Mapping[str, Any]:
        process = self._running()
        assert process.stdin is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
        except OSError as error:
            self.stop()
            raise PolicyError("the policy process has ended") from error
        reply: Mapping[str, Any] = json.loads(self._line(process, self._deadline))
        return reply

    def _line(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], deadline)
        answer = process.stdout.readline() if ready else b""
        if not answer:
            self.stop()
            raise PolicyError(f"no answer within {deadline:g} s")
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "guardrails.policy", str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
            )
            self._line(self._process, START_DEADLINE)
        return self._process

    def stop(self) -> None:
        """End the process; the next question starts a new one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()
