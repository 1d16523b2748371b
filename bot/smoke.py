"""Control's end of the smoke Call: have a gateway worker try a bundle. No app ever runs in control."""

from collections.abc import Callable
from pathlib import Path

import httpx2

from bot.wiring import Smoked, Unavailable
from templates.manifest import Digest

SMOKE_SECONDS = 10.0


def asking(socket: Path, now: Callable[[], int]) -> Callable[[Digest], Smoked]:
    """Asks on this local socket; `now` is UNIX seconds."""

    def smoke(bundle: Digest) -> Smoked:
        # A local socket has no TLS; to read every trusted certificate takes longer than the Call.
        transport = httpx2.HTTPTransport(uds=str(socket), verify=False)
        try:
            with httpx2.Client(transport=transport, base_url="http://worker", timeout=SMOKE_SECONDS) as client:
                reply = client.post("/", json={"bundle": bundle, "now": now()}).raise_for_status()
            return Smoked(str(reply.json()["problem"]))
        except (httpx2.HTTPError, ValueError, KeyError) as error:
            raise Unavailable("No gateway worker answers right now.") from error

    return smoke
