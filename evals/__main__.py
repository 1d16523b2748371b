"""`python -m evals [-v] [FILE...]`: a table of every set, or of these files; with -v also every miss.

Shares stand with their 95 % intervals. The times are processor time. Exits 1 when a set fell below its floor.
"""

import sys
from pathlib import Path

from evals.report import HEAD, fallen, floors, line
from evals.requests import batches, load
from evals.scoring import Score, score


def main(words: list[str]) -> int:
    """Measure, print, and say whether every floor holds."""
    paths = [Path(word) for word in words if not word.startswith("-")] or batches()
    total, below = Score(), []
    print(HEAD)
    for path in paths:
        one = score(load(path))
        print(line(path.stem, one))
        total.outcomes += one.outcomes
        total.misses += one.misses
        below += fallen(path.stem, one) if path.stem in floors() else []
    print(line("all", total))
    print(*(total.misses if "-v" in words else ()), *below, sep="\n")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
