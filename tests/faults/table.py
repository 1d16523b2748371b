"""The table of `make chaos`: what was broken, how often, how long that took at most, and whether all held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Row:
    """One sentence that must hold, tried at several places."""

    says: str
    seconds: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """The places at which it did not hold."""

    def told(self) -> tuple[str, ...]:
        held = f"NOT at {', '.join(self.broken)}" if self.broken else "held"
        return self.says, str(len(self.seconds)), f"{max(self.seconds):.1f}", held


class Table:
    """Collects what each test says of itself, in the order in which they came."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    def add(self, test: str, seconds: float, *, held: bool) -> None:
        """One run of a test, by its pytest node id."""
        name, _, place = test.rpartition("::")[2].partition("[")
        row = self._rows.setdefault(name, Row(name.removeprefix("test_").replace("_", " ")))
        row.seconds.append(seconds)
        if not held:
            row.broken.append(place.rstrip("]") or "once")

    def lines(self) -> Iterator[str]:
        """As it is printed."""
        rows: Sequence[tuple[str, ...]] = [
            ("What was broken, and what held", "times", "slowest, s", ""),
            *(one.told() for one in self._rows.values()),
        ]
        widths = [max(len(row[at]) for row in rows) for at in range(3)]
        for says, times, slowest, held in rows:
            yield f"{says:{widths[0]}}  {times:>{widths[1]}}  {slowest:>{widths[2]}}  {held}".rstrip()
