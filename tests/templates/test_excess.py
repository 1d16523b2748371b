"""A Manifest stays within its template, however its answers are; one that asks for more is named for it."""

from dataclasses import replace
from typing import Any

import pytest

from templates import catalog
from templates.catalog import Catalog
from templates.excess import excess
from templates.manifest import EgressCapability, Limits, MailCapability, Manifest, StoreCapability
from templates.render import render
from tests.templates.golden import rendered

SHELF = catalog.load()
TEMPLATE = replace(
    SHELF.get("form_tracker"),
    needs=(
        *SHELF.get("form_tracker").needs,
        EgressCapability(hosts=("api.example.com",), requests_per_hour=50),
        MailCapability(domains=("example.com",), per_day=5),
    ),
)
ITS = Catalog((TEMPLATE,))
MADE = rendered(TEMPLATE).manifest


def with_capability(one: Any) -> Manifest:
    others = tuple(known for known in MADE.capabilities if known.kind != one.kind)
    return MADE.model_copy(update={"capabilities": (*others, one)})


def test_what_is_rendered_stays_within_its_template() -> None:
    assert excess(MADE, ITS) == ()
    for template in SHELF.templates:
        assert excess(rendered(template).manifest, SHELF) == ()


@pytest.mark.parametrize(
    ("asking", "found"),
    [
        (
            with_capability(EgressCapability(hosts=("api.example.com", "evil.example"), requests_per_hour=50)),
            "egress.hosts: evil.example",
        ),
        (
            with_capability(EgressCapability(hosts=("api.example.com",), requests_per_hour=51)),
            "egress.requests_per_hour: 51, the template allows 50",
        ),
        (with_capability(MailCapability(domains=("example.org",), per_day=1)), "mail.domains: example.org"),
        (
            with_capability(MailCapability(domains=("example.com",), per_day=6)),
            "mail.per_day: 6, the template allows 5",
        ),
        (
            MADE.model_copy(update={"limits": TEMPLATE.limits.model_copy(update={"cpu_ms": 1000})}),
            f"limits.cpu_ms: 1000, the template allows {TEMPLATE.limits.cpu_ms}",
        ),
        (MADE.model_copy(update={"secrets": ("analytics-write-key",)}), "secrets: analytics-write-key"),
        (MADE.model_copy(update={"template": "miner@6.6"}), "template: miner@6.6 is not on the shelf"),
    ],
)
def test_what_is_more_than_the_template_may_is_named(asking: Manifest, found: str) -> None:
    assert excess(asking, ITS) == (found,)


def test_a_capability_that_the_template_has_not_is_named() -> None:
    survey = render(SHELF.get("survey"), {"title": "Lunch"}).manifest
    more = survey.model_copy(update={"capabilities": (*survey.capabilities, MailCapability(domains=("example.com",)))})
    assert excess(more, SHELF) == ("mail: the template has no such capability",)


def test_less_than_the_template_may_is_no_excess() -> None:
    assert excess(with_capability(MailCapability(domains=("example.com",), per_day=1)), ITS) == ()
    assert excess(MADE.model_copy(update={"capabilities": (), "limits": Limits(cpu_ms=1, store_rows=1)}), ITS) == ()


def test_another_table_and_everybodys_rows_are_named() -> None:
    store = next(one for one in MADE.capabilities if isinstance(one, StoreCapability))
    name, table = next(iter(store.tables.items()))
    more = StoreCapability(tables={**store.tables, "shadow": table})
    assert excess(with_capability(more), ITS) == ("store.tables: shadow",)
    shape = next(one for one in TEMPLATE.needs if one.kind == "store")
    own = replace(
        TEMPLATE,
        needs=(shape.model_copy(update={"tables": {name: shape.tables[name].model_copy(update={"per_user": True})}}),),
    )
    asking = MADE.model_copy(update={"capabilities": (StoreCapability(tables={name: table}),)})
    assert excess(asking, Catalog((own,))) == (
        f"store.tables.{name}: everybody's rows, the template allows the visitor's own",
    )


def test_entries_as_people_write_them_are_named_where_the_template_takes_secrets_out() -> None:
    store = next(one for one in MADE.capabilities if isinstance(one, StoreCapability))
    name, table = next(iter(store.tables.items()))
    shape = next(one for one in TEMPLATE.needs if one.kind == "store")
    scrubbing = shape.model_copy(update={"tables": {name: shape.tables[name].model_copy(update={"scrub": True})}})
    shelf = Catalog((replace(TEMPLATE, needs=(scrubbing,)),))
    asking = MADE.model_copy(update={"capabilities": (StoreCapability(tables={name: table}),)})
    assert excess(asking, shelf) == (f"store.tables.{name}: rows as people write them, the template takes secrets out",)
    careful = StoreCapability(tables={name: table.model_copy(update={"scrub": True})})
    assert excess(MADE.model_copy(update={"capabilities": (careful,)}), shelf) == ()
