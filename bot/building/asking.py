"""Decisions of the asker before anything is published: which kind, which answers, again, or not at all."""

import json
from collections.abc import Mapping, Sequence

from bot import clockwork
from bot.building import picturing
from bot.building.reading import briefly, read_for, titled
from bot.chat import Submitted
from bot.database import transaction
from bot.deciding import GONE, OVERTAKEN, About, Refused, advance, record, standing_in
from bot.rows import drafts, follow_ups, requests
from bot.rows.requests import Request, State
from bot.shelf import offering
from bot.threads import forms, showing, thread
from bot.who import meeting
from bot.wiring import Wiring
from bot.wording import reckoning, shelving, words
from generator.brief import Answer, Brief
from generator.understand import understand_as
from runtime import apps, deployments, reaper
from runtime.apps import Stage
from templates import logic
from templates.bundle import digest_of


def choose(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """The asker says which kind of app it is."""
    standing_in(about, State.ASKED, State.DECLINED)
    kind = hint.get("kind", "")
    template = wiring.catalog.for_kind(kind)
    if why := offering.why_not(wiring, kind, template):
        raise Refused(why)
    if template is None:
        raise Refused(GONE)
    text = meeting.named(wiring, about.request.workspace, about.request.text)
    now = wiring.now()
    reading = understand_as(kind, text, clockwork.day(now), wiring.model)
    chosen = reading.understanding
    if chosen.action == "decline":
        raise Refused(words.declined(chosen.reason, ""))
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
    if wiring.catalog.known(about.request.brief.template) is None:
        raise Refused(shelving.GONE)
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
    if app is not None and app.over:
        raise Refused(OVERTAKEN)


def confirm(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """What was guessed is right, for the very bundle that the card showed: nothing is built anew (T4)."""
    standing_in(about, State.PREVIEWED)
    request = about.request
    assert request.brief is not None
    if hint.get("bundle") != request.bundle or not reckoning.guessed(request.brief.answers):
        raise Refused(OVERTAKEN)
    answers = tuple(
        one.model_copy(update={"origin": "said"}) if one.origin == "guessed" else one for one in request.brief.answers
    )
    brief = request.brief.model_copy(update={"answers": answers}).model_dump_json()
    with transaction(wiring.engine) as session:
        advance(session, wiring, about, State.PREVIEWED, brief=brief)
        record(session, wiring, about, "request.confirmed", brief=digest_of(brief.encode()))


def confirmed(wiring: Wiring, request: Request) -> None:
    """Raises Refused while something is a guess that nobody confirmed."""
    assert request.brief is not None
    if unconfirmed := reckoning.guessed(request.brief.answers):
        reckoned = reckoning.in_words(wiring.catalog.get(request.brief.template), request.brief.answers)
        raise Refused(reckoning.CONFIRM_FIRST.format(button=reckoning.right(unconfirmed, reckoned)))


def answered(wiring: Wiring, brief: Brief, values: Mapping[str, str | Sequence[str] | None]) -> Brief:
    """The Brief with a form's values in it; what was typed is *said*, and so is a guess that was sent as it stood."""
    template = wiring.catalog.get(brief.template)
    known = {one.name: one for one in brief.answers}
    for field, given in values.items():
        question = template.question(field)
        if question is None:
            continue
        value = forms.value_of(question, given)
        before = known.get(field)
        if before is None or before.value != value or before.origin == "guessed":
            known[field] = Answer(name=field, value=value, origin="said")
        # A rule in EUR is about amounts in EUR, unless somebody said another currency.
        if money := logic.currency_of(question, value):
            known |= {
                name: Answer(name=name, value=money, origin="said")
                for name in question.over
                if (one := known.get(name)) and one.origin == "default" and isinstance(one.value, str)
            }
    return titled(brief.model_copy(update={"answers": tuple(known.values()), "open": (), "doubts": ()}))


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
        drafts.drop(session, about.request.id)
        picturing.drop(session, about.request.id, now)
        record(session, wiring, about, "request.discarded")
