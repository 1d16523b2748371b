from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.wasm import WasmSandbox
from tests.templates.shelf import bundle
from tests.templates.stage import Stage


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> WasmSandbox:
    """One for the whole run: to compile the guest takes longer than all Calls together."""
    return WasmSandbox(tmp_path_factory.mktemp("guest"))


@pytest.fixture
def stage(sandbox: WasmSandbox, tmp_path: Path) -> Callable[..., Stage]:
    """Puts a template's app on a stage of its own: `stage("survey", title="Lunch")`."""
    made = iter(range(100))

    def put(template: str, **answers: Any) -> Stage:
        return Stage(bundle(template, **answers), tmp_path / f"stage{next(made)}", sandbox)

    return put
