"""Standing still: what operators froze, as each step of control sees it, and what waits for it (N14)."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.rows.requests import Request, State
from bot.threads.card_view import CardView
from bot.who import people
from bot.wiring import Wiring
from bot.wording import freeze_words
from guardrails import freezes, grants
from guardrails.freezes import EVERYTHING, Freeze, Target
from runtime import apps, deployments, frozen
from runtime.apps import App
from runtime.bundles import BundleStore
from runtime.errors import RuntimeFault
from runtime.frozen import Frozen
from runtime.routes import STAGES
from templates.manifest import Digest, Manifest

AGAIN = 5
"""Seconds until a Request that waits for a thaw is looked at again."""


def seen(session: Session) -> Frozen:
    """What stands still now: read as workers and the broker read it."""
    return frozen.read(session.connection().exec_driver_sql)


def made_of(session: Session, bundles: BundleStore, app: App) -> frozenset[str]:
    """The templates, with their versions, that the app was begun with and that stand for it now."""
    return frozenset({app.template, *(one.template for one in _manifests(session, bundles, app))})


def uses(session: Session, bundles: BundleStore, app: App) -> frozenset[str]:
    """The names of all capabilities that what stands for an app declares."""
    return frozenset(name for one in _manifests(session, bundles, app) for name in grants.names(one.capabilities))


def _manifests(session: Session, bundles: BundleStore, app: App) -> Sequence[Manifest]:
    standing = (deployments.active(session, app.id, stage) for stage in STAGES)
    found = (manifest_of(bundles, one.bundle) for one in standing if one is not None)
    return [one for one in found if one is not None]


def manifest_of(bundles: BundleStore, bundle: str) -> Manifest | None:
    """What a bundle declares; None when it cannot be read, for nothing here may wait for that."""
    try:
        return Manifest.model_validate(json.loads(bundles.blob(Digest(bundle)))["manifest"])
    except (RuntimeFault, OSError, ValueError, KeyError, TypeError):
        return None


def of_app(session: Session, bundles: BundleStore, app: App) -> int:
    """Since when the app stands still, by itself or with its template; 0 when it does not."""
    now = seen(session)
    return now.app(app.workspace, app.id, made_of(session, bundles, app)) if now else 0


def of_schedule(session: Session, bundles: BundleStore, app: App, name: str) -> int:
    """Since when nothing runs at this time of the app; 0 when it does."""
    now = seen(session)
    if not now:
        return 0
    return of_app(session, bundles, app) or frozen.since(now.capabilities(app.workspace), f"schedule:{name}")


def hits(target: Target, app: App, templates: Collection[str], capabilities: Collection[str] = ()) -> bool:
    """Whether a freeze of this stops an app, or one of these things that it may do."""
    if target.workspace != app.workspace:
        return False
    if target.kind == "app":
        return target.name in (app.id, EVERYTHING)
    if target.kind == "template":
        return any(frozen.made_of(target.name, ref) for ref in templates)
    return target.kind == "capability" and any(frozen.since({target.name: 1}, name) for name in capabilities)


def why(session: Session, wiring: Wiring, request: Request) -> str:
    """Why the next step of a Request waits, in a sentence; empty when it need not."""
    now = seen(session)
    if not now:
        return ""
    app = apps.get(session, request.app) if request.app else None
    if app is not None and (at := of_app(session, wiring.bundles, app)):
        return freeze_words.waits("this app", at)
    template = request.brief.template if request.brief else ""
    if at := now.template(template, request.workspace):
        return freeze_words.waits(f"the template {template}", at)
    last = request.state is State.APPROVED
    manifest = manifest_of(wiring.bundles, request.bundle) if request.bundle and last else None
    stilled = now.capabilities(request.workspace)
    for name in grants.names(manifest.capabilities) if manifest else ():
        if at := frozen.since(stilled, name):
            return freeze_words.waits(f"what this app needs ({name})", at)
    return ""


def shown(session: Session, wiring: Wiring, request: Request, view: CardView) -> CardView:
    """The card's view, with what stands still upon it."""
    if not seen(session) or request.app is None:
        return view
    app = apps.get(session, request.app)
    if app is None or app.stage in apps.ENDED:
        return view
    held, templates = uses(session, wiring.bundles, app), made_of(session, wiring.bundles, app)
    over = [one for one in freezes.standing(session, app.workspace) if hits(one.target, app, templates, held)]
    said = [freeze_words.on_card(one, by(session, one)) for one in over]
    return replace(view, warning="\n".join([*said, view.warning] if view.warning else said)) if said else view


def by(session: Session, one: Freeze) -> str:
    """Who froze it, as the chat calls them."""
    who = people.by_id(session, one.person) if one.person else None
    return f"<@{who.user}>" if who else "somebody at the command line"
