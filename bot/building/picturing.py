"""Pictures of previews in their threads: a row with a due time, taken one after the other by a tick.

Where no picture can be taken, the link and the page in words stand in its place, and nobody is told of an error. The
message is one post of the outbox, replaced in place when the preview changes or the picture comes after all.
"""

import logging
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, select

from bot import telemetry
from bot.building.camera import NoPicture
from bot.chat import Block, ChatError, Message
from bot.database import transaction
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request, State
from bot.threads import previews, thread
from bot.threads.card import title_of
from bot.wiring import Wiring
from bot.wording import described, words
from bot.wording.blocks import context, cut, escape, section
from runtime import apps, viewing
from runtime.apps import App
from runtime.errors import Corrupt
from templates.answers import settle_all
from templates.manifest import Digest

MAX_A_TICK = 3
AGAIN = (20, 120, 600)
"""Seconds after which a picture is tried again; then the words stay."""
LOOK_AFTER = 3
"""Seconds until it is looked whether the chat took a picture: it may not have read it yet."""

log = logging.getLogger("slipway.pictures")


class PictureRow(SQLModel, table=True):
    """The picture of one Request's preview. `bundle` is what is to be seen, empty once nothing is."""

    __tablename__ = "picture"

    request: str = Field(primary_key=True)
    app: str
    bundle: str
    told: str = ""
    """The bundle that the message shows."""
    drawn: str = ""
    """The bundle that `file` shows, which the chat has."""
    file: str = ""
    stale: str = ""
    """A file that was replaced and is to be taken away."""
    attempts: int = 0
    due_at: int | None = Field(default=None, index=True)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row as one attempt sees it, and what it is about."""

    request: Request
    app: App
    label: str
    """What the preview's host begins with."""
    bundle: Digest
    told: str
    drawn: str
    file: str
    stale: str
    attempts: int

    @property
    def key(self) -> str:
        return f"picture:{self.request.id}"


def want(session: Session, wiring: Wiring, request: str, app: str, bundle: Digest) -> None:
    """A preview is there, or was changed: its picture is wanted, where there are pictures at all."""
    if wiring.photograph is None:
        return
    row = session.get(PictureRow, request) or PictureRow(request=request, app=app, bundle=bundle)
    row.app, row.bundle, row.attempts = app, bundle, 0
    if row.told != bundle:
        row.due_at = wiring.now()
    session.add(row)


def drop(session: Session, request: str, now: int) -> None:
    """The preview is gone, and so is its picture to be."""
    row = session.get(PictureRow, request)
    if row is not None:
        row.bundle, row.due_at, row.attempts = "", now, 0
        session.add(row)


def tick(wiring: Wiring) -> int:
    """Take the pictures that are due, one after the other; return how many were looked at."""
    if wiring.photograph is None:
        return 0
    for count in range(MAX_A_TICK):
        with transaction(wiring.engine) as session:
            seen = _due(session, wiring.now())
        if seen is None:
            return count
        try:
            _attempt(wiring, seen)
        except Exception:
            # The rim of this worker: one picture's fault must not stop the others'.
            log.exception("the picture of %s could not be made", seen.request.id)
            _put_off(wiring, seen)
    return MAX_A_TICK


def _due(session: Session, now: int) -> _Seen | None:
    row = session.exec(
        select(PictureRow)
        .where(col(PictureRow.due_at) <= now)
        .order_by(col(PictureRow.due_at), col(PictureRow.request))
    ).first()
    if row is None:
        return None
    request, app = requests.get(session, row.request), apps.get(session, row.app)
    assert request is not None and app is not None
    return _Seen(
        request,
        app,
        previews.label(session, app),
        Digest(row.bundle),
        row.told,
        row.drawn,
        row.file,
        row.stale,
        row.attempts,
    )


def _attempt(wiring: Wiring, seen: _Seen) -> None:
    """One step: take it away, look whether it was taken, or make it."""
    over = seen.app.ended_at is not None or seen.request.state is State.DISCARDED
    if over or not seen.bundle:
        _gone(wiring, seen)
    elif seen.told == seen.bundle:
        _look(wiring, seen)
    elif seen.request.bundle == seen.bundle:
        _make(wiring, seen)
    else:
        _settle(wiring, seen, due_at=None)  # another preview is on its way, and asks for its own


def _make(wiring: Wiring, seen: _Seen) -> None:
    """Slow calls first: the page, Chromium, the upload. Then the message, in one transaction."""
    alt = _words(wiring, seen)
    try:
        file = seen.file if seen.drawn == seen.bundle else _upload(wiring, seen, alt)
    except (NoPicture, ChatError, Corrupt) as error:
        log.info("%s is told in words: %s", seen.request.id, error)
        _put_off(wiring, seen)
        return
    now = wiring.now()
    with transaction(wiring.engine) as session:
        outbox.put(session, thread.post(seen.request, seen.key, _message(wiring, seen, alt, file)), now)
        row = session.get_one(PictureRow, seen.request.id)
        row.told = row.drawn = seen.bundle
        row.file, row.stale = file, seen.file if seen.file != file else seen.stale
        row.due_at = now + LOOK_AFTER if row.bundle == seen.bundle else now
        session.add(row)


def _upload(wiring: Wiring, seen: _Seen, alt: str) -> str:
    assert wiring.photograph is not None
    files = wiring.bundles.get(seen.bundle).files
    with transaction(wiring.engine) as session:
        token = viewing.allow(session, seen.app.id, seen.bundle, wiring.now())
    png = wiring.photograph(seen.label, files, token)
    return wiring.chat.upload(png, f"{seen.app.slug}.png", alt)


def _look(wiring: Wiring, seen: _Seen) -> None:
    """Whether the chat took the message with the picture; then the one before goes."""
    with transaction(wiring.engine) as session:
        refused, behind = outbox.refused(session, seen.key), outbox.behind(session, seen.key)
    if refused:
        log.info("the chat does not show the picture of %s: %s", seen.request.id, refused)
        _put_off(wiring, seen)
    elif behind:
        _settle(wiring, seen, due_at=wiring.now() + LOOK_AFTER)
    else:
        _remove(wiring, seen.stale)
        _settle(wiring, seen, due_at=None, stale="")


def _gone(wiring: Wiring, seen: _Seen) -> None:
    _remove(wiring, seen.file)
    _remove(wiring, seen.stale)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        if outbox.known(session, seen.key):
            text = f"The preview of *{title_of(seen.app.title)}* is gone, and its picture with it."
            outbox.put(session, thread.post(seen.request, seen.key, thread.note(seen.request, text)), now)
        session.delete(session.get_one(PictureRow, seen.request.id))


def _remove(wiring: Wiring, file: str) -> None:
    """As well as it can be done: a file that stays is shown nowhere."""
    if not file:
        return
    try:
        wiring.chat.remove(file)
    except ChatError as error:
        log.warning("the picture %s stays with the chat: %s", file, error)


def _put_off(wiring: Wiring, seen: _Seen) -> None:
    """The words stand there at once; the picture is tried again, and given up silently after the last time."""
    now = wiring.now()
    again = now + AGAIN[seen.attempts] if seen.attempts < len(AGAIN) else None
    with transaction(wiring.engine) as session:
        row = session.get_one(PictureRow, seen.request.id)
        if row.bundle == seen.bundle:
            message = _message(wiring, seen, _words(wiring, seen), "")
            outbox.put(session, thread.post(seen.request, seen.key, message), now)
            row.told, row.attempts, row.due_at = "", seen.attempts + 1, again
            session.add(row)


def _settle(wiring: Wiring, seen: _Seen, *, due_at: int | None, stale: str | None = None) -> None:
    with transaction(wiring.engine) as session:
        row = session.get_one(PictureRow, seen.request.id)
        if row.bundle == seen.bundle:  # else it is due for what it is now
            row.due_at = due_at
            row.stale = row.stale if stale is None else stale
            session.add(row)


def _words(wiring: Wiring, seen: _Seen) -> str:
    """The page in words, by the answers."""
    brief = seen.request.brief
    template = wiring.catalog.known(brief.template) if brief else None
    if brief is None or template is None:
        return f"The first page of “{seen.app.title}”."
    answers = settle_all(template, {one.name: one.value for one in brief.answers})
    return described.page(template, seen.app.title, answers)


def _message(wiring: Wiring, seen: _Seen, alt: str, file: str) -> Message:
    """The picture with its words for screen readers, or the words alone; both with the link."""
    link = f"<{wiring.url(seen.label, 'preview')}|Open the preview>"
    text = f"How *{title_of(seen.app.title)}* looks. {link}"
    image: Block = {"type": "image", "slack_file": {"id": file}, "alt_text": alt}
    shown = [section(text), image] if file else [section(f"{text}\n{escape(alt)}")]
    return Message(
        cut(f"{text}. {escape(alt)}", 2900), (*shown, context(words.trace(telemetry.trace_id(seen.request.trace))))
    )
