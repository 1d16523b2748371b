"""Broken: one card in the thread from an app's first error window to its end, and a tick that sees both (N12)."""

import logging
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot import telemetry
from bot.approving.pleading import PLATFORM
from bot.chat import Block, Message
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, record
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import still, thread
from bot.threads.card import remedies
from bot.versions import undoing
from bot.versions.choosing import Offer
from bot.versions.repairing import Show, good_of, mend, part
from bot.wiring import Wiring
from bot.wording import broken_words, labels, rolling_words, words
from bot.wording.blocks import actions, button, context, quoted, section
from runtime import apps, breaches, defects, deployments, history, spool, windows
from runtime.apps import App
from runtime.defects import Defect, State, Window
from runtime.deployments import Deployment
from runtime.windows import Opening, Seen

HUMAN = "slipway.human"

log = logging.getLogger("slipway.broken")


def tick(wiring: Wiring) -> None:
    """See what is broken, what is well again, and what is to be tried; each app by itself."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        failing = breaches.failing(session, now - windows.WITHIN)
        open_apps = [one.app for one in defects.open_windows(session)]
    for app in sorted({*failing, *open_apps}):
        try:
            look(wiring, app)
        except Exception:
            # The rim of this worker: one app that cannot be looked after keeps no other from it.
            log.exception("%s could not be looked after", app)


def look(wiring: Wiring, name: str) -> None:
    """Open or close an app's window by what its Calls came to, then try what is due about it."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        request, app = requests.of_app(session, name), apps.get(session, name)
        live, standing = deployments.active(session, name, "live"), defects.open_windows(session, name)
        since = _since(session, name, live, now) if live else now
        failed = [Seen(at, visit, kind) for at, kind, visit in breaches.failed(session, name, since)]
        frozen = app is not None and still.of_app(session, wiring.bundles, app)
    # What operators froze is theirs: nothing is mended or put back of it.
    if request is None or app is None or app.over or frozen:
        return
    told = {one.visit for one in failed}
    calls = [
        Seen(int(one["at"]), str(one["request"]), "" if str(one["result"]).isdigit() else str(one["result"]))
        for one in spool.recent(wiring.usage, name, since)
    ]
    seen = [*failed, *(one for one in calls if one.visit not in told)]
    opening = windows.opens(seen, now) if live is not None else None
    if opening is None and not standing:
        return
    _, good = good_of(wiring, request)

    def show(session: Session) -> None:
        _show(session, request, name, good, now)

    if opening is not None and live is not None:
        _open(wiring, request, app, live, opening, now, show)
    _close(wiring, request, app, live, seen, (since, now), show)
    with transaction(wiring.engine) as session:
        due = [one for one in defects.due(session, now) if one.app == name]
    for defect in due:
        mend(wiring, request, app, defect, show)


def _since(session: Session, app: str, live: Deployment, now: int) -> int:
    """From when on what happened says something of what is live now, as it was last left."""
    ended = [one.ended_at or 0 for one in defects.windows(session, app)]
    own = defects.of_bundle(session, app, live.bundle)
    mended = [at for one in own for _, at, _ in defects.repairs(session, one.id)]
    # A second is no order: what failed in the second of a change failed before it.
    return max([now - windows.WITHIN, live.created_at - 1, *ended, *mended])


def _open(wiring: Wiring, request: Request, app: App, live: Deployment, opening: Opening, now: int, show: Show) -> None:
    with transaction(wiring.engine) as session:
        defect, window, fresh = defects.opened(
            session,
            workspace=app.workspace,
            app=app.id,
            bundle=live.bundle,
            kind=opening.kind,
            visit=opening.visit,
            began=opening.began,
            now=now,
        )
        if fresh:
            facts = {"bundle": defect.bundle, "kind": defect.kind, "visit": window.visit, "window": window.id}
            part(session, request, app, "app.broken", now, facts)
            show(session)


def _close(
    wiring: Wiring,
    request: Request,
    app: App,
    live: Deployment | None,
    seen: Sequence[Seen],
    between: tuple[int, int],
    show: Show,
) -> None:
    now = between[1]
    with transaction(wiring.engine) as session:
        for window in defects.open_windows(session, app.id):
            defect = defects.get(session, window.defect)
            by, since = _ended(window, defect, live, seen, between) if defect else ("end", now)
            if since and defects.close(session, window.id, by, since):
                part(session, request, app, "app.well", now, {"window": window.id, "by": by, "since": since})
                show(session)


def _ended(
    window: Window, defect: Defect, live: Deployment | None, seen: Sequence[Seen], between: tuple[int, int]
) -> tuple[str, int]:
    """What ended a window, and when; 0 while nothing did. `between` is what is looked at: from when, until now."""
    since, now = between
    if live is None:
        return "end", now
    if live.bundle != defect.bundle:
        return "person", live.created_at
    answers = 0 if live.paused else windows.well(seen, now, max(since, window.began_at))
    return "repair" if defect.state is State.WATCHED else "itself", answers


def _show(session: Session, request: Request, name: str, good: Offer | None, now: int) -> None:
    """Make the card of an app's newest window say what is true now."""
    app, live = apps.get(session, name), deployments.active(session, name, "live")
    window = defects.windows(session, name)[-1]
    defect = defects.get(session, window.defect)
    if app is not None and defect is not None:
        message = _card(session, request, app, window, defect, live, good)
        outbox.put(session, thread.post(request, f"broken:{app.id}:{window.id}", message), now)


def _card(
    session: Session,
    request: Request,
    app: App,
    window: Window,
    defect: Defect,
    live: Deployment | None,
    good: Offer | None,
) -> Message:
    title = quoted(app.title, 120)
    done = [
        broken_words.tried(number, at, result)
        for number, (_, at, result) in enumerate(defects.repairs(session, defect.id), start=1)
    ]
    current = history.of(session, live) if live else None
    if defect.state is State.REVERTED and current is not None and window.ended_by == "revert":
        done.append(broken_words.reverted(current, window.ended_at or 0))
    if defect.state is State.HANDED and window.ended_at is None:
        done.append(broken_words.handed())
    small = context(words.trace(telemetry.trace_id(request.trace)))
    helped = [section(broken_words.by_us(done))] if done else []
    if window.ended_at is not None:
        text = broken_words.again(title, window.ended_by, window.began_at, window.ended_at)
        way = [actions(_human(app, window))] if defect.state is State.REVERTED else []
        return Message(text, (section(text), *helped, *way, small))
    text = broken_words.heading(title, defect.kind, window.began_at)
    paused = bool(live and live.paused)
    facts = [
        text,
        broken_words.sees(defect.kind, app.title, paused=paused),
        broken_words.visit(window.visit),
        broken_words.last_good(good.version if good else None),
    ]
    buttons = actions(*_buttons(app, window, defect, live, good))
    return Message(text, (section("\n".join(facts)), *helped, buttons, small))


def _buttons(app: App, window: Window, defect: Defect, live: Deployment | None, good: Offer | None) -> Sequence[Block]:
    back: Sequence[Block] = ()
    if good is not None and live is not None:
        about = {"app": app.id, "from": live.id, "version": good.value}
        warning = rolling_words.warning(good.version, good.fate)
        label = labels.BUTTONS[undoing.REVERT]
        back = [button(label, undoing.REVERT, about, style="primary", confirm=warning)]
    human = [_human(app, window)] if defect.state in (State.REVERTED, State.HANDED) else []
    look = remedies({"app": app.id, "stage": "live"}, suspended=False)
    return [*back, *look, *human]


def _human(app: App, window: Window) -> Block:
    return button(labels.BUTTONS[HUMAN], HUMAN, {"app": app.id, "window": window.id})


def human(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """Call the platform team about a window, once."""
    mention, now = wiring.chat.mention(PLATFORM), wiring.now()
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
        known = {one.id: one for one in defects.windows(session, app.id)} if app else {}
        window = known.get(hint.get("window", ""))
        defect = defects.get(session, window.defect) if window else None
        if app is None or window is None or defect is None:
            raise Refused(OVERTAKEN)
        key = f"help:{window.id}"
        if outbox.known(session, key):
            raise Refused(OVERTAKEN)
        text = broken_words.asks(mention, about.press.user, quoted(app.title), defect.kind, window.visit)
        outbox.put(session, thread.post(about.request, key, thread.note(about.request, text)), now)
        record(session, wiring, about, "platform.asked", window=window.id, kind=defect.kind)
