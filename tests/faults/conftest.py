from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.wasm import WasmSandbox
from tests.faults import house as houses
from tests.faults.house import House
from tests.faults.table import Table

TABLE = pytest.StashKey[Table]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--table", action="store_true", help="print what was broken and what held (make chaos)")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLE] = Table()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call" or report.failed:
        item.config.stash[TABLE].add(item.nodeid, report.duration, held=report.passed)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--table"):
        terminalreporter.section("chaos")
        for line in config.stash[TABLE].lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory, compiled: Path, sandbox: WasmSandbox) -> Iterator[House]:
    with houses.running(tmp_path_factory.mktemp("house"), compiled) as one:
        yield one


@pytest.fixture
def house(standing: House) -> Iterator[House]:
    """The shared house; after each test everything that is always true of it is looked at."""
    yield standing
    (standing.home / "die-at").unlink(missing_ok=True)
    standing.running.wait()
    standing.settle()
    standing.check()
