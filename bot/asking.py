"""Decisions of the asker before anything is published: which kind, which answers, again, or not at all."""

import json
from collections.abc import Mapping, Sequence

from bot import clockwork, follow_ups, forms, meeting, requests, showing, thread
from bot.chat import Submitted
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Refused, advance, record, standing_in
from bot.reading import briefly, read_for, titled
from bot.requests import State
from bot.wiring import Wiring
from generator.brief import Answer, Brief
from generator.understand import understand_as
from runtime import apps, deployments, reaper
from runtime.apps import Stage
from templates.bundle import digest_of


def choose(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The asker says which kind of app it is."""
    standing_in(about, State.ASKED, State.DECLINED)
    kind = hint.get("kind", "")
    template = wiring.catalog.for_kind(kind)
    if template is None:
        raise Refused(GONE)
    text = meeting.named(wiring, about.request.workspace, about.request.text)
    now = wiring.now()
    reading = understand_as(kind, text, clockwork.day(now), wiring.model)
    chosen = reading.understanding
    step = briefly(template, chosen, {"understanding": chosen.model_dump_json()}, {"kind": kind})
    sent = {"receipt": reading.receipt.digest} if reading.receipt else {}
    step = read_for(step, about.request, reading, now)
    with transaction(wiring.engine) as session:
        if not requests.advance(session, about.request, step.state, wiring.now(), **step.changes):
            raise Refused(OVERTAKEN)
        step.effect(session)
        record(session, wiring, about, "request.chosen", kind=kind, **sent)


def answer(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """Answers are filled in or changed; the app is built anew from them, and what was approved is void."""
    standing_in(about, *thread.WAITING)
    assert isinstance(about.press, Submitted) and about.request.brief is not None
    not_ended(wiring, about)
    with transaction(wiring.engine) as session:
        start = follow_ups.start_of(session, about.request, hint)
    brief = answered(wiring, start or about.request.brief, about.press.values)
    changes = {
        "brief": brief.model_dump_json(),
        "removed": json.dumps([*about.request.removed, *about.press.removed]),
        "hands": json.dumps(sorted({*about.request.hands, about.person.id})),
    }
    with transaction(wiring.engine) as session:
        advance(session, wiring, about, State.BRIEFED, verdict=None, trouble="", **changes)
        thread.void(session, about.request, wiring.now())
        showing.filled_in(session, about.request, hint, about.press.user, wiring.now())
        record(session, wiring, about, "request.answered", brief=digest_of(brief.model_dump_json().encode()))


def not_ended(wiring: Wiring, about: About) -> None:
    """An app that has ended stays as it was: there is nothing to build anew."""
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
    if app is not None and app.stage in apps.ENDED:
        raise Refused(OVERTAKEN)


def answered(wiring: Wiring, brief: Brief, values: Mapping[str, str | Sequence[str] | None]) -> Brief:
    """The Brief with a form's values in it; what the asker typed is *said*."""
    template = wiring.catalog.get(brief.template)
    known = {one.name: one for one in brief.answers}
    for field, given in values.items():
        question = template.question(field)
        if question is None:
            continue
        value = forms.value_of(question, given)
        before = known.get(field)
        if before is None or before.value != value:
            known[field] = Answer(name=field, value=value, origin="said")
    return titled(brief.model_copy(update={"answers": tuple(known.values()), "open": ()}))


def retry(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Take a failed Request up again, from where its answers are complete."""
    standing_in(about, State.FAILED)
    state = State.BRIEFED if about.request.brief else State.RECEIVED
    with transaction(wiring.engine) as session:
        advance(session, wiring, about, state, trouble="")
        record(session, wiring, about, "request.retried")


def discard(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Drop a Request before it is live; nothing of it stays."""
    standing_in(about, State.PREVIEWED, State.PROPOSED, State.DENIED, State.INCOMPLETE, State.FAILED)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        app = apps.get(session, about.request.app) if about.request.app else None
        if app is not None and deployments.active(session, app.id, "live"):
            raise Refused("This app is live. Use Archive or Retire to end it.")
        advance(session, wiring, about, State.DISCARDED)
        if app is not None:
            thread.void(session, about.request, now)
            reaper.end(session, app.id, Stage.RETIRED, now)
        record(session, wiring, about, "request.discarded")
