"""Progress in direct messages, streamed: the card's own message, drawn as a plan until there is something to press.

Between the outbox and the chat: what the outbox says of a card whose Request is under way goes into a stream, and the
first thing that is more than progress ends it, so that one message is either streamed or edited. The row of the
Request is the truth, the stream is decoration: where the chat has none, refuses, or it is too old, the card is edited.
"""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Engine
from sqlmodel import Field, Session, SQLModel, col, delete, select

from bot.chat import Chat, ChatError, Chunk, Message, Place
from bot.database import transaction
from bot.posting.once import once
from bot.rows import requests
from bot.rows.requests import Request
from bot.wording import words

OLDEST = 240
"""Seconds; Slack ends a stream by itself after about five minutes."""
CARD = "card:"
STEPS = tuple(state for state in words.PROGRESS if state != "approved")
TITLE = "Making your app"
KEPT = 86_400
"""Seconds that the row of a stream that is over is kept."""

log = logging.getLogger("slipway.streaming")


class StreamRow(SQLModel, table=True):
    """The stream of one Request's card: kept before it is begun, so that no crash leaves a second message."""

    __tablename__ = "stream"

    request: str = Field(primary_key=True)
    channel: str
    thread: str
    ts: str = Field(default="", index=True)
    """Empty until the chat has said that it began."""
    told: int = 0
    """How many steps it shows as begun."""
    began_at: int
    over: bool = False


class Streams:
    """As the chat, for the outbox."""

    def __init__(self, engine: Engine, chat: Chat, now: Callable[[], int]) -> None:
        self._engine, self._chat, self._now = engine, chat, now
        self._none = False
        """Whether this chat has no streams at all."""

    def post(self, place: Place, message: Message, key: str) -> str:
        """Begin a stream where a card is under way; post everything else."""
        request = None if self._none else self._under_way(place, key)
        ts = self._begin(request, place) if request else ""
        return ts or self._chat.post(place, message, key)

    def find(self, place: Place, key: str, since: int) -> str | None:
        """As the chat; of a card, its stream as well, also one whose beginning we did not hear of."""
        found = self._chat.find(place, key, since)
        row = self._row(key.removeprefix(CARD)) if key.startswith(CARD) and not found else None
        if row is None or row.over or row.ts:
            return found or (row.ts or None if row else None)
        ts = self._chat.begun(place, row.began_at)
        with transaction(self._engine) as session:
            kept = session.get_one(StreamRow, row.request)
            if ts:
                kept.ts = ts
                session.add(kept)
            else:
                session.delete(kept)
        return ts

    def update(self, channel: str, ts: str, message: Message) -> None:
        """Go on with a stream while there is only progress to tell; otherwise end it, and edit."""
        with transaction(self._engine) as session:
            row = session.exec(
                select(StreamRow).where(StreamRow.channel == channel, StreamRow.ts == ts, ~col(StreamRow.over))
            ).first()
            request = requests.get(session, row.request) if row else None
        if row is not None and request is not None and not self._went_on(row, request):
            self._end(row, request)
            self._chat.update(channel, ts, message)
        elif row is None:
            self._chat.update(channel, ts, message)

    def whisper(self, place: Place, user: str, message: Message) -> None:
        """As the chat."""
        self._chat.whisper(place, user, message)

    def respond(self, response_url: str, text: str) -> None:
        """As the chat."""
        self._chat.respond(response_url, text)

    def _under_way(self, place: Place, key: str) -> Request | None:
        if place.kind != "dm" or not place.thread or not key.startswith(CARD):
            return None
        with transaction(self._engine) as session:
            request = requests.get(session, key.removeprefix(CARD))
            known = session.get(StreamRow, key.removeprefix(CARD))
        return request if request and progressing(request) and known is None else None

    def _row(self, request: str) -> StreamRow | None:
        with transaction(self._engine) as session:
            return session.get(StreamRow, request)

    def _begin(self, request: Request, place: Place) -> str:
        """The stream's ts; empty when the chat begins none. Raises ChatError when it may have begun all the same."""
        now, told = self._now(), STEPS.index(request.state) + 1
        row = StreamRow(request=request.id, channel=place.channel, thread=place.thread or "", told=told, began_at=now)
        with transaction(self._engine) as session:
            session.exec(delete(StreamRow).where(col(StreamRow.over), col(StreamRow.began_at) < now - KEPT))
            session.add(row)
        try:
            ts = self._chat.start_stream(place, plan(0, told))
        except ChatError as error:
            if error.code == "unreachable":
                raise
            once(log, "streamed progress", error.code)
            self._none = error.permanent
            self._change(request.id, over=True)
            return ""
        self._change(request.id, ts=ts)
        return ts

    def _went_on(self, row: StreamRow, request: Request) -> bool:
        """Whether there was only progress to tell, and the stream took it."""
        if not progressing(request) or self._now() - row.began_at >= OLDEST:
            return False
        told = STEPS.index(request.state) + 1
        if told <= row.told:
            return True
        try:
            self._chat.append_stream(row.channel, row.ts, plan(row.told, told))
        except ChatError as error:
            once(log, "streamed progress", error.code)
            return False
        self._change(row.request, told=told)
        return True

    def _end(self, row: StreamRow, request: Request) -> None:
        """Raises ChatError when the chat does not say whether it is over."""
        done = len(STEPS) if request.state not in STEPS else row.told - 1
        try:
            self._chat.stop_stream(row.channel, row.ts, plan(row.told, done, begin=False), f"{CARD}{row.request}")
        except ChatError as error:
            if not error.permanent:
                raise
            once(log, "the end of streamed progress", error.code)  # it ended by itself
        self._change(row.request, over=True)

    def _change(self, request: str, **values: str | int | bool) -> None:
        with transaction(self._engine) as session:
            _set(session, request, values)


def _set(session: Session, request: str, values: dict[str, str | int | bool]) -> None:
    row = session.get_one(StreamRow, request)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)


def progressing(request: Request) -> bool:
    """Whether there is nothing to say of a Request but how far it has come."""
    return request.state in STEPS and not request.trouble


def plan(told: int, now: int, *, begin: bool = True) -> Sequence[Chunk]:
    """What a stream that shows `told` steps as begun has to hear: those before `now` are done, that one is begun."""
    done = [_task(state, "complete") for state in STEPS[max(0, told - 1) : now - 1 if begin else now]]
    head: list[Chunk] = [{"type": "plan_update", "title": TITLE}] if told == 0 else []
    return [*head, *done, *([_task(STEPS[now - 1], "in_progress")] if begin else [])]


def _task(state: str, status: str) -> Chunk:
    return {"type": "task_update", "id": state, "title": words.PROGRESS[state].rstrip(" …"), "status": status}
