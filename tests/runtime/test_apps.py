"""An App's host name and the stages it may pass through."""

import re
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlmodel import Session, SQLModel, create_engine

from runtime import apps
from runtime.apps import ALLOWED, ENDED, AppRow, Stage
from runtime.errors import NotAllowed
from runtime.slugs import RESERVED, slug_of
from templates.audience import Audience
from tests.runtime import scene
from tests.runtime.scene import NOW

HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def test_a_title_becomes_a_host_name(session: Session) -> None:
    assert scene.app(session, title="Lunch survey: où?").slug == "lunch-survey-ou"


def test_two_apps_of_one_title_have_two_host_names(session: Session) -> None:
    first = scene.app(session, "app_1").slug
    second = scene.app(session, "app_2").slug
    assert first == "lunch-survey"
    assert re.fullmatch(r"lunch-survey-[0-9a-f]{4}", second)


@pytest.mark.parametrize("title", [*sorted(RESERVED), "xn--80ak6aa92e", "昼食", "---", "<script>"])
def test_no_title_takes_a_reserved_name_or_another_script(session: Session, title: str) -> None:
    slug = scene.app(session, title=title).slug
    assert HOST_LABEL.fullmatch(slug)
    assert slug not in RESERVED
    assert not slug.startswith("xn--")


@given(st.text(max_size=200))
def test_every_title_gives_a_host_label(title: str) -> None:
    assert HOST_LABEL.fullmatch(slug_of(title))


def test_live_is_reached_through_approved_or_back_from_suspended_alone() -> None:  # G1
    assert {one for one in Stage if Stage.LIVE in ALLOWED[one]} == {Stage.APPROVED, Stage.SUSPENDED}
    assert {one for one in Stage if Stage.SUSPENDED in ALLOWED[one]} == {Stage.LIVE}
    assert ALLOWED[Stage.ARCHIVED] == {Stage.APPROVED, Stage.RETIRED}
    assert ALLOWED[Stage.RETIRED] == set()


@settings(max_examples=30)
@given(st.lists(st.sampled_from(list(Stage)), max_size=12))
def test_no_walk_reaches_live_without_approval_or_leaves_its_end(walk: list[Stage]) -> None:  # G1
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        stood = [scene.app(session).stage]
        for wanted in walk:
            allowed = wanted in ALLOWED[stood[-1]]
            try:
                stood.append(apps.move(session, "app_1", wanted, NOW).stage)
                assert allowed
            except NotAllowed:
                assert not allowed
        found = apps.get(session, "app_1")
        assert found is not None
        assert found.stage is stood[-1]
        assert (found.ended_at is not None) == (found.stage in ENDED)
        assert Stage.LIVE not in stood or stood[stood.index(Stage.LIVE) - 1] is Stage.APPROVED
    engine.dispose()


def test_of_two_transitions_at_once_one_wins(engine: Engine) -> None:  # G1
    with Session(engine) as session, session.begin():
        scene.app(session)
    ends: list[str] = []
    for wanted in (Stage.APPROVED, Stage.RETIRED, Stage.APPROVED):
        with Session(engine) as session, session.begin():
            try:
                ends.append(apps.move(session, "app_1", wanted, NOW).stage)
            except NotAllowed as refused:
                ends.append(str(refused))
    assert ends == [Stage.APPROVED, Stage.RETIRED, "app_1 cannot go from retired to approved"]


def test_of_two_threads_that_move_an_app_at_once_one_wins_and_the_other_is_told(engine: Engine) -> None:  # G1
    for number in range(5):
        with Session(engine) as session, session.begin():
            scene.app(session, f"app_{number}")
        ends, ready = [], Barrier(2)

        def move(wanted: Stage, name: str = f"app_{number}", ready: Barrier = ready, ends: list[str] = ends) -> None:
            ready.wait(10)
            try:
                with Session(engine) as session, session.begin():
                    ends.append(apps.move(session, name, wanted, NOW).stage)
            except NotAllowed as refused:
                ends.append(str(refused))

        both = [Thread(target=move, args=(Stage.APPROVED,)) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join(30)
        assert sorted(ends) == sorted([Stage.APPROVED, f"app_{number} cannot go from approved to approved"])


def test_a_stage_that_nobody_knows_is_a_draft(session: Session) -> None:  # G1
    scene.app(session)
    session.execute(update(AppRow).values(stage="sideways"))
    session.expire_all()
    found = apps.get(session, "app_1")
    assert found is not None
    assert found.stage is Stage.DRAFT
    with pytest.raises(NotAllowed):
        apps.move(session, "app_1", Stage.LIVE, NOW)
    assert apps.move(session, "app_1", Stage.RETIRED, NOW).stage is Stage.RETIRED


def test_an_app_that_is_not_there_goes_nowhere(session: Session) -> None:
    with pytest.raises(NotAllowed, match="cannot go from nothing to live"):
        apps.move(session, "app_9", Stage.LIVE, NOW)


def test_new_answers_change_an_app_and_leave_its_host_name(session: Session) -> None:
    scene.app(session)
    apps.open_to(session, "app_1", Audience(kind="org", label="everyone"))
    apps.change(session, "app_1", title="Supper survey", collaborators=("cy",), named=("ben",))
    found = apps.get(session, "app_1")
    assert found is not None
    assert (found.slug, found.title, found.audience.kind) == ("lunch-survey", "Supper survey", "org")
    assert (found.collaborators, found.named) == (("cy",), ("ben",))
