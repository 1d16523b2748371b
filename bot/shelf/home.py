"""The Home tab of each person: asked for by a row when they open it, published by a tick; many opens are one view."""

import logging

from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import ChatError
from bot.database import transaction
from bot.posting import outbox, undelivered
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.shelf import creating, helping, waiting
from bot.shelf.home_view import MINE, SAY, WAITING, Decision, HomeView, Mine, step, view
from bot.threads import parking, previews
from bot.who import tongues
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Stage, Wiring
from bot.wording import labels, words
from bot.wording.blocks import quoted
from bot.wording.spelling import spelled
from runtime import apps, deployments
from runtime.routes import SHELF

MAX_A_TICK, MAX_ATTEMPTS, MAX_WAIT = 20, 8, 300
APART = 2
"""Seconds between two views of one person: whoever clicks to and fro is shown one."""
OVER = (State.DECLINED, State.DENIED, State.FAILED, State.DISCARDED)

log = logging.getLogger("slipway.home")


class HomeRow(SQLModel, table=True):
    """How often a Home tab was asked for, and which of these askings is shown."""

    __tablename__ = "home"

    workspace: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    asked: int = 1
    shown: int = 0
    attempts: int = 0
    due_at: int


def want(session: Session, workspace: str, user: str, now: int) -> None:
    """Somebody opened their Home tab, or something on it changed."""
    row = session.get(HomeRow, (workspace, user))
    if row is None:
        session.add(HomeRow(workspace=workspace, user=user, due_at=now))
        return
    if row.asked == row.shown:
        row.attempts = 0
    row.asked, row.due_at = row.asked + 1, max(now, row.due_at)
    session.add(row)


def tick(wiring: Wiring) -> int:
    """Publish what was asked for; return how many."""
    done = 0
    for _ in range(MAX_A_TICK):
        with transaction(wiring.engine) as session:
            due = session.exec(
                select(HomeRow)
                .where(HomeRow.asked != HomeRow.shown, HomeRow.due_at <= wiring.now())
                .order_by(col(HomeRow.due_at))
            ).first()
            if due is None:
                return done
            asked = (due.workspace, due.user, due.asked)
        done += _publish(wiring, *asked)
    return done


def _publish(wiring: Wiring, workspace: str, user: str, asked: int) -> bool:
    try:
        wiring.chat.publish_home(user, view(gather(wiring, meet(wiring, workspace, user))))
    except ChatError as error:
        _put_off(
            wiring, workspace, user, asked, permanent=error.permanent, code=error.code, retry_after=error.retry_after
        )
        return False
    except Exception:
        # The rim of this worker: one view's fault must not hold up the others.
        log.exception("the home of %s could not be made", user)
        _put_off(wiring, workspace, user, asked, permanent=False, code="unexpected")
        return False
    _shown(wiring, workspace, user, asked)
    return True


def _shown(wiring: Wiring, workspace: str, user: str, asked: int) -> None:
    with transaction(wiring.engine) as session:
        row = session.get_one(HomeRow, (workspace, user))
        row.shown, row.due_at = asked, wiring.now() + APART
        session.add(row)


def _put_off(
    wiring: Wiring, workspace: str, user: str, asked: int, *, permanent: bool, code: str, retry_after: int = 1
) -> None:
    """Try again later; what the chat will never take is given up until it is opened anew."""
    with transaction(wiring.engine) as session:
        row = session.get_one(HomeRow, (workspace, user))
        limited = code in undelivered.LIMITED  # the chat asks to wait, which is no failure
        row.attempts += not limited
        row.due_at = wiring.now() + max(retry_after if limited else 0, min(2**row.attempts, MAX_WAIT))
        if permanent or row.attempts >= MAX_ATTEMPTS:
            log.warning("the home of %s is not shown: %s", user, code)
            row.shown = asked
        session.add(row)


def gather(wiring: Wiring, person: Person) -> HomeView:
    """Everything that is true of this person now. Asks the chat for groups and links: never within a transaction."""
    offered = creating.templates(wiring)
    with transaction(wiring.engine) as session:
        shelf = creating.shelf(session, wiring, offered, person)
        around = requests.of_person(session, person.workspace, person.user, person.id)
        own = [one for one in around if one.state not in OVER and _is_theirs(session, one, person)]
        mine = [(one, found) for one in own if (found := _mine(session, wiring, one)) is not None]
        open_ones = requests.proposed(session, person.workspace)
        parked = outbox.parked(session)
        kept_back = [found for one in own for found in parking.of(one, parked)]
    decisions = [] if person.outsider or person.bot else waiting.decisions(wiring, person, open_ones)
    tongue = tongues.of(wiring, person.user)
    may = helping.gather(wiring, person, "", tongue)
    shown = [(one, _linked(wiring, one, found)) for one, found in mine[:MINE]]
    return HomeView(
        step=_step(decisions, shown, shelf.offers[0].example if shelf.offers else "", shelf.barred),
        mine=[found for _, found in shown],
        left_out=len(mine) - len(shown),
        troubles=parking.told(kept_back),
        decisions=decisions[:WAITING],
        more_decisions=max(0, len(decisions) - WAITING),
        shelf=shelf,
        may=(helping.HEAD[tongue], helping.points(may, tongue)),
        gallery=wiring.url(SHELF, "live"),
        pictured=any(one.picture for one in shelf.offers),
    )


def _is_theirs(session: Session, request: Request, person: Person) -> bool:
    """Whether they see to it: what somebody took over is the other's."""
    app = apps.get(session, request.app) if request.app else None
    return app is None or app.owner == person.id


def _mine(session: Session, wiring: Wiring, request: Request) -> Mine | None:
    """An app of theirs, or what is on its way to be one; None when it has ended."""
    app = apps.get(session, request.app) if request.app else None
    if app is not None and app.over:
        return None
    lease = deployments.leased(session, app.id, "live") if app else None
    stage: Stage = "live" if lease else "preview"
    brief = request.brief
    title = app.title if app else str(brief.value("title") or "") if brief else ""
    ends = lease or (deployments.leased(session, app.id, "preview") if app else None)
    said = spelled(request.text)
    return Mine(
        title=title or said[:1].upper() + said[1:],
        stage=labels.STAGE.get(app.stage if app and app.stage == "suspended" else request.state, _UNFINISHED),
        link=previews.link(session, wiring, app, stage) if app else "",
        ends_at=ends.ends_at if ends else 0,
    )


_UNFINISHED = "not finished"


def _linked(wiring: Wiring, request: Request, mine: Mine) -> Mine:
    return Mine(mine.title, mine.stage, mine.link, waiting.card_link(wiring, request, request.card), mine.ends_at)


def _step(decisions: list[Decision], mine: list[tuple[Request, Mine]], example: str, barred: str) -> str:
    """The one thing that is next for them."""
    steps: list[tuple[str, str]] = []
    if decisions:
        steps.append((f"*{quoted(decisions[0].title, 120)}* waits for your yes or no.", decisions[0].thread))
    for state, said in _STEPS.items():
        waiting = [one for request, one in mine if request.state == state]
        steps += [(said.format(title=quoted(one.title, 120)), one.thread) for one in waiting]
    ending = sorted((one for request, one in mine if request.state == State.LIVE), key=lambda one: one.ends_at)
    steps += [(f"*{quoted(one.title, 120)}* ends {words.when(one.ends_at)}.", one.thread) for one in ending[:1]]
    return step([*steps[:1], (barred or SAY.format(example=example or "help"), "")])


_STEPS = {
    State.ASKED: "I have a question about “{title}”.",
    State.INCOMPLETE: "*{title}* waits for you to fill it in.",
    State.PREVIEWED: "Look at the preview of *{title}*, then publish it.",
}
"""What their own Requests wait for them to do, the most pressing first."""
