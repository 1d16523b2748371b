"""What an app costs: an estimate from its limits, as a range, never a zero and never a single number."""

from templates.manifest import Manifest

CURRENCY = "EUR"
CALLS_A_MONTH = (200, 10_000)
"""A quiet and a busy micro app; replaced by what sibling apps really did once there are any."""
CENTS_A_CPU_HOUR = 5.0
CENTS_A_GB_MONTH = 10.0
"""List prices of a small virtual machine and its disk, rounded up."""


def estimate(manifest: Manifest) -> tuple[int, int]:
    """Cents a month, low and high. Low: few cheap Calls. High: many Calls at the CPU limit, and a full store."""
    few, many = CALLS_A_MONTH
    low = few * manifest.limits.cpu_ms / 10 / 3_600_000 * CENTS_A_CPU_HOUR
    cpu = many * manifest.limits.cpu_ms / 3_600_000 * CENTS_A_CPU_HOUR
    store = manifest.limits.store_mb / 1024 * CENTS_A_GB_MONTH
    return max(1, round(low)), max(2, round(cpu + store + 0.5))
