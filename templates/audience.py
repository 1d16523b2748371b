"""Audience: who may open an app."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from templates.manifest import Frozen

Kind = Literal["me", "channel", "group", "org", "public"]
Part = tuple[Kind, str]
"""A kind and an id: the smallest thing that an app is open to."""
MOST = 8
"""Channels and groups that one app may be open to at once."""


class Opening(Frozen):
    """One more channel or group, as `Audience` names its first."""

    kind: Literal["channel", "group"]
    id: str
    label: str = ""


class Audience(Frozen):
    """Who may open an app. `id` is a channel id, a group's handle or a person's id; `label` is for people to read."""

    kind: Kind
    id: str = ""
    label: str = ""
    """All of it in words."""
    also: tuple[str, ...] = ()
    """Handles of people let in besides: collaborators, and whom the app itself names, from elsewhere."""
    more: Annotated[tuple[Opening, ...], Field(max_length=MOST - 1)] = ()
    """Channels and groups besides the first."""
    first: str = ""
    """The first one's own label, where there are more."""

    @property
    def parts(self) -> Mapping[Part, str]:
        """All that it is open to, each with what people call it; without those who are named one by one."""
        rest: Mapping[Part, str] = {(one.kind, one.id): one.label for one in self.more}
        return {(self.kind, self.id): self.first or self.label, **rest}

    def widens(self, asked_in: "Audience") -> bool:
        """Whether this lets in anybody beyond the place where the app was asked for."""
        if self.also:
            return True
        return any(part[0] != "me" and part not in asked_in.parts for part in self.parts)

    def within(self, other: "Audience", owner: str = "") -> bool:
        """Whether this lets in nobody whom the other does not, whoever comes into a channel or a group later.

        `owner` is let in by every audience. A channel is not within the organisation: guests may be in it.
        """
        if other.kind == "public":
            return True
        kept = set(other.parts) | {("me", owner)}
        return set(self.parts) <= kept and set(self.also) <= set(other.also)

    def both(self, other: "Audience", owner: str) -> "Audience":
        """Whom this and the other let in by name, and nobody else; `owner`, whom both do, when that is nobody.

        For what goes live again: what was narrowed since stays narrow, and what was widened was so for another bundle.
        """
        if "public" in (self.kind, other.kind):
            return self if other.kind == "public" else other
        places = [(part, label) for part, label in self.parts.items() if part in other.parts]
        people = tuple(one for one in self.also if one in other.also)
        if not places:
            places = [(("me", owner), "you")]
        found = together(places)
        if not people:
            return found
        label = f"{found.label}, and {', '.join('@' + one for one in people)}"
        return found.model_copy(update={"also": people, "label": label, "first": found.first or found.label})

    @model_serializer(mode="wrap")
    def _dumped(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What was never said stays unsaid, so that Proposals from before it keep their digests."""
        unsaid = {name for name in ("more", "first") if not getattr(self, name)}
        return {name: value for name, value in dump(self).items() if name not in unsaid}


def together(places: Sequence[tuple[Part, str]]) -> Audience:
    """Several places, each with what people call it, as one audience; `MOST` at most, the others are left out."""
    (part, label), *rest = places[:MOST]
    more = tuple(Opening.model_validate({"kind": one[0], "id": one[1], "label": called}) for one, called in rest)
    if not more:
        return Audience(kind=part[0], id=part[1], label=label)
    *most, last = [label, *(called for _, called in rest)]
    return Audience(kind=part[0], id=part[1], label=f"{', '.join(most)} and {last}", more=more, first=label)
