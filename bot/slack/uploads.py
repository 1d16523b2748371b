"""Pictures to Slack: uploaded in Slack's three steps, and taken away again."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2

from bot.chat import ChatError

LOCAL = ("localhost", "127.0.0.1")
Call = Callable[..., Mapping[str, Any]]
"""One method of the Web API with its arguments. Raises ChatError."""


def upload(call: Call, content: bytes, name: str, alt: str, timeout: float) -> str:
    """Upload a picture that nobody sees until a message shows it; its id. Raises ChatError."""
    asked = call("files.getUploadURLExternal", filename=name, length=len(content), alt_txt=alt)
    where, file = str(asked["upload_url"]), str(asked["file_id"])
    parts = urlsplit(where)
    if parts.scheme != "https" and parts.hostname not in LOCAL:
        raise ChatError("bad_upload_url", permanent=True)
    try:
        # Not with our token: the address itself is the permission.
        reply = httpx2.post(where, content=content, headers={"content-type": "image/png"}, timeout=timeout)
    except httpx2.HTTPError as error:
        raise ChatError("unreachable", permanent=False) from error
    if reply.status_code != 200:
        raise ChatError(f"upload_{reply.status_code}", permanent=reply.status_code < 500)
    call("files.completeUploadExternal", files=json.dumps([{"id": file, "title": name}]))
    return file


def remove(call: Call, file: str) -> None:
    """Take a file of ours away; one that is gone already is fine. Raises ChatError."""
    try:
        call("files.delete", file=file)
    except ChatError as error:
        if error.code not in ("file_not_found", "file_deleted"):
            raise
