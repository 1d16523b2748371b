"""Telling of freezes and thaws: owners once in each thread or in one digest, operators in their channel, cards anew.

What is frozen stands still before anybody is told; this tick may wait for the chat.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.chat import ChatError, Message, Place
from bot.database import transaction
from bot.operating import blast, freezing
from bot.operating.blast import Struck
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import requests
from bot.threads import still, thread
from bot.who import people
from bot.wiring import Wiring
from bot.wording import freeze_words
from bot.wording.blocks import actions, context, lines, quoted, section
from guardrails import freezes
from guardrails.freezes import Freeze
from runtime import due, schedules

MANY = 4
"""Apps of one owner from which on they are told of all in one message."""
SKIPPED = 5
"""Times of one app that are named; the rest is counted."""

log = logging.getLogger("slipway.freezes")


@dataclass(frozen=True, slots=True)
class Told:
    """One app, and the times at which it did not run meanwhile."""

    struck: Struck
    skipped: tuple[str, ...] = ()


def tick(wiring: Wiring) -> int:
    """Tell of what was frozen and thawed since the last tick; how many."""
    with transaction(wiring.engine) as session:
        found = freezes.untold(session)
    return sum(_told(wiring, one) for one in found)


def _told(wiring: Wiring, one: Freeze) -> bool:
    try:
        _tell(wiring, one)
    except ChatError as error:
        log.warning("nobody is told of %s yet: %s", one.id, error.code)
        return False
    except Exception:
        # The rim of this worker: one freeze's fault must not keep others from being told. It is tried again.
        log.exception("nobody could be told of %s", one.id)
        return False
    return True


def _tell(wiring: Wiring, one: Freeze) -> None:
    with transaction(wiring.engine) as session:
        owners = _by_owner(_concerned(session, wiring, one))
    # Asked of the chat before the transaction; who cannot be reached so is told in each thread.
    direct = {user: wiring.chat.dm(user) for user, mine in owners.items() if user and len(mine) >= MANY}
    with transaction(wiring.engine) as session:
        now = wiring.now()
        # Looked up anew: what ended meanwhile is told of no more.
        struck = tuple(_concerned(session, wiring, one))
        for user, mine in _by_owner(struck).items():
            if user in direct:
                _digest(session, one, mine, direct[user], now)
            else:
                _in_threads(session, one, mine, now)
        # A card names every freeze over its app, whoever is told of it.
        for each in blast.stricken(session, wiring.bundles, one.target):
            if request := requests.of_app(session, each.app.id):
                thread.refresh(session, wiring, request.id, now)
        _operators(session, wiring, one, len(struck), now)
        freezes.told(session, one, now)


def _by_owner(struck: Iterator[Told] | Sequence[Told]) -> Mapping[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for one in struck:
        found.setdefault(one.struck.owner, []).append(one)
    return found


def _concerned(session: Session, wiring: Wiring, one: Freeze) -> Iterator[Told]:
    """The apps that this freeze stopped, or that go on now that it is thawed."""
    others = [each for each in freezes.overlapping(session, one.target.workspace, one.at) if each.id != one.id]
    for struck in blast.stricken(session, wiring.bundles, one.target):
        app = struck.app
        templates, uses = still.made_of(session, wiring.bundles, app), still.uses(session, wiring.bundles, app)
        whole = one.target.kind != "capability"
        same = [each for each in others if still.hits(each.target, app, templates, () if whole else uses)]
        if one.thawed_at is None:
            # Whoever was told that it stands still is not told so twice, whichever was frozen first.
            if not any(each.thawed_at is None and each.told_at is not None for each in same):
                yield Told(struck)
        elif not any(each.thawed_at is None for each in same):
            yield Told(struck, _skipped(session, one, [each for each in same if each.thawed_at is not None], struck))


def _skipped(session: Session, one: Freeze, others: Sequence[Freeze], struck: Struck) -> tuple[str, ...]:
    """The times at which an app did not run by itself, from when on it stood still."""
    until = one.thawed_at or one.at
    began = freezes.began([(each.at, each.thawed_at or until) for each in (one, *others)], until)
    named = dict(struck.times)
    passed = [
        freeze_words.skip(row.name, at)
        for row in schedules.of(session, struck.app.id)
        if row.name in named
        for at in due.between(row.time, began, until)
    ]
    more = len(passed) - SKIPPED
    return (*passed[:SKIPPED], f"and {more} more times") if more > 0 else tuple(passed)


def _key(one: Freeze) -> str:
    return f"{'frozen' if one.thawed_at is None else 'thawed'}:{one.id}"


def _in_threads(session: Session, one: Freeze, mine: Sequence[Told], now: int) -> None:
    for each in mine:
        app = each.struck.app
        request = requests.of_app(session, app.id)
        if request is not None:
            title = quoted(app.title, 120)
            said = (
                freeze_words.to_owner(title, one)
                if one.thawed_at is None
                else freeze_words.back(title, one, each.skipped)
            )
            outbox.put(session, thread.post(request, f"{_key(one)}:{app.id}", thread.note(request, said)), now)


def _digest(session: Session, one: Freeze, mine: Sequence[Told], channel: str, now: int) -> None:
    titles = [quoted(each.struck.app.title, 120) for each in mine]
    if one.thawed_at is None:
        said = freeze_words.digest(titles, one)
    else:
        said = freeze_words.back_digest(list(zip(titles, (each.skipped for each in mine), strict=True)), one)
    text = lines(said.splitlines())
    place = Place(one.target.workspace, channel, None, "dm")
    outbox.put(session, Post(f"{_key(one)}:{mine[0].struck.owner}", place, Message(text, (section(text),))), now)


def _operators(session: Session, wiring: Wiring, one: Freeze, struck: int, now: int) -> None:
    """In the operators' channel: what stands still, with the button that thaws it; later, that it does not."""
    if not wiring.operators:
        return
    what, who = freezing.called(session, one.target), still.by(session, one)
    blocks = []
    if one.thawed_at is None:
        text = freeze_words.in_channel(one, what, who, struck)
        blocks = [section(text), actions(freezing.thawing(one)), context(freeze_words.TWO)]
    else:
        thawer = people.by_id(session, one.thawed_by)
        text = freeze_words.in_channel_thawed(one, what, who, f"<@{thawer.user}>" if thawer else "somebody")
        blocks = [section(text)]
    place = Place(one.target.workspace, wiring.operators)
    outbox.put(session, Post(f"freeze:{one.id}", place, Message(text, tuple(blocks))), now)
