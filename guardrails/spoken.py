"""Secrets as people say them: a cue with a value nearby, in prose or in a line of code.

From each cue the words after it are read until something that can be the value, then the few words before it.
How willingly a word is taken depends on the cue's family, on a link (*is*, *:*, *lautet*) and on the distance.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from guardrails.cues import Cue
from guardrails.found import Found
from guardrails.normalise import BARRIER
from guardrails.values import (
    SHORTEST_OPAQUE,
    is_benign,
    is_dummy,
    is_identifier,
    is_numbered,
    is_opaque,
    is_passwordish,
    is_random,
    is_strong_password,
    transitions,
)
from guardrails.vocabulary import HANDOVERS, LINKS, NAMING, NOT_VALUES, Family

_REACH = 110
_MOST_WORDS = 9
_KIND: dict[Family, str] = {
    "password": "password",
    "secret": "secret",
    "token": "token",
    "key": "api-key",
    "login": "password",
    "state": "token",
}

_WORD = re.compile(r"[^\s\x7f]{1,4000}+")
_LEAD = re.compile(r"""(?:[:=>(\[{<"',|→是は-]|:=|=>)*""")
_GLUED = re.compile(r"""([A-Za-zäöüßéñ_]{0,24})["']?(?::=|=>|=|:|→)+["'(<\[]*(?=[^/\s"'=])""")
_TRAIL = " .,;:?)]}>\"'|\\"
_PUNCTUATION = ".,;:?"


class Word(NamedTuple):
    """A word of the view without the punctuation around it; `linked` if a `:`, `=` or quote led to it."""

    text: str
    start: int
    end: int
    linked: bool
    closes: bool
    """A sentence or line ends here."""


def spoken(text: str, found: Iterator[Cue] | list[Cue]) -> Iterator[Found]:
    """The values that the cues announce."""
    for cue in found:
        kind = _KIND[cue.family]
        for word in (*_after(text, cue), *_before(text, cue)):
            yield Found(kind, word.start, word.end)


def _words(text: str, start: int, end: int) -> Iterator[Word]:
    for raw in _WORD.finditer(text, start, end):
        yield _word(text, raw.start(), raw.end())


def _word(text: str, start: int, end: int) -> Word:
    stop = end - 1 if text[end - 1] in _PUNCTUATION else end
    if _is_plain(text[start:stop]):
        return Word(text[start:stop], start, stop, text[end - 1] == ":", text[end - 1] in ".;?")
    if text.startswith("<http", start) and "|" in text[start:end]:
        start = text.rindex("|", start, end) + 1  # Slack's <url|label>: the label is what was typed
    elif (bar := text.find("|", start, end)) > start and text.startswith(
        "<http", text.rfind("<", max(0, bar - 400), bar)
    ):
        end = bar  # the address of such a link
    if is_benign(text[start:end].rstrip(_TRAIL)):
        stop = start + len(text[start:end].rstrip(_TRAIL))
        return Word(text[start:stop], start, stop, text[end - 1] in ":=", text[end - 1] in ".;?!")
    begin = start
    if glued := _GLUED.match(text, start, end):
        begin = glued.end()
    lead = _LEAD.match(text, begin, end)
    begin = lead.end() if lead else begin
    closing_tag = text.find("</", begin, end)
    stop = closing_tag if closing_tag > begin else end
    while stop > begin and text[stop - 1] in _TRAIL:
        stop -= 1
    stop = _rebalanced(text, begin, stop, end)
    closes = text[end - 1] in ".;?!" or text[end : end + 1] == "\n"
    opened = text[start:begin].strip("(<[{|,-")
    return Word(text[begin:stop], begin, stop, bool(opened) or text[end - 1] in ":=", closes)


def _is_plain(word: str) -> bool:
    """A short word of letters only: most of what people write, and never a value by its looks."""
    return word.isalpha() and len(word) < 16


def _rebalanced(text: str, begin: int, stop: int, end: int) -> int:
    """Keep a closing bracket whose partner is inside the word."""
    for opening, closing in ("()", "[]", "{}"):
        if stop < end and text[stop] == closing and opening in text[begin:stop]:
            return stop + 1
    return stop


_ASIDE = re.compile(
    r"\s{1,3}\([^()\n\x7f]{1,40}\)(?=\s{0,2}(?:[:=]|is\b|ist\b))|\s{1,3}(?:for|für)\s{1,3}(?:me|us|mich|uns)\b[?.,:]?(?:\s{1,3}(?:please|pls|bitte)\b[?.,:]?)?",
    re.IGNORECASE,
)


def _after(text: str, cue: Cue) -> Iterator[Word]:
    aside = _ASIDE.match(text, cue.end)
    start = aside.end() if aside else cue.end
    end = min(len(text), start + _REACH)
    barrier = text.find(BARRIER, start, end)
    linked, gap, before = False, 0, cue.name
    for count, word in enumerate(_words(text, start, barrier if barrier >= 0 else end)):
        if count >= _MOST_WORDS:
            return
        whole = _whole(text, word)
        linked = linked or word.linked
        if not word.text or word.text.lower() in LINKS:
            linked, gap = linked or bool(word.text) or word.linked, 0
            continue
        if not _is_plain(word.text) and _is_value(whole.text, cue.family, linked, gap, before):
            yield whole
            if gap or not _goes_on(text, whole):
                return
            linked, gap, before = True, 0, ""
            continue
        handover = word.text.lower() in HANDOVERS and cue.family != "login"
        if handover and not gap:
            continue
        linked = handover or text[word.end : word.end + 1] in (":", "=")
        gap = gap + 1 if not linked else 0
        if word.closes:
            gap += 3
        before = word.text.lower()


def _whole(text: str, word: Word) -> Word:
    """A word cut off by the window, whole again."""
    rest = _WORD.match(text, word.end) if word.end - word.start > 20 else None
    return _word(text, word.start, rest.end()) if rest else word


def _goes_on(text: str, word: Word) -> bool:
    """Whether another value follows: `from Old1! to New2!`, `A1b2 or C3d4`."""
    return bool(re.match(r"[\"']?\s+(?:to|auf|or|oder)\s", text[word.end : word.end + 12]))


def _is_value(value: str, family: Family, linked: bool, gap: int, before: str) -> bool:
    if len(value) < SHORTEST_OPAQUE and (gap or family in ("login", "state")):
        return False
    if is_dummy(value) or value.rstrip("!?").lower() in NOT_VALUES:
        return False
    if is_opaque(value) and not (is_benign(value) and not is_identifier(value)):
        return _takes_opaque(value, family, linked, gap, before)
    if family == "password" and not gap and is_numbered(value):
        return linked or value[0].isupper()
    if gap or is_benign(value):
        return False
    if family == "password":
        return (
            is_passwordish(value)
            if linked
            else is_strong_password(value) or (is_passwordish(value) and len(value) >= 7)
        )
    if family in ("secret", "token", "key"):
        return linked and len(value) >= 8 and is_strong_password(value) and not _slug(value)
    return False


def _takes_opaque(value: str, family: Family, linked: bool, gap: int, before: str) -> bool:
    if is_identifier(value):
        return before not in NAMING and (gap == 0 and (linked or family != "login"))
    if before in NAMING:
        return False
    if is_random(value):
        return True
    return gap <= 1 if family in ("login", "state", "key") else gap <= 6


def _slug(value: str) -> bool:
    """Words and numbers joined by hyphens, such as `q3-report`, or a name such as `app2`."""
    return all(part.isalpha() or part.isdigit() for part in re.split(r"[-_.]", value))


_LAST_WORD = re.compile(r"\s*[\"'(:#=]{0,3}\s*([A-Za-z0-9]{1,16})")


def is_named(text: str, start: int) -> bool:
    """Whether the word before `start` says that a benign identifier follows: *commit*, *request*, *digest*."""
    last = _LAST_WORD.match(text[max(0, start - 24) : start][::-1])
    return last is not None and last[1][::-1].lower() in NAMING


_TELLING = re.compile(r"[0-9!$%^&*#@+=]|[a-z][A-Z]")
_BACK_LINK = re.compile(
    r"""["'\])}>]{0,3}[.,?!]?\s+(?:```|[(\[–—-])?\s*"""
    r"""(?:(?:is|was|as|ist|als|war|=|are|to be|est|es|that(?:'| i)?s|this is|das ist|btw,?|by the way,?"""
    r"""|(?:where|when|if) (?:it|they) asks?(?: you)? for)\s+)"""
    r"""(?:[^\s\x7f]{1,24}\s+){0,6}?$"""
)
_BRACKET = re.compile(r"""["'\])}>]{0,3}\s{1,3}[(\[]""")
_BACK_STATE = re.compile(r"""["'\])}>]{0,3}\s+(?:[^\s\x7f]{1,12}\s+){0,3}?$""")


_USED_TO = re.compile(
    r"\b(?:use|using|with|enter|nimm|mit|nutze|verwende)\s{1,3}([^\s\x7f]{16,400}+)\s{1,3}(?:to|for|um|zum|zur)\s{1,3}$",
    re.IGNORECASE,
)


def _before(text: str, cue: Cue) -> Iterator[Word]:
    """A value that its cue follows: `use X as the token`, `X is the password`, `is X still valid`."""
    if cue.family == "login":  # that is said before its password, but `use X to log in`
        used = _USED_TO.search(text, max(0, cue.start - _REACH), cue.start)
        if used and is_opaque(used[1]) and not (is_benign(used[1]) and not is_identifier(used[1])):
            yield _word(text, *used.span(1))
        return
    start = max(0, cue.start - _REACH)
    barrier = text.rfind(BARRIER, start, cue.start)
    start = barrier + 1 if barrier >= 0 else start
    if not _TELLING.search(text, start, cue.start):
        return
    for raw in reversed(list(_WORD.finditer(text, start, cue.start))):
        if not _TELLING.search(text, raw.start(), raw.end()):
            continue
        word = _back_whole(text, _word(text, raw.start(), raw.end()))
        between = text[word.end : cue.start]
        numbered = cue.family == "password" and is_numbered(word.text)
        if not (numbered or is_passwordish(word.text) or is_opaque(word.text)) or is_dummy(word.text):
            continue
        named = is_named(text, word.start)
        link = (_BACK_STATE if cue.family == "state" else _BACK_LINK).match(between)
        if not link and text[cue.end : cue.end + 1] in (")", "]"):
            link = _BRACKET.fullmatch(between)  # `X (token)`
        if link and not named and _is_backward(word.text, cue.family, between):
            yield word
        return


def _back_whole(text: str, word: Word) -> Word:
    start, floor = word.start, max(0, word.start - 400)
    while start > floor and not text[start - 1].isspace() and text[start - 1] not in "\x7f\"'`(<[|=:":
        start -= 1
    return _word(text, start, word.end) if start < word.start - 1 else word


def _is_backward(value: str, family: Family, between: str) -> bool:
    if is_opaque(value) and (is_identifier(value) or not is_benign(value)):
        return True
    direct = len(between.split()) <= 6
    if family == "password":
        strong = is_strong_password(value) or is_numbered(value) or transitions(value) > 2
        return direct and strong and not (_slug(value) and value.islower())
    return (
        family in ("secret", "token", "key")
        and direct
        and len(value) >= 10
        and is_strong_password(value)
        and not _slug(value)
    )
