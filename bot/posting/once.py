"""Said once: what a chat does not offer is logged with the first attempt, and silent afterwards."""

import logging

_SAID: set[tuple[str, str]] = set()


def once(log: logging.Logger, what: str, code: str) -> None:
    """Log that the plain way is taken, unless that was said already in this process."""
    if (what, code) not in _SAID:
        _SAID.add((what, code))
        log.warning("%s: the chat says %s; the plain way is taken from now on, silently", what, code)
