"""`platformctl advisories`: known weaknesses in what live apps are made of, and how old that knowledge is."""

from pathlib import Path

from bot import named
from bot.clockwork import Clock
from bot.database import transaction
from bot.operating import advising
from bot.platformctl.installation import opened
from guardrails import advisories
from runtime.bundles import BundleStore
from templates import offer


def run(home: Path, osv: Path | None) -> tuple[str, bool]:
    """Match every SBOM of what stands; what to print, and whether nothing was found."""
    with opened(home) as engine:
        snapshot = advisories.load(osv or named.osv(home))
        with transaction(engine) as session:
            now = Clock(session).now()
            report = advising.look(session, BundleStore(home / "bundles"), offer.offered(), snapshot)
    return advising.printed(report, now), not (report.found or report.unlisted)
