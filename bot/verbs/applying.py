"""Applying: a change that stands in the thread is taken or left, by a press, judged by what is true then."""

import json
from collections.abc import Mapping

from sqlmodel import Session

from bot.building import asking
from bot.chat import Block
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Refused, advance, record, standing_in
from bot.owning import widening
from bot.posting import outbox
from bot.rows import follow_ups
from bot.rows.follow_ups import FollowUp
from bot.rows.requests import State
from bot.threads import card_view, changing, showing, thread
from bot.versions import undoing
from bot.wiring import Wiring
from bot.wording.blocks import section
from runtime import apps, deployments
from runtime.apps import Stage

WIDENED = (State.LIVE, State.PREVIEWED, State.PROPOSED)
"""States in which who may open it changes by itself."""


def apply(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The answers become those that were shown; the app is built anew from them, and what was approved is void."""
    one = _waiting(wiring, about, hint)
    standing_in(about, *thread.WAITING)
    asking.not_ended(wiring, about)
    assert one.brief is not None and about.request.brief is not None
    now = wiring.now()
    if one.base != follow_ups.digest(about.request.brief):
        with transaction(wiring.engine) as session:
            _settle(session, one, follow_ups.Stage.REPLACED, section(changing.CHANGED_MEANWHILE), now)
            record(session, wiring, about, "change.overtaken", change=one.key)
            whisper = thread.note(about.request, changing.CHANGED_MEANWHILE)
            outbox.put(
                session, thread.post(about.request, f"refused:{about.press.key}", whisper, about.press.user), now
            )
        return
    if widening.only_audience(about.request.brief, one.brief) and about.request.state in WIDENED:
        _widened(wiring, about, one)
        return
    if bad := showing.against(wiring, about.request.brief, one.brief):
        raise Refused(f"{bad[0].why} {bad[0].fix}")
    changes = {
        "brief": one.brief.model_dump_json(),
        "hands": json.dumps(sorted({*about.request.hands, about.person.id, one.person} - {""})),
    }
    with transaction(wiring.engine) as session:
        advance(session, wiring, about, State.BRIEFED, verdict=None, trouble="", **changes)
        said = undoing.applied(session, about.request, one.brief, changing.applied(about.press.user, now), now)
        _settle(session, one, follow_ups.Stage.APPLIED, said, now)
        thread.void(session, about.request, now)
        record(session, wiring, about, "request.changed", brief=follow_ups.digest(one.brief), change=one.key)


def _widened(wiring: Wiring, about: About, one: FollowUp) -> None:
    """Only who may open it changes: nothing is built anew, and the change settles with what it asks for."""
    assert one.brief is not None
    said = one.brief.value("audience")
    hands = json.dumps(sorted({*about.request.hands, about.person.id, one.person} - {""}))

    def settle(session: Session) -> None:
        now = wiring.now()
        _settle(session, one, follow_ups.Stage.APPLIED, section(changing.applied(about.press.user, now)), now)

    widening.change(wiring, about, said if isinstance(said, str) else "", settle, hands=hands)


def leave(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The answers stay as they are."""
    one, now = _waiting(wiring, about, hint), wiring.now()
    with transaction(wiring.engine) as session:
        _settle(session, one, follow_ups.Stage.LEFT, section(changing.left(about.press.user, now)), now)
        record(session, wiring, about, "change.left", change=one.key)


def back(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """A change of a live app that was not published is dropped: the answers are those of what is live."""
    standing_in(about, *card_view.CHANGED)
    request, now = about.request, wiring.now()
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
        live = deployments.active(session, app.id, "live") if app else None
        stands = app is not None and app.stage in (Stage.LIVE, Stage.SUSPENDED) and not app.over
        if not stands or live is None or request.standing is None:
            raise Refused(OVERTAKEN)
        changes = {"brief": request.standing.model_dump_json(), "bundle": live.bundle, "proposal": live.proposal}
        advance(session, wiring, about, State.LIVE, verdict=None, trouble="", hands="[]", **changes)
        thread.void(session, request, now)
        record(session, wiring, about, "change.dropped", brief=follow_ups.digest(request.standing))


def _waiting(wiring: Wiring, about: About, hint: Mapping[str, str]) -> FollowUp:
    """The change that the button is about, while it waits."""
    with transaction(wiring.engine) as session:
        one = follow_ups.get(session, hint.get("change", ""))
    if one is None or one.request != about.request.id:
        raise Refused(GONE)
    if one.stage is not follow_ups.Stage.SHOWN:
        raise Refused(OVERTAKEN)
    return one


def _settle(session: Session, one: FollowUp, stage: follow_ups.Stage, instead: Block, now: int) -> None:
    if not follow_ups.close(session, one, stage):
        raise Refused(OVERTAKEN)
    outbox.settle_buttons(session, one.post, instead, now)
