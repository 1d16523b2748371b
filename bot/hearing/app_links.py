"""Links to our apps, told from everybody else's: read strictly, and whatever is odd about one is not ours. Pure."""

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.wiring import Stage
from runtime.slugs import RESERVED

LONGEST = 2000
_PLAIN = re.compile(r"[!-~]+")
"""ASCII without spaces: no other script, no control, nothing that two readers take for two hosts."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Link:
    """An app's address: the label that its host begins with, and its stage."""

    label: str
    stage: Stage


def ours(url: str, home: str) -> Link | None:
    """Which app a URL, as Slack names it, leads to; None when it leads anywhere else.

    `home` is any address of the installation's own, such as that of its shelf, with its scheme, domain and port. There
    must be neither user nor password, no other port, no backslash, no name in another script.
    """
    said = html.unescape(url)
    if len(said) > LONGEST or not _PLAIN.fullmatch(said) or any(one in said for one in '\\<>"^`{|}'):
        return None
    try:
        there, here = urlsplit(said), urlsplit(home)
        port, our_port = there.port, here.port
    except ValueError:
        return None
    if there.scheme != here.scheme or "@" in there.netloc or there.hostname is None or here.hostname is None:
        return None
    usual = DEFAULT_PORTS.get(there.scheme)
    if (port or usual) != (our_port or usual) or there.netloc.endswith(":"):
        return None
    return _named(there.hostname, here.hostname.partition(".")[2])


def _named(host: str, domain: str) -> Link | None:
    label, _, rest = host.partition(".")
    stage: Stage | None = "live" if rest == domain else "preview" if rest == f"preview.{domain}" else None
    if stage is None or not _LABEL.fullmatch(label) or label.startswith("xn--") or label in RESERVED:
        return None
    return Link(label, stage)
