"""The shelf's ledger written anew, for as long as nobody has it yet: `python -m tests.templates.release_all`.

Golden bundles first: `python -m tests.templates.golden`. A version whose digest is the same keeps its day, and whatever
was said of it. Once Slipway is out, only `platformctl template publish` and `deprecate` write the ledger.
"""

from datetime import UTC, datetime

from bot.platformctl import template_ledger
from templates import release
from templates.catalog import SHELF
from templates.offer import ledger_of
from templates.release import Ledger
from tests.templates.shelf import shelf


def written() -> Ledger:
    before, made = ledger_of(), Ledger()
    for one in shelf().templates:
        made = release.released(one, made, datetime.now(UTC).date())
    kept = {ref: old for ref, old in before.releases.items() if (new := made.get(ref)) and new.digest == old.digest}
    return Ledger(releases={**made.releases, **kept})


if __name__ == "__main__":
    with template_ledger.alone(SHELF):
        template_ledger.keep(SHELF, written())
