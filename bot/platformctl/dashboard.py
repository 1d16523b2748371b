"""`platformctl dashboard`: a page for operators with all that runs and what needs somebody, written into a folder."""

import os
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sqlmodel import Session

from bot import clockwork, database, named, settings
from bot.clockwork import DAY, Clock
from bot.main import price_table
from bot.operating import anchoring, keyring
from bot.platformctl import dashboard_page, overview
from bot.platformctl.installation import Undone, control_database, opened
from bot.platformctl.overview import Sources
from guardrails import advisories, anchors
from guardrails.advisories import Snapshot
from guardrails.signing import NoKey
from runtime import apps, bill, usage
from runtime.bundles import BundleStore
from runtime.prices import PriceTable
from templates import offer

INDEX = "index.html"


def run(home: Path, out: Path, osv: Path | None) -> tuple[str, bool]:
    """Write the page; what to print, and whether nothing needs anybody. It reads only. Raises Undone."""
    url, prices = control_database(home), price_table(named.price_table())
    snapshot, unread = _snapshot(osv or named.osv(home))
    try:
        known = anchors.read(anchoring.file(home, named.anchors()))
    except anchors.Unreadable as error:
        raise Undone(str(error)) from error
    with opened(home):
        """Of this version; after that nobody has to wait for us, however long the record is."""
    with database.reading(url) as session:
        now = Clock(session).now()
        sources = Sources(
            bundles=BundleStore(home / "bundles"),
            catalog=offer.offered(),
            snapshot=snapshot,
            unread=unread,
            anchors=known,
            costs=_costs(session, prices, now),
            currency=prices.currency,
            signs=_signs(home),
        )
        seen = overview.gather(session, sources, now)
    _write(out, dashboard_page.page(seen))
    lines = overview.troubles(seen)
    return "\n".join(
        [*lines, f"{out / INDEX}: {'all is in order' if not lines else f'{len(lines)} to look at'}"]
    ), not lines


def _snapshot(folder: Path) -> tuple[Snapshot | None, str]:
    try:
        return advisories.load(folder), ""
    except OSError as error:
        return None, f"{error}; put OSV records there, or set SLIPWAY_OSV"


def _costs(session: Session, prices: PriceTable, now: int) -> Mapping[str, Decimal]:
    """What each app has cost in this month."""
    first = clockwork.month_start(now)
    end = clockwork.month_start(first + int(timedelta(days=32).total_seconds()))
    lines = usage.lines(session, first // DAY, end // DAY)
    titles = {one: app.title for one in {line.app for line in lines} if (app := apps.get(session, one))}
    found: dict[str, Decimal] = {}
    for one in bill.charges(lines, prices, titles, settings.budget_tags()):
        found[one.app] = found.get(one.app, Decimal(0)) + one.cost
    return found


def _signs(home: Path) -> str:
    try:
        current = keyring.current_key(home)
    except (NoKey, OSError):
        return ""
    return current.id if current else ""


def _write(folder: Path, page: str) -> None:
    """Whole or not at all: somebody may be looking at it."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{INDEX}.{os.getpid()}.draft"
    draft.write_text(page, encoding="utf-8")
    draft.rename(folder / INDEX)
