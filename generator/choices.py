"""The question of a poll and what people can pick."""

import re

from generator import lists
from generator.phrases import tidy
from generator.utterance import GAP

_CHOICE = re.compile(
    r"\b(?:options?(?: are| is)?|choices?(?: are)?|candidates|optionen(?: sind)?|zur (?:wahl|auswahl) stehen|"
    r"between|zwischen|choose one of|one of|choose|pick|either|entweder|namely|names are|vote:|poll:|"
    r"abstimmung:|w(?:ä|ae)hlen|from among|from)\b\s*[:,-]?\s*",
    re.I,
)
_ASKING = re.compile(
    rf"(?:^|[.!:,;\n{GAP}]\s*|\b(?:say|says|decide|know|vote(?: on)?|ask|asking|tell (?:us|me)|"
    r"abstimmen(?: lassen)?|entscheiden|sagen|wissen|whether|"
    r"w(?:ä|ae)hlen)\s*[,:]?\s+)(?P<q>(?:(?:on|in|for|at|to|by|f(?:ü|ue)r|an|zu|wo|um) )?(?:which|what|when|"
    r"where|who|whom|how|should|shall|do|does|are|is|would|whether|if|welche[rsnm]?|wer|wann|wohin|wo|was|wie|"
    rf"sollen|soll|wollen|wollt|ob)\b[^?.!\n{GAP}]*\??)",
    re.I,
)


def find_question(text: str) -> str:
    """The question people vote on, without its mark; what asks us to make a poll is not it."""
    for match in _ASKING.finditer(text):
        words = match["q"].strip(" ,.?")
        polite = re.match(
            r"(?:could|would|can|do|is|are|shall) (?:you|i|we|people|it|there|the team)\b.{0,40}\b(?:vote|poll|set up|"
            r"make|create|arrange|choose|say)\b",
            words,
            re.I,
        )
        if len(words.split()) >= 3 and not polite:
            return re.sub(r"^(?:whether|if|ob)\s+", "", words, flags=re.I)
    return ""


def without_options(question: str, options: list[str]) -> str:
    """Cut off what comes before or behind the listed options, when the question itself holds them."""
    if options and (at := question.find(options[0])) > 8:
        question = question[:at]
    question = re.sub(
        r"[\s,:;-]+(?:options?|optionen|either|between|zwischen|entweder|choose|is it|am)?\s*(?:are)?$",
        "",
        question,
        flags=re.I,
    )
    return question.strip(" ,:;-?")


def find_options(text: str, behind: int, question: str) -> list[str]:
    """What can be picked: listed behind place `behind`, where the question ends, else anywhere."""
    tail = text[behind:].lstrip(" ?")
    for found in (
        _listed(tail), lists.list_after(tail, _CHOICE), _listed(question) if question else [],
        lists.list_after(text, _CHOICE), lists.after_colon(text), lists.longest_run(text), _either_or(text),
    ):  # fmt: skip
        if 2 <= len(found) <= 12:
            return found
    return []


def _listed(tail: str) -> list[str]:
    """The first sentence of `tail` that is itself a list."""
    for sentence in re.split(rf"(?<=[.!?])\s+|\n|{GAP}", tail):
        words = _CHOICE.sub(" ", sentence, count=1).strip(" .,;:!?-")
        found = [one for one in lists.items(words) if len(one.split()) <= 6]
        if len(found) >= 2 and len(found) == len(lists.items(words)):
            return _dated(found)
    return []


def _dated(found: list[str]) -> list[str]:
    """Days in a row, "thurs 17 fri 18", are two options, though no comma parts them."""
    days = r"(?:mon|tue|wed|thu|fri|sat|sun)\w*"
    split = [piece for one in found for piece in re.split(rf"\s+(?={days}\s+\d)", one, flags=re.I) if piece]
    first = re.sub(rf"^.*?(?={days}\s+\d{{1,2}}$)", "", split[0], flags=re.I) if len(split) > 1 else split[0]
    return [first, *split[1:]]


def _either_or(text: str) -> list[str]:
    match = re.search(r"([\w'-]+(?: [\w'-]+)?)\s+(?:or|oder|vs\.?)\s+([\w'-]+(?: [\w'-]+)?)", text, re.I)
    return [tidy(match[1]) or match[1], tidy(match[2]) or match[2]] if match else []
