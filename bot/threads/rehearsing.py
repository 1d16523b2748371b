"""Rehearsing: what an app must do is tried on every preview; the card says how it went, and publishing goes by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from bot.rows.requests import Request
from bot.rows.wishes import wish
from bot.wiring import Wiring
from bot.wording import labels
from bot.wording.blocks import quoted
from guardrails.rehearsed import unless_red
from guardrails.verdict import Verdict
from runtime.rehearsal import Rehearsal
from templates.bundle import Bundle
from templates.manifest import Digest
from templates.planning import Plan, plan

PAGE = "_slipway/rehearsal"
"""Below a preview's address."""
SHOWN = TypeAdapter(Rehearsal)


def rehearsed(wiring: Wiring, request: Request, bundle: Bundle) -> Rehearsal:
    """Try the app that these answers gave; the same bundle is always tried with the same data. Raises Unavailable."""
    return wiring.rehearse(bundle.digest, planned(wiring, request, bundle.digest))


def planned(wiring: Wiring, request: Request, bundle: Digest) -> Plan:
    """What is tried of a Request's app: its template's checks, and its asker's own."""
    assert request.brief is not None
    template = wiring.catalog.get(request.brief.template)
    answers = {one.name: one.value for one in request.brief.answers}
    wishes = tuple(filter(None, map(wish, request.wishes)))
    return plan(template, answers, wiring.now(), seed_of(bundle), wishes)


def seed_of(bundle: Digest) -> int:
    """What a bundle's data is made from."""
    return int(bundle.removeprefix("sha256:")[:8], 16)


def kept(rehearsal: Rehearsal) -> str:
    """For a Request's row."""
    return SHOWN.dump_json(rehearsal).decode()


def facts(rehearsal: Rehearsal) -> Mapping[str, int]:
    """What the record keeps of it; nothing when nothing was tried."""
    if rehearsal == Rehearsal():
        return {}
    red = sum(not one.passed for one in rehearsal.ticks)
    return {"checks": len(rehearsal.ticks), "red": red, "leaks": len(rehearsal.leaks)}


def of(request: Request) -> Rehearsal:
    """How a Request's preview was rehearsed; an empty one when it was not."""
    return SHOWN.validate_json(request.rehearsal) if request.rehearsal else Rehearsal()


def told(wiring: Wiring, request: Request) -> Mapping[str, Any] | None:
    """How a Request's preview was rehearsed and by which plan, as JSON; None where there is no preview."""
    if request.brief is None or request.bundle is None:
        return None
    plan = planned(wiring, request, Digest(request.bundle))
    return {
        "rehearsal": SHOWN.dump_python(of(request), mode="json"),
        "plan": plan.model_dump(mode="json", by_alias=True),
    }


def judged(verdict: Verdict, rehearsal: Rehearsal) -> Verdict:
    """The Verdict, with what the rehearsal found."""
    red = [(one.says, one.why) for one in rehearsal.ticks if not one.passed]
    return unless_red(verdict, red, rehearsal.leaks)


def rows(rehearsal: Rehearsal, preview: str) -> Sequence[str]:
    """A line for each promise; at the end, the way to see it as others do. `preview` is the preview's address."""
    ticks = [f":white_check_mark: {quoted(one.says, 160)}" for one in rehearsal.ticks if one.passed]
    crosses = [f":x: {quoted(one.says, 160)} _{quoted(one.why, 200)}_" for one in rehearsal.ticks if not one.passed]
    leaks = [f":x: A planted word turned up in {quoted(one, 120)}." for one in rehearsal.leaks]
    link = [f"<{preview}{PAGE}|{labels.TRY_AS_OTHERS}>"] if preview and rehearsal.ticks else []
    return [*leaks, *crosses, *ticks, *link]
