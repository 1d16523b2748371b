"""Prices are data, and what has no price is said, never free."""

from decimal import Decimal
from pathlib import Path

import pytest

from runtime import prices
from runtime.prices import RESOURCES, BadPrices, Usage
from templates.manifest import EgressCapability, Manifest, StoreCapability, Table
from tests.runtime.scene import BUNDLE

STORE = StoreCapability(tables={"answers": Table(fields={"meal": "text"})})


def manifest(*capabilities: object) -> Manifest:
    return Manifest.model_validate(
        {
            "name": "lunch",
            "template": "survey@1.0",
            "template_digest": BUNDLE,
            "title": "Lunch",
            "capabilities": capabilities,
        }
    )


def test_the_table_that_ships_prices_everything_that_is_counted() -> None:
    table = prices.load()
    assert set(table.prices) == set(RESOURCES)
    assert (table.version, table.currency) == ("2026-11-01", "EUR")
    assert table.source.startswith("List prices of a small virtual machine")


def test_a_bill_is_quantity_times_price() -> None:
    hour, gigabyte_month = 3_600_000_000, 30 * 2**30
    used = Usage(cpu_us=2 * hour, calls=500, storage_byte_days=gigabyte_month)
    assert prices.load().split(used) == {
        "cpu_us": Decimal(10),
        "calls": Decimal("0.01"),
        "storage_byte_days": Decimal(10),
    }


@pytest.mark.parametrize(
    ("left_out", "capabilities", "missing"),
    [
        ("mails", (STORE,), ()),
        ("storage_byte_days", (STORE,), ("storage_byte_days",)),
        ("egress_bytes", (STORE,), ()),
        ("egress_bytes", (EgressCapability(hosts=("api.example",)),), ("egress_bytes",)),
        ("calls", (), ("calls",)),
    ],
)
def test_what_an_app_can_use_and_has_no_price_is_named(
    left_out: str, capabilities: tuple[object, ...], missing: tuple[str, ...]
) -> None:  # C1
    table = prices.load()
    poorer = table.model_copy(update={"prices": {k: v for k, v in table.prices.items() if k != left_out}})
    assert poorer.missing(manifest(*capabilities)) == missing


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not one"),
        ("version: 1\ncurrency: euro\nsource: x\nprices: {}", "currency"),
        ("version: 1\ncurrency: EUR\nprices: {}", "source"),
        ("version: 1\ncurrency: EUR\nsource: x\nprices: {calls: {label: a, unit: b, per: 0, cents: 1}}", "per"),
        ("version: 1\ncurrency: EUR\nsource: x\nprices: {calls: {label: a, unit: b, per: 1, cents: -1}}", "cents"),
        (
            "version: 1\ncurrency: EUR\nsource: x\nprices: {coffee: {label: a, unit: b, per: 1, cents: 1}}",
            "prices coffee, which nothing counts",
        ),
        ("version: [", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(BadPrices, match=complaint):
        prices.load(path)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadPrices, match=r"none\.yaml cannot be read"):
        prices.load(tmp_path / "none.yaml")
