"""`platformctl usage`: what an installation's apps used in a month, and what it costs whom."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot import clockwork, named, settings
from bot.clockwork import DAY
from bot.database import transaction
from bot.main import price_table
from bot.platformctl.installation import Undone, opened
from bot.wording import costs
from runtime import apps, bill, usage
from runtime.bill import Charge


def run(home: Path, month: str, name: str, *, csv: bool) -> str:
    """The bill of a month such as `2026-11`, or of this one, of all apps or of one: a table, or FOCUS-style CSV."""
    first = _month(month) if month else clockwork.day(clockwork.wall())
    start, end = _month_begins(first), _month_begins(first.replace(day=1) + timedelta(days=32))
    prices = price_table(named.price_table())
    charged = _charges(home, start, end, name)
    if csv:
        return bill.focus(charged, prices, start, end)
    return table(charged, prices.currency)


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        raise Undone(f"{text!r} is no month: write it as 2026-11") from None


def _month_begins(day: date) -> int:
    return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp())


def _charges(home: Path, start: int, end: int, name: str) -> tuple[Charge, ...]:
    with opened(home) as engine, transaction(engine) as session:
        found = usage.lines(session, start // DAY, end // DAY)
        known = {one: app for one in {line.app for line in found} if (app := apps.get(session, one))}
    if name:
        found = tuple(one for one in found if one.app in known and name in (one.app, known[one.app].slug))
    titles = {one: app.title for one, app in known.items()}
    return bill.charges(found, price_table(named.price_table()), titles, settings.budget_tags())


def table(charged: tuple[Charge, ...], currency: str) -> str:
    """One line an app, stage and tag, and their sum."""
    sums: dict[tuple[str, ...], Decimal] = {}
    for one in charged:
        key = (one.title, one.stage or "-", one.team or "-", one.tag or "-", one.cost_centre or "-")
        sums[key] = sums.get(key, Decimal(0)) + one.cost
    sign = costs.SIGNS.get(currency, f"{currency} ")
    rows: list[tuple[str, ...]] = [("APP", "STAGE", "TEAM", "TAG", "COST CENTRE", "COST")]
    rows += [(*(_plain(part) for part in key), f"{sign}{cost:.4f}") for key, cost in sorted(sums.items())]
    rows.append(("total", "", "", "", "", f"{sign}{bill.total(charged):.4f}"))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows) + "\n"


def _plain(text: str) -> str:
    """Somebody's words on a terminal: without control characters."""
    return "".join(one if one.isprintable() else " " for one in text)
