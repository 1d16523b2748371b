"""The bill of a month: every cost with whose it is, as FOCUS-style lines whose sum is the total (G9). Pure."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from runtime.prices import RESOURCES, PriceTable, Usage
from runtime.usage import Line

UNATTRIBUTED = "unattributed"
"""The name of what no app is known for."""
EXACT = Decimal("0.0000000001")
"""What a line is rounded to, so that a sum of lines is exact."""
COLUMNS = (
    "BilledCost",
    "BillingCurrency",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargeCategory",
    "ChargeDescription",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ConsumedQuantity",
    "ConsumedUnit",
    "EffectiveCost",
    "ListUnitPrice",
    "ProviderName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SubAccountId",
    "Tags",
)
CATEGORIES: Mapping[str, str] = {
    "cpu_us": "Compute",
    "calls": "Web",
    "storage_byte_days": "Storage",
    "egress_requests": "Networking",
    "egress_bytes": "Networking",
    "mails": "Integration",
    "model_tokens": "AI and Machine Learning",
}


@dataclass(frozen=True, slots=True)
class Charge:
    """One resource of one app and stage, on one budget, over the month. `cost` is in whole currency units."""

    workspace: str
    app: str
    title: str
    stage: str
    tag: str
    team: str
    template: str
    cost_centre: str
    resource: str
    quantity: int
    cost: Decimal


def charges(
    lines: Sequence[Line], prices: PriceTable, titles: Mapping[str, str], centres: Mapping[str, str]
) -> tuple[Charge, ...]:
    """What everything cost. `titles` are those of the apps that are known, `centres` the cost centre of each tag."""
    found: dict[tuple[str, ...], Usage] = {}
    for one in lines:
        known = one.app in titles
        key = (
            (one.workspace, one.app, one.stage, one.tag, one.team, one.template)
            if known
            else (one.workspace, "", "", "", "", "")
        )
        found[key] = found.get(key, Usage()) + one.used
    return tuple(
        Charge(
            workspace=workspace,
            app=app,
            title=titles.get(app, UNATTRIBUTED),
            stage=stage,
            tag=tag,
            team=team,
            template=template,
            cost_centre=centres.get(tag, ""),
            resource=name,
            quantity=getattr(used, name),
            cost=(prices.split(used).get(name, Decimal(0)) / 100).quantize(EXACT),
        )
        for (workspace, app, stage, tag, team, template), used in sorted(found.items())
        for name in RESOURCES
        if getattr(used, name)
    )


def total(charged: Sequence[Charge]) -> Decimal:
    """The sum, in whole currency units."""
    return sum((one.cost for one in charged), Decimal(0))


def focus(charged: Sequence[Charge], prices: PriceTable, start: int, end: int) -> str:
    """The charges as CSV with the columns of FOCUS 1.0; `start` and `end` are the month's, UNIX seconds."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in charged:
        writer.writerow(_row(one, prices, _moment(start), _moment(end)))
    return buffer.getvalue()


def _row(one: Charge, prices: PriceTable, start: str, end: str) -> Mapping[str, str]:
    price = prices.prices.get(one.resource)
    tags = {
        "app": one.app,
        "budget_tag": one.tag,
        "cost_centre": one.cost_centre,
        "stage": one.stage,
        "team": one.team,
        "template": one.template,
    }
    quantity = Decimal(one.quantity) / price.per if price else Decimal(one.quantity)
    return {
        "BilledCost": f"{one.cost:f}",
        "BillingCurrency": prices.currency,
        "BillingPeriodStart": start,
        "BillingPeriodEnd": end,
        "ChargeCategory": "Usage",
        "ChargeDescription": price.label if price else f"{one.resource}: no price",
        "ChargePeriodStart": start,
        "ChargePeriodEnd": end,
        "ConsumedQuantity": f"{quantity.quantize(EXACT):f}",
        "ConsumedUnit": price.unit if price else one.resource,
        "EffectiveCost": f"{one.cost:f}",
        "ListUnitPrice": f"{(price.cents / 100) if price else Decimal(0):f}",
        "ProviderName": "Slipway",
        "ResourceId": one.app,
        "ResourceName": _text(one.title),
        "ResourceType": "micro app",
        "ServiceCategory": CATEGORIES[one.resource],
        "ServiceName": "Slipway",
        "SkuId": one.resource,
        "SubAccountId": one.workspace,
        "Tags": json.dumps(tags, ensure_ascii=False, sort_keys=True),
    }


def _text(title: str) -> str:
    # A title is somebody's words, and spreadsheets run a cell that starts so.
    return "'" + title if title[:1] in ("=", "+", "-", "@", "\t", "\r") else title


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
