"""What somebody may create: the templates that are offered to them here, and how each of them fares."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot import clockwork
from bot.shelf import offering
from bot.who import roles
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import shelf_words
from bot.wording.shelf_words import Tongue
from guardrails import admission
from runtime import popularity
from runtime.popularity import Popularity
from templates.kinds import kind_named
from templates.template import Template


@dataclass(frozen=True, slots=True)
class Offer:
    """One template as people see it. `picture` is an address that the chat can show, or empty."""

    name: str
    ref: str
    version: str
    title: str
    owner: str
    about: str
    example: str
    fares: Popularity
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What somebody may create, or in `barred` why nothing."""

    offers: tuple[Offer, ...] = ()
    barred: str = ""


def templates(wiring: Wiring) -> tuple[Template, ...]:
    """The newest version of each template that new apps are made of now, by name. Asks the chat about their owners."""
    frozen = {owner: offering.frozen(wiring, owner) for owner in {one.owner for one in wiring.catalog.newest}}
    today, still_ones = clockwork.day(wiring.now()), offering.stilled(wiring)
    return tuple(
        one
        for one in wiring.catalog.newest
        if not frozen[one.owner] and not offering.ended(wiring.catalog, one, today) and not still_ones.template(one.ref)
    )


def barred(wiring: Wiring, person: Person, channel: str) -> str:
    """Why this person may not create apps in a channel, judged as their words would be; empty when they may."""
    outside = "" if channel in wiring.guest_channels else roles.outsider(person)
    return admission.barred(outsider=outside, bot=person.bot or person.deleted)


def shelf(
    session: Session,
    wiring: Wiring,
    offered: Sequence[Template],
    person: Person,
    channel: str = "",
    tongue: Tongue = "en",
) -> Shelf:
    """What of the offered `templates` this person may create in a channel; without one, wherever they are a member."""
    if why := barred(wiring, person, channel):
        return Shelf(barred=why)
    fares = popularity.fares(session, person.workspace)
    known = (offer(one, tongue, fares.get(one.name, Popularity()), wiring.picture(one.ref)) for one in offered)
    return Shelf(tuple(sorted(known, key=lambda one: (-one.fares.made, one.title.casefold()))))


def offer(template: Template, tongue: Tongue, fares: Popularity, picture: str) -> Offer:
    """One template in words."""
    about = shelf_words.ABOUT.get(template.kind, "") if tongue == "de" else ""
    return Offer(
        name=template.name,
        ref=template.ref,
        version=template.version,
        title=shelf_words.title(template.kind, template.name, tongue),
        owner=template.owner,
        about=about or template.description,
        example=example(template, tongue),
        fares=fares,
        picture=picture,
    )


def example(template: Template, tongue: Tongue) -> str:
    """A sentence that asks for one."""
    if known := shelf_words.EXAMPLES.get(template.kind):
        return known[tongue]
    kind = kind_named(template.kind)
    if kind is not None:
        return (kind.examples.de if tongue == "de" else kind.examples.en)[0]
    return shelf_words.ASKS[tongue].format(name=template.name)
