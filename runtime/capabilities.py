"""What one Call may do: a dispatch table built from what the Manifest declares *and* the app is granted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from runtime.appdata import Box
from runtime.call import Breach, Call, HostResult, Outcome
from runtime.sandbox import Dispatch, Operation
from runtime.store import Store
from templates.manifest import Manifest, NotifyCapability, StoreCapability

MAX_NOTICE = 1000
"""Characters of one message into the thread."""

Notify = Callable[[str], HostResult]


@dataclass(frozen=True)
class Granted:
    """One Call's table, and what to do when the Call is over."""

    dispatch: Dispatch
    finish: Callable[[], None]


def dispatch(
    manifest: Manifest, granted: Callable[[str], bool], call: Call, box: Callable[[], Box], notify: Notify
) -> Granted:
    """The operations that this Call can reach; nothing else exists for it (Invariant 8).

    `granted` says whether a capability's name is granted now; `box` opens the app's store at first use.
    """
    table: dict[str, Operation] = {}
    finish: Callable[[], None] = _nothing
    for one in manifest.capabilities:
        if isinstance(one, StoreCapability) and granted("store"):
            store = Store(one, manifest.limits, box, by=call.visitor.id, now=call.now)
            table.update(store.operations())
            finish = store.finish
        if isinstance(one, NotifyCapability) and granted("notify"):
            table["notify"] = _notice(notify)
    return Granted(table, finish)


def withheld(manifest: Manifest, outcome: Outcome) -> bool:
    """Whether a Call was denied what its Manifest declares: a Grant was taken back or is over; no code is to blame."""
    if not isinstance(outcome, Breach) or outcome.kind != "Denied":
        return False
    kind = outcome.detail.removeprefix("Error: not granted: ").partition(";")[0]
    return manifest.capability(kind) is not None


def _nothing() -> None:
    """A Call without a store leaves nothing open."""


def _notice(notify: Notify) -> Operation:
    def operation(asked: Mapping[str, JsonValue]) -> HostResult:
        text = asked.get("text")
        if not isinstance(text, str) or not text.strip():
            return {"error": "notify: the text is empty"}
        return notify(text[:MAX_NOTICE])

    return operation
