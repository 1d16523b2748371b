"""The gateway as the product starts it, as a process of its own: `python -m tests.runtime.serving <folder> <port>`."""

import sys
import time
from pathlib import Path

from runtime import worker
from runtime.worker import GatewayConfig


def main(folder: Path, port: int, workers: int) -> None:
    config = GatewayConfig(
        home=folder,
        database=folder / "control.db",
        control_socket=folder / "run" / "control.sock",
        smoke_socket=folder / "run" / "smoke.sock",
        authorize_url="http://workspace.example/authorize",
        client_id="slipway",
        salt=b"salt",
        port=port,
        workers=workers,
        team_requests_per_minute=1_000_000,
    )
    worker.serve(
        config, lambda: int(time.time()), lambda text: text, lambda *_: "", lambda line: print(line, flush=True)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 2)
