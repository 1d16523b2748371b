"""What may be asked for: nothing that nobody looks after, and nothing that was taken off the offer (T11, P3, P4)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.chat import ChatError, GroupState, Place, Pressed
from bot.ending import endings
from bot.hearing import listening
from bot.rows.demand import DemandRow
from bot.rows.requests import Request, State
from bot.wording import shelving
from guardrails import audit
from runtime import apps
from runtime.apps import Stage
from templates.catalog import Catalog
from tests.bot.desk import DAY, OPS, SURVEY, WORKSPACE, Desk, Thread
from tests.templates.shelf import shelf

FROZEN = shelving.frozen("survey@1.0", "platform-templates")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def offer(desk: Desk, **parts: object) -> None:
    desk.wiring = replace(desk.wiring, catalog=Catalog(shelf().templates, **parts))


def live(desk: Desk) -> Request:
    request = desk.press("slipway.publish", desk.ask())
    assert request.state == State.LIVE
    return request


def test_a_template_whose_owners_were_deactivated_makes_no_new_apps(desk: Desk) -> None:  # T11
    desk.chat.groups["platform-templates"] = "disabled"
    request = desk.ask()
    assert (request.state, request.app, request.brief) == (State.DECLINED, None, None)
    assert FROZEN in desk.card(request)
    assert "Please ask the people who run Slipway to give it a new owner." in FROZEN
    with Session(desk.wiring.engine) as session:
        (event,) = [one for one in audit.story(session, request.id) if one.action == "request.declined"]
        assert event.why == FROZEN
        assert session.exec(select(DemandRow)).all() == []


def test_apps_that_it_made_run_on_and_can_be_changed(desk: Desk) -> None:  # T11
    request = live(desk)
    desk.chat.groups["platform-templates"] = "disabled"
    assert desk.send(request, title="Dinner") == {}
    changed = desk.seen(request.id)
    assert (changed.state, changed.app) == (State.PREVIEWED, request.app)
    assert desk.press("slipway.publish", changed).state == State.LIVE


def test_a_kind_that_is_picked_is_frozen_too_and_goes_on_when_somebody_owns_it_again(desk: Desk) -> None:  # T11
    request = desk.ask("something for the team")
    assert request.state == State.ASKED
    desk.chat.groups["platform-templates"] = "disabled"
    assert choose(desk, request, "survey").state == State.ASKED
    assert desk.chat.whispers[-1] == FROZEN
    desk.chat.groups.clear()
    assert choose(desk, request, "survey").state in (State.PREVIEWED, State.INCOMPLETE)


def choose(desk: Desk, request: Request, kind: str) -> Request:
    """Press a kind's button."""
    hint = f'{{"request": "{request.id}", "kind": "{kind}"}}'
    key = f"K{len(desk.chat.keys)}{len(desk.chat.whispers)}"
    listening.keep(desk.wiring, Pressed(key, Place(WORKSPACE, OPS), "U1", "slipway.choose", hint, "1.0", "trigger"))
    desk.tick()
    return desk.seen(request.id)


class Silent(Thread):
    """A chat that does not say anything about groups."""

    def group_state(self, handle: str) -> GroupState:
        raise ChatError("missing_scope", permanent=True)


def test_a_group_that_never_was_or_a_chat_that_does_not_say_freezes_nothing(tmp_path: Path) -> None:  # T11
    desk = Desk(tmp_path)
    desk.chat.groups["platform-templates"] = "none"
    assert desk.ask().state == State.PREVIEWED
    desk.wiring = replace(desk.wiring, chat=Silent())
    assert desk.ask().state == State.PREVIEWED


def test_a_deprecated_template_says_why_and_what_is_used_instead(desk: Desk) -> None:  # P3
    why = "survey@1.0 is deprecated since 2026-11-26: It is slow. Use poll@1.0 instead."
    offer(desk, withheld={"survey@1.0": why})
    request = desk.ask()
    assert (request.state, request.brief) == (State.DECLINED, None)
    assert why in desk.card(request) and "on our shelf yet" not in desk.card(request)


def test_an_app_of_a_deprecated_template_can_be_changed_and_published(desk: Desk) -> None:  # P3
    request = live(desk)
    offer(desk, withheld={"survey@1.0": "survey@1.0 is deprecated."})
    assert desk.send(request, title="Dinner") == {}
    assert desk.press("slipway.publish", desk.seen(request.id)).state == State.LIVE


def test_what_was_never_released_is_not_on_the_shelf(desk: Desk) -> None:  # P3
    offer(desk, withheld={"survey@1.0": ""})
    request = desk.ask()
    assert request.state == State.DECLINED and "which is not on our shelf yet" in desk.card(request)


def test_a_word_that_lapsed_makes_no_new_apps_until_it_is_given_again(desk: Desk) -> None:  # P4
    offer(desk, until={"survey@1.0": date(2026, 12, 7)})
    assert desk.ask(SURVEY).state == State.PREVIEWED
    desk.now += DAY
    request = desk.ask(SURVEY)
    assert request.state == State.DECLINED
    assert shelving.lapsed("survey@1.0", date(2026, 12, 7)) in desk.card(request)
    assert "held until 7 Dec 2026" in shelving.lapsed("survey@1.0", date(2026, 12, 7))


def test_nothing_is_built_with_bytes_that_were_not_released(desk: Desk) -> None:  # T9
    request, why = live(desk), "survey@1.0 was released as 1, and its files give 2."
    offer(desk, withheld={"survey@1.0": why}, refused=frozenset({"survey@1.0"}))
    desk.send(request, title="Dinner")
    changed = desk.seen(request.id)
    assert (changed.state, changed.bundle) == (State.FAILED, request.bundle)
    assert why in desk.card(changed) and "is live" not in changed.trouble
    offer(desk)
    assert desk.press("slipway.retry", changed).state == State.PREVIEWED


def test_an_app_whose_template_is_gone_is_still_shown_and_can_end(desk: Desk) -> None:  # T9 T12
    request = live(desk)
    desk.wiring = replace(desk.wiring, catalog=Catalog(()))
    assert "survey@1.0" in desk.card(request)
    assert desk.send(request, title="Dinner") == {"title": shelving.GONE}
    desk.press("slipway.archive", request)
    endings.tick(desk.wiring)
    with Session(desk.wiring.engine) as session:
        found = apps.get(session, request.app or "")
    assert found is not None and found.stage == Stage.ARCHIVED
