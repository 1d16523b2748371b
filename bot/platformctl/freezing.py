"""`platformctl freeze` and `frozen`: stop an app, a template, a capability or the model. Works while control is away.

It writes a row that every worker and the broker read for themselves. To thaw takes a second person, in the chat.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from bot import settings
from bot.clockwork import DAY, Clock
from bot.database import transaction
from bot.operating import blast, freezing
from bot.operating.blast import Blast, Unknown
from bot.platformctl.installation import Undone, account, app_called, opened
from bot.rows import requests
from bot.who import people
from bot.wording import freeze_words, words
from guardrails import audit, freezes
from guardrails.freezes import Freeze, Kind, Target
from guardrails.scrub import UNREADABLE, scrub
from runtime.bundles import BundleStore
from templates import offer
from templates.catalog import Catalog

SEEN_DAYS = 30
"""How far back a model that read something counts as known."""
SAY_NOW = "Nothing is frozen yet. Say it again with --now to freeze it."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be frozen, by whose word and why; without `now` only what it would stop is told."""

    kind: Kind
    name: str
    reason: str = ""
    person: str = ""
    workspace: str = ""
    now: bool = False


def run(home: Path, wanted: Wanted) -> str:
    """Tell the blast radius, or freeze; what to print. Raises Undone."""
    said = scrub(wanted.reason)
    if UNREADABLE in said.kinds:
        raise Undone("the reason could not be checked for secrets, so nothing was frozen")
    # Read before anything is locked; and only where it is needed, for somebody is in a hurry.
    shelf, models = catalog() if wanted.kind == "template" else Catalog(()), settings.model().names
    with opened(home) as engine, transaction(engine) as session:
        now = Clock(session).now()
        target = _target(session, wanted, shelf, {*models, *_asked_lately(session, now)})
        if standing := freezes.of(session, target):
            raise Undone(f"{_plain(session, target)} stands frozen already, since {words.when(standing.at)}")
        if not wanted.now:
            seen = blast.gather(session, BundleStore(home.absolute() / "bundles"), target, now)
            return f"{radius(session, seen)}\n{SAY_NOW}"
        person = _person(session, target.workspace, wanted.person)
        reason = " ".join(said.text.split())[:300]
        freezing.stop(session, target, reason=reason, person=person, account=account(), now=now)
        who = "another operator than them" if person else "two operators"
        return f"{_plain(session, target)} stands frozen since {words.when(now)}. To thaw it takes {who}, in the chat."


def listed(home: Path) -> str:
    """One line for each thing that stands frozen."""
    with opened(home) as engine, transaction(engine) as session:
        rows = [_row(session, one) for one in freezes.standing(session)]
    return "\n".join(rows) or freeze_words.NOTHING_FROZEN


def _row(session: Session, one: Freeze) -> str:
    why = f": {one.reason}" if one.reason else ""
    what, by = f"{one.target.kind}  {named(session, one.target)}", frozen_by(session, one)
    return f"{what}  since {words.when(one.at)}, by {by}{why}"


def frozen_by(session: Session, one: Freeze) -> str:
    """Who stopped it, in the chat or by this command."""
    who = people.by_id(session, one.person) if one.person else None
    return f"{who.name} (@{who.handle})" if who else f"operator {one.account}"


def named(session: Session, target: Target) -> str:
    """What stands frozen: an app's slug, or the name of what is no app."""
    if target.name == freezes.EVERYTHING:
        return freeze_words.EVERYTHING_SAID
    return app_called(session, target.name).slug if target.kind == "app" else target.name


def _plain(session: Session, target: Target) -> str:
    return f"{target.kind} {named(session, target)}"


def _target(session: Session, wanted: Wanted, shelf: Catalog, models: Collection[str]) -> Target:
    workspace = wanted.workspace or _workspace(session, wanted)
    try:
        return blast.find(session, shelf, models, workspace, wanted.kind, wanted.name)
    except Unknown as unknown:
        raise Undone(str(unknown)) from None


def _workspace(session: Session, wanted: Wanted) -> str:
    """The app's own, or the only one that there is."""
    everything = wanted.name.lower() == freeze_words.EVERYTHING_SAID
    if wanted.kind == "app" and not everything and (app := blast.app_named(session, wanted.name)):
        return app.workspace
    found = audit.workspaces(session)
    if len(found) != 1:
        raise Undone(f"say which workspace with --workspace: there are {', '.join(found) or 'none'}")
    return found[0]


def catalog() -> Catalog:
    """The shelf; an empty one where it cannot be read, for what runs is named in the rows as well."""
    try:
        return offer.offered()
    except (OSError, ValueError):
        return Catalog(())


def _asked_lately(session: Session, now: int) -> Collection[str]:
    """Models that read something, besides the one that the environment names."""
    read = {one.understanding.model for one in requests.since(session, now - SEEN_DAYS * DAY) if one.understanding}
    return read - {"", "offline"}


def _person(session: Session, workspace: str, name: str) -> str:
    if not name:
        return ""
    found = [one for one in people.called(session, name) if one.workspace == workspace and not one.outsider]
    if len(found) != 1:
        raise Undone(f"nobody here called {name} is known; give the chat's own id for them, or leave --as out")
    return found[0].id


def radius(session: Session, seen: Blast) -> str:
    """The blast radius for a terminal."""
    rows = [f"freeze {_plain(session, seen.target)}: {words.counted(len(seen.struck), 'app', 'apps')}"]
    for one in seen.struck:
        owner = people.by_id(session, one.app.owner)
        rows.append(f"  {one.app.slug}  {one.app.title}  of {owner.name if owner else 'nobody that we know'}")
        rows += [f"    would not run by itself: {freeze_words.skip(name, at)}" for name, at in one.times]
    rows.append(f"people who signed in to them in the last 24 hours: {seen.visitors}")
    rows.append(f"requests under way that would wait: {seen.under_way}")
    return "\n".join(rows)
