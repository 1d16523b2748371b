"""The demo: the local workspace, control, the broker and the gateway as real processes, supervised, on loopback."""

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from bot import clockwork, environment
from bot.control import alone
from bot.settings import CannotStart
from bot.workspace.config import id_of

START_SECONDS = 60
"""The first start compiles the guest; a warm one takes about two seconds."""


class DidNotStart(Exception):
    """A part did not come up; the message names it and where its log is."""


@dataclass(frozen=True)
class Part:
    """One process of the demo: a name for people, the command that is it, and the module that knows the command."""

    name: str
    command: str
    module: str = "bot.platformctl"


WORKSPACE, CONTROL, GATEWAY = Part("workspace", "workspace"), Part("control", "control"), Part("gateway", "gateway")
BROKER = Part("broker", "broker")
PARTS = (WORKSPACE, CONTROL, BROKER, GATEWAY)
SOCKETS = {CONTROL: "control.sock", BROKER: "broker.sock"}
"""Parts that answer on a socket file below `run/`; the others answer HTTP on a port."""


@dataclass(frozen=True)
class Stage:
    """Where the demo runs: a folder, two ports, and secrets made for this folder alone."""

    home: Path
    workspace_port: int
    gateway_port: int
    environ: Mapping[str, str]

    @property
    def url(self) -> str:
        """The workspace's page."""
        return f"http://localhost:{self.workspace_port}/"


def _free(preferred: int) -> int:
    """The preferred port, or any free one when it is taken."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DidNotStart("No free port on 127.0.0.1.")


def _secrets(home: Path) -> dict[str, str]:
    """Tokens for this demo folder: made once, kept beside its data, readable by us alone."""
    path = home / "demo.env"
    if not path.exists():
        made = {
            "SLACK_BOT_TOKEN": "xoxb-" + secrets.token_hex(16),
            "SLACK_APP_TOKEN": "xapp-" + secrets.token_hex(16),
            "SLACK_SIGNING_SECRET": secrets.token_hex(16),
            "SLIPWAY_CLIENT_ID": "slipway-demo",
            "SLIPWAY_CLIENT_SECRET": secrets.token_hex(16),
        }
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text("".join(f"{name}={value}\n" for name, value in made.items()))
        draft.rename(path)
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


INHERITED = ("OPENAI_", "OTEL_", "SLIPWAY_CHROMIUM", "SLIPWAY_UNDERSTANDING", "SLIPWAY_LOCAL_MODEL")
"""How the variables begin that the demo takes over from whoever starts it."""


def prepare(home: Path, workspace_port: int = 8200, gateway_port: int = 8300, inherit: bool = True) -> Stage:
    """Choose ports and secrets for a demo in `home`. With `inherit`, the model's settings come from our environment.

    Without it nothing does, and previews have no pictures in their threads.
    """
    home.mkdir(parents=True, exist_ok=True)
    workspace, gateway = _free(workspace_port), _free(gateway_port)
    environ = {
        **({} if inherit else {"SLIPWAY_CHROMIUM": "off"}),
        **environment.inherited(INHERITED if inherit else ()),
        **_secrets(home),
        "SLIPWAY_HOME": str(home),
        "SLIPWAY_GATEWAY_PORT": str(gateway),
        "SLIPWAY_WORKSPACE_PORT": str(workspace),
        "SLIPWAY_DEMO_CLOCK": "1",
        "SLIPWAY_VAULT_KEY_FILE": str(_vault_key(home)),
        "SLIPWAY_CAPTURE_MAIL": "1",
        "SLIPWAY_TEMPLATE_CHANNEL": id_of("C", "templates"),
        "SLIPWAY_ROLES": "operator=@platform-approvers, auditor=@audit",
        "SLIPWAY_ISSUER": f"http://localhost:{workspace}",
        "SLACK_API_URL": f"http://127.0.0.1:{workspace}/api/",
    }
    return Stage(home, workspace, gateway, environ)


def _vault_key(home: Path) -> Path:
    """The key that seals this demo's secrets: made once, readable by us alone."""
    path = home / "vault.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    return path


class Running:
    """The demo's processes. Each can be killed and started again; its log is `<home>/log/<name>.log`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, part: Part) -> None:
        """Start one part; it is up when `wait` returns."""
        logs = self.stage.home / "log"
        logs.mkdir(exist_ok=True)
        environ = self.stage.environ
        with (logs / f"{part.name}.log").open("ab") as log:
            self._processes[part.name] = subprocess.Popen(
                [sys.executable, "-m", part.module, part.command],
                env=environment.of_gateway(environ) if part is GATEWAY else dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def pid(self, part: Part) -> int:
        """The process id of a part."""
        return self._processes[part.name].pid

    def kill(self, part: Part) -> None:
        """`kill -9` a part and what it started."""
        process = self._processes.pop(part.name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ended(self) -> Sequence[Part]:
        """Parts that have ended by themselves."""
        return [
            part for part in PARTS if part.name in self._processes and self._processes[part.name].poll() is not None
        ]

    def wait(self) -> None:
        """Return when every part answers; DidNotStart says which one does not."""
        deadline = clockwork.stopwatch() + START_SECONDS
        for part in PARTS:
            while not self._answers(part):
                if part in self.ended() or clockwork.stopwatch() > deadline:
                    raise DidNotStart(
                        f"{part.name} did not start: see {self.stage.home / 'log' / (part.name + '.log')}"
                    )
                clockwork.pause(0.05)

    def _answers(self, part: Part) -> bool:
        try:
            if part in SOCKETS:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(str(self.stage.home / "run" / SOCKETS[part]))
                return True
            port = self.stage.workspace_port if part is WORKSPACE else self.stage.gateway_port
            httpx2.get(f"http://127.0.0.1:{port}/", timeout=2)
        except (OSError, httpx2.HTTPError):
            return False
        return True

    def stop(self) -> None:
        """End every part, politely first."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()


@contextmanager
def running(stage: Stage) -> Iterator[Running]:
    """The whole demo, up; ended when the block ends."""
    demo = Running(stage)
    try:
        for part in PARTS:
            demo.start(part)
        demo.wait()
        yield demo
    finally:
        demo.stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def serve(home: Path) -> None:
    """Run the demo in the foreground until Ctrl-C; a part that ends is started again."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    home.mkdir(parents=True, exist_ok=True)
    try:
        os.close(alone(home))
    except CannotStart as error:
        raise DidNotStart(f"A demo is at work in {home} already. Stop it first, or choose another --home.") from error
    stage = prepare(home)
    print("Starting the workspace, control, the broker and the gateway ...", flush=True)
    with running(stage) as demo:
        print(f"\n  Slipway is ready:  {stage.url}\n", flush=True)
        print("  You are Ana. Try:  /slipway a lunch survey for ops, three questions, keep it two weeks")
        print(f"  Data and logs are in {home}. Stop with Ctrl-C; `make clean` forgets everything.\n", flush=True)
        try:
            while True:
                for part in demo.ended():
                    print(f"  {part.name} ended; starting it again (see {home / 'log'})", flush=True)
                    demo.start(part)
                clockwork.pause(0.5)
        except KeyboardInterrupt:
            print("\n  Stopping.", flush=True)
