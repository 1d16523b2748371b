"""Lists inside a sentence: where they begin, where they end, what they hold."""

import re
from collections.abc import Sequence

from generator.utterance import GAP

_JOINT = r"(?:and then|and|und|or|oder|sowie|plus|&)"
_POLITE = re.compile(
    r"[\s,]*\b(?:please|pls|plz|bitte|thanks|thank you|thx|danke|cheers|etc\.?|usw\.?|ok|tia|ta|vielen dank|"
    r"that's it|das war'?s|as options?|zur auswahl|als optionen)\b[\s.!]*$",
    re.I,
)
_ENDING = re.compile(rf"[.!?](?=\s|$)|\n\s*\n|{GAP}|;(?=\s)|(?<=\w)\s+-\s+(?=\w)|\s\((?=[^)]*$)")
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+(.+)$", re.M)
_OPENING = re.compile(
    r"^(?:and|und|or|oder|then|dann|namely|nämlich|either|entweder|the|sowie|plus|also|between|zwischen|like|"
    r"e\.g\.|for example|wie|as follows|following)\s+",
    re.I,
)
_LONGEST = 120


def items(passage: str) -> list[str]:
    """The entries of a passage that is a list: bullets, or parts between slashes, semicolons or commas."""
    bullets = _BULLET.findall(passage)
    if len(bullets) >= 2:
        return _tidy(bullets)
    lines = [line for line in passage.split("\n") if line.strip()]
    if len(lines) >= 3:
        return _tidy(lines)
    if ";" in passage:
        return _tidy(passage.split(";"))
    if re.search(r"\S\s*/\s*\S.*/|\s/\s", passage) or (
        "/" in passage and "," not in passage and not re.search(rf"\b{_JOINT}\b", passage)
    ):
        return _tidy(passage.split("/"))
    if re.search(r"\svs\.?\s", passage):
        return _tidy(re.split(r"\svs\.?\s|,", passage))
    return _tidy(_by_commas(passage))


def _by_commas(passage: str) -> list[str]:
    parts = re.split(r",(?!\d{3}\b)", passage)
    last = re.split(rf"\s+{_JOINT}\s+", parts[-1])
    if len(parts) > 1 and len(last) > 2:
        last = [last[0], *last[1:]]
    return parts[:-1] + last


def _tidy(parts: Sequence[str]) -> list[str]:
    kept = []
    for part in parts:
        one = _POLITE.sub("", part.strip().strip("¦ "))
        one = _OPENING.sub("", one).strip(" \t\n\"'.,:;!*•¦-").strip()
        if one.count("(") > one.count(")"):
            one = one.replace("(", "").strip()
        if one and len(one) <= _LONGEST:
            kept.append(one)
    return list(dict.fromkeys(kept))


def passage_from(text: str, start: int) -> str:
    """What a list that begins at `start` can reach: to the end of the sentence, the next `GAP`, or all its bullets."""
    rest = text[start:].lstrip(" :,-")
    if _BULLET.match(rest.lstrip("\n")) or rest.startswith("\n"):
        block = re.split(r"\n\s*\n", rest.lstrip("\n"), maxsplit=1)[0]
        return block.split(GAP)[0]
    ending = _ENDING.search(rest)
    return rest[: ending.start()] if ending else rest


def list_after(text: str, cue: re.Pattern[str], least: int = 2) -> list[str]:
    """The first list of at least `least` entries that follows a match of `cue`."""
    for match in cue.finditer(text):
        found = items(passage_from(text, match.end()))
        if len(found) >= least:
            return found
    return []


def parenthesised(text: str) -> list[str]:
    """The entries of the first list in parentheses."""
    for match in re.finditer(r"\(([^()]{3,400})\)", text):
        found = items(match[1])
        if len(found) >= 2:
            return found
    return []


def after_colon(text: str, least: int = 2) -> list[str]:
    """The list after a colon (not one inside a time or an address)."""
    return list_after(text, re.compile(r":(?=\s|$)(?!//)"), least)


def after_dash(text: str) -> list[str]:
    """The list after a dash."""
    return list_after(text, re.compile(r"\s-+\s"))


def longest_run(text: str) -> list[str]:
    """The entries of the sentence with the most commas or slashes, if it has at least two of them."""
    sentences = re.split(rf"(?<=[.!?])\s+|\n|{GAP}", text)
    best = max(sentences, key=lambda one: len(re.findall(r",|/", one)), default="")
    found = items(best.strip(" .,;:!?-"))
    return found if len(found) >= 3 else []
