"""The first step of the journey: who asks, may they, and what do their words mean?"""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session

from bot import clockwork
from bot.building.journey import Step
from bot.database import transaction
from bot.rows import demand, requests
from bot.rows.requests import Request, State
from bot.shelf import demanding, offering
from bot.who import meeting, roles
from bot.wiring import Wiring
from generator.brief import Brief, Understanding
from generator.draft import draft
from generator.model import Reading
from generator.understand import understand, understand_as
from guardrails import admission
from runtime import usage
from templates.answers import headed
from templates.template import Template

HOUR = 3600


def received(wiring: Wiring, request: Request) -> Step:
    """Who asks, may they, and what do they mean?"""
    now = wiring.now()
    person = meeting.meet(wiring, request.workspace, request.user)
    with transaction(wiring.engine) as session:
        count = requests.recent(session, request.workspace, request.user, now - HOUR)
    outside = "" if request.place.channel in wiring.guest_channels else roles.outsider(person)
    admitted = admission.admit(outsider=outside, bot=person.bot, text=request.text, recent=count)
    if not admitted.allowed:
        return Step(
            State.DECLINED,
            "request.refused",
            why=admitted.why,
            changes={"person": person.id, "trouble": admitted.why},
            actor=person.id,
        )
    text = meeting.named(wiring, request.workspace, request.text)
    chosen = request.understanding.kind if request.understanding and request.brief else None
    day = clockwork.day(now)
    reading = understand_as(chosen, text, day, wiring.model) if chosen else understand(text, day, wiring.model)
    return read_for(_understood(wiring, request, reading, person.id), request, reading, now)


def read_for(step: Step, request: Request, reading: Reading, now: int) -> Step:
    """The step, with what was sent to a remote model kept beside the Request, and the tokens counted that it took."""
    receipt = reading.receipt.model_dump_json() if reading.receipt else ""
    step = replace(step, changes={**step.changes, "receipt": receipt})
    tokens = reading.receipt.tokens if reading.receipt else 0
    if not tokens:
        return step

    def counted(session: Session) -> None:
        step.effect(session)
        usage.read(session, request.workspace, request.app or request.id, tokens, now)

    return replace(step, effect=counted, facts={**step.facts, "tokens": tokens})


def _understood(wiring: Wiring, request: Request, reading: Reading, person: str) -> Step:
    """Build, ask, or say no: with the shelf in view."""
    understood = reading.understanding
    changes = {"person": person, "understanding": understood.model_dump_json()}
    facts = {"action": understood.action, "kind": understood.kind or "", "model": understood.model}
    if reading.receipt is not None:
        facts["receipt"] = reading.receipt.digest
    if understood.action == "decline":
        return _missed(wiring, request, understood, person, understood.reason, changes, facts)
    if understood.action == "clarify":
        return Step(State.ASKED, "request.asked", changes=changes, facts=facts)
    kind = understood.kind or ""
    template = wiring.catalog.called(request.text) or wiring.catalog.for_kind(kind)
    if why := offering.why_not(wiring, kind, template):
        changes |= {"trouble": why}
        return Step(State.DECLINED, "request.declined", why=why, changes=changes, facts=facts)
    if template is None:
        return _missed(wiring, request, understood, person, "not on the shelf", changes, facts)
    return briefly(template, understood, changes, facts)


def _missed(
    wiring: Wiring,
    request: Request,
    understood: Understanding,
    person: str,
    why: str,
    changes: Mapping[str, str],
    facts: Mapping[str, str],
) -> Step:
    """A no, which is noticed as unmet demand where a template could be written for it."""
    wanted = demanding.wish(replace(request, understanding=understood, trouble=""), person)

    def noticed(session: Session) -> None:
        if wanted is not None:
            demand.notice(session, wanted, wiring.now())

    return Step(State.DECLINED, "request.declined", why=why, changes=changes, facts=facts, effect=noticed)


def briefly(
    template: Template, understood: Understanding, changes: Mapping[str, str], facts: Mapping[str, str]
) -> Step:
    """The Brief that a template and an Understanding make: complete, or with open questions."""
    brief = titled(draft(understood, template.ref, template.questions))
    return Step(
        State.INCOMPLETE if brief.open else State.BRIEFED,
        "request.understood",
        changes={**changes, "brief": brief.model_dump_json()},
        facts={**facts, "template": template.ref, "open": len(brief.open)},
    )


def titled(brief: Brief) -> Brief:
    """The Brief with its title as it will stand over the app."""
    settled = (
        one.model_copy(update={"value": headed(one.value)})
        if one.name == "title" and isinstance(one.value, str)
        else one
        for one in brief.answers
    )
    return brief.model_copy(update={"answers": tuple(settled)})
