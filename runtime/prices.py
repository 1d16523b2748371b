"""Prices: what a unit of each resource costs, as data. What has no price is refused, never free."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from templates.manifest import Capability, Frozen, Manifest

SHIPPED = Path(__file__).with_name("prices.yaml")
ALWAYS = ("cpu_us", "calls", "model_tokens")
"""What every app uses: it runs, it is visited, and somebody's words were read for it."""
OF_CAPABILITY: Mapping[str, tuple[str, ...]] = {
    "store": ("storage_byte_days",),
    "notify": (),
    "egress": ("egress_requests", "egress_bytes"),
    "mail": ("mails",),
    "schedule": (),
}
"""Which resources a capability can use up. A capability that is not listed counts as a resource without a price."""


class BadPrices(Exception):
    """A price table cannot be used; the message names the file and what to put right."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used, in whole units: CPU microseconds, Calls, bytes kept for a day, and so on by their names."""

    cpu_us: int = 0
    calls: int = 0
    storage_byte_days: int = 0
    egress_requests: int = 0
    egress_bytes: int = 0
    mails: int = 0
    model_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*(getattr(self, name) + getattr(other, name) for name in RESOURCES))


RESOURCES: tuple[str, ...] = tuple(one.name for one in fields(Usage))


class Price(Frozen):
    """`per` of our units make one `unit`, which costs `cents`."""

    label: str
    unit: str
    per: Annotated[int, Field(ge=1)]
    cents: Annotated[Decimal, Field(ge=0)]


class PriceTable(Frozen):
    """One version of the prices, with where they come from."""

    version: str
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    source: Annotated[str, Field(min_length=1)]
    prices: Mapping[str, Price]

    def cents(self, resource: str, quantity: int) -> Decimal:
        """What so much of a resource costs; KeyError when it has no price."""
        if not quantity:
            return Decimal(0)
        price = self.prices[resource]
        return quantity * price.cents / price.per

    def split(self, used: Usage) -> Mapping[str, Decimal]:
        """The cents for each resource that was used and has a price."""
        quantities = {name: getattr(used, name) for name in RESOURCES if getattr(used, name) and name in self.prices}
        return {name: self.cents(name, quantity) for name, quantity in quantities.items()}

    def total(self, used: Usage) -> Decimal:
        """The cents for everything that has a price."""
        return sum(self.split(used).values(), Decimal(0))

    def missing(self, manifest: Manifest) -> tuple[str, ...]:
        """The resources that an app can use and that have no price, by name; empty when all of it can be counted."""
        return tuple(name for name in needed(manifest.capabilities) if name not in self.prices)


def needed(capabilities: tuple[Capability, ...]) -> tuple[str, ...]:
    """The resources that an app with these capabilities can use."""
    found = [*ALWAYS, *(name for one in capabilities for name in OF_CAPABILITY.get(one.kind, (one.kind,)))]
    return tuple(dict.fromkeys(found))


def load(path: Path = SHIPPED) -> PriceTable:
    """The table in this file; BadPrices when it cannot be used."""
    try:
        found = yaml.safe_load(path.read_text())
        # A date is how people write a version, and YAML reads one as a date.
        table = PriceTable.model_validate({**found, "version": str(found["version"])})
    except (OSError, yaml.YAMLError) as error:
        raise BadPrices(f"The price table {path} cannot be read: {error}") from error
    except (ValidationError, KeyError, TypeError) as error:
        raise BadPrices(f"The price table {path} is not one: {error}") from error
    unknown = sorted(set(table.prices) - set(RESOURCES))
    if unknown:
        raise BadPrices(f"{path} prices {', '.join(unknown)}, which nothing counts. Known: {', '.join(RESOURCES)}.")
    return table
