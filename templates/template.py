"""A Template: a kind of app, the questions it asks, files with blanks, the capabilities it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import Field, JsonValue

from templates.checks import Checks
from templates.manifest import (
    MOST_TIMES,
    DataClass,
    Digest,
    EgressCapability,
    FieldType,
    Frozen,
    Lifecycle,
    Limits,
    MailCapability,
    Name,
    NotifyCapability,
    Time,
)

AnswerType = Literal[
    "string",
    "text",
    "int",
    "float",
    "bool",
    "date",
    "time",
    "choice",
    "choices",
    "strings",
    "people",
    "fields",
    "formula",
    "rule",
]
"""What an answer holds once settled (`templates.answers`):

`string` one line; `text` several lines; `int`; `float`; `bool`; `date` an ISO date, with `THH:MM` or without;
`time` a time of day, `HH:MM`; `choice` one of the question's choices; `choices` a list of some, in their order;
`strings` a list of lines; `people` a list of handles without `@`; `fields` a list of
`{key, name, type, choices, required}`, the columns of a table (`key` names the column); `formula` a
`{text, result, names, tree, units, unit, example}` and `rule` a `{text, names, tree, currency, examples}`, as
`templates.logic` reads them.
"""


Language = Literal["English", "Deutsch"]
"""A language that apps speak, as it calls itself, and as a form offers it."""


class Question(Frozen):
    """One thing a template wants to know."""

    name: Name
    label: str
    type: AnswerType
    help: str = ""
    required: bool = False
    """Without an answer and without a default the app cannot be built."""
    default: JsonValue = None
    """The answer when nobody gave one; None when there is none."""
    default_from: tuple[Name, ...] = ()
    """Questions whose answer stands in for this one, before its default: the first that has any, shortened to fit."""
    over: tuple[Name, ...] = ()
    """Of a formula, the question of type `strings` that lists its numbers with their units. Of a rule, those of type
    `people`, two of whom it needs, and of type `choice`, the currency of its amounts."""
    ahead: bool = False
    """Of a date: one that has passed makes no sense when it is given."""
    choices: tuple[str, ...] = ()
    min: float | None = None
    """Least number, or least entries of a list."""
    max: float | None = None
    """Greatest number, or most characters of a text, or most entries of a list."""
    ask: bool = True
    """Whether a form shows it. What is not asked can still be said."""
    privileged: bool = False
    """It gives people power over others, so a guessed value needs a confirmation."""


class TableShape(Frozen):
    """A table of the app's store, as far as it is known before the answers are."""

    fields: dict[Name, FieldType] = Field(default_factory=dict)
    fields_from: Name | None = None
    """The question of type `fields` whose entries become further columns."""
    anonymous_when: Name | None = None
    """The question of type `bool` that, answered yes, keeps the table's rows without author and hour."""
    per_user: bool = False
    """Each visitor has rows of their own, and nobody else's."""
    scrub: bool = False
    """Secrets in what people write are taken out before a row is kept."""


class StoreShape(Frozen):
    """The store that the app will declare."""

    kind: Literal["store"] = "store"
    tables: dict[Name, TableShape]


class NotifyShape(NotifyCapability):
    """The messages that the app will declare."""

    when: Name | None = None
    """The question of type `bool` that has to be answered yes for them; without one every app has them."""


class TimeShape(Time):
    """A time of the app's schedule. `every` and `at` hold where the answers that could say so are empty."""

    every_from: Name | None = None
    """The question of type `choices` whose days of the week, by their first three letters, are meant."""
    at_from: Name | None = None
    """The question of type `time` that says when."""

    when: Name | None = None
    """The question of type `bool` that, answered yes, sets this time; without one it is set in every app."""


class ScheduleShape(Frozen):
    """The schedule that the app will declare, unless no time of it is set."""

    kind: Literal["schedule"] = "schedule"
    times: Annotated[dict[Name, TimeShape], Field(min_length=1, max_length=MOST_TIMES)]


Need = Annotated[
    StoreShape | EgressCapability | MailCapability | NotifyShape | ScheduleShape, Field(discriminator="kind")
]

PLATFORM: tuple[Question, ...] = (
    Question(name="title", label="Title", type="string", required=True, max=120),
    Question(
        name="collaborators",
        label="Collaborators",
        type="people",
        help="Who else may see the results and change the app.",
        default=[],
        max=20,
        privileged=True,
    ),
    Question(
        name="audience",
        label="Who may open it",
        type="string",
        help="A channel or group, or several. Empty: the people in the channel where it was asked for.",
        default="",
        max=200,
        ask=False,
        privileged=True,
    ),
    Question(
        name="language",
        label="Language",
        type="choice",
        help="What the app's own words are in.",
        choices=get_args(Language),
        default="English",
        ask=False,
    ),
    Question(
        name="retention_days",
        label="Days to keep entries",
        type="int",
        default=90,
        min=1,
        max=3650,
        ask=False,
    ),
    Question(
        name="budget_tag",
        label="Billing tag",
        type="string",
        help="Whose budget pays for it. Empty: the channel or team where it was asked for.",
        default="",
        max=80,
        ask=False,
    ),
)
"""What the platform wants to know of every app. A template may narrow these, never drop them."""


@dataclass(frozen=True, eq=False)
class Template:
    """One version of one template, whole. Equal digests give equal bundles for equal answers; compare those."""

    name: str
    version: str
    kind: str
    """The kind in the catalogue that this template builds; empty when it is only asked for by name."""
    owner: str
    description: str
    questions: tuple[Question, ...]
    """Title first, then the template's own, then the platform's others."""
    needs: tuple[Need, ...]
    limits: Limits
    lifecycle: Lifecycle
    data_class: DataClass
    secrets: tuple[str, ...]
    policies: tuple[str, ...]
    runtimes: tuple[str, ...]
    files: Mapping[str, bytes]
    """Path to bytes. `*.j2` are rendered and lose that ending; `static/` goes out as it stands."""
    fragments: Mapping[str, bytes]
    """What `files` may include, by name."""
    digest: Digest
    """Over every byte that shapes a bundle: the version folder without its golden files, and what it builds on."""
    checks: Checks | None = None
    """What its apps must do, its own or its base's; None when nobody wrote that down."""
    notes: tuple[str, ...] = ()
    """What the shelf's keeper should put right, each with the fix."""
    pinned: Mapping[str, Digest] = field(default_factory=dict)
    """The fragments it is made with, directly or not, by `name@version`: which bytes of each."""
    base: str = ""
    """The `name@version` of the template that it builds on."""

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @property
    def asked(self) -> tuple[Question, ...]:
        """What a form shows, in order."""
        return tuple(one for one in self.questions if one.ask)

    def question(self, name: str) -> Question | None:
        """The question with this name, or None."""
        return next((one for one in self.questions if one.name == name), None)
