"""Audience: who may open an app."""

from typing import Literal

from templates.manifest import Frozen

Kind = Literal["me", "channel", "group", "org", "public"]


class Audience(Frozen):
    """Who may open an app. `id` is a channel id, a group's handle or a person's id; `label` is for people to read."""

    kind: Kind
    id: str = ""
    label: str = ""
    also: tuple[str, ...] = ()
    """Handles of people let in besides: collaborators, and whom the app itself names, from elsewhere."""

    def widens(self, asked_in: "Audience") -> bool:
        """Whether this lets in anybody beyond the place where the app was asked for."""
        if self.also:
            return True
        if self.kind == "me":
            return False
        return (self.kind, self.id) != (asked_in.kind, asked_in.id)
