"""The label of an app as its thread shows it, and whether it is true."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.rows.requests import Request, State
from bot.wiring import Wiring
from bot.wording import words
from guardrails import grants
from templates import label, uses
from templates.label import Label
from templates.manifest import Digest, Manifest


def shown(session: Session, request: Request, manifest: Manifest, now: int) -> Label:
    """What the app may do: live by what is granted now, before by what it would be."""
    live = request.app is not None and request.state is State.LIVE
    given = grants.active(session, request.app or "", now) if live else label.names(manifest.capabilities)
    return label.label(manifest, given)


def untrue(wiring: Wiring, bundle: Digest, granted: Sequence[str]) -> str:
    """Why the words that approvers read of a bundle would not be true; empty when they are (N5)."""
    found = wiring.bundles.get(bundle)
    why = label.disagreement(found.manifest, uses.outside(found.files.get("app.js", b"")), granted)
    return words.untrue(why) if why else ""
