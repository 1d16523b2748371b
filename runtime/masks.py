"""Masks: whoever owns a preview may see it as one of the rehearsal's people. Of the live app there are none.

A mask is a cookie of the preview's own origin, signed for one session of one preview. It takes rights away and never
gives any: it counts only where the door has just let the owner in.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, replace
from hmac import compare_digest

from runtime.entry import Entry
from runtime.identity import visitor_id
from runtime.routes import Route
from templates.synthetic import Someone

COOKIE = "slipway_mask"
SECONDS = 1800
"""How long somebody stays in it without doing anything about it."""
MOST = 600
"""Characters of the cookie's value."""


def sealed(salt: bytes, route: Route, entry: Entry, who: Someone) -> str:
    """The cookie's value for this person's session of this preview."""
    said = urlsafe_b64encode(json.dumps(asdict(who)).encode()).decode()
    return f"{said}.{_seal(salt, route, entry, said)}"


def worn(salt: bytes, route: Route, entry: Entry, value: str) -> Someone | None:
    """Whom the owner of a preview wants to be; None for any value that we did not make for this very session."""
    if route.stage != "preview" or not entry.owner or not value or len(value) > MOST:
        return None
    said, _, seal = value.partition(".")
    if not compare_digest(seal.encode(), _seal(salt, route, entry, said).encode()):
        return None
    return Someone(**json.loads(urlsafe_b64decode(said)))


def masked(entry: Entry, who: Someone) -> Entry:
    """The owner as somebody else, who owns nothing."""
    return replace(entry, person=person_of(who.role), name=who.name, handle=who.handle, owner=False)


def person_of(role: str) -> str:
    """As whose person an app's visitor ids are made; no real person is called so."""
    return f"rehearsal:{role}"


def visitor_of(salt: bytes, app: str, role: str) -> str:
    """What an app knows somebody at its rehearsal by."""
    return visitor_id(salt, app, person_of(role))


def _seal(salt: bytes, route: Route, entry: Entry, said: str) -> str:
    about = "\0".join(("mask", route.app, entry.person, entry.csrf, said))
    return hmac.new(salt, about.encode(), hashlib.sha256).hexdigest()
