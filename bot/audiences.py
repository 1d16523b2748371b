"""Who may open an app: the asker's words turned into an Audience, and an Audience into people."""

from bot.chat import Chat, Place
from bot.people import Person
from bot.requests import Request
from templates.audience import Audience

EVERYONE = frozenset({"everyone", "everybody", "all", "org", "organisation", "organization", "company", "alle"})


ME = frozenset({"me", "myself", "mich"})


def asked_in(place: Place, person: str) -> Audience:
    """The people of the channel it was asked in; in a direct message, the asker alone."""
    if place.kind == "dm":
        return Audience(kind="me", id=person, label="you")
    return Audience(kind="channel", id=place.channel, label="the people in this channel")


def wanted(chat: Chat, request: Request, person: str, otherwise: str = "") -> Audience:
    """The audience that the answers name, resolved live, and with it the people they name from elsewhere.

    `otherwise` is what an answer would name, where they name none.
    """
    audience = _named(chat, request, person, otherwise)
    profiles = chat.known((*handles(request, "collaborators"), *handles(request, "approvers")))
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
    return audience.model_copy(update={"also": beyond, "label": label})


def handles(request: Request, name: str) -> tuple[str, ...]:
    """People whom an answer names, as the chat spells handles."""
    value = request.brief.value(name) if request.brief else None
    return tuple(one.lower() for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def strangers(chat: Chat, request: Request, name: str) -> tuple[str, ...]:
    """Those whom an answer names and the chat does not know."""
    asked = handles(request, name)
    here = chat.known(asked)
    return tuple(one for one in asked if one not in here)


def _holds(chat: Chat, audience: Audience, user: str, outsider: bool) -> bool:
    if audience.kind == "channel":
        return user in chat.members(audience.id)
    if audience.kind == "group":
        return user in chat.group(audience.id)
    return audience.kind in ("org", "public") and not outsider


def _named(chat: Chat, request: Request, person: str, otherwise: str = "") -> Audience:
    """The place it was asked in when the answers name nothing that we can see."""
    here = asked_in(request.place, person)
    said = (request.brief.value("audience") if request.brief else None) or otherwise
    if not isinstance(said, str) or not said.strip():
        return here
    name = _plain(said)
    if name in ME:
        return Audience(kind="me", id=person, label="you")
    if name in EVERYONE:
        return Audience(kind="org", label="everyone in the organisation")
    channel = chat.channel_named(name)
    if channel is not None:
        return here if channel == here.id else Audience(kind="channel", id=channel, label=f"#{name}")
    if chat.group(name):
        return Audience(kind="group", id=name, label=f"@{name}")
    return here


def _plain(said: str) -> str:
    return said.strip().lstrip("#@").lower().removeprefix("the ").removesuffix(" team")


def known(chat: Chat, said: str) -> bool:
    """Whether an audience that was said is one that we can see: a channel, a group, everyone, or the asker alone."""
    name = _plain(said)
    return name in ME | EVERYONE or chat.channel_named(name) is not None or bool(chat.group(name))


def includes(chat: Chat, audience: Audience, person: Person) -> bool:
    """Whether this account belongs to the audience now, asked of the chat live; ChatError when it cannot say."""
    if audience.kind == "me":
        return person.owns(audience.id)
    if audience.kind in ("channel", "group"):
        return _holds(chat, audience, person.user, outsider=False)
    profile = chat.profile(person.user)
    return _holds(chat, audience, person.user, profile.outsider or profile.bot or profile.deleted)
