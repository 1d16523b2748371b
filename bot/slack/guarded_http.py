"""The guard in front of bolt, when Slack calls us by signed HTTP."""

from collections.abc import Callable
from typing import Any


def guarded(application: Callable[..., Any]) -> Callable[..., Any]:
    """In front of bolt: a timestamp that is no number, or a body that is no text, is a 400 and not a 500."""

    def guard(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        length = environ.get("CONTENT_LENGTH") or "0"
        if not stamp.isdigit() or not length.isdigit() or int(length) > 1_000_000:
            start("400 Bad Request", [("content-type", "text/plain")])
            return [b"This is not a signed request from Slack."]
        try:
            return application(environ, start)
        except (ValueError, KeyError, TypeError):
            start("400 Bad Request", [("content-type", "text/plain")])
            return [b"This body cannot be read."]

    return guard
