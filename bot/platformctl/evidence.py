"""`platformctl evidence`: an app's evidence pack as a folder, a page for people and JSON for machines."""

import json
from pathlib import Path

from bot.database import transaction
from bot.platformctl import evidence_pack, evidence_page
from bot.platformctl.installation import opened
from guardrails.policy import Policies
from runtime.bundles import BundleStore

INDEX, DATA = "index.html", "pack.json"


def run(home: Path, name: str, out: Path | None) -> tuple[str, bool]:
    """Write the pack as a folder; what to print, and whether it is complete. Raises Undone."""
    with opened(home) as engine, transaction(engine) as session:
        pack = evidence_pack.gather(session, BundleStore(home / "bundles"), Policies(), name)
    folder = out or Path(f"evidence-{pack.name}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DATA).write_text(json.dumps(pack.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n")
    (folder / INDEX).write_text(evidence_page.page(pack), encoding="utf-8")
    said = [f"GAP  {gap}" for gap in pack.gaps]
    said.append(f"{folder / INDEX}: {'INCOMPLETE' if pack.gaps else 'complete'}")
    return "\n".join(said), not pack.gaps
