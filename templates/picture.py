"""Pictures of templates, for whoever would rather look than read: they lie beside a template and are no part of it."""

from collections.abc import Mapping
from pathlib import Path

SHELF = Path(__file__).with_name("shelf")
PICTURE = "picture.png"
"""Of a version's folder: a page of such an app as a phone shows it."""
MOST = 60_000
"""Bytes of one; a gallery shows all of them."""
WIDTH, HEIGHT = 390, 585
"""Of each, in pixels."""


def pictures(shelf: Path = SHELF) -> Mapping[str, bytes]:
    """Every picture below a shelf's folder that is not too large, by `name@version`."""
    found = sorted(shelf.glob(f"[a-z]*/*/{PICTURE}"))
    read = {f"{one.parent.parent.name}@{one.parent.name}": one.read_bytes() for one in found}
    return {ref: content for ref, content in read.items() if len(content) <= MOST}
