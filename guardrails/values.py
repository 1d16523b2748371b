"""What a word could be: an ordinary word, a benign identifier, a password, an opaque key, a random string."""

import re
from math import log2

from guardrails.vocabulary import TECHNICAL

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)
_BENIGN = re.compile(
    r"(?:\w{1,12}:)?(?:https?|ftp|file|slack|mailto|data|tel)[:/].*"  # links
    r"|[#@][\w.-]+|<[@#!][A-Z0-9|a-z^-]+|!(?:channel|here|everyone)"  # mentions, colours
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # addresses
    r"|(?:[\w-]+\.)+[a-z]{2,10}(?::\d+)?(?:/.*)?"  # hosts and file names
    r"|(?:\.{0,2}|~)(?:/[\w.{}$-]*)+|[A-Za-z]:(?:\\\\?[\w .{}$-]*)+"  # paths
    r"|v?\d+(?:[._-]\d+)*(?:-?(?:alpha|beta|rc|dev|b|a)\.?\d*)?\+?"  # numbers, versions, dates, phones
    r"|[+(]?[\d().,:/x×+–-]*\d(?:%|[A-Za-z]{1,4}|°|€|\$|£)?[).,]?"  # times, sums, units, sizes
    r"|[$€£¥]?\d[\d.,]*[kKmMbB]?"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?"  # instants
    r"|[A-Z]{1,6}[-_#]?\d+(?:[-/.]\d+)*|[A-Z][a-z]{1,9}-?\d{1,2}"  # tickets, orders, quarters, models
    r"|(?:[A-Z]{2,6}-)+\d+(?:-\d+)*|\d{4}-?Q[1-4]|(?:Q|H|KW|CW|W|FY)\d+(?:[-/]\d+)?"
    r"|arn:.*|sha(?:1|256|384|512)[-:].*|[\w./-]+@sha256:.*"
    r"|[UWCTBDGFA]0?[A-Z0-9]{8,10}"  # chat ids
    r"|\d+(?:st|nd|rd|th|ish|er|x|min|h|d|w|m|y|s|ms|am|pm|uhr|kb|mb|gb|%)(?:-[a-z]+)?",
)
_DUMMY = re.compile(
    r"[$%][{(\[*@?-]|\$(?:[A-Z][A-Z0-9_]+\b|[A-Za-z_]+\d{0,2}(?:[/:$]|$)|\d$|\.[A-Za-z])|%(?:\w+%$|[a-z]$)"
    r"|[\w.@-]{0,60}:(?:\[[A-Z_ ]+\]|[$%]\w|[$%]?\{|<)"
    r"|<|\{\{|\{\w*\}|\[|[^$]{0,80}\$\{|[^{]{0,80}\{\{|\$\w{1,40}:"
    r"|(?:your|insert|enter|put|add|replace|change|todo|example|sample|dummy|fake)[-_ ]"
    r"|change(?:me|it)$|[-_]+$|x{3,}$|-----BEGIN|[A-Za-z_][\w.]{0,60}\("
    r"|(?:os|process|sys|config|settings|secrets|vault|env|ENV|self|this|request|req|ctx|params|props|data|var|local)"
    r"[.\[(]",
)
_FILLED = re.compile(r"[xX]{8}|\*{4}|#{4}|\.{3}|…|•{3}|_{5}|[-_](?:here|placeholder)$")
_NUMBERED = re.compile(r"[A-Z][a-z]{3,9}\d{1,2}")
_LONGEST = 160
SHORTEST_OPAQUE = 16
_ADDRESS = re.compile(
    r"(?:\w{1,12}:)?(?:https?|ftp|file|slack|mailto|data|tel)[:/]|arn:|sha(?:1|256|384|512)[-:]|[.~]?/"
)
_TURN = re.compile(r"\d(?=[^\W\d_])|[^\W\d_](?=\d)")
_DIGIT = re.compile(r"\d")
_LOWER = re.compile(r"[a-zäöüßéèñ]")
_UPPER = re.compile(r"[A-ZÄÖÜÉ]")
_LETTER = re.compile(r"[^\W\d_]")
_SIGN = re.compile(r"[!$%^&*?#@+=~|\\€§]")
_ODD = re.compile(r"[-_./:,;()\[\]{}']")
_SEPARATED = re.compile(r"[^A-Za-z0-9]+")


def transitions(value: str) -> int:
    """How often a letter stands directly beside a digit, within the first 160 characters."""
    return len(_TURN.findall(value[:_LONGEST]))


def entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    counts = [value.count(char) for char in set(value)]
    return -sum(n / len(value) * log2(n / len(value)) for n in counts) if value else 0.0


def is_identifier(value: str) -> bool:
    """A UUID or a long hex string: a benign name for a thing, unless it is said to be a key."""
    return bool(_UUID.fullmatch(value) or _HEX.fullmatch(value))


def is_benign(value: str) -> bool:
    """A link, date, number, order number, version, mention, path or technical word."""
    if len(value) > _LONGEST:
        return bool(_ADDRESS.match(value))
    return value.lower() in TECHNICAL or bool(_BENIGN.fullmatch(value))


def is_dummy(value: str) -> bool:
    """A placeholder in documentation or code: a variable, a run of x, zeros, `<your key>`."""
    tail = _SEPARATED.sub("", value[-64:])[-24:]
    return bool(_DUMMY.match(value) or _FILLED.search(value[:_LONGEST])) or (
        len(tail) >= 12 and len(set(tail.lower())) <= 2
    )


def is_opaque(value: str) -> bool:
    """Sixteen characters or more that no one would make up as words."""
    value = value[:_LONGEST]
    if len(value) < SHORTEST_OPAQUE or not value.isascii() or " " in value:
        return False
    if _DIGIT.search(value):
        return transitions(value) >= 3 or (_mixed(value) and transitions(value) >= 2) or is_identifier(value)
    return _scrambled(value)


def is_random(value: str) -> bool:
    """So long and so mixed that only a machine writes it. Hex digests and UUIDs are not meant."""
    value = value[: 4 * _LONGEST]
    if len(value) < 28 or is_identifier(value) or not is_opaque(value):
        return False
    longest = max(_SEPARATED.split(value), key=len)
    mixed = transitions(longest) >= 5 and entropy(longest) >= 3.4
    return len(longest) >= 20 and mixed and not _HEX.fullmatch(longest)


def is_passwordish(value: str) -> bool:
    """Letters with digits or with signs inside, as passwords are made up; four characters or more."""
    value = value[:_LONGEST]
    if len(value) < 4 or is_benign(value):
        return False
    if (letter := _LETTER.search(value)) and _DIGIT.search(value):
        return True
    if not letter:
        signs = len(_SIGN.findall(value.rstrip("?!"))) + len(_ODD.findall(value))
        return signs > 1 and len(_DIGIT.findall(value)) > 3
    letters = len(_LETTER.findall(value))
    return (letters > 1 and _SIGN.search(value.rstrip("?!")) is not None) or (value.endswith("!") and letters >= 4)


def is_numbered(value: str) -> bool:
    """A name with a number such as `Sommer24`: a model or a quarter, but a password beside the word for it."""
    return _NUMBERED.fullmatch(value) is not None


def is_strong_password(value: str) -> bool:
    """Passwordish, and made of three classes of characters or long with digits."""
    value = value[:_LONGEST]
    classes = (
        (_LOWER.search(value) is not None)
        + (_UPPER.search(value) is not None)
        + (_DIGIT.search(value) is not None)
        + (not value[:-1].isalnum())
        + value.endswith(("!", "$", "?"))
    )
    long = len(value) >= 8 and transitions(value) >= 1
    return len(value) >= 6 and (classes >= 3 or long) and is_passwordish(value)


def _mixed(value: str) -> bool:
    return _LOWER.search(value) is not None and _UPPER.search(value) is not None


_HUMP = re.compile(r"[A-Z](?=[a-z])|[a-z](?=[A-Z])")
_CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}", re.IGNORECASE)


def _scrambled(value: str) -> bool:
    if not value.isalpha() or len(set(value.lower())) < 8:
        return False
    return _CLUSTER.search(value) is not None or len(_HUMP.findall(value)) > len(value) / 3
