"""Nothing runs without limits: there is no way to start an app that names none."""

from typing import Any

import pytest
from pydantic import ValidationError

from runtime.call import Call, Visitor
from runtime.deployments import Backing
from runtime.wasm import WasmSandbox
from templates.manifest import Digest, Limits, Manifest
from tests.runtime.scene import BUNDLE, NOW

SOURCE = b"export function handle() { return 'hello'; }"
CALL = Call("GET", "/", Visitor("v_1", "Ana"), NOW, "r1")


def test_a_call_without_limits_does_not_start(sandbox: WasmSandbox) -> None:  # P1
    ready = sandbox.prepare(SOURCE, Limits())
    run: Any = sandbox.run  # as code would use it that no type checker has read
    with pytest.raises(TypeError, match="limits"):
        run(ready, CALL, dispatch={})
    with pytest.raises(AttributeError):
        run(ready, CALL, None, {})


def test_a_manifest_without_limits_has_the_usual_ones() -> None:  # P1
    made = Manifest(name="lunch", template="survey@1.0", template_digest=BUNDLE, title="Lunch")
    assert made.limits == Limits()
    assert (made.limits.cpu_ms, made.limits.memory_mb, made.limits.requests_per_minute) == (50, 32, 600)


@pytest.mark.parametrize("name", sorted(Limits.model_fields))
@pytest.mark.parametrize("value", [0, -1, 10**9, None, "many"])
def test_no_limit_can_be_switched_off(name: str, value: object) -> None:  # P1
    with pytest.raises(ValidationError):
        Limits.model_validate({name: value})


def test_nothing_goes_live_without_a_quota() -> None:  # P1, D11
    with pytest.raises(TypeError, match="limits"):
        Backing(audit=Digest("sha256:" + "0" * 64), budget_tag="ops")


def test_the_usual_number_of_requests_stays_unsaid() -> None:
    assert "requests_per_minute" not in Limits().model_dump()
    assert Limits(requests_per_minute=60).model_dump()["requests_per_minute"] == 60
    assert Limits.model_validate(Limits().model_dump()) == Limits()
