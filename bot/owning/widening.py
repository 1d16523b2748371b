"""Who may open it, changed: narrower counts at once, wider is a new Proposal that the policies judge.

What is live stays open to whom its approved Proposal names until another one is approved. Nothing is built anew: a
Proposal binds the audience beside the bundle.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.approving import publishing
from bot.approving.publishing import Effect
from bot.chat import Submitted
from bot.database import transaction
from bot.deciding import OVERTAKEN, About, Refused, advance, record, standing_in
from bot.posting import outbox
from bot.rows.requests import Request, State
from bot.threads import audience_forms, thread
from bot.who import audiences
from bot.wiring import Wiring
from bot.wording import audience_words
from bot.wording.blocks import quoted
from generator.brief import Answer, Brief
from runtime import apps, deployments
from runtime.apps import App, Stage
from runtime.deployments import Deployment
from templates.audience import MOST, Audience

WHO = "slipway.who"
"""The button that opens the form."""
WIDEN = "slipway.widen"
"""The button that asks to open it for one more."""
PICK, NAMES = "open_to", "names"
"""The fields of the form."""


def form(wiring: Wiring, request: Request) -> Mapping[str, Any]:
    """Who may open it now, to be changed."""
    kinds = dict(audience_words.KINDS)
    if not wiring.public:
        kinds.pop("public")
    picked, names = _split(_said(request.brief))
    about = json.dumps({"request": request.id})
    return audience_forms.audience_form(about, kinds, picked if picked in kinds else "named", ", ".join(names))


def wrong(wiring: Wiring, sent: Submitted) -> Mapping[str, str]:
    """What is wrong with the form, by field."""
    said = _of_form(sent)
    if not said:
        return {NAMES: audience_words.NOBODY_NAMED}
    if len(audiences.named(said)) > MOST:
        return {NAMES: audience_words.TOO_MANY}
    strangers = audiences.unknown(wiring.chat, said)
    return {NAMES: audience_words.unknown(strangers)} if strangers else {}


def _of_form(sent: Submitted) -> str:
    """The answer that the form stands for."""
    picked, names = sent.values.get(PICK), sent.values.get(NAMES)
    named = audiences.named(names) if isinstance(names, str) else ()
    if picked in ("me", "everyone", "public"):
        # What is wider or is nobody's but the owner's needs no others beside it; people named one by one stay.
        return ", ".join([str(picked), *named]) if picked != "public" else "public"
    return ", ".join(["this channel", *named] if picked == "this channel" else named)


def _said(brief: Brief | None) -> str:
    value = brief.value("audience") if brief else None
    return value if isinstance(value, str) else ""


def _split(said: str) -> tuple[str, Sequence[str]]:
    """What the menu and the field of the form show for an answer."""
    names = audiences.named(said) or ("this channel",)
    for word, spoken in (
        ("public", audiences.PUBLIC),
        ("everyone", audiences.EVERYONE),
        ("this channel", audiences.HERE),
        ("me", audiences.ME),
    ):
        if any(one.lower() in spoken for one in names):
            return word, [one for one in names if one.lower() not in spoken]
    return "named", names


def submit(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """The form was sent."""
    assert isinstance(about.press, Submitted)
    change(wiring, about, _of_form(about.press))


def widen(wiring: Wiring, about: About, hint: Mapping[str, str]) -> None:
    """Ask to open it for one more: a person or a channel that it was to be shared with."""
    more = hint.get("add", "")
    if not more or audiences.unknown(wiring.chat, more):
        raise Refused(OVERTAKEN)
    change(wiring, about, ", ".join([*(audiences.named(_said(about.request.brief)) or ("this channel",)), more]))


def only_audience(before: Brief, after: Brief) -> bool:
    """Whether nothing but who may open it differs."""
    others = ({one.name: one.value for one in brief.answers if one.name != "audience"} for brief in (before, after))
    return next(others) == next(others) and before.template == after.template and _said(before) != _said(after)


@dataclass(frozen=True, slots=True)
class _Change:
    """What a change comes to: the Request as it would be, and what is live as the change alone would leave it."""

    after: Request
    standing: Brief
    wanted: Audience
    app: App
    live: Deployment
    pure: bool
    """Whether what is live and what stands in the thread differ by nothing but who may open it."""


def change(wiring: Wiring, about: About, said: str, effect: Effect = publishing.no_effect, **more: str) -> None:
    """Make `said` who may open it, or ask whoever the policies name. Raises Refused.

    `effect` and `more`, columns of the Request, come true with it.
    """
    standing_in(about, State.LIVE, State.PREVIEWED, State.PROPOSED, State.DENIED)
    found = _change(wiring, about.request, said)
    if found is None:
        _answer(wiring, about, said, effect, more)
    elif found.wanted.within(found.app.audience, found.app.owner):
        _narrow(wiring, about, found, effect, more)
    elif not found.pure:
        _answer(wiring, about, said, effect, more)
    elif found.app.stage is not Stage.LIVE:
        raise Refused(audience_words.PAUSED)
    else:
        publishing.propose(wiring, about, found.after, effect, **more, brief=_json(found.after.brief))


def _change(wiring: Wiring, request: Request, said: str) -> _Change | None:
    """What of the live app changes; None while nothing is live."""
    assert request.brief is not None and request.person is not None
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
        live = deployments.active(session, app.id, "live") if app else None
    if app is None or live is None:
        return None
    if app.stage in apps.ENDED:
        raise Refused(OVERTAKEN)
    standing = request.standing or request.brief
    after = replace(request, brief=with_audience(request.brief, said))
    alone = replace(request, brief=with_audience(standing, said))
    return _Change(
        after=after,
        standing=with_audience(standing, said),
        wanted=audiences.wanted(wiring.chat, alone, app.owner),
        app=app,
        live=live,
        pure=request.bundle == live.bundle and after.brief is not None and _alike(after.brief, standing),
    )


def _alike(one: Brief, other: Brief) -> bool:
    return with_audience(one, "") == with_audience(other, "")


def with_audience(brief: Brief, said: str) -> Brief:
    """The Brief with this as who may open it."""
    given = {one.name: one for one in brief.answers} | {"audience": Answer(name="audience", value=said, origin="said")}
    return brief.model_copy(update={"answers": tuple(given.values())})


def _narrow(wiring: Wiring, about: About, found: _Change, effect: Effect, more: Mapping[str, str]) -> None:
    """Nobody comes in by it, so it counts from the next visit on."""
    if found.wanted == found.app.audience and _said(about.request.brief) == _said(found.after.brief):
        raise Refused(audience_words.SAME)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        current = apps.get(session, found.app.id)
        if current is None or current.audience != found.app.audience or current.stage in apps.ENDED:
            raise Refused(OVERTAKEN)
        apps.open_to(session, found.app.id, found.wanted)
        waits = about.request.state is State.PROPOSED
        state = State.LIVE if found.pure else State.PREVIEWED if waits else about.request.state
        changes: dict[str, str | None] = {**more, "brief": _json(found.after.brief), "standing": _json(found.standing)}
        # What stands in the thread is what is live again.
        changes |= {"proposal": found.live.proposal, "verdict": None, "hands": "[]"} if found.pure else {}
        advance(session, wiring, about, state, **changes)
        effect(session)
        if waits:
            thread.void(session, about.request, now)
        told = thread.note(about.request, audience_words.narrowed(quoted(found.wanted.label, 200)))
        outbox.put(session, thread.post(about.request, f"audience:{found.app.id}:{about.press.key}", told), now)
        record(session, wiring, about, "audience.narrowed", audience=named(found.wanted))


def _answer(wiring: Wiring, about: About, said: str, effect: Effect, more: Mapping[str, str]) -> None:
    """Nothing of it is live yet: it is asked for with everything else, when somebody presses Publish."""
    request = about.request
    assert request.brief is not None
    brief = with_audience(request.brief, said)
    hands = json.dumps(sorted({*request.hands, about.person.id}))
    # Whatever was not looked at yet, or was denied, is looked at whole.
    state = State.PREVIEWED if request.state in (State.PREVIEWED, State.PROPOSED) else State.BRIEFED
    changes: Mapping[str, str | None] = {"hands": hands, **more, "brief": _json(brief), "verdict": None}
    with transaction(wiring.engine) as session:
        advance(session, wiring, about, state, **changes)
        effect(session)
        thread.void(session, request, wiring.now())
        record(session, wiring, about, "audience.changed")


def _json(brief: Brief | None) -> str:
    assert brief is not None
    return brief.model_dump_json()


def named(audience: Audience) -> str:
    """An audience for the record, which holds nobody's name: places, and how many people besides."""
    places = [f"{kind} {name}".strip() for kind, name in audience.parts if kind != "me"]
    people = [f"{len(audience.also)} named"] if audience.also else []
    return ", ".join([*places, *people]) or "me"
