"""A user with a password beside it: `login is ana / Fl0wer!`, `curl -u ana:…`, `sign in as ana with …`."""

import re
from collections.abc import Iterator

from guardrails.cues import Cue
from guardrails.found import Found
from guardrails.values import is_benign, is_dummy, is_numbered, is_passwordish, is_strong_password, transitions
from guardrails.vocabulary import ADMINS, FIELDS, NOT_VALUES

_PAIR = re.compile(
    r"""(?:[^\S\n]{0,3}(?:[:=–-]|is|are|ist|sind|lautet|lauten|as|als|with|mit|using"""
    r"""|details?|data|info|daten|to the \w{1,20}|for \w{1,20}|für \w{1,20})"""
    r"""(?=[\s"'(:]))*\s{0,4}["'(<]?(?P<user>[^\s\x7f"':/|,;=]{2,80})["']?"""
    r"""(?P<by>\s{0,2}[/|:]\s{0,2}|\s{1,3}(?:and|und|with|mit|y|et|\+|&|-)\s{1,3}|,\s{0,3})"""
    r"""["']?(?P<secret>[^\s\x7f"']{4,120})"""
)
_IN_TURN = re.compile(
    r"""[\s"':=]{1,3}(?P<user>[^\s\x7f"':/|,;=]{2,60})["']?[,;]?\s{1,3}(?:(?:and|und|with|mit|&)\s{1,3})?"""
    r"""(?:the\s{1,3}|das\s{1,3})?(?:password|passwort|kennwort|pass|pwd?)[\s:]{1,3}["']?"""
    r"""(?P<secret>[^\s\x7f"',.;]{4,60})["']?[.,;!]?(?:$|\n|\s{1,3}(?:on|for|to|auf|für|bei)\b)""",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"""\s{0,2}[/|:]\s{0,2}["']?(?P<secret>[^\s\x7f"'/]{4,120})""")
_WITH = re.compile(
    r"""(?:\s+[^\s\x7f]{1,60}){0,5}?\s+(?:with|mit|using|via|con|avec)\s+["'(]?(?P<secret>[^\s\x7f"']{6,120})"""
)
_FLAG = re.compile(
    r"""(?<![\w-])(?:-u|--user|--proxy-user|--creds?)(?:\s{1,3}|=)["']?"""
    r"""(?P<pair>[^\s"':$\x7f]{0,80}:(?P<secret>[^\s"'\x7f]{3,200}))"""
)
_PASS_FLAG = re.compile(
    r"""(?:sshpass\s{1,3}-p\s?|mysql\w{0,5}\s[^\n\x7f]{0,80}?\s-p|docker login [^\n\x7f]{0,80}?-p\s|"""
    r"""(?<!\w)--?(?:password|passwd|pass|pwd|token|secret|api-?key)(?:\s{1,3}|=))["']?"""
    r"""(?P<secret>[^\s"'\x7f$<{-][^\s"'\x7f]{3,200})"""
)
_FLAGS = ("-u", "-p", "--")
_USED_TO = re.compile(
    r"""\b(?:use|using|with|nimm|mit|nutze|verwende)\s{1,3}(?P<user>[^\s\x7f"':/|,;=]{2,60})\s?[/:]\s?"""
    r"""(?P<secret>[^\s\x7f"'/]{6,60})\s{1,3}(?:to|for|um|zum|zur)\s{1,3}$""",
    re.IGNORECASE,
)
_PURPOSES = (" to", " for", " um", " zum", " zur")
_MAILED = re.compile(r"""@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\s{0,2}[:/]\s{0,2}(?P<secret>[^\s\x7f"'/<>|@]{6,60})""")
"""How lists of stolen logins are written, and many a hurried message."""
_BASIC = re.compile(r"\b[Bb]asic\s{1,3}(?P<secret>[A-Za-z0-9+/]{8,400}+={0,2})")


def pairs(text: str, cues: list[Cue]) -> Iterator[Found]:
    """The password of each pair that a login cue or a command-line flag announces."""
    for cue in cues:
        if cue.family in ("login", "password", "secret"):
            yield from _spoken_pair(text, cue)
    if "@" in text:
        yield from (_trimmed("password", text, hit) for hit in _MAILED.finditer(text) if _is_strong(hit["secret"]))
    if any(flag in text for flag in _FLAGS):
        yield from _flagged(text)
    if "asic " in text:
        yield from (_trimmed("login", text, hit) for hit in _BASIC.finditer(text) if _is_encoded(hit["secret"]))


def _flagged(text: str) -> Iterator[Found]:
    for flag in _FLAG.finditer(text):
        if (
            not _is_described(flag["pair"])
            and not is_dummy(flag["secret"])
            and "${" not in text[flag.start() : flag.end() + 40]
        ):
            yield Found("login", *flag.span("pair"))
    for hit in _PASS_FLAG.finditer(text):
        if not is_dummy(hit["secret"]):
            yield _trimmed("password", text, hit)


def _is_described(pair: str) -> bool:
    """Whether both sides only say what belongs there: `username:password`, `api:YOUR_API_KEY`."""
    words = re.split(r"[_:\W]+", pair.lower())
    return all(word in FIELDS or word in {"", "your", "my", "api", "access", "auth", "basic"} for word in words)


def _is_encoded(value: str) -> bool:
    return any(c.isdigit() or c == "=" for c in value)


def _spoken_pair(text: str, cue: Cue) -> Iterator[Found]:
    if cue.name in ADMINS and (beside := _BESIDE.match(text, cue.end)) and _is_beside(beside["secret"].rstrip(".,;)")):
        yield _trimmed("password", text, beside)
    pair = _PAIR.match(text, cue.end, cue.end + 260)
    if pair and _is_pair(pair["user"], pair["secret"].rstrip(".,;)'\"]}"), pair["by"].strip()):
        yield _trimmed("password", text, pair)
    if cue.family == "login":
        lead = text[max(0, cue.start - 140) : cue.start]
        used = _USED_TO.search(text, cue.start - len(lead), cue.start) if lead.rstrip().endswith(_PURPOSES) else None
        if used and _is_strong(used["secret"]):
            yield _trimmed("password", text, used)
        turn = _IN_TURN.match(text, cue.end, cue.end + 200)
        if (
            turn
            and _is_user(turn["user"])
            and not is_dummy(turn["secret"])
            and turn["secret"].lower() not in NOT_VALUES
        ):
            yield _trimmed("password", text, turn)
        means = _WITH.match(text, cue.end, cue.end + 300)
        if means and _marked(means["secret"].rstrip(".,;)-")):
            yield _trimmed("password", text, means)


def _is_pair(user: str, secret: str, by: str) -> bool:
    if user.lower() in {"arn", "urn", "http", "https"} or (by == "/" and "/" in secret):
        return False
    if is_numbered(secret) and _is_user(user) and by in ("/", "|", ":"):
        return True
    if is_dummy(secret) or is_benign(secret) or secret.lower() in FIELDS or user.lower() in FIELDS:
        return False
    known = _is_user(user)
    if by in ("/", "|", ":"):
        return is_passwordish(secret) or (known and secret.isalpha() and len(secret) >= 4)
    clear = known or not secret[-1:].isalpha() or transitions(secret) > 1
    return is_strong_password(secret) if clear else _marked(secret)


def _is_user(name: str) -> bool:
    return name.lower() in ADMINS or is_passwordish(name) or "@" in name or "_" in name


def _is_strong(secret: str) -> bool:
    secret = secret.rstrip(".,;)")
    return is_strong_password(secret) and not is_dummy(secret)


def _is_beside(secret: str) -> bool:
    return is_strong_password(secret) and (_marked(secret) or secret.isalnum())


def _marked(secret: str) -> bool:
    return is_strong_password(secret) and any(c in "!$%^&*?#@+=~" for c in secret)


def _trimmed(kind: str, text: str, hit: re.Match[str]) -> Found:
    start, end = hit.span("secret")
    while end > start and text[end - 1] in ".,;)\"']}":
        end -= 1
    return Found(kind, start, end)
