"""Secrets that are assigned to a name, and words that are said to be the password, whatever they look like."""

import re
from collections.abc import Iterator

from guardrails.cues import Cue
from guardrails.found import Found
from guardrails.values import is_benign, is_dummy, is_identifier, is_opaque, is_passwordish
from guardrails.vocabulary import NOT_VALUES, SERVICES

_OPERATOR = re.compile(
    r"""["'\])]{0,3}[ \t]{0,8}(?:=>|[?.+|]?:{0,3}=(?!=)|:(?!//)|,(?=[ \t]{0,4}["'])|>\s{0,12})[ \t]{0,8}"""
)
_TYPED = re.compile(r"[ \t]{0,4}(?::[ \t]{0,2}|[ \t])(?:str|string|String|char\*|\w{2,12}\[\])[ \t]{0,4}:?=[ \t]{0,4}")
_QUOTED = re.compile(r""""([^"\n\x7f]{1,400}+)"|'([^'\n\x7f]{1,400}+)'""")
_BARE = re.compile(r"""[^\s"'`,;<>&|\\\x7f][^\s"'`;<>&|\\\x7f]{0,2000}+""")
_SAID = re.compile(
    r"(?:\s{1,3}(?:for|to|of|für|zum|zur|vom|von)\s{1,3}(?:(?:the|our|my|this|den|das|die|dem|der|unser\w{0,2})\s{1,3})?"
    r"[\w.-]{2,30}){0,2}(?:\s{1,3}\([^()\n\x7f]{1,40}\))?\s{0,3}(?:is|ist|lautet|was|war|=|:|->|=>|→|est|es)\s{1,3}",
    re.IGNORECASE,
)
_QUOTED_WORD = re.compile(r"""(["'])([^\s"'\x7f]{4,60}+)\1""")
_NUMBER = re.compile(r"""["'(]?(\d{4,12})""")
_AFTER_WORD = re.compile(
    r"""["']?(?:[.,;:!?)]*(?:$|\n)|[.,;!?)]+\s|\s+(?:and|und|for|für|but|so|on|in|-|–|btw|please|pls|thanks)\b)"""
)
_PLAIN = re.compile(r"""["'(<]{0,2}([^\W\d_][\w-]{3,40}+)""")
_PHRASE = re.compile(
    r"""["'](?P<quoted>[^\W_]+(?:[ -][^\W_]+){2,9})["']|(?P<words>[a-z]{3,12}(?: [a-z]{3,12}){2,9})[.!]?(?:$|\n)"""
)
_ADJECTIVE = re.compile(r".{2,}(?:ed|ing|able|ible|ive|al|ous|ary|less|ful|ly|tion|bar|lich|iert|endet|ung)")
_SHORTEST = 4


def assigned(text: str, cues: list[Cue]) -> Iterator[Found]:
    """Values after `NAME =`, `"name": "…"`, `set("NAME", "…")`, and *the password is swordfish*."""
    for cue in cues:
        if cue.family in ("login", "state"):
            continue
        kind = "password" if cue.family == "password" else "secret"
        if operator := (_TYPED.match(text, cue.end) or _OPERATOR.match(text, cue.end)):
            yield from _literal(text, cue, operator.end(), kind)
        if cue.family == "password":
            yield from _said(text, cue)
    yield from (Found("secret", *hit.span(1)) for hit in _GIVEN.finditer(text) if _is_of_service(text, hit))


_GIVEN = re.compile(r"""[:=>]\s{0,3}["']([\w+/.-]{16,200}={0,2})["']""")
_SERVICE = re.compile(r"""[:=]?\s{0,3}["']?([A-Za-z0-9]{2,14}[A-Za-z])["']?(?![\w/.@-])""")


def _is_of_service(text: str, given: re.Match[str]) -> bool:
    """`asana: "…"`: a service's name with nothing but a string that a machine made."""
    value = given[1]
    if not is_opaque(value) or (is_benign(value) and not is_identifier(value)) or is_dummy(value):
        return False
    name = _SERVICE.match(text[max(0, given.start() - 24) : given.start()][::-1])
    return name is not None and name[1][::-1].lower() in SERVICES


def _literal(text: str, cue: Cue, at: int, kind: str) -> Iterator[Found]:
    quoted = _QUOTED.match(text, at)
    if quoted:
        start, end = quoted.span(1) if quoted[1] is not None else quoted.span(2)
    elif bare := _BARE.match(text, at):
        start, end = bare.start(), bare.start() + len(bare[0].rstrip(",.)]}:"))
    else:
        return
    value = text[start:end]
    if _takes(value, cue, quoted is not None, text[at - 1] == "="):
        yield Found(kind, start, end)


def _takes(value: str, cue: Cue, quoted: bool, equals: bool) -> bool:
    if (
        len(value) < _SHORTEST
        or is_dummy(value)
        or value.lower() in NOT_VALUES
        or (" " in value and cue.family != "password")
    ):
        return False
    if is_identifier(value) or is_opaque(value):
        return not is_benign(value) or is_identifier(value)
    if value.isdigit():
        return cue.family == "password" and len(value) <= 12
    if is_benign(value):
        return cue.family == "password" and quoted and not value.isdigit() and "/" not in value
    if cue.family == "password":
        return (quoted and " " not in value) or is_passwordish(value) or (equals and not _ADJECTIVE.fullmatch(value))
    if cue.family == "key":
        return False
    digits = sum(c.isdigit() for c in value)
    return digits >= 2 and len(value) >= 10 and is_passwordish(value) and (quoted or equals)


def _said(text: str, cue: Cue) -> Iterator[Found]:
    link = _SAID.match(text, cue.end)
    if not link:
        return
    phrase = _PHRASE.match(text, link.end())
    if phrase and (phrase["quoted"] or cue.name.endswith("phrase")):
        yield Found("password", *phrase.span("quoted" if phrase["quoted"] else "words"))
        return
    number = _NUMBER.match(text, link.end())
    if number and _AFTER_WORD.match(text, number.end()):
        yield Found("password", *number.span(1))
    quoted = _QUOTED_WORD.match(text, link.end())
    if quoted and not is_dummy(quoted[2]):
        yield Found("password", *quoted.span(2))
        return
    word = _PLAIN.match(text, link.end())
    if not word:
        return
    value = word[1].lower()
    ordinary = value in NOT_VALUES or bool(_ADJECTIVE.fullmatch(value))
    if not ordinary and _AFTER_WORD.match(text, word.end()):
        yield Found("password", *word.span(1))
