"""What one Call may do: a dispatch table built from what the Manifest declares *and* the app is granted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import JsonValue

from runtime import frozen
from runtime.appdata import Box
from runtime.broker import decision
from runtime.broker.refusal import Refusal
from runtime.call import Breach, Call, HostResult, Outcome
from runtime.sandbox import Dispatch, Operation
from runtime.store import OPERATIONS as STORE_OPERATIONS
from runtime.store import Scrub, Store, unreadable
from templates.manifest import EgressCapability, MailCapability, Manifest, NotifyCapability, StoreCapability

MAX_NOTICE = 1000
"""Characters of one message into the thread."""

DOMAIN = re.compile(r"[a-z0-9.-]{1,253}")

UNGATED = frozenset({"store", "notify"})
"""What a preview may do before anybody approved anything: keep rows of its own, and speak in its own thread."""
ENDED_MEANWHILE = "the app ended while it waited for the outside"
_WITHHELD = re.compile(r"\w*Error: (blocked: \S+: )?not granted: (?P<kind>[a-z]+)( to (?P<name>[^;\s]+))?;")
"""An app's own error, when the host or the broker said so."""

Notify = Callable[[str], HostResult]
_MOVING: Mapping[str, int] = {}
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "store": STORE_OPERATIONS,
    "notify": ("notify",),
    "egress": ("egress.fetch",),
    "mail": ("mail.send",),
}
"""What each kind of capability lets an app ask for."""


@dataclass(frozen=True)
class Granted:
    """One Call's table, and what to do when the Call waits or is over. `outside` is what the broker is asked for."""

    dispatch: Dispatch
    finish: Callable[[], None]
    outside: frozenset[str]


def dispatch(
    manifest: Manifest,
    granted: Callable[[str], bool],
    call: Call,
    box: Callable[[], Box],
    notify: Notify,
    blocked: Callable[[str], None],
    scrub: Scrub = unreadable,
    stilled: Mapping[str, int] = _MOVING,
) -> Granted:
    """The operations that this Call can reach; nothing else exists for it (Invariant 8).

    `granted` says whether a capability's name is granted now; `box` opens the app's store at first use; `blocked` is
    told of a host or domain that the app may not reach and asked for; `scrub` takes secrets out of entries whose table
    says so; what stands in `stilled` operators stopped, and whoever asks for it is told that.
    """
    table: dict[str, Operation] = {}
    finish: Callable[[], None] = _nothing
    for one in manifest.capabilities:
        if at := frozen.since(stilled, one.kind):
            table.update({name: partial(_frozen, one.kind, at) for name in OPERATIONS.get(one.kind, ())})
        elif isinstance(one, StoreCapability) and granted("store"):
            store = Store(one, manifest.limits, box, by=call.visitor.id, now=call.now, scrub=scrub)
            table.update(store.operations())
            finish = store.finish
        elif isinstance(one, NotifyCapability) and granted("notify"):
            table["notify"] = _notice(notify)
    # What stands still is in the table already, and nobody outside is asked for it.
    outside = _outside(manifest, granted).difference(table)
    for name, wanted in (("egress.fetch", _host), ("mail.send", _domain)):
        if name in table:
            continue
        if call.stage == "preview" and manifest.capability(name.partition(".")[0]):
            table[name] = _not_yet
        elif name not in outside:
            table[name] = partial(_not_granted, wanted, blocked)
    return Granted(table, finish, outside if call.stage == "live" else frozenset())


def _outside(manifest: Manifest, granted: Callable[[str], bool]) -> frozenset[str]:
    """What the broker may be asked for: declared, and granted for at least one host or domain; it decides for which."""
    egress, mail = manifest.capability("egress"), manifest.capability("mail")
    found = set()
    if isinstance(egress, EgressCapability) and any(granted(f"egress:{host}") for host in egress.hosts):
        found.add("egress.fetch")
    if isinstance(mail, MailCapability) and any(granted(f"mail:{domain}") for domain in mail.domains):
        found.add("mail.send")
    return frozenset(found)


def _frozen(kind: str, at: int, _: Mapping[str, JsonValue]) -> HostResult:
    """Operators stopped it, for every app."""
    return {"error": frozen.refusal(kind, at), "kind": "frozen"}


def _not_yet(_: Mapping[str, JsonValue]) -> HostResult:
    """Nobody has approved what a preview runs, and what it sends cannot be taken back."""
    return {"error": "a preview reaches nothing outside; this works once the app is live", "kind": "preview"}


def _not_granted(
    wanted: Callable[[Mapping[str, JsonValue]], str], blocked: Callable[[str], None], asked: Mapping[str, JsonValue]
) -> HostResult:
    """As the broker would say it, without asking it."""
    name = wanted(asked)
    if not name:
        return {"error": "blocked: not granted, and nothing that could be", "kind": "blocked"}
    blocked(name)
    kind, named = ("mail", "domains") if name.startswith("@") else ("egress", "hosts")
    plain = name.removeprefix("@")
    line = f"- kind: {kind}, {named}: [{plain}]"
    why = f"blocked: {name}: not granted: {kind} to {plain}; the template.yaml line that asks for it: {line}"
    return {"error": why, "kind": "blocked"}


def _host(asked: Mapping[str, JsonValue]) -> str:
    target = decision.parse(str(asked.get("url", "")))
    return "" if isinstance(target, Refusal) else target.name


def _domain(asked: Mapping[str, JsonValue]) -> str:
    to = asked.get("to")
    first = to[0] if isinstance(to, list) and to else to
    domain = str(first).rpartition("@")[2]
    return f"@{domain}" if DOMAIN.fullmatch(domain) else ""


def withheld(manifest: Manifest, outcome: Outcome) -> bool:
    """Whether a Call was denied what its Manifest declares: a Grant was taken back or is over; no code is to blame.

    Nor is any when the app ended while it waited for the outside.
    """
    if not isinstance(outcome, Breach) or outcome.kind != "Denied":
        return False
    told = _WITHHELD.match(outcome.detail)
    if told is None:
        return outcome.detail == ENDED_MEANWHILE
    declared = manifest.capability(told["kind"])
    if isinstance(declared, EgressCapability):
        return any(told["name"] == host.removesuffix(":443") for host in declared.hosts)
    if isinstance(declared, MailCapability):
        return told["name"] in declared.domains
    return declared is not None


def _nothing() -> None:
    """A Call without a store leaves nothing open."""


def _notice(notify: Notify) -> Operation:
    def operation(asked: Mapping[str, JsonValue]) -> HostResult:
        text = asked.get("text")
        if not isinstance(text, str) or not text.strip():
            return {"error": "notify: the text is empty"}
        return notify(text[:MAX_NOTICE])

    return operation
