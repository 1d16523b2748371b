"""Lists that their own signs hold together: quoted names in a row, words that share one preposition."""

import re

from generator.utterance import GAP

_QUOTED_ROW = re.compile(
    r'"[^"\n]{1,60}"(?:\s*(?:,|/|;|\||(?:,\s*)?(?:and|und|or|oder|sowie|n|&))\s*"[^"\n]{1,60}")+', re.I
)
_SHARED = re.compile(
    r"^(?P<head>.*?\S\s+(?:in|at|on|to|between|by|from|near|nach|in|zwischen|"
    r"bei))\s+(?P<first>[^\s,]+(?: [A-ZÄÖÜ][^\s,]*)?)$",
    re.I,
)
_NO_ENTRY = re.compile(r"^(?:the|a|an|our|my|this|that|der|die|das|dem|den|it|them|which|us|uns)\b", re.I)
_TAIL = re.compile(
    r"^(?P<name>[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)*)(?: (?!am\b|an\b|im\b|in\b|von\b|vom\b|mit\b|f(?:ü|ue)r\b|"
    r"und\b|zu[mr]?\b|auf\b|aus\b|der\b|des\b)[a-zäöüß]+)+$"
)


def quoted_row(text: str) -> list[str]:
    """Two or more names in quotes, one behind the other: '"glad", "sad" and "mad"'."""
    row = _QUOTED_ROW.search(text)
    return [one.strip(" .,") for one in re.findall(r'"([^"\n]+)"', row[0])] if row else []


def or_row(text: str) -> list[str]:
    """Three or more with an "or" between each two: "red or blue or none"; the first is as long as the second."""
    for clause in re.split(rf"{GAP}+|[.!?:;,\n](?=[\s{GAP}]|$)|\s-\s", text):
        first, *others = re.split(r"\s+(?:or|oder)\s+", clause.strip(), flags=re.I)
        if len(others) >= 2 and all(0 < len(one.split()) <= 4 for one in others):
            return [" ".join(first.split()[-len(others[0].split()) :]), *others]
    return []


def shared_head(words: str, others: list[str]) -> tuple[str, str]:
    """The question and the first option of "held in Bath", when `others` ("Ely", "York") go on; else both empty.

    The first option is one word, or begins with a capital as all others do, or is a letter or number as they are.
    """
    if any(len(one.split()) > 2 for one in others):
        return "", ""
    single = re.match(r"^(?P<head>.*\S)\s+(?P<first>[A-Za-z]|\d+)$", words)
    if single and all(re.fullmatch(r"[A-Za-z]|\d+", one) for one in others):
        return single["head"], single["first"]
    match = _SHARED.match(words)
    if match and not _NO_ENTRY.match(match["first"]) and _alike(match["first"], others):
        return re.sub(r"\s+\S+$", "", match["head"]) if match["head"].count(" ") else match["head"], match["first"]
    return "", ""


def _alike(first: str, others: list[str]) -> bool:
    return first[0].isupper() == all(one[0].isupper() for one in others)


def without_tail(entries: list[str]) -> list[str]:
    """The entries of a German clause without the verb behind the last: "Strom, Gas und Wasser läuft"."""
    if len(entries) < 2 or not all(re.fullmatch(r"[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)*", one) for one in entries[:-1]):
        return entries
    last = _TAIL.match(entries[-1])
    return [*entries[:-1], last["name"]] if last else entries


def without_articles(entries: list[str]) -> list[str]:
    """Each entry without the definite article before it; "a book" stays as it is."""
    return [re.sub(r"^(?:the|our|die|der|das|dem|den|des|unser\w*)\s+(?=\S)", "", one, flags=re.I) for one in entries]


def before_gap(text: str) -> str:
    """What stands before the first place something was taken out of."""
    return text.partition(GAP)[0]
