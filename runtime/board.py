"""The board: what the gateway workers of one machine know together, in memory that they share. No visit waits for it.

Each worker has a seat, with a column that it alone counts in; a sum is read over all columns, so that no lock stands
in a visit's way. Only a name that a worker meets for the first time is looked up under a lock. A seat belongs to a
worker as long as the kernel holds the worker's lock on it, which ends with the process, however that ends.
"""

import fcntl
import hashlib
import mmap
import os
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAMES = 1 << 14
"""Names that are told apart; those that come later share one place, and so one count."""
NOTE = 160
"""Bytes of what a worker is running."""
_WORD = 8
_COUNT = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Running:
    """The Call that a worker is at: whose, and by which request id."""

    app: str
    stage: str
    request: str


class Board:
    """Made by the supervisor's process before it forks; each worker then takes a seat."""

    def __init__(self, workers: int, names: int = NAMES) -> None:
        # One seat more than there are workers: a dead one's may be taken again a moment late.
        self.seats = workers + 1
        self.names = names
        self._numbers = (2 + self.seats) * names + 1
        self._memory = mmap.mmap(-1, self._numbers * _WORD + self.seats * NOTE)
        self._lock, path = tempfile.mkstemp(prefix="slipway-board-")
        Path(path).unlink()
        weakref.finalize(self, os.close, self._lock)
        self._here: set[int] = set()

    def seat(self) -> "Seat":
        """Take a free seat; RuntimeError when there is none. What its last worker was running is in `left`."""
        with self.alone():
            for number in range(self.seats):
                if number not in self._here and self._free(number):
                    self._here.add(number)
                    return Seat(self, number)
        raise RuntimeError("there are more workers than seats")

    def abandoned(self) -> Sequence[Running]:
        """What workers were running that were killed and whose seats nobody has taken; each is given out once.

        A seat may be free only after the next worker has taken another one: a killed worker's keeper may be late.
        """
        found: list[Running] = []
        with self.alone():
            for number in range(self.seats):
                if number not in self._here and self._free(number):
                    left = _taken_over(self.note(number))
                    found += [left] if left else []
                    fcntl.lockf(self._lock, fcntl.LOCK_UN, 1, number + 1)
        return found

    def _free(self, number: int) -> bool:
        try:
            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number + 1)
        except OSError:
            return False
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other worker is in such a block."""
        fcntl.lockf(self._lock, fcntl.LOCK_EX, 1, 0)
        try:
            yield
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN, 1, 0)

    def numbers(self) -> memoryview:
        """Words of 64 bits: how many names, the names, what goes wrong in a row for each, and a column a seat."""
        return memoryview(self._memory)[: self._numbers * _WORD].cast("Q")

    def note(self, number: int) -> memoryview:
        """A seat's note: its length in a byte, and its text."""
        start = self._numbers * _WORD + number * NOTE
        return memoryview(self._memory)[start : start + NOTE]


class Seat:
    """One worker's place at the board. Names are short texts; a count is that of one window, named by a number."""

    def __init__(self, board: Board, number: int) -> None:
        self._board = board
        self._names = names = board.names
        self._words = board.numbers()
        self._note = board.note(number)
        self._known: dict[str, int] = {}
        self._read: dict[int, int] = {}
        self._own = 1 + (2 + number) * names
        self._columns = tuple(1 + (2 + one) * names for one in range(board.seats))
        self.left = _taken_over(self._note)

    def add(self, name: str, window: int) -> int:
        """Count one; how many all workers together have counted in this window, this one included.

        Counted before it is read: of several workers at once, the last one sees all of them.
        """
        words, place = self._words, self._place(name)
        own = words[self._own + place]
        words[self._own + place] = own + 1 if own >> 32 == window else window << 32 | 1
        total = 0
        for column in self._columns:
            value = words[column + place]
            if value >> 32 == window:
                total += value & _COUNT
        return total

    def take_back(self, name: str, window: int) -> None:
        """What was counted last did not happen."""
        place = self._own + self._place(name)
        if self._words[place] >> 32 == window and self._words[place] & _COUNT:
            self._words[place] -= 1

    def failed(self, name: str) -> int:
        """One more went wrong; how many in a row. Two workers at the very same moment may count as one."""
        place = 1 + self._names + self._place(name)
        self._words[place] += 1
        return self._words[place]

    def went_well(self, name: str) -> None:
        """What went wrong before is forgotten."""
        place = 1 + self._names + self._place(name)
        if self._words[place]:
            self._words[place] = 0

    def begin(self, app: str, stage: str, request: str) -> None:
        """Note what runs from now on, for whoever takes this seat if it never ends."""
        text = f"{app}\n{stage}\n{request}".encode()[: NOTE - 1]
        self._note[1 : 1 + len(text)] = text
        self._note[0] = len(text)

    def end(self) -> None:
        """Nothing runs."""
        self._note[0] = 0

    def _place(self, name: str) -> int:
        place = self._known.get(name)
        if place is None:
            place = self._known[name] = self._found(_digest(name))
        return place

    def _found(self, digest: int) -> int:
        """Names only ever come to the end of the list, so that what was read of it stays true."""
        with self._board.alone():
            words, count = self._words, self._words[0]
            for place in range(len(self._read), count):
                self._read[words[1 + place]] = place
            if digest in self._read:
                return self._read[digest]
            if count == self._names - 1:
                return count
            words[1 + count] = digest
            words[0] = count + 1
            self._read[digest] = count
            return count


def _taken_over(note: memoryview) -> Running | None:
    text = bytes(note[1 : 1 + note[0]]).decode(errors="replace")
    note[0] = 0
    parts = text.split("\n")
    return Running(*parts) if len(parts) == 3 else None


def _digest(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=_WORD).digest(), "big")
