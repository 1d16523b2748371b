"""Whether a version may be released: what the loader lets pass, and nobody should have to live with."""

import re
from pathlib import Path

from templates import golden
from templates.kinds import kind_named
from templates.template import Template

HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
"""A group of the chat, as the chat spells its handles."""


def unready(template: Template, folder: Path, *, longest: int, keep: int, forever: bool = False) -> list[str]:
    """Each reason against a release, as a sentence with what to do.

    `folder` is the version's; `longest` and `keep` are the policies' most days until an app ends and its entries go.
    `forever` says that somebody stands up for apps that run longer.
    """
    found = [*_said(template, folder), *_ends(template, longest, forever=forever)]
    days = template.question("retention_days")
    if days is not None and isinstance(days.default, int) and days.default > keep:
        found.append(
            f"retention_days is {days.default} unless somebody says otherwise, and the policies allow {keep}. "
            "Give it a lower default, or every app of it is denied."
        )
    if template.kind and kind_named(template.kind) is None:
        found.append(f"nothing asks for the kind {template.kind}. Write templates/kinds/{template.kind}.yaml first.")
    if wrong := golden.trouble(template, folder / golden.FOLDER):
        found.append(f"{wrong}.")
    return found


def _said(template: Template, folder: Path) -> list[str]:
    found = []
    if not HANDLE.fullmatch(template.owner):
        found.append(f"owner is {template.owner!r}. Name a group of the chat by its handle, without @.")
    if not template.description:
        found.append("there is no description. Say in one sentence what the app is.")
    readme = folder / "README.md"
    if not readme.exists() or not readme.read_text("utf-8", "replace").strip():
        found.append("there is no README.md. Say what the app does, for whoever picks it.")
    return found


def _ends(template: Template, longest: int, *, forever: bool) -> list[str]:
    """Every app ends (P4): the day has to be said, not left to what is usual."""
    if "ttl_days" not in template.lifecycle.model_fields_set:
        return ["nobody says when its apps end. Add lifecycle: with ttl_days:."]
    days = template.lifecycle.ttl_days
    if days > longest and not forever:
        return [
            f"ttl_days is {days}, and the policies allow {longest}. Make it {longest} or less; for longer an approver "
            "stands up with --forever-by, and again every year."
        ]
    if days <= longest and forever:
        return [f"ttl_days is {days}, which needs nobody's word. Leave --forever-by out."]
    return []
