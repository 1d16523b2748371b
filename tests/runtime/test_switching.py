"""An app's live version changes places with another that was live, and nothing else ever does."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, create_engine

from runtime import apps, deployments, history, switching
from runtime.apps import Stage
from runtime.deployments import Deployment
from runtime.errors import NotAllowed
from runtime.history import Published, Version
from templates.manifest import Digest
from tests.runtime import scene
from tests.runtime.scene import BACKING, NOW, OPS, OTHER

MANIFEST = scene.bundle("export function handle() {}").manifest
GOOD = frozenset({"p_1", "p_2"})
"""Proposals that somebody whose yes counts approved."""


def publish(session: Session, proposal: str, bundle: Digest = OTHER, now: int = NOW) -> Version:
    """Go the whole way as a publish does; NotAllowed where nobody approved it."""
    apps.move(session, "app_1", Stage.APPROVED, now)
    deployments.go_live(
        session,
        "app_1",
        proposal=proposal,
        bundle=bundle,
        audience=OPS,
        days=14,
        backing=BACKING,
        approved=lambda _, one: one in GOOD,
        now=now,
    )
    published = Published(bundle, proposal, MANIFEST, "ana", "{}", rehearsed=True, at=now)
    return history.note(session, "T1", "app_1", published)


def live(session: Session) -> Deployment:
    found = deployments.active(session, "app_1", "live")
    assert found is not None
    return found


def switch(session: Session, to: Version, was: str, now: int = NOW, *, still: bool = False) -> Deployment:
    return switching.switch(session, to, was=was, audience=OPS, still=still, now=now)


def test_of_two_at_once_one_wins(engine: Engine) -> None:  # G1, D12
    with Session(engine) as session, session.begin():
        scene.app(session)
        first = publish(session, "p_1", now=NOW)
        publish(session, "p_2", now=NOW + 1)
        was = live(session).id
    ends, ready = list[str](), Barrier(2)

    def go() -> None:
        ready.wait(10)
        try:
            with Session(engine) as session, session.begin():
                switch(session, first, was, NOW + 2)
            ends.append("won")
        except NotAllowed as refused:
            ends.append(str(refused))

    both = [Thread(target=go) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(ends) == sorted(["won", f"{was} is not what is live of app_1"])


def test_what_was_suspended_is_live_again_with_the_other_version(session: Session) -> None:  # D12
    scene.app(session)
    first = publish(session, "p_1")
    publish(session, "p_2", now=NOW + 1)
    deployments.pause(session, "app_1", "live", "Crashed", NOW + 2)
    gone = switch(session, first, live(session).id, NOW + 3)
    found = apps.get(session, "app_1")
    assert found is not None
    assert (found.stage, gone.paused, gone.proposal) == (Stage.LIVE, "", "p_1")


def test_it_may_stand_still_until_its_entries_are_there(session: Session) -> None:  # D12
    scene.app(session)
    first = publish(session, "p_1")
    publish(session, "p_2", now=NOW + 1)
    switch(session, first, live(session).id, NOW + 2, still=True)
    found = apps.get(session, "app_1")
    assert found is not None
    assert found.stage is Stage.SUSPENDED
    assert not deployments.resume(session, "app_1", "live", NOW + 3), "Run again must not be faster than the entries"


@pytest.mark.parametrize("end", [Stage.ARCHIVED, Stage.RETIRED])
def test_an_app_that_has_ended_has_no_other_version(session: Session, end: Stage) -> None:
    scene.app(session)
    first = publish(session, "p_1")
    publish(session, "p_2", now=NOW + 1)
    was = live(session).id
    apps.move(session, "app_1", end, NOW + 2)
    with pytest.raises(NotAllowed):
        switch(session, first, was, NOW + 3)


STEPS: dict[str, Callable[[Session, int], object]] = {
    "publish a good one": lambda session, now: publish(session, "p_2", now=now),
    "publish one that nobody approved": lambda session, now: publish(session, "p_bad", now=now),
    "go to the first": lambda session, now: _go(session, 1, now),
    "go to the second": lambda session, now: _go(session, 2, now),
    "suspend": lambda session, now: deployments.pause(session, "app_1", "live", "Crashed", now),
    "run again": lambda session, now: deployments.resume(session, "app_1", "live", now),
    "approve": lambda session, now: apps.move(session, "app_1", Stage.APPROVED, now),
    "just be live": lambda session, now: apps.move(session, "app_1", Stage.LIVE, now),
    "back to draft": lambda session, now: apps.move(session, "app_1", Stage.DRAFT, now),
    "retire": lambda session, now: apps.move(session, "app_1", Stage.RETIRED, now),
}


def _go(session: Session, number: int, now: int) -> None:
    version, standing = history.get(session, "app_1", number), deployments.active(session, "app_1", "live")
    if version is not None and standing is not None:
        switch(session, version, standing.id, now)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=14))
def test_no_way_leads_to_live_without_an_approval_of_that_very_version(walk: list[str]) -> None:  # G1, Invariant 1
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        scene.app(session)
        publish(session, "p_1")
        passed = [Stage.LIVE]
        for number, step in enumerate(walk):
            nested = session.begin_nested()
            try:
                STEPS[step](session, NOW + number + 1)
                nested.commit()
            except NotAllowed:
                nested.rollback()
            session.expire_all()
            found, standing = apps.get(session, "app_1"), deployments.active(session, "app_1", "live")
            assert found is not None
            passed += [found.stage]
            if standing is not None:
                assert standing.proposal in GOOD
            if found.stage is Stage.LIVE and passed[-2] is not Stage.LIVE:
                assert passed[-2] in (Stage.APPROVED, Stage.SUSPENDED, Stage.DRAFT)
                # From Draft only by a publish, which passes Approved in the same step.
                assert passed[-2] is not Stage.DRAFT or step == "publish a good one"
    engine.dispose()
