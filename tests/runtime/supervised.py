"""Supervised workers that tell their process id, run by `python -m tests.runtime.supervised <folder> <count>`."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from runtime import supervisor


def worker(sockets: Sequence[socket.socket], alive: int) -> None:
    """Answers each connection with its process id; does as it is told by the first byte."""
    hung = threading.Event()
    threading.Thread(target=_beat, args=(alive, hung), daemon=True).start()
    while True:
        connection, _ = sockets[0].accept()
        with connection:
            order = connection.recv(1)
            if order == b"d":
                os._exit(3)
            if order == b"h":
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                hung.set()
                time.sleep(60)
            connection.sendall(str(os.getpid()).encode())


def _beat(alive: int, hung: threading.Event) -> None:
    while not hung.is_set():
        os.write(alive, b".")
        hung.wait(0.05)


def main(folder: Path, count: int) -> None:
    sockets = supervisor.listen("127.0.0.1", 0, folder / "smoke.sock")
    draft = folder / "port.draft"
    draft.write_text(str(sockets[0].getsockname()[1]))
    draft.rename(folder / "port")
    supervisor.run(sockets, worker, count, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
