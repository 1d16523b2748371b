"""The rehearsal: what an app must do is tried with synthetic people and data, before anybody is asked to look at it.

It runs in the sandbox, with a store that is gone afterwards, and takes a bounded time. What it plants and finds where
it should not be is a leak (N9).
"""

import csv
import io
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.appdata import SqliteAppData
from runtime.filling import CANARIES, NoButton, Sent, fill, wordy
from runtime.formpage import Form, path_of
from runtime.loaded import Loaded
from runtime.sandbox import Sandbox
from runtime.stage import CSRF, Leak, Shown, Stage
from runtime.store import Scrub
from templates.checks import ANY_FORM, OWNER, Retirement, Step
from templates.planning import Plan
from templates.synthetic import Synthetic

MOST_SECONDS, MOST_WALL = 3.0, 15.0
"""Of computing and in all: after that what is left was not tried, and is red. On a busy machine the two differ much."""
MOST_SWEPT = 12
"""Pages that a member looks through for what is none of their business."""
NO_TIME = "There was no time left to try it."
RETIRES = "When it ends, its export holds what people wrote, and nothing of it is left."
KEEPS_NOTHING = "It keeps nothing, so nothing is left when it ends."
SWEEPER = "ben"


@dataclass(frozen=True, slots=True)
class Tick:
    """One promise, and whether it held; `why` not, in a sentence."""

    says: str
    passed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How it went. `leaks` are places in words."""

    ticks: tuple[Tick, ...] = ()
    leaks: tuple[str, ...] = ()

    @property
    def green(self) -> bool:
        """Whether everything held, and nothing leaked."""
        return not self.leaks and all(one.passed for one in self.ticks)


class _Time:
    """What is left of a rehearsal's time; each step is one `with`."""

    def __init__(self) -> None:
        self._left, self._ends, self._since = MOST_SECONDS, time.monotonic() + MOST_WALL, 0.0

    def over(self) -> bool:
        """Whether nothing more is begun."""
        return self._left <= 0 or time.monotonic() > self._ends

    def __enter__(self) -> None:
        self._since = time.thread_time()

    def __exit__(self, *_: object) -> None:
        self._left -= time.thread_time() - self._since


class Failed(Exception):
    """A step showed that the promise does not hold; says why."""


def rehearse(sandbox: Sandbox, scrub: Scrub, loaded: Loaded, plan: Plan) -> Rehearsal:
    """All of it at once."""
    with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
        ticks: list[Tick] = []
        leaks: set[Leak] = set()
        for _ in steps(sandbox, scrub, loaded, plan, Path(folder), ticks, leaks):
            pass
    return Rehearsal(tuple(ticks), tuple(one.place for one in sorted(leaks)))


def steps(
    sandbox: Sandbox,
    scrub: Scrub,
    loaded: Loaded,
    plan: Plan,
    folder: Path,
    ticks: list[Tick],
    leaks: set[Leak],
) -> Iterator[None]:
    """The same, in pieces of a few milliseconds, so that others may run between them; fills `ticks` and `leaks`."""
    ends = _Time()
    stage = Stage(sandbox, scrub, loaded, plan, SqliteAppData(folder))
    try:
        for n, check in enumerate(plan.checks):
            acting = _Acting(stage, Synthetic(plan.seed + n, plan.now))
            why = yield from _tried(acting, check.steps, ends)
            ticks.append(Tick(check.says, not why, why))
            stage.clear()
        if plan.retirement is not None:
            yield from _retire(stage, plan, plan.retirement, ends, ticks)
        leaks |= stage.leaks
    finally:
        stage.close()


def _tried(acting: "_Acting", wanted: Sequence[Step], ends: _Time) -> Generator[None, None, str]:
    """Returns why it does not hold; empty when it does."""
    for step in wanted:
        if ends.over():
            return NO_TIME
        try:
            with ends:
                acting.take(step)
        except Failed as error:
            return str(error)
        yield
    return ""


def _retire(stage: Stage, plan: Plan, retirement: Retirement, ends: _Time, ticks: list[Tick]) -> Iterator[None]:
    """Data is written, everything is looked through as another member, exported, and ended."""
    acting = _Acting(stage, Synthetic(plan.seed - 1, plan.now))
    says = RETIRES if retirement.exports else KEEPS_NOTHING
    why = yield from _tried(acting, retirement.steps, ends)
    for address in _addresses(stage):
        if ends.over():
            break
        with ends:
            stage.open(SWEEPER, address)
        yield
    why = why or _unexported(stage, retirement, acting.typed)
    left = not stage.retire()
    ticks.append(Tick(says, not why and not left, why or ("Something was left." if left else "")))


def furnish(stage: Stage, plan: Plan, *, canaries: bool = False) -> str:
    """Fill a stage with synthetic data, as its template's retirement test does; why that did not work, or nothing."""
    acting = _Acting(stage, Synthetic(plan.seed, plan.now, canaries=canaries))
    try:
        for step in plan.retirement.steps if plan.retirement else ():
            acting.take(step)
    except Failed as error:
        return str(error)
    return ""


def _addresses(stage: Stage) -> Sequence[str]:
    """What was opened, and what it led to; one address of each path, for they are the same page."""
    found = {path_of(one): one for one in stage.opened}
    for shown in stage.opened.values():
        found |= {path_of(one): one for one in shown.page.links if path_of(one) not in found}
    return list(found.values())[:MOST_SWEPT]


def _unexported(stage: Stage, retirement: Retirement, typed: Sequence[str]) -> str:
    found = stage.export()
    for table in () if retirement.may_be_bare else retirement.exports:
        if table not in found:
            return f"Its export has nothing of {table}."
    if not retirement.exports and found:
        return f"It keeps {', '.join(sorted(found))}."
    whole = " ".join(found.values())
    return "" if all(one in whole for one in typed) else "Its export lacks something that was written."


class _Acting:
    """One check, step by step: who saw which page last, and what was sent last."""

    def __init__(self, stage: Stage, synthetic: Synthetic) -> None:
        self._stage = stage
        self._synthetic = synthetic
        self._last: dict[str, Shown] = {}
        self.typed: list[str] = []
        """Canaries that were sent with a form which was taken."""

    def take(self, step: Step) -> None:
        """Take it, and look at what came of it. Raises Failed."""
        shown = self._done(step)
        self._last[step.as_] = shown
        _look(step, shown, self._stage.sent)

    def _done(self, step: Step) -> Shown:
        if step.time is not None:
            return self._stage.strike(step.time)
        if step.get is not None:
            return self._stage.open(step.as_, step.get)
        if step.follow is not None:
            return self._stage.open(step.as_, self._link(step))
        sent = self._stage.sent if step.again else self._sent(step)
        if sent is None:
            raise Failed("Nothing was sent before.")
        shown = self._stage.send(step.as_, sent)
        if shown.status < 400:
            self.typed += sent.canaries
        return shown

    def _link(self, step: Step) -> str:
        last, wanted = self._last.get(step.as_), step.follow or "/"
        found = next((one for one in last.page.links if one.startswith(wanted)), None) if last else None
        if found is None:
            raise Failed(f"{_who(step)} found no link to {wanted}.")
        return found

    def _sent(self, step: Step) -> Sent:
        form, action = self._form(step)
        try:
            return fill(form, action, step, self._synthetic, CSRF)
        except NoButton:
            raise Failed(f"{_who(step)} found no such button in the form {action}.") from None

    def _form(self, step: Step) -> tuple[Form, str]:
        assert step.submit is not None
        if step.submit == ANY_FORM:
            return self._any_form(step)
        last = self._last.get(step.as_)
        if step.on is None and last and (form := _leading(last, step.submit)):
            return form, step.submit
        shown = self._stage.open(step.as_, step.on or step.submit)
        form = _leading(shown, step.submit)
        if form is None:
            raise Failed(f"{_who(step)} found no form {step.submit} on {shown.path}{_because(shown)}.")
        return form, step.submit

    def _any_form(self, step: Step) -> tuple[Form, str]:
        first = self._stage.open(step.as_, "/")
        near = (self._stage.open(step.as_, one) for one in list(dict.fromkeys(first.page.links))[:4])
        for shown in (first, *near):
            for form in shown.page.forms:
                if any(wordy(one) or one.choices for one in form.controls.values()):
                    return form, path_of(form.action)
        raise Failed(f"{_who(step)} found no form to fill in{_because(first)}.")


def _leading(shown: Shown, action: str) -> Form | None:
    return next((one for one in shown.page.forms if one.leads_to(action)), None)


def _look(step: Step, shown: Shown, sent: Sent | None) -> None:
    """Raises Failed for the first thing that is not as the step says."""
    where = f"{_who(step)} on {shown.path}" if step.time is None else f"{step.time}"
    wanted = (step.status,) if isinstance(step.status, int) else step.status
    if shown.why:
        raise Failed(f"{where}: {shown.why}")
    if shown.status not in wanted if wanted else shown.status >= 400:
        raise Failed(f"{where} got {shown.status}{'' if not wanted else f', not {wanted[0]}'}.")
    page = shown.page
    for text in step.sees:
        if not page.holds(text):
            raise Failed(f"{where} does not see “{text}”.")
    for text in step.sees_not:
        if page.holds(text):
            raise Failed(f"{where} sees “{text}”.")
    if step.sees_sent is not None and sent is not None and sent.canaries:
        found = set(CANARIES.findall(shown.body))
        if step.sees_sent and not set(sent.canaries) <= found:
            raise Failed(f"{where} does not see what was sent.")
        if not step.sees_sent and set(sent.canaries) & found:
            raise Failed(f"{where} sees what was sent.")
    for path in step.offers:
        if not page.offers(path):
            raise Failed(f"{where} is not led to {path}.")
    for path in step.offers_not:
        if page.offers(path):
            raise Failed(f"{where} is led to {path}.")
    if step.rows is not None and (rows := _rows(shown.body)) != step.rows:
        raise Failed(f"{where} got {rows} rows, not {step.rows}.")
    if step.tells is not None and bool(shown.told) != step.tells:
        raise Failed(f"{where}: the thread was {'told something' if shown.told else 'not told'}.")


def _rows(body: str) -> int:
    """Rows of a CSV file below its headings."""
    lines = csv.reader(io.StringIO(body.removeprefix("\ufeff")))
    return sum(1 for one in lines if one) - 1


def _who(step: Step) -> str:
    return "The owner" if step.as_ == OWNER else step.as_.capitalize()


def _because(shown: Shown) -> str:
    return f" ({shown.why or shown.status})" if shown.why or shown.status >= 400 else ""
