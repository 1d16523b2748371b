"""What a shelf offers for new apps: what is released, not deprecated, and still what it was released as."""

from pathlib import Path

from templates import release
from templates.catalog import SHELF, Catalog, read
from templates.document import text_of
from templates.errors import FaultyTemplate
from templates.release import LEDGER, Deprecation, Ledger


def ledger_of(folder: Path = SHELF) -> Ledger:
    """The ledger of a shelf, empty when it has none. Raises FaultyTemplate."""
    path = folder / LEDGER
    return (
        release.read(text_of(path, path.relative_to(folder)), path.relative_to(folder)) if path.exists() else Ledger()
    )


def offered(folder: Path = SHELF) -> Catalog:
    """The whole shelf, with why no new apps are made of a version. A faulty template keeps no other from being offered.

    When the ledger cannot be read, nothing is what was released.
    """
    found = read(folder)
    withheld = {ref: str(fault) for ref, fault in found.faults.items()}
    try:
        ledger = ledger_of(folder)
    except FaultyTemplate as fault:
        refs = frozenset(one.ref for one in found.templates)
        return Catalog(found.templates, {**withheld, **dict.fromkeys(refs, str(fault))}, refs)
    refused = {one.ref: why for one in found.templates if (why := release.mismatch(one, ledger))}
    entries = {one.ref: ledger.get(one.ref) for one in found.templates}
    for ref, entry in entries.items():
        if entry is None:
            withheld[ref] = ""
        elif entry.deprecated:
            withheld[ref] = told(ref, entry.deprecated)
    until = {ref: one.forever.until for ref, one in entries.items() if one and one.forever}
    return Catalog(found.templates, {**withheld, **refused}, frozenset(refused), until)


def told(ref: str, deprecation: Deprecation) -> str:
    """That a version is deprecated, why, and what is used instead."""
    instead = f" Use {deprecation.instead} instead." if deprecation.instead else ""
    return f"{ref} is deprecated since {deprecation.since}: {deprecation.why.rstrip('.')}.{instead}"
