"""Many visitors at the same moment, as a gateway of four workers lets them in."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from runtime.call import Visitor
from tests.templates.stage import Seen

WORKERS = 4


def crowd(many: int) -> Sequence[Visitor]:
    return [Visitor(f"v-{number}", f"Visitor {number}", handle=f"visitor{number}") for number in range(many)]


def at_once(visit: Callable[[Visitor], Seen], many: int = 50) -> Sequence[Seen]:
    """What each of them got."""
    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(visit, crowd(many)))
