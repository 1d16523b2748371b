"""What is reachable, by whose approval, and until when."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from runtime import apps, deployments, terms
from runtime.apps import RouteVersionRow, Stage
from runtime.deployments import DeploymentRow
from runtime.errors import NotAllowed
from templates.manifest import Digest, Limits
from tests.runtime import scene
from tests.runtime.scene import BACKING, BUNDLE, DAY, NOW, OPS, OTHER


def version(session: Session) -> int:
    row = session.get(RouteVersionRow, 1)
    return row.version if row else 0


def test_a_preview_stands_for_three_days(session: Session) -> None:  # T5
    scene.app(session)
    up = deployments.preview(session, "app_1", BUNDLE, NOW)
    assert (up.stage, up.bundle, up.proposal) == ("preview", BUNDLE, None)
    kept = deployments.leased(session, "app_1", "preview")
    assert kept is not None
    assert kept.ends_at == NOW + 3 * DAY
    assert deployments.active(session, "app_1", "live") is None


def test_nothing_goes_live_without_an_approved_proposal(session: Session) -> None:  # Invariant 1
    scene.app(session)
    with pytest.raises(NotAllowed, match="p_1 is not approved"):
        scene.publish(session, approved=lambda _session, _digest: False)
    assert deployments.active(session, "app_1", "live") is None


def test_a_draft_does_not_go_live_though_a_proposal_is_approved(session: Session) -> None:  # G1
    scene.app(session)
    with pytest.raises(NotAllowed, match="cannot go from draft to live"):
        deployments.go_live(
            session,
            "app_1",
            proposal="p_1",
            bundle=BUNDLE,
            audience=OPS,
            days=14,
            backing=scene.BACKING,
            approved=scene.yes,
            now=NOW,
        )


def test_what_asks_for_more_than_its_template_may_is_deployed_nowhere(session: Session) -> None:
    scene.app(session)
    more, refused = ("mail: the template has no such capability",), "app_1 asks for more than its template may: mail: "
    with pytest.raises(NotAllowed, match=refused):
        deployments.preview(session, "app_1", BUNDLE, NOW, more)
    with pytest.raises(NotAllowed, match=refused):
        scene.publish(session, backing=replace(BACKING, excess=more))
    assert deployments.standing(session) == ()


def test_nothing_goes_live_while_nobody_is_charged(session: Session) -> None:  # D11
    scene.app(session)
    for tag in ("", "  "):
        with pytest.raises(NotAllowed, match="app_1 has no billing tag"):
            scene.publish(session, backing=replace(BACKING, budget_tag=tag))
        session.rollback()
        scene.app(session)
    with pytest.raises(NotAllowed, match="app_1 has no audit reference"):
        scene.publish(session, backing=replace(BACKING, audit=Digest("")))
    assert deployments.active(session, "app_1", "live") is None


@pytest.mark.parametrize("missing", ["proposal", "audit", "limits", "budget_tag"])
def test_the_database_itself_refuses_a_live_app_that_lacks(session: Session, missing: str) -> None:  # D11, P1
    scene.app(session)
    whole = {"proposal": "p_1", "audit": BACKING.audit, "limits": "{}", "budget_tag": "ops"}
    backed = {**whole, missing: None if missing == "proposal" else ""}
    row = DeploymentRow(id="dep_1", workspace="T1", app="app_1", stage="live", bundle=OTHER, created_at=NOW, **backed)
    session.add(row)
    with pytest.raises(IntegrityError, match="live_is_backed"):
        session.flush()


def test_a_live_app_names_its_quota_its_event_and_who_pays(session: Session) -> None:  # D11, P1
    scene.app(session)
    scene.publish(session)
    row = session.exec(select(DeploymentRow)).one()
    assert (row.audit, row.budget_tag) == (BACKING.audit, "ops")
    assert Limits.model_validate_json(row.limits) == BACKING.limits


def test_what_was_approved_is_live_for_as_long_as_it_says(session: Session) -> None:  # D6
    scene.app(session)
    up = scene.publish(session, days=14)
    assert deployments.active(session, "app_1", "live") == up
    assert up.proposal == "p_1"
    kept = deployments.leased(session, "app_1", "live")
    assert kept is not None
    assert kept.ends_at == NOW + 14 * DAY


def test_a_second_publication_replaces_the_first(session: Session) -> None:
    scene.app(session)
    scene.publish(session)
    scene.publish(session, bundle=OTHER, now=NOW + DAY)
    standing = session.exec(select(DeploymentRow.bundle, DeploymentRow.ended_at)).all()
    assert sorted(standing, key=lambda one: one[0]) == [(BUNDLE, NOW + DAY), (OTHER, None)]


def test_the_database_itself_refuses_two_deployments_at_one_stage(session: Session) -> None:
    scene.app(session)
    deployments.preview(session, "app_1", BUNDLE, NOW)
    session.add(DeploymentRow(id="dep_2", workspace="T1", app="app_1", stage="preview", bundle=OTHER, created_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()


def test_every_change_of_a_route_raises_the_version_in_the_same_transaction(session: Session) -> None:
    scene.app(session)
    seen = [version(session)]
    changes = (
        lambda: deployments.preview(session, "app_1", BUNDLE, NOW),
        lambda: scene.publish(session),
        lambda: deployments.extend(session, "app_1", 14, 90, NOW + DAY),
        lambda: apps.open_to(session, "app_1", OPS),
        lambda: deployments.end(session, "app_1", "live", NOW + DAY),
        lambda: apps.move(session, "app_1", Stage.RETIRED, NOW + DAY),
    )
    for change in changes:
        session.commit()
        change()
        session.flush()
        seen.append(version(session))
    assert seen == sorted(set(seen))
    session.rollback()
    assert version(session) == seen[-2]


def test_the_version_rises_once_for_all_that_a_transaction_changes(session: Session) -> None:
    scene.app(session)
    for _ in range(3):
        apps.open_to(session, "app_1", OPS)
    assert version(session) == 1


def test_a_change_after_one_that_was_undone_raises_the_version(session: Session) -> None:
    scene.app(session)
    session.commit()
    with session.begin_nested() as inner:
        apps.open_to(session, "app_1", OPS)
        inner.rollback()
    assert version(session) == 0
    apps.open_to(session, "app_1", OPS)
    assert version(session) == 1
    session.rollback()
    apps.open_to(session, "app_1", OPS)
    assert version(session) == 1


def given_out(session: Session, now: int) -> list[tuple[str, int]]:
    """The reminders that are due and that nobody gave out before."""
    return [(one.app, one.before) for one in terms.due(session, now) if terms.mark(session, one)]


def test_reminders_are_given_out_once(session: Session) -> None:  # D8
    scene.app(session)
    scene.publish(session)
    at = NOW + 7 * DAY
    assert given_out(session, at) == [("app_1", 7 * DAY)]
    assert given_out(session, at) == []
    assert given_out(session, NOW + 13 * DAY) == [("app_1", DAY)]


def test_keeping_an_app_moves_its_end_and_its_reminders(session: Session) -> None:
    scene.app(session)
    scene.publish(session)
    given_out(session, NOW + 13 * DAY)
    kept = deployments.extend(session, "app_1", 14, 90, NOW + 13 * DAY)
    assert kept.ends_at == NOW + 27 * DAY
    assert given_out(session, NOW + 20 * DAY) == [("app_1", 7 * DAY)]


def test_an_app_that_has_ended_is_not_kept(session: Session) -> None:
    scene.app(session)
    scene.publish(session)
    apps.move(session, "app_1", Stage.RETIRED, NOW)
    with pytest.raises(NotAllowed, match="app_1 has ended"):
        deployments.extend(session, "app_1", 14, 90, NOW)
    with pytest.raises(NotAllowed, match="app_1 has ended"):
        deployments.preview(session, "app_1", BUNDLE, NOW)


def test_a_lease_lapses_to_the_second_and_until_its_deployment_ended(session: Session) -> None:  # D8
    scene.app(session)
    scene.publish(session)
    end = NOW + 14 * DAY
    assert deployments.lapsed(session, end - 1) == ()
    assert deployments.lapsed(session, end) == (("app_1", "live"),)
    deployments.end(session, "app_1", "live", end)
    assert deployments.lapsed(session, end) == ()
