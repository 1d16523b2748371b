"""Previews: each has an address of its own that nobody guesses, and each change has another one (D2)."""

from sqlmodel import Session

from bot.wiring import Stage, Wiring
from runtime import apps, deployments
from runtime.apps import App
from runtime.deployments import DeploymentRow
from runtime.routes import DEPLOYMENT, preview_label


def label(session: Session, app: App) -> str:
    """What the host of an app's preview begins with, or began with last; empty before there is one."""
    found = deployments.newest(session, app.id, "preview")
    return preview_label(app.slug, found.id) if found else ""


def address(session: Session, wiring: Wiring, app: App) -> str:
    """Where an app's preview is, or was last; empty before there is one."""
    found = label(session, app)
    return wiring.url(found, "preview") if found else ""


def link(session: Session, wiring: Wiring, app: App, stage: Stage) -> str:
    """Where an app is at a stage."""
    return address(session, wiring, app) if stage == "preview" else wiring.url(app.slug, "live")


def app_of(session: Session, label: str, stage: Stage) -> App | None:
    """The App whose address begins with this label; of previews the one that stands, by its own label alone."""
    if stage == "live":
        return apps.by_slug(session, label)
    slug, _, ident = label.rpartition("-")
    row = session.get(DeploymentRow, f"{DEPLOYMENT}{ident}")
    app = apps.get(session, row.app) if row is not None and row.stage == "preview" and row.ended_at is None else None
    return app if app is not None and app.slug == slug else None
