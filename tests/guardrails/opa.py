"""What OPA itself answers on our rules and on documents that somebody tampered with, recorded once.

`python -m tests.guardrails.opa` records anew. It needs OPA: `opa-golib-python-bindings`, unpacked on the PYTHONPATH.
The rules that OPA was asked about are in the record too, and the whole documents, so that a later change of either
leaves it true. What was tampered with is made again from a seed.
"""

import copy
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guardrails.policy import Policies, is_test
from guardrails.review import document
from templates.bundle import canonical_json
from tests.bot.cases import cases
from tests.templates.shelf import shelf

RECORD = Path(__file__).parent / "opa.json.gz"
EACH = 49
"""So often is each document tampered with: 10,000 questions in all."""
ODD: tuple[Any, ...] = (None, True, False, 0, -1, 366, "", "x", "deny", [], ["x"], {}, {"kind": "egress"})
"""What stands where something else should."""


def documents() -> Iterator[dict[str, Any]]:
    """Whole documents."""
    refs = tuple(shelf().get(name).ref for name in shelf().names)
    for one in cases():
        yield json.loads(canonical_json(document(one.manifest, one.audience, one.asked_in, one.stage, refs)))


def questions(whole: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """A document, and the same changed in some places: at first in one, the later ones in up to four."""
    dice = random.Random(number)
    yield whole
    for count in range(EACH):
        changed = whole
        for _ in range(1 + count * 4 // EACH):
            changed = tampered(changed, dice)
        yield changed


def tampered(whole: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The document with one of its values gone, or something odd in its place."""
    changed = copy.deepcopy(whole)
    places = list(_places(changed))
    holder, key = places[int(dice.random() * len(places))]
    if dice.random() < 0.5:
        del holder[key]
    else:
        holder[key] = ODD[int(dice.random() * len(ODD))]
    return changed


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def answers(found: Any) -> list[str]:
    """What each finding decides, in one order; not its words, in which OPA spells some numbers otherwise."""
    return sorted(f"{one['decision']} {one['rule']} {one['field']} {one.get('approvers', '')}" for one in found)


def record() -> None:
    """Ask OPA, and keep what it says."""
    from opa_bindings.engine import OpaEngine, OpaError

    sources = {n: text for n, text in Policies().sources.items() if not (n.startswith("compat/") or is_test(n))}
    whole = list(documents())
    asked = [one for number, document in enumerate(whole) for one in questions(document, number)]
    with OpaEngine() as engine:
        for name, text in sources.items():
            engine.add_policy(name, text)
        said = [_asked(engine, one, OpaError) for one in asked]
    told = sorted({json.dumps(one) for one in said})
    numbers = {one: number for number, one in enumerate(told)}
    kept = {"sources": sources, "whole": whole, "told": told, "said": [numbers[json.dumps(one)] for one in said]}
    RECORD.write_bytes(gzip.compress(canonical_json(kept), mtime=0))


def _asked(engine: Any, one: dict[str, Any], error: type[Exception]) -> list[str] | None:
    """What OPA found; None when it cannot say either."""
    try:
        return answers(engine.eval_document("slipway.findings", input=one))
    except error:
        return None


if __name__ == "__main__":
    record()
