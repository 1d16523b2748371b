"""`platformctl template list`: every version, who answers for it, whether it is offered, and its digest."""

from datetime import date
from pathlib import Path

from bot.platformctl import template_ledger
from bot.platformctl.owners import Owner
from templates import release
from templates.catalog import read
from templates.release import Ledger
from templates.template import Template


def run(shelf: Path, day: date, owner: Owner) -> str:
    """A line a version: name, version, owner, state, digest; below one that is not offered, why."""
    seen, ledger = read(shelf), template_ledger.ledger(shelf)
    rows = [(one.name, one.version, one.owner, *_state(one, ledger, day, owner)) for one in seen.templates]
    lines = []
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(4)]
    for (*cells, why), template in zip(rows, seen.templates, strict=True):
        said = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines += [f"{said}  {release.short(template.digest)}", *([f"    {why}"] if why else [])]
    for ref, fault in seen.faults.items():
        lines += [f"{'  '.join(ref.split('@'))}  faulty", f"    {fault}"]
    return "\n".join(lines) or f"there is nothing on {shelf}"


def _state(one: Template, ledger: Ledger, day: date, owner: Owner) -> tuple[str, str]:
    """How far it has come, and why it is not offered, if that needs a sentence."""
    entry = ledger.get(one.ref)
    if why := release.mismatch(one, ledger):
        return "refused", why
    if entry is None:
        return "not released", ""
    if entry.deprecated:
        instead = f" Use {entry.deprecated.instead}." if entry.deprecated.instead else ""
        return "deprecated", f"since {entry.deprecated.since}: {entry.deprecated.why}{instead}"
    if entry.forever and release.lapsed(entry.forever.until, day):
        return "lapsed", f"{entry.forever.by} stood up for it until {entry.forever.until}. Publish it again."
    state = owner(one.owner)
    if state == "disabled":
        return "frozen", f"the group {one.owner} was deactivated. Name another owner in a new version."
    return "released", f"{one.owner} is no group of the chat." if state == "none" else ""
