"""What an app will cost a month: a range with its basis, never a zero and never a single number. Pure."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from runtime import due
from runtime.prices import PriceTable, Usage, needed
from templates.manifest import EgressCapability, Manifest

QUIET, BUSY = 200, 10_000
"""Calls a month of a quiet and a busy micro app, as long as nobody knows better."""
LIGHT = 10
"""A light Call uses this part of its CPU limit."""
OUTSIDE_A_CALL, OUTSIDE_BYTES = 1, 64 * 1024
"""Outside requests that a busy app makes in one Call, and the bytes of each: a guess, and a high one."""
MAILS_A_MONTH = 3000
TOKENS = (2000, 60_000)
"""What reading somebody's words takes: said once, and reworded thirty times."""
MONTH = 30
"""Days."""
SIBLINGS, SIBLING_DAYS = 5, 7
"""How many apps of the same template, live for how many days, make a history (C3)."""
DRIVERS = 3
RUNTIME = "the wasm sandbox"
GUESS = "a guess: no history yet"


@dataclass(frozen=True, slots=True)
class Sibling:
    """What another app of the same template used while it was live, over how many days."""

    used: Usage
    days: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """Cents of `currency` a month. `drivers` are what costs most, the dearest first."""

    low: int
    high: int
    currency: str
    basis: str
    drivers: tuple[str, ...]
    runtime: str = RUNTIME


def estimate(
    manifest: Manifest, prices: PriceTable, siblings: Sequence[Sibling] = (), *, remote: bool = False
) -> Estimate:
    """From p10 to p90 of what sibling apps cost; from a quiet month to a busy one while there are too few of them.

    `remote` says whether a language model that counts tokens reads the words.
    """
    known = [one for one in siblings if one.days >= SIBLING_DAYS]
    if len(known) < SIBLINGS:
        quiet, busy = month(manifest, remote=remote)
        return _estimate(prices, prices.total(quiet), prices.total(busy), GUESS, busy)
    costs = [prices.total(one.used) * MONTH / one.days for one in known]
    tenths = statistics.quantiles(costs, n=10, method="inclusive")
    basis = f"as {len(known)} sibling apps of this template cost"
    return _estimate(prices, tenths[0], tenths[-1], basis, sum((one.used for one in known), Usage()))


def month(manifest: Manifest, *, remote: bool = False) -> tuple[Usage, Usage]:
    """What a quiet and a busy month of this app would use, within its limits. It runs by itself in both."""
    limits, uses = manifest.limits, needed(manifest.capabilities)
    full = limits.store_mb * 1024 * 1024 * MONTH
    alone = sum(map(due.a_month, manifest.times.values()))
    most, least = BUSY + alone, QUIET + alone
    outside = most * OUTSIDE_A_CALL if isinstance(manifest.capability("egress"), EgressCapability) else 0
    busy = Usage(
        cpu_us=most * limits.cpu_ms * 1000,
        calls=most,
        storage_byte_days=full if "storage_byte_days" in uses else 0,
        egress_requests=outside,
        egress_bytes=outside * OUTSIDE_BYTES,
        mails=MAILS_A_MONTH if "mails" in uses else 0,
        model_tokens=TOKENS[1] if remote else 0,
    )
    quiet = replace(
        busy,
        cpu_us=least * limits.cpu_ms * 1000 // LIGHT,
        calls=least,
        storage_byte_days=busy.storage_byte_days // 1000,
        egress_requests=0,
        egress_bytes=0,
        mails=0,
        model_tokens=TOKENS[0] if remote else 0,
    )
    return quiet, busy


def _estimate(prices: PriceTable, low: Decimal, high: Decimal, basis: str, used: Usage) -> Estimate:
    least = max(1, math.floor(low))
    split = prices.split(used)
    dearest = sorted(split, key=lambda name: (-split[name], name))[:DRIVERS]
    # A single number would promise what nobody knows.
    return Estimate(
        low=least,
        high=max(least + 1, math.ceil(high)),
        currency=prices.currency,
        basis=basis,
        drivers=tuple(prices.prices[name].label for name in dearest),
    )
