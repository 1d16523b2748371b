"""`platformctl template publish`, `golden` and `deprecate`: what is released is offered, and stays as it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.platformctl import rehearsing, template_ledger
from bot.platformctl.installation import Undone
from guardrails.review import Bounds
from templates import golden as golden_files
from templates import release
from templates.catalog import read
from templates.errors import BadAnswer
from templates.readiness import unready
from templates.release import MOST_WHY, Deprecation, Ledger
from templates.template import Template

Gate = Callable[[Template], Sequence[str]]
"""Why a version must not be released, each a sentence; nothing when it may be."""


@dataclass(frozen=True, slots=True)
class Gates:
    """What judges a version beyond its files: `declared` counts its checks, `rehearse` runs them in the sandbox."""

    declared: Gate
    rehearse: Gate


def gates(shelf: Path) -> Gates:
    """What judges the versions of this shelf: they are tried with their golden answers, and with others."""

    def rehearse(template: Template) -> Sequence[str]:
        return rehearsing.reasons(template, rehearsing.golden(shelf / template.name / template.version))

    return Gates(declared=_declared, rehearse=rehearse)


def _declared(template: Template) -> Sequence[str]:
    return () if template.checks else [rehearsing.unchecked(template)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which version, who types the command, and who stands up for apps that run longer than the policies allow."""

    ref: str
    account: str
    forever_by: str = ""


def publish(shelf: Path, wanted: Wanted, day: date, gates: Gates, bounds: Bounds | None = None) -> str:
    """Release a version; what to print. Raises Undone with every reason against it, and then nothing has changed.

    A version that is released already stays so; with `forever_by` its word is renewed for a year.
    """
    bounds = bounds or Bounds()
    with template_ledger.alone(shelf):
        template, ledger = found(shelf, wanted.ref), template_ledger.ledger(shelf)
        by = wanted.forever_by.lstrip("@").strip()
        forever = bool(by) or _confirmed(ledger, wanted.ref, day)
        folder = shelf / template.name / template.version
        why = release.against(template, ledger)
        why += unready(template, folder, longest=bounds.ttl_days, keep=bounds.retention_days, forever=forever)
        if rival := _rival(shelf, template, ledger):
            why.append(f"{rival} builds the kind {template.kind} already. Deprecate it, or leave kind: out.")
        if by and by == wanted.account:
            why.append("whoever publishes it cannot stand up for it as well. Name somebody else with --forever-by.")
        why += gates.declared(template)
        if not why:  # To run them takes longest.
            why += gates.rehearse(template)
        if why:
            raise Undone("\n  ".join([f"{wanted.ref} is not released:", *why]))
        changed = release.released(template, ledger, day, by)
        if changed == ledger:
            return f"{template.ref} is released already, as {release.short(template.digest)}."
        template_ledger.keep(shelf, changed)
    ends = changed.releases[template.ref].forever
    until = f" {ends.by} stands up for it until {ends.until}: then publish it again." if ends else ""
    return (
        f"{template.ref} is released as {release.short(template.digest)}.{until} "
        "Control offers it from its next start on. Keep its folder as it is: the next change gets a new number."
    )


def golden(shelf: Path, ref: str) -> str:
    """Write the golden bundle of a version that is not released; what to print. Raises Undone."""
    with template_ledger.alone(shelf):
        template = found(shelf, ref)
        if template_ledger.ledger(shelf).get(ref) is not None:
            raise Undone(f"{ref} is released, and its golden bundle stays. Copy the folder and raise the number.")
        folder = shelf / template.name / template.version / golden_files.FOLDER
        try:
            made = golden_files.rendered(template, folder)
        except (BadAnswer, ValueError, OSError) as error:
            raise Undone(f"{golden_files.FOLDER}/{golden_files.ANSWERS} of {ref} makes no app: {error}") from error
        (folder / golden_files.BUNDLE).write_text(golden_files.spelled(made), encoding="utf-8")
    return f"{ref}: golden/bundle.json is written. Read what changed in it before you publish."


def deprecate(shelf: Path, ref: str, why: str, instead: str, day: date) -> str:
    """Offer a version no more; what to print. Raises Undone."""
    with template_ledger.alone(shelf):
        ledger = template_ledger.ledger(shelf)
        if (entry := ledger.get(ref)) is None:
            raise Undone(f"{ref} is not released. `platformctl template list` shows what is.")
        if entry.deprecated:
            raise Undone(f"{ref} is deprecated since {entry.deprecated.since}: {entry.deprecated.why}")
        why = " ".join(why.split())
        if not why or len(why) > MOST_WHY:
            raise Undone(f"say why in 1 to {MOST_WHY} characters")
        if instead and (instead == ref or ledger.state(instead) != "released"):
            raise Undone(f"{instead} cannot be used instead: name another version that is released.")
        template_ledger.keep(shelf, release.deprecated(ledger, ref, _reason(day, why, instead)))
    return f"{ref} is deprecated. Control offers it no more from its next start on; apps made from it run on."


def found(shelf: Path, ref: str) -> Template:
    """The version with this name. Raises Undone with all that is wrong with it."""
    seen = read(shelf)
    if fault := seen.faults.get(ref):
        raise Undone("\n  ".join([f"{ref} cannot be used:", *map(str, fault.every)]))
    for one in seen.templates:
        if one.ref == ref:
            return one
    known = ", ".join([*(one.ref for one in seen.templates), *seen.faults])
    raise Undone(f"there is no {ref or 'name'} on {shelf}. There is {known or 'nothing'}.")


def _rival(shelf: Path, template: Template, ledger: Ledger) -> str:
    """A released template of another name that builds the same kind: nobody could say which of them is meant."""
    others = (one for one in read(shelf).templates if template.kind and one.kind == template.kind)
    return next((one.ref for one in others if one.name != template.name and ledger.state(one.ref) == "released"), "")


def _confirmed(ledger: Ledger, ref: str, day: date) -> bool:
    """Whether somebody's word for it still holds."""
    entry = ledger.get(ref)
    return bool(entry and entry.forever and not release.lapsed(entry.forever.until, day))


def _reason(day: date, why: str, instead: str) -> Deprecation:
    return Deprecation(since=day, why=why, instead=instead or None)
