"""Following: what the asker says under an app of theirs becomes a change that stands in the thread for a press.

Only the asker's own words are read, or those of whom the app was handed to, only those of this thread, and nothing
changes by them alone. What others say there, guests, bots and files included, is counted and never kept, unless
somebody who may change the app points at it (`bot.verbs.commenting`).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import JsonValue
from sqlmodel import Session

from bot import clockwork, telemetry
from bot.building.reading import titled
from bot.chat import ChatError, Heard
from bot.database import transaction
from bot.posting import outbox
from bot.rows import follow_ups, requests
from bot.rows.follow_ups import FollowUp, Stage
from bot.rows.requests import Request, State
from bot.threads import changing, showing, thread
from bot.threads.showing import Found
from bot.who import audiences, meeting, people, rights
from bot.who.people import Person
from bot.wiring import Wiring
from generator.brief import Answer, Brief
from generator.entries import Objection
from generator.follow import Followed, filled, follow
from generator.harm import harms
from generator.receipt import Receipt
from generator.utterance import Utterance, hear
from runtime import apps

MAX_A_TICK, MAX_ATTEMPTS = 50, 6
RESTING = (*thread.WAITING, *thread.OPEN, State.FAILED, State.DISCARDED)
"""States in which nothing is under way: what was said is read, or over."""
MET = 20
"""So many accounts are told apart among those who were not listened to."""

log = logging.getLogger("slipway.following")


def heard(session: Session, request: Request | None, said: Heard, now: int) -> bool:
    """Whether these words in a thread are taken as a follow-up: the asker's or owner's own, where it may be changed.

    A mention begins a request of its own, unless it is read as a change. Of others it is counted that they spoke.
    """
    if request is None:
        return False
    if not rights.heeded(session, request, said.user):
        if said.via == "thread":
            follow_ups.overhear(session, request.id, said.key, said.user, now)
        return False
    if follow_ups.known(session, said.key):
        return True  # delivered once more
    if not thread.open_to_change(request) or (said.via != "thread" and not _looks_like_change(request, said, now)):
        return False
    follow_ups.keep(session, request, said, now)
    return True


def _looks_like_change(request: Request, said: Heard, now: int) -> bool:
    """By rule and without asking anybody: the ears wait for nothing."""
    if request.brief is None:
        return False
    known = known_of(request.brief)
    kind = request.understanding.kind if request.understanding else None
    read = follow(kind or "", known, frozenset(known), hear(said.text, clockwork.day(now)))
    return bool(read.answers or read.objections)


def overheard(wiring: Wiring, key: str, channel: str, root: str, user: str) -> None:
    """A bot spoke in one of our threads: it is counted."""
    with transaction(wiring.engine) as session:
        request = thread.request_in(session, channel, root)
        if request is not None:
            follow_ups.overhear(session, request.id, key, user, wiring.now())


def tick(wiring: Wiring) -> int:
    """Read what was said since the last tick; return how many utterances."""
    for count in range(MAX_A_TICK):
        with transaction(wiring.engine) as session:
            one = follow_ups.due(session, wiring.now(), RESTING)
            request = requests.get(session, one.request) if one else None
        if one is None or request is None:
            return count
        with telemetry.span("request.followed", request.trace, {"request.id": request.id}):
            _attempt(wiring, one, request)
    return MAX_A_TICK


def _attempt(wiring: Wiring, one: FollowUp, request: Request) -> None:
    try:
        _read(wiring, one, request)
    except ChatError as error:
        log.warning("a follow-up of %s waits: %s", request.id, error)
        _stumble(wiring, one)
    except Exception:
        # The rim of this worker: one utterance's fault must not stop the others'.
        log.exception("a follow-up of %s could not be read", request.id)
        _stumble(wiring, one)


def _stumble(wiring: Wiring, one: FollowUp) -> None:
    """Try again later; after the last attempt the asker is told to say it again."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        if follow_ups.postpone(session, one, now) < MAX_ATTEMPTS:
            return
        follow_ups.close(session, one, Stage.NOTHING)
        request = requests.get(session, one.request)
        if request is not None:
            note = thread.note(request, changing.LATER)
            outbox.put(session, thread.post(request, f"{one.post}:later", note, one.user), now)


def _read(wiring: Wiring, one: FollowUp, request: Request) -> None:
    """The slow part, then one transaction."""
    person = meeting.meet(wiring, request.workspace, one.user)
    if request.state not in thread.WAITING or request.brief is None or not _may(wiring, person, request):
        with transaction(wiring.engine) as session:
            showing.pass_over(session, one, request, wiring.now())
        return
    with transaction(wiring.engine) as session:
        pending = follow_ups.pending(session, request.id)
        spoke = follow_ups.overheard(session, request.id)
        waiting = pending if pending and pending.base == follow_ups.digest(request.brief) else None
        author = people.by_id(session, one.author or (waiting.author if waiting else ""))
    start = waiting.brief if waiting and waiting.brief else request.brief
    utterance = hear(meeting.named(wiring, request.workspace, one.text), clockwork.day(wiring.now()))
    read, receipt = _understood(wiring, request, start, utterance)
    quoted = one.author and not person.owns(one.author)
    own, unheard = _own(wiring, start, read.answers) if quoted else (read.answers, ())
    answers, unreachable = _reachable(wiring, request, start, own)
    found = Found(
        person=person,
        before=request.brief,
        # A comment from which nothing follows leaves the change alone that waits.
        after=_after(start, answers) if answers or not one.author else request.brief,
        objections=(*read.objections, *unheard, *unreachable),
        unclear=read.unclear or (read.nothing and bool(one.author)),
        ignored=_ignored(wiring, request, spoke),
        receipt=receipt,
        author=author,
        quoted=tuple(each.name for each in answers) if one.author else (),
    )
    # Words in a thread may be about anything; what somebody points at is meant as a change, and never met by silence.
    with transaction(wiring.engine) as session:
        showing.record(session, wiring, one, request, found, nothing=read.nothing and not one.author)


def _may(wiring: Wiring, person: Person, request: Request) -> bool:
    """Whether they may change it and it can be changed still."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
    if app is not None and app.over:
        return False
    return rights.judge(wiring, person, "answer", request).allowed


def _understood(
    wiring: Wiring, request: Request, start: Brief, utterance: Utterance
) -> tuple[Followed, Receipt | None]:
    """By rule; what rules do not read is put before the model as the first words were: these words, and no others."""
    template = wiring.catalog.get(start.template)
    kind = template.kind or (request.understanding.kind if request.understanding else None) or ""
    known, names = known_of(start), frozenset(one.name for one in template.questions)
    read = follow(kind, known, names, utterance)
    if (why := harms(utterance.bare)) and not read.nothing:
        return replace(read, answers=(), objections=(Objection("", why, ""),), unclear=False), None
    if not read.unclear or not kind:
        return read, None
    reading = wiring.model.fill(utterance.own, utterance.today, kind)
    if reading.receipt is None:
        return read, None
    more = () if reading.understanding.note else reading.understanding.answers
    return filled(kind, known, names, utterance, more), reading.receipt


def known_of(brief: Brief) -> Mapping[str, JsonValue]:
    """The answers by name."""
    return {one.name: one.value for one in brief.answers}


def _after(start: Brief, answers: Sequence[Answer]) -> Brief:
    """The Brief with these answers; questions that they answer are open no more."""
    given = {one.name: one for one in answers}
    known = {one.name: one for one in start.answers} | given
    still = tuple(one for one in start.open if one.name not in given)
    return titled(start.model_copy(update={"answers": tuple(known.values()), "open": still}))


_DECIDES = frozenset({"share_results", "assignees", "members", "mode", "amount_threshold"})
"""Answers that no comment gives beside the privileged ones: who sees, does or decides something follows from them."""


def _own(wiring: Wiring, start: Brief, answers: Sequence[Answer]) -> tuple[Sequence[Answer], Sequence[Objection]]:
    """The answers without those that no comment of somebody else gives, and which those are."""
    held = {one.name for one in wiring.catalog.get(start.template).questions if one.privileged} | _DECIDES
    kept = [one for one in answers if one.name not in held and (one.name, one.value) != ("anonymous", False)]
    return kept, [Objection(one.name, "quoted", "") for one in answers if one not in kept]


def _reachable(
    wiring: Wiring, request: Request, start: Brief, answers: Sequence[Answer]
) -> tuple[Sequence[Answer], Sequence[Objection]]:
    """The answers without people and places that nobody here knows, and who those are."""
    kept, objections = list[Answer](), list[Objection]()
    for one in answers:
        if one.name == "audience" and isinstance(one.value, str) and one.value:
            if nowhere := audiences.unknown(wiring.chat, one.value):
                objections += [Objection(one.name, "nowhere", each) for each in nowhere]
                continue
            if isinstance(was := start.value(one.name), str) and was and was not in one.value:
                objections.append(Objection(one.name, "one", was))
        if one.name in ("collaborators", "approvers") and isinstance(one.value, list):
            wished = replace(request, brief=_after(start, [one]))
            strangers = audiences.strangers(wiring.chat, wished, one.name)
            objections += [Objection(one.name, "stranger", each) for each in strangers]
            here: list[JsonValue] = [each for each in one.value if str(each).lower() not in strangers]
            if here == start.value(one.name):
                continue
            one = one.model_copy(update={"value": here})
        kept.append(one)
    return kept, objections


def _ignored(wiring: Wiring, request: Request, spoke: Sequence[str]) -> str:
    """Whose words were not listened to since a change was shown last, told by kinds of people."""
    accounts = list(dict.fromkeys(one for one in spoke if one))[:MET]
    known = {one: meeting.meet(wiring, request.workspace, one) for one in accounts}
    bots = sum(not one or (one in known and known[one].bot) for one in spoke)
    guests = sum(one in known and known[one].outsider and not known[one].bot for one in spoke)
    return changing.ignored(guests, bots, len(spoke) - bots - guests)
