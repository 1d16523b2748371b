"""What was begun: one empty file a Call that must be made once, however often and by whomever it is asked for."""

import os
from pathlib import Path


class Begun:
    """A folder that all workers of an installation share. Its files are named by the Calls' request ids."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def first(self, request: str) -> bool:
        """Whether nobody has begun this Call; from now on somebody has."""
        try:
            os.close(os.open(self._folder / request, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        return True

    def undo(self, request: str) -> None:
        """It was not begun after all."""
        (self._folder / request).unlink(missing_ok=True)


def forget(folder: Path, before: int) -> None:
    """Remove what was begun before this UNIX second."""
    for path in folder.glob("r*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
