"""Checks: what an app of a template must do, whatever it was told; run before anybody is asked to look at it."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from templates.manifest import Frozen, Name

FEWEST = 3
"""Acceptance checks that each template has at least, without a condition."""
MOST_CHECKS, MOST_STEPS = 12, 12
OWNER = "owner"
CAST = (OWNER, "ana", "ben", "guest", "outsider")
"""Who is at every rehearsal: the owner, two members, and two whom the door does not let in."""
ANY_FORM = "/*"
"""As an action: the first form with something to fill in, on the first page or on one that it links to."""
STRANGERS = frozenset({"guest", "outsider"})

Sentence = Annotated[str, Field(min_length=1, max_length=160)]
Where = Annotated[str, Field(pattern=r"^/[^\s#]*$", max_length=300)]
"""A path with its query, below the app's origin."""
Texts = tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...]


class Conditional(Frozen):
    """What counts only for some answers: each is the name of a question of type `bool`, or of one that may be empty."""

    when: Name | None = None
    """Only where it was answered with yes, or with anything."""
    unless: Name | None = None
    """Only where it was not."""


class Step(Conditional):
    """One visit of a synthetic person, and what they must see. Exactly one of the first five says what they do.

    Texts may hold blanks: `{title}` and any other answer of one line, `{ana}` and the names of the others at the
    rehearsal, `{ana_handle}` and what they are known by. Without `status` the page must not be an error.
    """

    as_: Annotated[Name, Field(alias="as")] = OWNER
    get: Where | None = None
    follow: Where | None = None
    """The first link of the page that they saw last that begins so."""
    submit: Where | None = None
    """The form with this action, every field of it filled in with synthetic data."""
    again: bool = False
    """Exactly what was sent last, sent by this person."""
    time: Name | None = None
    """No visit: this time of the schedule has come."""
    on: Where | None = None
    """Where the form is; left out, on the page that they saw last if it is there, else at its action's own address."""
    with_: Annotated[dict[str, str], Field(alias="with")] = Field(default_factory=dict)
    """Fields that are filled in so."""
    types: str = ""
    """What is picked where it is offered, else typed into the first field that takes words."""
    empty: bool = False
    """Nothing is filled in but what `with` says."""
    press: str = ""
    """The value of the button that is pressed; left out, the first one."""
    status: tuple[int, ...] | int = ()
    sees: Texts = ()
    sees_not: Texts = ()
    sees_sent: bool | None = None
    """Whether the page holds every word that was typed into the form that was sent last; unsaid, either."""
    offers: tuple[Where, ...] = ()
    """A link or a form leads there."""
    offers_not: tuple[Where, ...] = ()
    rows: int | None = None
    """So many rows, besides the headings, has the CSV that they got."""
    tells: bool | None = None
    """Whether the thread was told something; unsaid, either."""

    @model_validator(mode="after")
    def _one_deed(self) -> "Step":
        said = (self.get, self.follow, self.submit, self.time, self.again or None)
        if sum(one is not None for one in said) != 1:
            raise ValueError("say one of get, follow, submit, again and time")
        return self


def _some(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if not 1 <= len(steps) <= MOST_STEPS:
        raise ValueError(f"there are {len(steps)}; write 1 to {MOST_STEPS}")
    return steps


class Check(Conditional):
    """A promise in words, and the steps that show whether it holds. It begins with an empty store."""

    says: Sentence
    steps: Annotated[tuple[Step, ...], AfterValidator(_some)]


class Private(Conditional):
    """What is written here is for the owner and whoever wrote it: a table, or one field of it."""

    table: Name
    field: Name | None = None
    also: tuple[Name, ...] = ()
    """Others at the rehearsal who may see it."""


class Clock(Frozen):
    """At what moment it is rehearsed, by answers of type `date` that are not empty; else it is now."""

    before: tuple[Name, ...] = ()
    after: tuple[Name, ...] = ()


class Retirement(Frozen):
    """What is written in these steps stands in the export, in these tables; afterwards nothing of it is left."""

    steps: Annotated[tuple[Step, ...], Field(max_length=MOST_STEPS)] = ()
    exports: tuple[Name, ...] = ()
    """Empty for an app that keeps nothing: then nothing may be kept."""
    may_be_bare: bool = False
    """There are answers for which nobody can write anything."""


def _enough(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    if not FEWEST <= len(checks) <= MOST_CHECKS:
        raise ValueError(f"there are {len(checks)}; write {FEWEST} to {MOST_CHECKS}")
    return checks


class Checks(Frozen):
    """A whole `checks.yaml`."""

    checks: Annotated[tuple[Check, ...], AfterValidator(_enough)]
    retirement: Retirement
    people: dict[Name, Name] = Field(default_factory=dict)
    """More people at the rehearsal, each with the question of type `people` whose first name is theirs."""
    private: tuple[Private, ...] = ()
    tells: bool = False
    """Whether what people write may be told in the thread; never what is private."""
    clock: Clock = Clock()
