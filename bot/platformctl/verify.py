"""`platformctl verify`: how an app came about, computed again link by link but for the model's answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from sqlmodel import Session

from bot.database import transaction
from bot.operating import chain
from bot.platformctl.installation import Undone, app_called, opened
from guardrails import evidence, keys
from runtime import deployments
from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from templates import offer
from templates.manifest import Digest

STAGES: tuple[Literal["preview", "live"], ...] = ("preview", "live")


def run(home: Path, name: str) -> tuple[str, bool]:
    """Look at each bundle of an app, or at the one with that digest; what to print, and whether no link is broken."""
    bundles, shelf, lines, attested = BundleStore(home / "bundles"), offer.offered(), [], True
    with opened(home) as engine, transaction(engine) as session:
        trusted = keys.trusted(session)
        for digest, what in _bundles(session, name).items():
            try:
                checked = chain.links(Digest(digest), evidence.of_bundle(session, digest), bundles, shelf, trusted)
            except Corrupt as error:
                raise Undone(str(error)) from error
            whole = all(one.ok for one in checked)
            lines += [f"{what} {digest}: {'attested' if whole else 'unattested, preview only'}"]
            lines += [f"  {one}" for one in checked]
            attested = attested and whole
    return "\n".join(lines), attested


def _bundles(session: Session, name: str) -> Mapping[str, str]:
    """The bundles that are meant, each with where it stands or stood last."""
    if name.startswith("sha256:"):
        return {name: "bundle"}
    app = app_called(session, name)
    stood = {stage: deployments.newest(session, app.id, stage) for stage in STAGES}
    return {one.bundle: stage for stage, one in stood.items() if one is not None}
