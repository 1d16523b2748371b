"""From what the asker says under an app of theirs to a change of its answers, to nothing, or to "I do not understand".

Rules only: no model, no network, a few milliseconds. What a clause asks for is read in one order: a new name, one thing
in another's place, something taken out, single values, something added. "Add" and "also" never overwrite a list.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from generator.additions import added, adds_first
from generator.amending import amend
from generator.brief import Answer
from generator.clauses import WISH, Clause, clauses, emptied
from generator.entries import ALSO, MAIN, Edit, Objection, add, people_in, people_list, tidied
from generator.extract import extract
from generator.moves import set_anew, swapped, taken_out
from generator.utterance import LONGEST, Utterance

_RENAME = re.compile(
    r"^(?:(?:please |bitte )?(?:rename|retitle|call|name|title) (?:it|this|that|the (?:app|survey|poll|list|page|"
    r"board))(?: (?:to|as|in(?:to)?))?|"
    r"(?:the |new )?(?:title|name)(?: (?:should|shall) be| is|:| to)|(?:change|set) the (?:title|name) to|"
    r"(?:be )?called|nenn\w* (?:es|das|die umfrage|die liste|sie|ihn)(?: in)?(?: um in)?|(?:benenn\w*|"
    r"tauf\w*) (?:es|das|sie) (?:um )?(?:in|auf)?|"
    r"(?:der )?(?:neue )?(?:titel|name)(?: soll| ist| lautet|:)|soll (?:jetzt )?(?P<end>)hei(?:ß|"
    r"ss)en)\s*:?\s*(?P<to>.+)$",
    re.I,
)
_CALLED_LATE = re.compile(
    r"^(?:soll(?:te)? )?(?:es |das |sie )?(?:soll(?:te)? )?(?:lieber |jetzt |bitte )?(?P<to>.+?) hei(?:ß|ss)en$", re.I
)
_QUESTION = re.compile(
    r"^(?:make |change |set )?(?:the |die )?(?:question|frage) (?:should be|shall be|is|to|be|soll|ist|lautet|"
    r":)\s*:?\s*(?P<to>.+)$",
    re.I,
)
_DECIDES = re.compile(r"\b(?:approv\w*|freigeb\w*|genehmig\w*|entscheid\w*|decides?)\b", re.I)
_OTHER = re.compile(r"^(?P<new>.+?)[,\s]+(?:instead of|rather than|in place of|anstelle von|anstatt|statt)\s+.+$", re.I)
_ONLY = re.compile(r"\b(?:only|just|nur)\b", re.I)
_ROLE = re.compile(
    r"\b(?:with|mit|also|too|as well|auch|add|assign\w*|mitmach\w*|help\w*|"
    r"helf\w*|edit\w*|see|sehen|results?|"
    r"ergebnisse|put|share|teil\w*|include|only|nur|dabei|invite|rein)\b",
    re.I,
)


@dataclass(frozen=True)
class Followed:
    """What an utterance makes of the answers.

    `answers` holds whole new values, only of what changes. `unclear`: it looks like a wish and was not understood.
    """

    answers: tuple[Answer, ...] = ()
    objections: tuple[Objection, ...] = ()
    unclear: bool = False

    @property
    def nothing(self) -> bool:
        """Whether it asks for nothing: talk, thanks, a question, or what is so already."""
        return not (self.answers or self.objections or self.unclear)


def follow(kind: str, known: Mapping[str, JsonValue], names: Collection[str], utterance: Utterance) -> Followed:
    """Read one utterance of the asker. `known` are the answers by name, `names` all that the template asks.

    Never raises.
    """
    now: dict[str, JsonValue] = dict(known)
    objections: list[Objection] = []
    unclear = False
    for clause in clauses(utterance):
        if clause.wants == "talk":
            continue
        edit = _read(kind, clause, utterance, now, frozenset(names))
        unclear = unclear or (edit.empty and bool(WISH.match(clause.own)))
        now |= {name: value for name, value in edit.values.items() if name in names}
        objections += edit.objections
    if utterance.cut:
        objections.append(Objection(MAIN.get(kind, "title"), "cut", str(LONGEST)))
    changed = tuple(
        Answer(name=name, value=value, origin="said")
        for name, value in now.items()
        if not _same(value, known.get(name))
    )
    told = tuple(dict.fromkeys(objections)) if changed or unclear or not utterance.cut else ()
    return Followed(changed, told, unclear and not changed and not told)


def _same(value: JsonValue, before: JsonValue) -> bool:
    return value == before or all(one is None or one in ("", []) for one in (value, before))


def _read(kind: str, clause: Clause, utterance: Utterance, known: dict[str, JsonValue], names: frozenset[str]) -> Edit:
    refused = Edit()
    for read in (_renamed, swapped, set_anew, taken_out):
        edit = read(kind, clause, utterance, known)
        if edit.values:
            return edit
        refused = edit if refused.empty else refused
    if other := _OTHER.match(clause.own):
        clause = replace(clause.cut(0, other.end("new")), wants="order")
    people = _people(clause, utterance, known)
    if not people.empty:
        return people
    if clause.own[:1] == '"' or adds_first(clause):
        more = added(kind, clause, known)
        if not more.empty:
            return more
    edit, left = amend(kind, clause, utterance, known, names)
    if not edit.empty and (clause.wants == "order" or not emptied(left) or edit.objections):
        return edit
    return refused if not refused.empty else added(kind, clause, known)


def _renamed(kind: str, clause: Clause, utterance: Utterance, known: Mapping[str, JsonValue]) -> Edit:
    match = _RENAME.match(clause.own) or _CALLED_LATE.match(clause.own)
    to = re.sub(r"\s+(?:sein|lauten|hei(?:ß|ss)en|werden)$", "", tidied(match["to"]).strip("\"' ")) if match else ""
    if not to and kind == "poll" and (asked := _QUESTION.match(clause.own)):
        return Edit({"question": re.sub(r"\s+(?:sein|lauten)$", "", tidied(asked["to"]).strip("\"' "))})
    return Edit({"title": to}) if to else Edit()


def _people(clause: Clause, utterance: Utterance, known: dict[str, JsonValue]) -> Edit:
    """Who decides, takes turns, does it, or helps: added unless the words say "only"."""
    named = people_in(clause, utterance)
    if (
        not named
        or not (_ROLE.search(clause.own) or ("approvers" in known and _DECIDES.search(clause.own)))
        or (
            re.search(r"\b(?:for|f(?:ü|ue)r|to) (?:the |die |den )?@", clause.bare, re.I)
            and not re.search(r"assign|share", clause.own, re.I)
        )
    ):
        return Edit()
    name = people_list(known, clause.own)
    if name != "collaborators" and _ONLY.search(clause.own):
        return Edit({name: list[JsonValue](named)})
    return Edit(add(name, known.get(name), named))


def filled(
    kind: str, known: Mapping[str, JsonValue], names: Collection[str], utterance: Utterance, answers: Sequence[Answer]
) -> Followed:
    """What a model filled in for words that rules did not understand: with lists added to where the words say so.

    Free text that rules alone would guess from words that are no request is not taken; rights never get here but
    from the asker's own unquoted words.
    """
    guessed = extract(kind, utterance)
    taken = []
    for one in answers:
        if one.name not in names or (
            one.name in guessed and guessed[one.name] == one.value and isinstance(one.value, str | list)
        ):
            continue
        value = one.value
        if isinstance(value, list) and ALSO.search(utterance.own):
            value = add(one.name, known.get(one.name), value).get(one.name, known.get(one.name))
        if not _same(value, known.get(one.name)):
            taken.append(one.model_copy(update={"value": value}))
    return Followed(tuple(taken), unclear=not taken)
