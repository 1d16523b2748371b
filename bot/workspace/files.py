"""Files of the app's: uploaded in three steps as Slack has it, kept over a restart, drawn where a block names one."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.workspace.config import Json, id_of
from bot.workspace.door import Door
from bot.workspace.elements import error
from bot.workspace.errors import Refused
from bot.workspace.harbor import Harbor
from bot.workspace.webapi import Ask, method

KIND = "file"
MOST = 16 << 20
"""Bytes of one file; this workspace stands on a laptop."""
PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(ask: Ask) -> Json:
    """Where to send the bytes of a file, and the id that it will have."""
    length = ask.number("length", 0, MOST)
    ticket, name = secrets.token_urlsafe(16), ask.text("filename", None)
    file = id_of("F", ticket)
    kept = {"id": file, "name": name, "length": length, "alt": ask.text("alt_txt"), "ticket": ticket, "state": "asked"}
    ask.harbor.keep.put(KIND, file, kept)
    return {"upload_url": f"{ask.harbor.config.base_url}/upload/{file}/{ticket}", "file_id": file}


@method("files.completeUploadExternal", "files:write")
def complete_upload(ask: Ask) -> Json:
    """Files that were sent are there from now on; without a channel they are the app's own."""
    named = ask.parsed("files", "invalid_arguments")
    if not isinstance(named, list) or not named:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: files"])
    kept = [_kept(ask.harbor, one) for one in named]
    for one, file in zip(named, kept, strict=True):
        ask.harbor.keep.put(
            KIND, file["id"], {**file, "state": "there", "title": str(one.get("title") or file["name"])}
        )
    return {"files": [{"id": one["id"], "title": one.get("title", one["name"])} for one in kept]}


@method("files.delete", "files:write")
def delete(ask: Ask) -> Json:
    """A file of the app's goes."""
    file = ask.text("file", None)
    if there(ask.harbor, file) is None:
        raise Refused("file_not_found")
    ask.harbor.keep.drop(KIND, file)
    return {}


def _kept(harbor: Harbor, named: Any) -> Json:
    found = harbor.keep.one(KIND, str(named.get("id"))) if isinstance(named, dict) else None
    if found is None or found["state"] != "sent":
        raise Refused("file_not_found")
    return found


def there(harbor: Harbor, file: str) -> Json | None:
    """A file that was uploaded whole."""
    found = harbor.keep.one(KIND, file)
    return found if found and found["state"] == "there" else None


def unknown(harbor: Harbor, blocks: Sequence[Json]) -> list[str]:
    """What is wrong with the files that blocks name, in Slack's words."""
    named = (one["slack_file"]["id"] for one in _images(blocks) if "slack_file" in one)
    return [error("invalid slack file", "/blocks") for one in named if there(harbor, one) is None]


def _images(blocks: Iterable[Any]) -> Iterable[Json]:
    for block in blocks:
        for one in [block, block.get("accessory"), *(block.get("elements") or ())]:
            if isinstance(one, dict) and one.get("type") == "image":
                yield one


def routes(harbor: Harbor, door: Door) -> list[BaseRoute]:
    """Where bytes are sent, and where the page finds a picture."""

    async def upload(request: Request) -> Response:
        kept = harbor.keep.one(KIND, request.path_params["file"])
        ticket = kept and secrets.compare_digest(kept["ticket"], request.path_params["ticket"])
        if not kept or not ticket or kept["state"] != "asked":
            return PlainTextResponse("no such upload", 404)
        content = b""
        async for chunk in request.stream():
            content += chunk
            if len(content) > kept["length"]:
                return PlainTextResponse("longer than announced", 413)
        if len(content) != kept["length"]:
            return PlainTextResponse("shorter than announced", 400)
        harbor.keep.put(KIND, kept["id"], {**kept, "state": "sent", "content": base64.b64encode(content).decode()})
        return PlainTextResponse(f"OK - {len(content)}")

    async def shown(request: Request) -> Response:
        kept = there(harbor, request.path_params["file"]) if door.person(request.cookies) else None
        kind = PICTURES.get(PurePosixPath(kept["name"]).suffix.removeprefix(".").lower()) if kept else None
        if kept is None or kind is None:
            return PlainTextResponse("No such picture.\n", 404)
        headers = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
        return Response(base64.b64decode(kept["content"]), media_type=kind, headers=headers)

    return [Route("/upload/{file}/{ticket}", upload, methods=["POST"]), Route("/page/file/{file}", shown)]
