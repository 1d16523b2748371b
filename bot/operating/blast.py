"""The blast radius of a freeze: what it would stop, looked up before anything is stopped (N14)."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.rows import requests
from bot.rows.requests import Request, State
from bot.threads import still
from bot.who import people
from bot.wording import freeze_words, words
from bot.wording.blocks import lines, quoted
from bot.wording.freeze_words import EVERYTHING_SAID
from guardrails import grants
from guardrails.audit import AuditRow
from guardrails.freezes import EVERYTHING, Kind, Target
from runtime import apps, deployments, frozen, schedules
from runtime.apps import App
from runtime.bundles import BundleStore
from templates.catalog import Catalog

DAY = 86_400
NAME = re.compile(r"[A-Za-z0-9._:@/-]{1,120}")
CAPABILITIES = ("store", "notify", "schedule", "egress", "mail")
_LINK = re.compile(r"<(?:https?://|mailto:)[^|>]*\|([^>]*)>")
"""What a chat makes of a host in somebody's words."""
PATTERNS = frozenset({"*", "%", "all", "any", "?", "_"})
"""What people say for all of a kind elsewhere; here one plain word does."""
NEAR = 3
SHOWN = 10
"""Apps and times that are named; the rest is counted."""
UNDER_WAY = (*requests.DUE, State.PREVIEWED, State.PROPOSED, State.INCOMPLETE)


class Unknown(Exception):
    """Nothing is called so; the message says what is."""


@dataclass(frozen=True, slots=True)
class Struck:
    """One app that would be stopped, or lose a part. `owner` is the chat's id, empty when nobody is known."""

    app: App
    owner: str
    times: tuple[tuple[str, int], ...]
    """Times at which it would not run by itself, each with the next one."""


@dataclass(frozen=True, slots=True)
class Blast:
    """What a freeze would stop."""

    target: Target
    what: str
    struck: tuple[Struck, ...]
    visitors: int
    """People who signed in to one of these apps in the last 24 hours."""
    under_way: int
    """Requests that would wait."""


def find(session: Session, catalog: Catalog, models: Collection[str], workspace: str, kind: Kind, said: str) -> Target:
    """What somebody means by a name. Raises Unknown."""
    name = _LINK.sub(r"\1", said).strip("` “”\"'")
    if name.lower() == EVERYTHING_SAID:
        return Target(workspace, kind, EVERYTHING)
    if name.lower() in PATTERNS or set(name) & set("*%?"):
        raise Unknown(freeze_words.NO_GLOB.format(kind=kind))
    if kind == "model" and not models:
        raise Unknown(freeze_words.NO_MODEL)
    if kind == "app":
        return Target(workspace, kind, _app(session, workspace, name))
    known = names(session, catalog, models, workspace, kind)
    found = next((one for one in known if one.lower() == name.lower()), None)
    if found is None or not NAME.fullmatch(name):
        raise Unknown(freeze_words.unknown(kind, said, near(name, known)))
    return Target(workspace, kind, found)


def app_named(session: Session, name: str) -> App | None:
    """The app with this name in its address, or this id."""
    return apps.by_slug(session, name.lower()) or apps.get(session, name) if NAME.fullmatch(name) else None


def _app(session: Session, workspace: str, name: str) -> str:
    found = app_named(session, name)
    if found is not None and found.workspace == workspace and found.stage not in apps.ENDED:
        return found.id
    slugs = [one.slug for one in apps.standing(session, workspace)]
    raise Unknown(freeze_words.unknown("app", name, near(name, slugs)))


def near(name: str, known: Collection[str]) -> Sequence[str]:
    """Names that are nearly this one."""
    return get_close_matches(name.lower()[:120], sorted(known), NEAR, cutoff=0.5)


def names(session: Session, catalog: Catalog, models: Collection[str], workspace: str, kind: Kind) -> Collection[str]:
    """Everything of a kind that can be frozen by its name."""
    if kind == "model":
        return models
    if kind == "template":
        standing = {one.template for one in apps.standing(session, workspace)}
        refs = {*(catalog.get(name).ref for name in catalog.names), *standing}
        return {*refs, *(ref.partition("@")[0] for ref in refs)}
    return {*CAPABILITIES, *grants.known(session, workspace)}


def gather(session: Session, bundles: BundleStore, target: Target, now: int) -> Blast:
    """What it would stop. What cannot be read is left out: a freeze waits for nothing."""
    struck = tuple(stricken(session, bundles, target))
    since, waiting = now - DAY, requests.waiting(session, target.workspace, UNDER_WAY)
    title = apps.get(session, target.name) if target.kind == "app" else None
    return Blast(
        target=target,
        what=freeze_words.called(target, title.title if title else ""),
        struck=struck,
        visitors=_visitors(session, [one.app.id for one in struck], since),
        under_way=sum(_holds(bundles, target, one) for one in waiting),
    )


def stricken(session: Session, bundles: BundleStore, target: Target) -> Iterator[Struck]:
    """Each app that it would stop, or that would lose a part."""
    for app in apps.standing(session, target.workspace):
        held = still.uses(session, bundles, app) if target.kind == "capability" else frozenset[str]()
        templates = still.made_of(session, bundles, app) if target.kind == "template" else frozenset[str]()
        if still.hits(target, app, templates, held):
            who = people.by_id(session, app.owner)
            yield Struck(app, who.user if who else "", tuple(_times(session, target, app)))


def _times(session: Session, target: Target, app: App) -> Iterator[tuple[str, int]]:
    live = deployments.active(session, app.id, "live") is not None
    for one in schedules.of(session, app.id) if live else ():
        if target.kind != "capability" or frozen.since({target.name: 1}, f"schedule:{one.name}"):
            yield one.name, one.next_at


def _visitors(session: Session, struck: Sequence[str], since: int) -> int:
    who = select(func.count(func.distinct(AuditRow.actor))).where(
        AuditRow.action == "visitor.signed_in", AuditRow.at > since, col(AuditRow.subject).in_(struck)
    )
    return int(session.exec(who).one()) if struck else 0


def _holds(bundles: BundleStore, target: Target, request: Request) -> bool:
    """Whether a Request that is under way would wait."""
    if target.kind == "model":
        return False  # the rules go on
    if target.kind == "app":
        return target.name in (request.app, EVERYTHING)
    if target.kind == "template":
        return request.brief is not None and frozen.made_of(target.name, request.brief.template)
    manifest = still.manifest_of(bundles, request.bundle) if request.bundle else None
    wanted = grants.names(manifest.capabilities) if manifest else ()
    return any(frozen.since({target.name: 1}, name) for name in wanted)


def told(seen: Blast) -> str:
    """The blast radius in a few lines of mrkdwn."""
    part = seen.target.kind == "capability"
    rows = [f"• *{quoted(one.app.title, 80)}*{f', <@{one.owner}>' if one.owner else ''}" for one in seen.struck]
    times = [
        f"• *{quoted(one.app.title, 80)}*: {freeze_words.skip(name, at)}"
        for one in seen.struck
        for name, at in one.times
    ]
    said = [f":snowflake: *Freeze* {seen.what}? Nothing is frozen yet. {_effect(seen)}"]
    if seen.struck:
        verb = "lose that part" if part else "stop"
        said += [f"*{words.counted(len(seen.struck), 'app', 'apps')}* would {verb}:", lines(_few(rows))]
        who = words.counted(seen.visitors, "person* has", "people* have")
        said.append(f"*{who} signed in to {'it' if len(rows) == 1 else 'them'} in the last 24 hours.")
    elif seen.target.kind != "model":
        said.append("No app that is there would stop.")
    if times:
        said += ["They would not run by themselves, and it is not made up for:", lines(_few(times))]
    if seen.under_way:
        said.append(f"*{words.counted(seen.under_way, 'request', 'requests')}* under way would wait.")
    return "\n".join(said)


def _few(rows: Sequence[str]) -> Sequence[str]:
    return rows if len(rows) <= SHOWN else [*rows[:SHOWN], f"• {words.more(len(rows) - SHOWN)}"]


def _effect(seen: Blast) -> str:
    match seen.target.kind:
        case "app":
            return "Its visitors would see a calm page within 5 seconds; its entries stay."
        case "template":
            return "No new app would be made of it, and visitors of those that run would see a calm page; entries stay."
        case "capability":
            return "Apps that ask for it would be refused with a clear error; what needs it would wait unpublished."
        case _:
            return "What people say would be read by the rules alone until it is thawed."
