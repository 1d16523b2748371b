"""Grants: what an app may do now, given by an approval and taken back without a redeploy."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, SQLModel, create_engine

from guardrails import grants
from templates.manifest import (
    EgressCapability,
    MailCapability,
    NotifyCapability,
    ScheduleCapability,
    StoreCapability,
    Table,
    Time,
)

NOW = 1_800_000_000
WANTED = ("egress:a.example", "egress:b.example", "notify")


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as one:
        yield one
    engine.dispose()


def give(session: Session, *wanted: str, app: str = "app_1") -> None:
    grants.grant(session, workspace="T1", app=app, wanted=wanted, proposal="p", until=NOW + 100, now=NOW)


TIME = Time(every="monday", at="09:00")


def test_each_host_each_domain_and_each_time_is_a_grant_of_its_own() -> None:
    asked = (
        NotifyCapability(),
        EgressCapability(hosts=("b.example", "a.example")),
        MailCapability(domains=("example.com",)),
        ScheduleCapability(times={"weekly": TIME, "daily": TIME}),
        StoreCapability(tables={"answers": Table(fields={"text": "text"})}),
    )
    assert grants.names(asked) == (
        "egress:a.example",
        "egress:b.example",
        "mail:example.com",
        "notify",
        "schedule:daily",
        "schedule:weekly",
        "store",
    )


def test_an_app_may_do_what_was_granted_until_it_ends(session: Session) -> None:
    give(session, *WANTED)
    assert grants.active(session, "app_1", NOW) == frozenset(WANTED)
    assert grants.active(session, "app_1", NOW + 99) == frozenset(WANTED)
    assert grants.active(session, "app_1", NOW + 100) == frozenset()


def test_one_grant_is_taken_back_and_the_others_stay(session: Session) -> None:
    give(session, *WANTED)
    grants.revoke(session, "app_1", NOW, "egress:a.example")
    assert grants.active(session, "app_1", NOW) == {"egress:b.example", "notify"}


def test_a_new_approval_replaces_the_one_before(session: Session) -> None:
    give(session, *WANTED)
    give(session, "store")
    assert grants.active(session, "app_1", NOW) == {"store"}


def test_one_apps_grants_are_no_other_apps(session: Session) -> None:
    give(session, *WANTED)
    give(session, "store", app="app_2")
    grants.revoke(session, "app_1", NOW)
    assert grants.active(session, "app_1", NOW) == frozenset()
    assert grants.active(session, "app_2", NOW) == {"store"}
