"""`python -m evals [-v] [--write] [--most N] [FILE...]`: a table of every set, or of these files.

The backend is the one that the environment names, as for Slipway itself (`SLIPWAY_UNDERSTANDING`, `OPENAI_...`,
`SLIPWAY_LOCAL_MODEL`). `-v` also prints every miss, `--most` reads only so many requests of each set, and `--write`
keeps what was measured in `docs/understanding.md` and `generator/scores.json`. Shares stand with their 95 % intervals.
Exits 1 when rules fell below a floor, 2 when the backend cannot be used.
"""

import argparse
import sys
from pathlib import Path

from bot import backend, clockwork, settings
from evals.report import HEAD, fallen, floors, kept, line, shares, table
from evals.requests import batches, load
from evals.scoring import Score, score
from generator import scores
from generator.local_model import LocalModel

PAGE = Path(__file__).parents[1] / "docs" / "understanding.md"


def main(words: list[str]) -> int:
    """Measure, print, keep, and say whether every floor holds."""
    given = _arguments(words)
    try:
        chosen = settings.model()
        model = None if chosen.understanding == "rules" else backend.made(chosen)
    except (settings.BadSetting, settings.CannotStart) as error:
        print(error, file=sys.stderr)
        return 2
    if isinstance(model, LocalModel) and not model.wait():
        print(f"{chosen.local} cannot be read as a model.", file=sys.stderr)
        return 2
    total, below, rows = Score(), [], {}
    print(chosen.backend, HEAD, sep="\n")
    for path in given.files or batches():
        one = rows[path.stem] = score(load(path)[: given.most], model)
        print(line(path.stem, one), flush=True)
        total.outcomes += one.outcomes
        total.misses += one.misses
        below += fallen(path.stem, one) if model is None and path.stem in floors() else []
    print(line("all", total))
    print(*(total.misses if given.verbose else ()), *below, sep="\n")
    if given.write:
        day = clockwork.day(clockwork.wall()).isoformat()
        PAGE.write_text(kept(PAGE.read_text("utf-8"), chosen.backend, table(rows, total, day)), "utf-8")
        scores.keep(chosen.backend, shares(total, day))
    return 1 if below else 0


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals", description="How well sentences are understood.")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every miss")
    parser.add_argument("--write", action="store_true", help="keep what was measured")
    parser.add_argument("--most", type=int, help="requests of each set")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="instead of every set")
    given = parser.parse_args(words)
    if given.write and given.files:
        parser.error("--write keeps the result of every set, not of some files")
    return given


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
