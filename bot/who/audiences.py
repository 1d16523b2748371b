"""Who may open an app: the asker's words turned into an Audience, and an Audience into people."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.chat import Chat, Place
from bot.rows.requests import Request
from bot.who.people import Person
from templates.audience import Audience, Part, together

EVERYONE = frozenset({"everyone", "everybody", "all", "org", "organisation", "organization", "company", "alle"})
ME = frozenset({"me", "myself", "mich", "only me"})
HERE = frozenset({"this channel", "here", "diesen kanal", "dieser kanal", "hier"})
PUBLIC = frozenset({"public", "anyone with the link"})
LINKED = "anyone with the link"
"""What people read of an app that is open to the public."""
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+(?:and|und|&|\+)\s+", re.I)


def asked_in(place: Place, person: str) -> Audience:
    """The people of the channel it was asked in; in a direct message, the asker alone."""
    if place.kind == "dm":
        return Audience(kind="me", id=person, label="you")
    return Audience(kind="channel", id=place.channel, label="the people in this channel")


def wanted(chat: Chat, request: Request, person: str, otherwise: str = "") -> Audience:
    """The audience that the answers name, resolved live, and with it the people they name from elsewhere.

    `otherwise` is what an answer would name, where they name none.
    """
    said = (request.brief.value("audience") if request.brief else None) or otherwise
    found = _found(chat, said if isinstance(said, str) else "", request.place, person)
    audience = _together(found, asked_in(request.place, person))
    profiles = chat.known((*handles(request, "collaborators"), *handles(request, "approvers"), *found.people))
    beyond = tuple(
        sorted(
            handle
            for handle, one in profiles.items()
            if one.user != request.user and not _holds(chat, audience, one.user, one.outsider)
        )
    )
    if not beyond:
        return audience
    label = f"{audience.label}, and {', '.join('@' + one for one in beyond)}"
    return audience.model_copy(update={"also": beyond, "label": label, "first": audience.first or audience.label})


def handles(request: Request, name: str) -> tuple[str, ...]:
    """People whom an answer names, as the chat spells handles."""
    value = request.brief.value(name) if request.brief else None
    return tuple(one.lower() for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def strangers(chat: Chat, request: Request, name: str) -> tuple[str, ...]:
    """Those whom an answer names and the chat does not know."""
    asked = handles(request, name)
    here = chat.known(asked)
    return tuple(one for one in asked if one not in here)


@dataclass(frozen=True, slots=True)
class _Found:
    """What an answer names: places, people by their handles, and what nobody here is called."""

    parts: Sequence[tuple[Part, str]] = ()
    people: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def named(said: str) -> tuple[str, ...]:
    """The names that an answer holds: `#ops, @finance and @cy`."""
    return tuple(one.strip() for one in _BETWEEN.split(said) if one.strip())


def _found(chat: Chat, said: str, place: Place, person: str) -> _Found:
    parts, people, unknown = list[tuple[Part, str]](), list[str](), list[str]()
    for one in named(said):
        if part := _part(chat, one, place, person):
            parts.append(part)
        elif one[0] == "@" and chat.known((one[1:].lower(),)):
            people.append(one[1:].lower())
        else:
            unknown.append(one)
    return _Found(parts, tuple(people), tuple(unknown))


def _part(chat: Chat, said: str, place: Place, person: str) -> tuple[Part, str] | None:
    """One name, as the chat knows it; None when it knows no such channel or group."""
    name, here = _plain(said), asked_in(place, person)
    spoken: Sequence[tuple[frozenset[str], tuple[Part, str]]] = (
        (ME, (("me", person), "you")),
        (EVERYONE, (("org", ""), "everyone in the organisation")),
        (PUBLIC, (("public", ""), LINKED)),
        (HERE, ((here.kind, here.id), here.label)),
    )
    for words, part in spoken:
        if name in words:
            return part
    channel = None if said[0] == "@" else chat.channel_named(name)
    if channel is not None:
        return ((here.kind, here.id), here.label) if channel == here.id else (("channel", channel), f"#{name}")
    return (("group", name), f"@{name}") if said[0] != "#" and chat.group(name) else None


def _together(found: _Found, here: Audience) -> Audience:
    """Several places as one audience; the place it was asked in when the answers name nothing that we can see."""
    if not found.parts:
        return here
    for kind in ("public", "org"):
        if wide := next((one for one in found.parts if one[0][0] == kind), None):
            return Audience(kind=wide[0][0], id="", label=wide[1])
    several = dict(found.parts)
    # The owner is let in anyway.
    places = {part: label for part, label in several.items() if part[0] != "me"} or several
    return together([*places.items()])


def _plain(said: str) -> str:
    return said.strip().lstrip("#@").lower().removeprefix("the ").removesuffix(" team")


def known(chat: Chat, said: str) -> bool:
    """Whether an audience that was said is one that we can see, all of it."""
    return bool(said.strip()) and not unknown(chat, said)


def unknown(chat: Chat, said: str) -> tuple[str, ...]:
    """Of an audience that was said, what is no channel, group or person here, and neither everyone nor the asker."""
    return _found(chat, said, Place("", ""), "").unknown


def _holds(chat: Chat, audience: Audience, user: str, outsider: bool) -> bool:
    return any(holds(chat, part, user, outsider=outsider) for part in audience.parts)


def holds(chat: Chat, part: Part, user: str, *, outsider: bool) -> bool:
    """Whether a part of an audience lets this account in; `me` is nobody's account."""
    kind, name = part
    if kind == "channel":
        return user in chat.members(name)
    if kind == "group":
        return user in chat.group(name)
    return kind in ("org", "public") and not outsider


def includes(chat: Chat, audience: Audience, person: Person) -> bool:
    """Whether this account belongs to the audience now, asked of the chat live; ChatError when it cannot say."""

    def outside() -> bool:
        profile = chat.profile(person.user)
        return profile.outsider or profile.bot or profile.deleted

    return any(_lets_in(chat, part, person, outside) for part in audience.parts)


def _lets_in(chat: Chat, part: Part, person: Person, outside: Callable[[], bool]) -> bool:
    if part[0] == "me":
        return person.owns(part[1])
    return holds(chat, part, person.user, outsider=part[0] in ("org", "public") and outside())
