"""Sentences about money and room: what an app will cost, what it has cost, and that its store fills up."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from runtime.gauge import Gauge
from runtime.meter import Estimate

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def basis(estimate: Estimate) -> str:
    """Where a range comes from, what costs most in it, and what runs the app."""
    return f"{estimate.basis} (mostly {listed(estimate.drivers)}; runs in {estimate.runtime})"


def listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def so_far(cents: Decimal, currency: str, now: int) -> str:
    """What a live app has cost this month."""
    sign = SIGNS.get(currency, f"{currency} ")
    month = datetime.fromtimestamp(now, UTC)
    amount = (
        f"{sign}{(cents / 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}" if cents >= 1 else f"less than {sign}0.01"
    )
    return f"*Cost so far* {amount} in {month:%B %Y}."


def filling(gauge: Gauge) -> str:
    """A warning before a store is full; empty while there is room."""
    if not gauge.nearly_full:
        return ""
    return (
        ":warning: *Its store is more than 80 % full.* When it is full, new entries are refused. "
        "Remove entries, or ask for fewer days to keep them."
    )
