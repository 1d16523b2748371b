"""How long a template takes to become a bundle: `python bench/render.py`. The limit is 5 ms (docs/templates.md)."""

import json
from statistics import median, quantiles
from time import perf_counter

from templates.catalog import SHELF, load
from templates.render import render

ROUNDS = 200


def main() -> None:
    """Print load time once, then p50 and p99 in milliseconds for each template on the shelf."""
    started = perf_counter()
    catalog = load()
    print(f"load {1000 * (perf_counter() - started):.1f} ms, {len(catalog.templates)} templates")
    for template in catalog.templates:
        answers = json.loads((SHELF / template.name / template.version / "golden/answers.json").read_text())
        spent = []
        for _ in range(ROUNDS):
            started = perf_counter()
            size = len(render(template, answers, name="app").files["app.js"])
            spent.append(1000 * (perf_counter() - started))
        print(f"{template.ref:20} p50 {median(spent):.2f} ms  p99 {quantiles(spent, n=100)[98]:.2f} ms  {size} bytes")


if __name__ == "__main__":
    main()
