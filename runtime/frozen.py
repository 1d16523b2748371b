"""Frozen: what operators stopped, as workers, the broker and control read it. Pure but for one SELECT."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

EVERYTHING = "*"
SAYS = "frozen: "
"""How what an app is told begins."""
STANDING = """
SELECT workspace, kind, name, frozen_at FROM freeze_line WHERE thawed_at IS NULL ORDER BY frozen_at, id
"""
WHOSE = "SELECT workspace, template FROM app WHERE id = ?"
_ASKED_FOR = re.compile(rf"\w*Error: {SAYS}(?P<name>[^\s;]+): ")
"""An app's own error, when the host or the broker said so and the app did not catch it."""


@dataclass(frozen=True, slots=True)
class Still:
    """One thing that stands still, and since when."""

    workspace: str
    kind: str
    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """All that stands still, what was frozen first coming first."""

    stills: tuple[Still, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stills)

    def app(self, workspace: str, app: str, templates: Collection[str]) -> int:
        """Since when an app made of these templates stands still, by itself or with them; 0 when it does not."""
        return next(
            (
                one.since
                for one in self.stills
                if one.workspace == workspace
                and (
                    (one.kind == "app" and one.name in (app, EVERYTHING))
                    or (one.kind == "template" and any(made_of(one.name, ref) for ref in templates))
                )
            ),
            0,
        )

    def template(self, ref: str, workspace: str = "") -> int:
        """Since when no new app is made of `name@version`, in any workspace when none is named; 0 when they are."""
        return next(
            (
                one.since
                for one in self.stills
                if one.kind == "template" and workspace in ("", one.workspace) and made_of(one.name, ref)
            ),
            0,
        )

    def capabilities(self, workspace: str) -> Mapping[str, int]:
        """The names of capabilities that stand still, each with since when."""
        return {one.name: one.since for one in self.stills if (one.workspace, one.kind) == (workspace, "capability")}

    def model(self, name: str) -> int:
        """Since when the model with this name is not asked; 0 when it is. A process has one, for all workspaces."""
        return next((one.since for one in self.stills if one.kind == "model" and one.name in (name, EVERYTHING)), 0)


def read(execute: Callable[[str], Iterable[Any]]) -> Frozen:
    """What stands still now, by a connection's own way to execute a query."""
    return Frozen(tuple(Still(*row) for row in execute(STANDING)))


def made_of(name: str, ref: str) -> bool:
    """Whether a template that is named, with its version or without, is this `name@version`."""
    return bool(ref) and name in (EVERYTHING, ref, ref.partition("@")[0])


def since(stilled: Mapping[str, int], capability: str) -> int:
    """Since when a capability stands still, by its own name, its kind's or with all of them; 0 when it does not."""
    plain = {name.removesuffix(":443"): at for name, at in stilled.items()}
    found = (plain.get(name) for name in (capability.removesuffix(":443"), capability.partition(":")[0], EVERYTHING))
    return min((at for at in found if at), default=0)


def refusal(capability: str, at: int) -> str:
    """What an app is told that asks for it."""
    when = f"the platform's operators switched it off on {moment(at)}"
    return f"{SAYS}{capability}: {when}; it comes back when they let it"


def moment(at: int) -> str:
    """A date and time that need no looking up: `7 December 2026, 10:00 UTC`."""
    found = datetime.fromtimestamp(at, UTC)
    return f"{found.day} {found:%B %Y, %H:%M} UTC"


def asked_for(stilled: Mapping[str, int], detail: str) -> tuple[str, int] | None:
    """What that stands still a Call ended for, and since when; an app that only says so is not believed."""
    told = _ASKED_FOR.match(detail)
    at = since(stilled, told["name"]) if told else 0
    return (told["name"].partition(":")[0], at) if told and at else None
