"""`platformctl usage`: what an installation's apps used in a month, and what it costs whom."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import inspect

from bot import costs, database, named, settings
from bot.clockwork import DAY
from bot.main import price_table
from runtime import apps, bill, usage
from runtime.bill import Charge


class NoInstallation(Exception):
    """There is no control database in that folder, or none that counts usage; the message says which."""


def month(text: str) -> date:
    """`2026-11` as its first day; ValueError otherwise."""
    return datetime.strptime(text, "%Y-%m").date()


def report(home: Path, first: date, name: str, *, csv: bool) -> str:
    """The month's bill of all apps, or of one by its id or host name: a table, or FOCUS-style CSV."""
    start, end = _month_begins(first), _month_begins(first.replace(day=1) + timedelta(days=32))
    prices = price_table(named.price_table())
    charged = _charges(home, start, end, name)
    if csv:
        return bill.focus(charged, prices, start, end)
    return table(charged, prices.currency)


def _month_begins(day: date) -> int:
    return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp())


def _charges(home: Path, start: int, end: int, name: str) -> tuple[Charge, ...]:
    path = home / "control.db"
    if not path.exists():
        raise NoInstallation(f"there is no {path}")
    engine = database.connect(f"sqlite:///{path}")
    if not inspect(engine).has_table(usage.UsageRow.__tablename__):
        raise NoInstallation(f"{path} is of an older version: start `platformctl control` once")
    with database.transaction(engine) as session:
        found = usage.lines(session, start // DAY, end // DAY)
        known = {one: app for one in {line.app for line in found} if (app := apps.get(session, one))}
    engine.dispose()
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
