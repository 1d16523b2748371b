"""Labels of hosts, made of titles; some of them are nobody's. Pure."""

import re
import unicodedata

RESERVED = frozenset(
    {"www", "preview", "api", "admin", "slipway", "localhost", "static", "app", "apps", "signin", "shelf"}
)
SLUG_LENGTH = 40


def slug_of(title: str) -> str:
    """A host label from a title: lower-case ASCII letters, digits and single hyphens; `app` when nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")
    return slug or "app"
