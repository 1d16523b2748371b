"""Unmet demand: a kind of app that people wanted and the shelf does not have, who wants it, and what became of it.

Every Request for which nothing fits is noticed; only who presses *Ask for this kind* is counted as wanting it, and
only then do their words leave their thread. Whoever wants the same joins the one that is there.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, select

OTHER = "other"
"""The kind of what is no kind of the catalogue."""
LONGEST, MOST_KEYS = 300, 12
"""Characters of the words that are kept, and words of a key."""
ALIKE = 0.6
"""The share of key words in common from which two wishes are one."""
LOOKED_AT = 1000
"""Open wishes, newest first, that a new one is held against."""
_SMALL = """
the and for with that this from into need want would like please make build create have has can could you our all their
them they are who where what which app apps tool tools something some small simple people everyone team able
ich wir ihr sie der die das den dem des ein eine einen einem einer und oder fuer für mit von bitte brauche brauchen
hätte haette gern gerne möchte moechte werkzeug etwas wo man kann können koennen alle unser unsere unserem jeder leute
baue bau mach mache
"""
_SAYS_NOTHING = frozenset(_SMALL.split())
_ENDINGS = re.compile(r"(?<=\w{4})(?:ings?|ers?|en|es|s|e|n)$")
_NUMBER = re.compile(r"d?-?(\d{1,9})", re.IGNORECASE)


class DemandRow(SQLModel, table=True):
    __tablename__ = "demand"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    workspace: str = Field(index=True)
    kind: str
    key: str
    words: str
    lacks: str = ""
    created_at: int
    filed_at: int | None = None
    closed_at: int | None = None
    met_with: str = ""
    why: str = ""


class VoiceRow(SQLModel, table=True):
    """One Request that wanted it, or one press of +1; `asked` is whether somebody said so themselves."""

    __tablename__ = "demand_voice"

    key: str = Field(primary_key=True)
    workspace: str
    person: str
    demand: int = Field(index=True)
    request: str | None = None
    asked: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Demand:
    """One wish. `people` is how many asked for it; `noticed` how many Requests came to nothing for want of it."""

    id: int
    workspace: str
    kind: str
    words: str
    lacks: str
    created_at: int
    filed_at: int | None
    closed_at: int | None
    met_with: str
    why: str
    people: int
    noticed: int

    @property
    def name(self) -> str:
        """What people call it: `D-12`."""
        return f"D-{self.id}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one Request wanted. `words` are scrubbed; `kind` is of the catalogue, or `OTHER`."""

    request: str
    workspace: str
    person: str
    words: str
    kind: str = OTHER
    lacks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """What is wanted and not there: open wishes that were filed, who asked for them, Requests that came to nothing."""

    wishes: int
    people: int
    noticed: int


def number(text: str) -> int | None:
    """The number in `D-12`, as somebody types it; None for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else None


def key_of(text: str) -> str:
    """The words that say what is wanted, without endings, each once and sorted: equal for what is asked alike."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    said = [one for one in re.findall(r"[^\W\d_]{3,40}", plain) if one not in _SAYS_NOTHING]
    stems = dict.fromkeys(_ENDINGS.sub("", one) for one in said)
    return " ".join(sorted(list(stems)[:MOST_KEYS]))


def alike(one: str, other: str) -> bool:
    """Whether two keys are of the same wish."""
    first, second = set(one.split()), set(other.split())
    both = len(first & second)
    return both > 0 and both / len(first | second) >= ALIKE


def notice(session: Session, wish: Wish, now: int) -> None:
    """Keep that a Request came to nothing, once a Request; it does not count as asked for."""
    if session.get(VoiceRow, wish.request) is None:
        _speak(session, wish.request, _same(session, wish) or _new(session, wish, now), wish, now, asked=False)


def ask(session: Session, wish: Wish, now: int) -> Demand | None:
    """The asker says that they want it; None when they said so of this Request before.

    The words of a wish are those of the first who asked: nobody else's are shown around.
    """
    voice = session.get(VoiceRow, wish.request)
    if voice is not None and voice.asked:
        return None
    row = session.get(DemandRow, voice.demand) if voice else None
    if row is None or row.closed_at is not None:
        row = _same(session, wish) or _new(session, wish, now)
    if voice is None:
        voice = _speak(session, wish.request, row, wish, now, asked=True)
    assert row.id is not None
    voice.asked, voice.demand, voice.person = True, row.id, wish.person
    if row.filed_at is None:
        row.filed_at, row.words, row.key = now, wish.words[:LONGEST], key_of(wish.words)
        row.lacks = ", ".join(wish.lacks)
    session.add_all((row, voice))
    session.flush()
    return get(session, row.id)


def also(session: Session, demand: Demand, person: str, now: int) -> bool:
    """Somebody wants it as well; False when they said so before, by whichever way."""
    said = select(VoiceRow.key).where(VoiceRow.demand == demand.id, VoiceRow.person == person, col(VoiceRow.asked))
    if session.exec(said).first() is not None:
        return False
    key = f"also:{demand.id}:{person}"
    session.add(
        VoiceRow(key=key, workspace=demand.workspace, person=person, demand=demand.id, asked=True, created_at=now)
    )
    session.flush()
    return True


def close(session: Session, demand: Demand, now: int, *, met_with: str = "", why: str = "") -> None:
    """It is on the shelf now, or never will be."""
    row = session.get_one(DemandRow, demand.id)
    row.closed_at, row.met_with, row.why = now, met_with, why
    session.add(row)
    session.flush()


def get(session: Session, demand: int) -> Demand | None:
    """The wish of this number."""
    row = session.get(DemandRow, demand)
    return _view(row, session.exec(select(VoiceRow).where(VoiceRow.demand == demand)).all()) if row else None


def of_request(session: Session, request: str) -> Demand | None:
    """The wish that this Request's asker asked for; None while they did not."""
    voice = session.get(VoiceRow, request)
    return get(session, voice.demand) if voice and voice.asked else None


def askers(session: Session, demand: int) -> tuple[str, ...]:
    """The Requests whose askers asked for it, oldest first."""
    rows = (
        select(VoiceRow.request)
        .where(VoiceRow.demand == demand, col(VoiceRow.asked))
        .order_by(col(VoiceRow.created_at), col(VoiceRow.key))
    )
    return tuple(one for one in session.exec(rows) if one)


def every(session: Session, workspace: str = "", *, closed: bool = False) -> tuple[Demand, ...]:
    """Every wish, what most people want first; `closed` ones only when asked for."""
    voices: dict[int, list[VoiceRow]] = {}
    for voice in session.exec(select(VoiceRow)):
        voices.setdefault(voice.demand, []).append(voice)
    rows = [one for one in session.exec(select(DemandRow)) if workspace in ("", one.workspace)]
    seen = [_view(one, voices.get(one.id or 0, [])) for one in rows if closed or one.closed_at is None]
    return tuple(sorted(seen, key=lambda one: (-one.people, -one.noticed, one.id)))


def unmet(session: Session, workspace: str = "") -> Unmet:
    """How much is wanted and not there."""
    found = every(session, workspace)
    filed = [one for one in found if one.filed_at is not None]
    return Unmet(len(filed), sum(one.people for one in filed), sum(one.noticed for one in found))


def _view(row: DemandRow, voices: Sequence[VoiceRow]) -> Demand:
    assert row.id is not None
    return Demand(
        id=row.id,
        workspace=row.workspace,
        kind=row.kind,
        words=row.words,
        lacks=row.lacks,
        created_at=row.created_at,
        filed_at=row.filed_at,
        closed_at=row.closed_at,
        met_with=row.met_with,
        why=row.why,
        people=len({one.person for one in voices if one.asked}),
        noticed=sum(1 for one in voices if one.request is not None),
    )


def _same(session: Session, wish: Wish) -> DemandRow | None:
    """The open wish that this one joins: of the same kind, or in much the same words."""
    rows = select(DemandRow).where(DemandRow.workspace == wish.workspace, col(DemandRow.closed_at).is_(None))
    key = key_of(wish.words)
    for row in session.exec(rows.order_by(col(DemandRow.id).desc()).limit(LOOKED_AT)):
        named = wish.kind != OTHER and row.kind == wish.kind
        if named or (wish.kind == row.kind and alike(row.key, key)):
            return row
    return None


def _new(session: Session, wish: Wish, now: int) -> DemandRow:
    row = DemandRow(
        workspace=wish.workspace,
        kind=wish.kind,
        key=key_of(wish.words),
        words=wish.words[:LONGEST],
        lacks=", ".join(wish.lacks),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _speak(session: Session, key: str, row: DemandRow, wish: Wish, now: int, *, asked: bool) -> VoiceRow:
    assert row.id is not None
    voice = VoiceRow(
        key=key,
        workspace=wish.workspace,
        person=wish.person,
        demand=row.id,
        request=wish.request,
        asked=asked,
        created_at=now,
    )
    session.add(voice)
    session.flush()
    return voice
