"""A file of a template, changed in one place."""

from pathlib import Path


def edit(path: Path, old: str, new: str) -> None:
    """Put `new` where `old` stands first; it must stand there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
