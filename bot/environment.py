"""The environment that processes of ours get, and no more: what they do not hold, nobody can take from them."""

import os
import sys
from collections.abc import Mapping

GATEWAYS = frozenset(
    f"SLIPWAY_{name}"
    for name in (
        "HOME",
        "ISSUER",
        "CLIENT_ID",
        "GATEWAY_PORT",
        "PUBLIC_PORT",
        "DOMAIN",
        "SCHEME",
        "WORKERS",
        "TEAM_REQUESTS_PER_MINUTE",
        "DATABASE",
        "APP_DATA",
        "SLEEP_AFTER_MINUTES",
        "BUSINESS_HOURS",
    )
) | {"PATH", "HOME", "LANG", "TZ", "OTEL_EXPORTER_OTLP_ENDPOINT"}
"""The variables that the gateway may have; it is not even told of any other, above all of no token."""

WIPING = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
}
"""Has the C library overwrite memory that is given back, where it is glibc; Python's own allocator would not."""


def wiping() -> dict[str, str] | None:
    """The environment in which freed memory is overwritten; None when this process was started in it."""
    return None if all(os.environ.get(name) == value for name, value in WIPING.items()) else {**os.environ, **WIPING}


def inherited(prefixes: tuple[str, ...]) -> dict[str, str]:
    """What a process that we start gets of our environment: where programs are, and variables so prefixed."""
    return {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG") or k.startswith(prefixes)}


def of_gateway(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of an environment that the gateway may have."""
    return {k: v for k, v in environ.items() if k in GATEWAYS or k.startswith(("LC_", "PYTHON"))}


def shed() -> None:
    """Begin this program anew without the variables that are not the gateway's; return when there are none.

    A variable that is only deleted stays in the process's memory, and in that of every worker it forks.
    """
    kept = of_gateway(os.environ)
    if len(kept) < len(os.environ):
        sys.stderr.flush()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], kept)
