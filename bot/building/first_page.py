"""A preview's first page, drawn: fetched of the gateway by a viewing, with the static files of its bundle alone."""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

import httpx2

from bot.addresses import address
from bot.building.camera import Fetched, NoPicture, found, shoot
from bot.settings import GatewaySettings
from runtime import visit
from runtime.viewing import HEADER

Photograph = Callable[[str, Mapping[str, bytes], str], bytes]
"""As `photograph`, with the settings and Chromium at hand."""
SECONDS = 5.0
"""For the gateway's answer."""
POLICY = "content-security-policy"


def photographer(settings: GatewaySettings, named: str) -> Photograph | None:
    """What draws pictures with the Chromium that is named, or found; None when `named` says `off`."""
    return None if named == "off" else partial(photograph, settings, found(named))


def photograph(settings: GatewaySettings, chromium: str, label: str, files: Mapping[str, bytes], token: str) -> bytes:
    """A PNG of the preview's first page, as it is drawn from these files of its bundle. Raises NoPicture."""
    if not chromium:
        raise NoPicture("there is no Chromium here")
    url = address(settings, label, "preview")
    first = _fetch(settings, url, token)
    static = {f"/{path}": content for path, content in files.items() if path.startswith("static/")}

    def answer(asked: str) -> Fetched | None:
        parts = urlsplit(asked)
        if asked == url:
            return first
        ours = f"{parts.scheme}://{parts.netloc}/" == url and not parts.query
        return _static(parts.path, static[parts.path]) if ours and parts.path in static else None

    return shoot(chromium, url, answer)


def _fetch(settings: GatewaySettings, url: str, token: str) -> Fetched:
    """Straight from the gateway on this machine: what stands in front of it is for people."""
    headers = {"host": urlsplit(url).netloc, HEADER: token}
    try:
        reply = httpx2.get(f"http://{settings.host}:{settings.port}/", headers=headers, timeout=SECONDS)
    except httpx2.HTTPError as error:
        raise NoPicture(f"the gateway does not answer: {type(error).__name__}") from error
    if reply.status_code != 200:
        raise NoPicture(f"the first page answers {reply.status_code}")
    kept = {name: value for name in ("content-type", POLICY) if (value := reply.headers.get(name))}
    return Fetched(200, reply.content, kept)


def _static(path: str, content: bytes) -> Fetched:
    return Fetched(200, content, {"content-type": visit.static(path, content).content_type})
