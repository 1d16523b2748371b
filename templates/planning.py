"""Planning: the checks of a template become the plan of one rehearsal, for the answers that one app was given."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath

from pydantic import Field, JsonValue

from templates.answers import Answers, settle_all
from templates.checks import CAST, FEWEST, Check, Checks, Conditional, Private, Retirement, Step
from templates.errors import FaultyTemplate
from templates.manifest import Frozen
from templates.synthetic import Someone, Synthetic, cast
from templates.template import Question, ScheduleShape, StoreShape, Template

_BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SPOKEN = frozenset({"string", "int", "choice", "date", "time"})
"""Types of questions whose answer a page may show as it stands."""
HOUR, DAY = 3600, 86_400


class Plan(Frozen):
    """One rehearsal, complete: nothing in it depends on an answer any more."""

    checks: tuple[Check, ...] = ()
    retirement: Retirement | None = None
    people: tuple[Someone, ...]
    private: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Who may see what is kept in a `table` or `table.field`, by role, beside the owner and whoever wrote it."""
    tells: bool = False
    now: int
    """UNIX seconds at which it begins, by its own clock."""
    seed: int


def plan(template: Template, answers: Answers, now: int, seed: int, wishes: Sequence[Check] = ()) -> Plan:
    """What is rehearsed of an app with these answers; `wishes` are checks of its creator's own. Raises BadAnswer."""
    settled = settle_all(template, answers)
    checks = template.checks
    people = cast(Synthetic(seed, now), _handles(checks, settled) if checks else {})
    if checks is None:
        return Plan(checks=tuple(wishes), people=people, now=now, seed=seed)
    said = {name: _spoken(value) for name, value in settled.items()} | {one.role: one.name for one in people}
    said |= {f"{one.role}_handle": one.handle for one in people}
    kept = [_filled(one, settled, said) for one in checks.checks if _holds(one, settled)]
    retirement = checks.retirement.model_copy(update={"steps": _steps(checks.retirement.steps, settled, said)})
    return Plan(
        checks=(*kept, *wishes),
        retirement=retirement,
        people=people,
        private={_place(one): one.also for one in checks.private if _holds(one, settled)},
        tells=checks.tells,
        now=_moment(checks, settled, now),
        seed=seed,
    )


def _place(one: Private) -> str:
    return one.table if one.field is None else f"{one.table}.{one.field}"


def _handles(checks: Checks, settled: Answers) -> Mapping[str, str]:
    named = {role: settled[question] for role, question in checks.people.items()}
    return {role: str(who[0]) if isinstance(who, list) and who else "" for role, who in named.items()}


def _holds(one: Conditional, settled: Answers) -> bool:
    return (one.when is None or bool(settled[one.when])) and (one.unless is None or not settled[one.unless])


def _filled(check: Check, settled: Answers, said: Mapping[str, str]) -> Check:
    return check.model_copy(update={"steps": _steps(check.steps, settled, said)})


def _steps(steps: Sequence[Step], settled: Answers, said: Mapping[str, str]) -> tuple[Step, ...]:
    return tuple(_step(one, said) for one in steps if _holds(one, settled))


def _step(step: Step, said: Mapping[str, str]) -> Step:
    texts = {
        name: tuple(filter(None, (_fill(one, said) for one in getattr(step, name)))) for name in ("sees", "sees_not")
    }
    return step.model_copy(update={**texts, "with_": {name: _fill(one, said) for name, one in step.with_.items()}})


def _fill(text: str, said: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda found: said[found[1]], text)


def _spoken(value: JsonValue) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _moment(checks: Checks, settled: Answers, now: int) -> int:
    """Now, but an hour before what closes the app, and a day behind what opens it."""
    for name in checks.clock.after:
        now = max([now, *(at + DAY for at in _seconds(settled[name]))])
    for name in checks.clock.before:
        now = min([now, *(at - HOUR for at in _seconds(settled[name]))])
    return now


def _seconds(value: JsonValue) -> Sequence[int]:
    return (
        [int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp())] if isinstance(value, str) and value else []
    )


def check_plan(template: Template, path: PurePath) -> None:
    """Raise FaultyTemplate for what its checks name and the template does not have; `path` is their `checks.yaml`."""
    checks = template.checks
    if checks is None:
        return
    if sum(one.when is None and one.unless is None for one in checks.checks) < FEWEST:
        raise FaultyTemplate(path, 0, f"fewer than {FEWEST} checks hold for all answers", "Add one without a condition")
    names = {one.name: one for one in template.questions}
    for why, fix in _faults(checks, names, template):
        raise FaultyTemplate(path, 0, why, fix)


def _faults(checks: Checks, names: Mapping[str, Question], template: Template) -> Iterator[tuple[str, str]]:
    steps = [*(step for one in checks.checks for step in one.steps), *checks.retirement.steps]
    for one in (*checks.checks, *steps, *checks.private):
        for name in filter(None, (one.when, one.unless)):
            if name not in names:
                yield f"the condition {name!r} is no question", "Name a question of the template"
    for kind, wanted in (("people", checks.people.values()), ("date", (*checks.clock.before, *checks.clock.after))):
        for name in wanted:
            if name not in names or names[name].type != kind:
                yield f"{name!r} is not a question of type {kind}", "Name one that is"
    roles = {*CAST, *checks.people}
    times = {name for need in template.needs if isinstance(need, ScheduleShape) for name in need.times}
    for step in steps:
        if step.as_ not in roles:
            yield f"nobody is called {step.as_!r}", f"There is {', '.join(sorted(roles))}"
        if step.time is not None and step.time not in times:
            yield f"the schedule has no time {step.time!r}", "Name one of its times"
        for blank in _blanks(step):
            if blank.removesuffix("_handle") not in roles and not (blank in names and names[blank].type in _SPOKEN):
                yield f"the blank {blank!r} is neither a question of one line nor somebody", "Name one that is"
    yield from _tables(checks, template)


def _tables(checks: Checks, template: Template) -> Iterator[tuple[str, str]]:
    tables = {name: one for need in template.needs if isinstance(need, StoreShape) for name, one in need.tables.items()}
    for name in (*checks.retirement.exports, *(one.table for one in checks.private)):
        if name not in tables:
            yield f"there is no table {name!r}", "Name a table of its store"
    if tables and not checks.retirement.exports:
        yield "its retirement test names no table", "Say under exports: what the export must hold"
    for one in checks.private:
        shape = tables.get(one.table)
        if shape and one.field and not shape.fields_from and one.field not in shape.fields:
            yield f"{one.table} has no field {one.field!r}", "Name one of its fields"


def _blanks(step: Step) -> set[str]:
    return {blank for text in (*step.sees, *step.sees_not, *step.with_.values()) for blank in _BLANK.findall(text)}
