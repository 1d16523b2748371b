"""`platformctl evidence`: an app's evidence pack as one sealed file, which anybody can verify without network."""

from pathlib import Path

from sqlmodel import Session

from bot import database, named
from bot.clockwork import Clock
from bot.database import transaction
from bot.operating import anchoring, keyring
from bot.platformctl import evidence_page, pack, sealing, segment
from bot.platformctl.evidence_pack import gather
from bot.platformctl.installation import Undone, app_called, control_database, opened, operator
from guardrails import anchors, audit
from guardrails.policy import Policies
from guardrails.signing import NoKey, SigningKey
from runtime.apps import App
from runtime.bundles import BundleStore


def run(home: Path, name: str, out: Path | None, *, words: bool) -> tuple[str, bool]:
    """Write the pack; what to print, and whether it is complete. Raises Undone."""
    try:
        known = anchors.read(anchoring.file(home, named.anchors()))
    except anchors.Unreadable as error:
        raise Undone(str(error)) from error
    key, unsealed = _key(home)
    with opened(home) as engine, transaction(engine) as session:
        _record(session, app_called(session, name), words=words)
    # Only read from here on: nobody waits for us, however long the record is.
    with database.reading(control_database(home)) as session:
        found = gather(session, BundleStore(home / "bundles"), Policies(), name, known, words=words)
        whole = found.pack.model_copy(update={"gaps": (*found.pack.gaps, *unsealed)})
        path = out or Path(f"evidence-{whole.name}.zip")
        path.parent.mkdir(parents=True, exist_ok=True)
        files = {
            pack.INDEX: evidence_page.page(whole, found.files).encode(),
            pack.DATA: whole.model_dump_json(indent=2).encode() + b"\n",
            **found.files,
        }
        sealing.write(path, files, segment.lines(session, *found.record, known), whole.app, key)
    said = [f"GAP  {gap}" for gap in whole.gaps]
    said.append(f"{path}: {'INCOMPLETE' if whole.gaps else 'complete'}")
    return "\n".join(said), not whole.gaps


def _record(session: Session, app: App, *, words: bool) -> None:
    """Whoever packs reads what is protected, and that stands in the pack as well (S12)."""
    audit.append(
        session,
        workspace=app.workspace,
        actor=operator(),
        action="evidence.packed",
        subject=app.id,
        why="with words and answers" if words else "",
        now=Clock(session).now(),
    )


def _key(home: Path) -> tuple[SigningKey | None, tuple[str, ...]]:
    """The key that seals; without one, what is missing."""
    try:
        key = keyring.current_key(home)
    except (NoKey, OSError) as error:
        return None, (f"seal: {error}",)
    return key, () if key else ("seal: there is no signing key here; start `platformctl control` once",)
