"""Synthetic people and data: made from a template's own questions, columns and forms, and from a seed.

The same seed gives the same data. Nothing of it reaches anybody: addresses end in names that RFC 2606 reserves for
examples; telephone numbers are those that Ofcom ("numbers for drama use": 020 7946 0000-0999, 07700 900000-900999),
the NANPA (555-0100 to 555-0199) and the Bundesnetzagentur (Rufnummern für Medienproduktionen: 030 23125 000-999,
069 90009 000-999, 040 66969 000-999, 0221 4710 000-999, 089 99998 000-999) keep for fiction; IBANs have the check
digits 00, which ISO 13616 gives to none.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from templates.checks import CAST
from templates.manifest import FieldType
from templates.template import Question, Template

DOMAINS = ("example.com", "example.org", "example.net")
PHONES = (
    ("+44 20 7946 0{:03d}", 1000),
    ("+44 7700 900{:03d}", 1000),
    ("+1 {area} 555 01{:02d}", 100),
    ("+49 30 23125 {:03d}", 1000),
    ("+49 69 90009 {:03d}", 1000),
    ("+49 40 66969 {:03d}", 1000),
    ("+49 221 4710 {:03d}", 1000),
    ("+49 89 99998 {:03d}", 1000),
)
"""Ranges that are kept for fiction, each with how many numbers it has."""
AREAS = ("212", "312", "415", "604")
IBANS = (("DE", 18), ("GB", 18), ("FR", 23), ("AT", 16), ("NL", 14))
"""Countries, and how many characters follow the check digits."""
CANARY = "canary-"
"""Begins each canary: a word that nobody writes, looked for where it should not be."""
_FAMILIES = ("Birch", "Calder", "Dorn", "Ekman", "Falk", "Gray", "Hollis", "Iver", "Juhl", "Kestrel", "Linde", "Moss")
_FIRST = ("Ada", "Bo", "Cleo", "Dag", "Edda", "Finn", "Greta", "Hugo", "Iris", "Jon", "Kaja", "Leo", "Mara", "Nils")
_ADJECTIVES = ("quiet", "green", "early", "round", "small", "warm", "plain", "tall", "blue", "slow", "new", "wide")
_NOUNS = (
    "river",
    "bench",
    "lamp",
    "garden",
    "kettle",
    "bridge",
    "paper",
    "window",
    "harbour",
    "basket",
    "train",
    "map",
)
_CAST = {"owner": "Olga", "ana": "Ana", "ben": "Ben", "guest": "Gil", "outsider": "Ossi"}
_AROUND = 30
"""Days around today in which dates lie."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A synthetic person. `handle` is what an app may know them by."""

    role: str
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class Control:
    """What is to be filled in: a control of a form, or a column. `kind` is an HTML input's type, or a column's."""

    kind: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int = 300


class Synthetic:
    """A source of data: what it gives next depends on its seed and on what it gave before."""

    def __init__(self, seed: int, now: int, *, canaries: bool = True) -> None:
        """`now` is the UNIX second around which its dates lie; with `canaries`, one is planted in what people write."""
        self.plants = canaries
        self._random = random.Random(seed)
        self._now = now

    def person(self, role: str, handle: str = "") -> Someone:
        """Somebody in this role; by this handle, else by one that nobody has."""
        first = _CAST.get(role, role.capitalize())
        return Someone(role, f"{first} {self._random.choice(_FAMILIES)}", handle or f"rehearsal-{role}")

    def name(self) -> str:
        """The name of nobody in particular."""
        return f"{self._random.choice(_FIRST)} {self._random.choice(_FAMILIES)}"

    def words(self, longest: int = 300) -> str:
        """A few words."""
        pairs = (f"{self._random.choice(_ADJECTIVES)} {self._random.choice(_NOUNS)}" for _ in range(2))
        return " and ".join(pairs)[: max(1, longest)].rstrip()

    def canary(self) -> str:
        """A canary: as long and as random as a key, and unlike any other."""
        return f"{CANARY}{self._random.getrandbits(64):016x}"

    def email(self) -> str:
        """An address that nothing can be sent to."""
        name = self.name().lower().replace(" ", ".")
        return f"{name}{self._random.randrange(100)}@{self._random.choice(DOMAINS)}"

    def phone(self) -> str:
        """A number that rings nowhere."""
        pattern, count = self._random.choice(PHONES)
        return pattern.format(self._random.randrange(count), area=self._random.choice(AREAS))

    def iban(self) -> str:
        """A number that no bank can have given to anybody."""
        country, length = self._random.choice(IBANS)
        digits = "".join(str(self._random.randrange(10)) for _ in range(length))
        # Readers that take any check digits would take one in 97.
        letters = "".join(str(int(one, 36)) for one in country)
        wrong = int(f"{digits}{letters}00") % 97 != 1
        return f"{country}00{digits if wrong else f'{digits[:-1]}{(int(digits[-1]) + 1) % 10}'}"

    def number(self, least: float | None, most: float | None) -> int:
        """A whole number within the bounds; a small one where there are none."""
        low = int(least) if least is not None else min(1, int(most)) if most is not None else 1
        high = int(most) if most is not None else low + 20
        return self._random.randint(low, max(low, min(high, low + 20)))

    def moment(self) -> datetime:
        """Some moment around now."""
        day = datetime.fromtimestamp(self._now, UTC) + timedelta(days=self._random.randint(-_AROUND, _AROUND))
        return day.replace(hour=self._random.randrange(24), minute=self._random.choice((0, 15, 30, 45)), second=0)

    def one_of(self, choices: Sequence[str]) -> str:
        """One of them."""
        return self._random.choice(choices)

    def some_of(self, choices: Sequence[str]) -> list[str]:
        """One or more of them, in their order."""
        wanted = set(self._random.sample(range(len(choices)), self._random.randint(1, len(choices))))
        return [one for place, one in enumerate(choices) if place in wanted]

    def value(self, control: Control) -> str:
        """What somebody types into a control, or picks; for `checkboxes` and others with choices one of these."""
        if control.choices:
            return self.one_of(control.choices)
        typed = {
            "email": self.email,
            "tel": self.phone,
            "url": lambda: f"https://{self.one_of(DOMAINS)}/{self._random.randrange(1000)}",
            "date": lambda: self.moment().date().isoformat(),
            "time": lambda: self.moment().strftime("%H:%M"),
            "datetime-local": lambda: self.moment().strftime("%Y-%m-%dT%H:%M"),
            "month": lambda: self.moment().strftime("%Y-%m"),
            "person": self.name,
            "iban": self.iban,
        }.get(control.kind)
        if control.kind in ("number", "range", "money"):
            return str(self.number(control.least, control.most))
        return typed() if typed else self.words(control.longest)


def cast(synthetic: Synthetic, handles: Mapping[str, str]) -> tuple[Someone, ...]:
    """Everybody at a rehearsal: those who always are, and those whom answers name, by their handles."""
    return tuple(synthetic.person(role, handles.get(role, "")) for role in (*CAST, *sorted(set(handles) - set(CAST))))


def row(fields: Mapping[str, FieldType], synthetic: Synthetic) -> dict[str, JsonValue]:
    """A row of a table, by its columns."""
    return {name: _cell(kind, synthetic) for name, kind in fields.items()}


def _cell(kind: FieldType, synthetic: Synthetic) -> JsonValue:
    if kind == "checkbox":
        return bool(synthetic.number(0, 1))
    if kind in ("number", "money"):
        return synthetic.number(None, None)
    return [synthetic.words(40)] if kind == "choices" else synthetic.value(Control(kind))


FORMULAS = ("total = price * count", "cost = distance / 100 * consumption * price", "share = (part + rest) / 2")


def answers(template: Template, seed: int, now: int) -> dict[str, JsonValue]:
    """Answers that the template takes, one for each question but those of the platform's that have a default."""
    synthetic = Synthetic(seed, now)
    return {
        one.name: _answer(one, synthetic)
        for one in template.questions
        if one.name not in ("audience", "collaborators", "budget_tag", "retention_days")
    }


def _answer(question: Question, synthetic: Synthetic) -> JsonValue:
    least, most = question.min, question.max
    match question.type:
        case "int" | "float":
            return synthetic.number(least, most)
        case "bool":
            return bool(synthetic.number(0, 1))
        case "date" | "time":
            return synthetic.value(Control(question.type))
        case "choice":
            return synthetic.one_of(question.choices)
        case "choices":
            return list[JsonValue](synthetic.some_of(question.choices))
        case "formula":
            return synthetic.one_of(FORMULAS)
        case "people":
            return [f"{synthetic.name().lower().replace(' ', '.')}{place}" for place in range(_several(least, most))]
        case "strings":
            return [f"{synthetic.words(60)} {place}" for place in range(_several(least, most))]
        case "fields":
            return [["What", "text"], ["How many", "number"], ["When", "date"], ["More", "long_text"]]
        case _:
            return synthetic.words(int(most) if most is not None else 120)


def _several(least: float | None, most: float | None) -> int:
    return max(int(least or 0), min(3, int(most) if most is not None else 3))
