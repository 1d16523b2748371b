"""The gateway as its own command starts it: what its processes know and hold."""

import os
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from runtime.wasm import WasmSandbox
from tests.bot.test_platformctl import start

pytestmark = pytest.mark.scenario

TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-of-control-alone",
    "SLACK_APP_TOKEN": "xapp-of-control-alone",
    "SLIPWAY_CLIENT_SECRET": "secret-of-control-alone",
    "OPENAI_API_KEY": "sk-of-control-alone",
    "SLIPWAY_VAULT_KEY": "key-of-broker-alone",
}
MARK = b"-alone"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation's folder."""
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="module")
def pids(home: Path, compiled: Path, sandbox: WasmSandbox) -> Iterator[Sequence[int]]:
    """A supervisor, and behind it its workers, of a gateway that was started with every token there is."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    # What the run's own sandbox compiled: it takes longer than all of these tests.
    shutil.copytree(compiled, home / "guest")
    given = {"SLIPWAY_HOME": str(home), "SLIPWAY_CLIENT_ID": "slipway", "SLIPWAY_GATEWAY_PORT": port, **TOKENS}
    process = start("gateway", **given)
    try:
        workers: list[int] = []
        for _ in range(600):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            workers = [int(one) for one in children if (home / "deltas" / one).is_dir()]
            if len(workers) == 2 and all(status(one)["Seccomp_filters"] == "2" for one in workers):
                break
            assert process.poll() is None
            time.sleep(0.05)
        assert len(workers) == 2
        yield process.pid, *workers
    finally:
        process.terminate()
        process.communicate()


def status(pid: int) -> dict[str, str]:
    lines = (line.partition(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: value.strip() for name, _, value in lines}


def memory(pid: int) -> Iterator[bytes]:
    """What a process holds in memory, part by part."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as held:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            begin, end = (int(one, 16) for one in span.split("-"))
            if rights.startswith("r") and "[v" not in line:
                try:
                    held.seek(begin)
                    yield held.read(min(end - begin, 256 << 20))
                except OSError:
                    continue


def readable(pids: Sequence[int]) -> Sequence[int]:
    """A worker's memory is closed to everybody but root; it was forked from the supervisor's."""
    return pids if os.geteuid() == 0 else pids[:1]


def test_no_process_of_the_gateway_is_told_a_token(pids: Sequence[int]) -> None:  # S1
    for pid in readable(pids):
        environ = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"SLIPWAY_CLIENT_ID=slipway" in environ
        assert MARK not in environ
        assert not [name for name in TOKENS if name.encode() in environ]


def test_no_process_of_the_gateway_holds_a_token_in_memory(pids: Sequence[int]) -> None:  # S1
    for pid in readable(pids):
        parts = list(memory(pid))
        assert sum(map(len, parts)) > 10 << 20
        assert not [value for value in TOKENS.values() for part in parts if value.encode() in part]


def test_every_worker_is_walled_in_by_the_kernel(pids: Sequence[int]) -> None:  # S1
    for pid in pids[1:]:
        found = status(pid)
        assert (found["NoNewPrivs"], found["Seccomp"], found["Seccomp_filters"]) == ("1", "2", "2")
        assert int(found["CapEff"], 16) in (0, 2)
        assert int(found["CapBnd"], 16) & ~2 == 0 or os.geteuid() != 0
        assert Path(f"/proc/{pid}").stat().st_uid == 0, "its memory and files are closed to its own user"


def test_a_workers_keeper_is_walled_in_as_well(pids: Sequence[int]) -> None:  # S1
    for pid in pids[1:]:
        [keeper] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        found = status(int(keeper))
        assert (found["NoNewPrivs"], found["Seccomp"], found["Threads"]) == ("1", "2", "1")
        assert int(found["CapEff"], 16) in (0, 2)


def test_what_the_gateway_makes_is_for_nobody_else_on_the_machine(pids: Sequence[int], home: Path) -> None:
    # Copied by this test, and named by its folder: not the gateway's doing.
    made = [one for one in home.rglob("*") if "guest" not in one.parts[len(home.parts) :]]
    assert home / "control.db" in made
    assert [str(one) for one in made if one.stat().st_mode & 0o077] == []
