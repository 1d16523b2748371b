"""A line of what `platformctl doctor` found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `do` says what to do when it is missing."""

    what: str
    ok: bool
    said: str
    do: str = ""
    needed: bool = True
    """Whether Slipway must not run without it."""

    def __str__(self) -> str:
        state = "ok     " if self.ok else "MISSING" if self.needed else "without"
        return f"{state}  {self.what}: {self.said}" + (f". {self.do}" if self.do and not self.ok else "")
