"""Whom to blame when a Call was denied something: not code that asks for what its Manifest declares."""

import pytest

from runtime.call import Answer, Breach
from runtime.capabilities import ENDED_MEANWHILE, withheld
from templates.manifest import Capability, EgressCapability, MailCapability, NotifyCapability
from tests.runtime import scene

DECLARED: tuple[Capability, ...] = (
    NotifyCapability(per_day=5),
    EgressCapability(hosts=("api.foo.com", "b.example:443", "c.example:8443")),
    MailCapability(domains=("example.com",)),
)


def is_withheld(detail: str, kind: str = "Denied") -> bool:
    manifest = scene.bundle("").manifest.model_copy(update={"capabilities": DECLARED})
    return withheld(manifest, Breach(kind, detail))


@pytest.mark.parametrize(
    "detail",
    [
        "Error: not granted: notify; the template.yaml line that asks for it: - kind: notify\n at handle",
        "EgressError: blocked: api.foo.com: not granted: egress to api.foo.com; the template.yaml line\n at handle",
        "EgressError: blocked: b.example: not granted: egress to b.example; the template.yaml line",
        "EgressError: blocked: c.example:8443: not granted: egress to c.example:8443; the template.yaml line",
        "MailError: blocked: @example.com: not granted: mail to example.com; the template.yaml line",
        ENDED_MEANWHILE,
    ],
)
def test_what_is_declared_and_no_longer_granted_is_nobodys_fault(detail: str) -> None:  # S11
    assert is_withheld(detail)


@pytest.mark.parametrize(
    "detail",
    [
        "Error: not granted: store; the template.yaml line that asks for it: - kind: store",
        "EgressError: blocked: evil.net: not granted: egress to evil.net; the template.yaml line",
        "EgressError: blocked: c.example: not granted: egress to c.example; the template.yaml line",
        "EgressError: blocked: api.foo.com: it leads to a private address",
        "MailError: blocked: @evil.net: not granted: mail to evil.net; the template.yaml line",
    ],
)
def test_what_was_never_declared_and_what_nobody_may_do_is_the_apps_own(detail: str) -> None:  # S2
    assert not is_withheld(detail)


def test_only_a_denial_can_be_withheld() -> None:
    assert not is_withheld("Error: not granted: notify; the template.yaml line", kind="Crashed")
    assert not withheld(scene.bundle("").manifest, Answer(200, {}, b""))
