"""Roles: what somebody may do with an app, decided in one place. Pure: who they are is found out in `bot.who.rights`.

A role is never kept: asker, owner and editor follow from rows, the others from what the chat says at that moment. What
no role of theirs may do, nobody may.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.who.people import Person
from bot.wording.freeze_words import FORBIDDEN
from guardrails.admission import OUTSIDE
from runtime.members import Given

Role = Literal["asker", "owner", "editor", "viewer", "approver", "operator", "auditor", "lead", "receiver"]
Act = Literal[
    "open",
    "results",
    "choose",
    "want",
    "answer",
    "publish",
    "discard",
    "retry",
    "plead",
    "sent",
    "look",
    "run",
    "roll",
    "keep",
    "archive",
    "retire",
    "restore",
    "decide",
    "give",
    "audit",
    "freeze",
    "thaw",
    "audience",
    "share",
    "vouch",
    "people",
    "hand",
    "receive",
    "adopt",
]
MAKERS: frozenset[Role] = frozenset({"asker", "owner", "editor"})
KEEPERS: frozenset[Role] = frozenset({"owner", "editor"})
MAY: Mapping[Act, frozenset[Role]] = {
    "open": frozenset({"owner", "editor", "viewer", "approver"}),
    "results": KEEPERS,
    "choose": frozenset({"asker"}),
    "want": frozenset({"asker"}),
    "discard": frozenset({"asker"}),
    "sent": frozenset({"asker"}),
    "answer": MAKERS,
    "publish": MAKERS,
    "retry": MAKERS,
    "plead": MAKERS,
    "keep": KEEPERS | {"lead", "operator"},
    "archive": KEEPERS | {"operator"},
    "retire": KEEPERS | {"operator"},
    "restore": KEEPERS,
    "look": KEEPERS | {"operator"},
    "run": KEEPERS | {"operator"},
    "roll": KEEPERS | {"operator"},
    "decide": frozenset({"approver"}),
    "give": frozenset({"approver"}),
    "audit": frozenset({"auditor"}),
    "freeze": frozenset({"operator"}),
    "thaw": frozenset({"operator"}),
    "audience": KEEPERS,
    "share": KEEPERS | {"viewer"},
    "vouch": frozenset({"lead", "operator"}),
    "people": frozenset({"owner"}),
    "hand": frozenset({"owner"}),
    "receive": frozenset({"receiver"}),
    "adopt": frozenset({"editor", "viewer"}),
}
"""Whose right each act is; `docs/roles.md` shows this table."""
STEERING = MAKERS
"""What an outsider can be in a channel that allows it; elsewhere they can look at most."""
INSIDE: frozenset[Act] = frozenset({"decide", "give", "adopt"})
"""What no outsider does, whatever they are to an app."""
PLATFORM: frozenset[Role] = frozenset({"operator", "auditor", "lead"})
"""Roles that `SLIPWAY_ROLES` gives to groups, for every app."""
_ONLY, _MAKERS = "Only <@{asker}>", "Only <@{asker}>, who asked for this, and the collaborators can do that."
REFUSED: Mapping[Act, str] = {
    "choose": _ONLY + ", who asked for this, can do that.",
    "want": _ONLY + ", who asked for this, can do that.",
    "discard": _ONLY + ", who asked for this, can do that.",
    "answer": _MAKERS,
    "publish": _MAKERS,
    "retry": _MAKERS,
    "plead": _MAKERS,
    "sent": _ONLY + ", who asked for this, can see what was sent: it holds their own words.",
    "look": _ONLY + ", operators and the collaborators can look: an app's log may tell of its visitors.",
    "archive": _ONLY + ", operators and the collaborators can do that.",
    "retire": _ONLY + ", operators and the collaborators can do that.",
    "run": _ONLY + ", operators and the collaborators can do that.",
    "freeze": FORBIDDEN,
    "thaw": FORBIDDEN,
    "roll": _ONLY + ", operators and the collaborators can do that.",
    "share": "Only people who may open this app can share it.",
    "keep": _ONLY + ", team leads, operators and the collaborators can do that.",
    "vouch": "Only team leads and operators can agree to that. Who they are stands in the setting SLIPWAY_ROLES.",
    "people": _ONLY + ", whose app it is, can do that.",
    "hand": _ONLY + ", whose app it is, can do that.",
    "audit": "Only auditors can read an app's record. Who they are stands in the setting SLIPWAY_ROLES.",
}
"""What somebody is told whose role it is not; of any other act, that it is the asker's and the collaborators'."""
_USUAL = _ONLY + " and the collaborators can do that."


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted upon, as far as it says who may."""

    asker: str | None
    """The Person who asked; `user` is the chat's id of that account."""
    user: str
    owner: str | None = None
    editors: frozenset[str] = frozenset()
    """Handles, in small letters."""
    given: Mapping[str, Given] = field(default_factory=dict)
    """Roles that an owner gave, by Person id; `none` takes away what would follow from the answers."""
    keeper: str = ""
    """The chat's id of the owner's account, when that is not who asked."""
    published: bool = False
    """Whether something of it is live; before that, whom the answers name has not been approved by anybody."""
    welcoming: bool = False
    """Whether guests and partners may steer here: its channel is named in `SLIPWAY_GUEST_CHANNELS`."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether somebody may, and the reason: the roles that allow it, or a sentence for whoever is refused."""

    allowed: bool
    why: str


def outsider(person: Person) -> str:
    """`guest`, `partner`, or empty for a member."""
    return "partner" if person.partner else "guest" if person.guest else ""


def roles(person: Person, subject: Subject, held: frozenset[Role]) -> frozenset[Role]:
    """What they are to this app. `held` are the roles that the chat gives them now."""
    if person.bot or person.deleted:
        return frozenset()
    found: set[Role] = set(held)
    given = {role for one, role in subject.given.items() if person.owns(one)}
    if person.owns(subject.asker) and "none" not in given:
        found.add("asker")
    if person.owns(subject.owner) or "owner" in given:
        found.add("owner")
    # Another organisation may have somebody of the same handle.
    named = person.handle.lower() in subject.editors and not person.partner and "none" not in given
    if named or "editor" in given:
        found.add("editor")
    if person.outsider:
        found &= {"viewer"} | (STEERING if subject.welcoming else frozenset())
    return frozenset(found)


def may(person: Person, act: Act, subject: Subject, held: frozenset[Role] = frozenset()) -> Ruling:
    """Whether this person may do this."""
    allowing = frozenset() if person.outsider and act in INSIDE else roles(person, subject, held) & MAY[act]
    if person.outsider and act != "open":
        allowing -= {"viewer"}
    if allowing:
        return Ruling(True, ", ".join(sorted(allowing)))
    return Ruling(False, _why(person, act, subject))


def _why(person: Person, act: Act, subject: Subject) -> str:
    who = OUTSIDE.get(outsider(person), "")
    if who and act == "adopt":
        return f"{who} cannot adopt apps. Please ask a member of this workspace."
    if who and act in INSIDE:
        return f"{who} never approve. Please ask a member of this workspace."
    if who and not subject.welcoming:
        return f"{who} cannot steer apps here. Please ask a member of this workspace."
    if person.bot or person.deleted:
        return "Only people of this workspace can do that."
    asker = subject.user if MAY[act] & {"asker"} else subject.keeper or subject.user
    return REFUSED.get(act, _USUAL).format(asker=asker)
