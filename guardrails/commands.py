"""Passwords where a program takes them: behind a command's flag, in SQL, in a password file, in a signed URL.

Which flag is the password says each program's manual; a bare `-p` says nothing without the program before it.
"""

import re
from collections.abc import Iterator

from guardrails.found import Found
from guardrails.values import is_dummy, is_strong_password

_VALUE = r"""["']?(?P<secret>[^\s"'\x7f$<{-][^\s"'\x7f]{3,200})"""
_GAP = r"[^\n\x7f;|]{0,120}?"
_PLACES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (needle, re.compile(shape + _VALUE, re.IGNORECASE))
    for needle, shape in (
        ("redis-cli", rf"\bredis-cli\s{_GAP}-a\s{{1,3}}"),
        ("htpasswd", r"\bhtpasswd\s{1,3}-\w{0,5}b\w{0,5}\s{1,3}\S{1,80}\s{1,3}\S{1,60}\s{1,3}"),
        ("net use", rf"\bnet use\s{_GAP}/user:\S{{1,60}}\s{{1,3}}"),
        ("az login", rf"\baz login\s{_GAP}-p\s{{1,3}}"),
        ("mongo", rf"\bmongo(?:sh|dump|restore|import|export)?\s{_GAP}-p\s{{1,3}}"),
        *((tool, rf"\b{tool}\s{_GAP}login\s{_GAP}-p\s{{1,3}}") for tool in ("podman", "helm", "skopeo", "nerdctl")),
        ("oc login", rf"\boc login\s{_GAP}-p\s{{1,3}}"),
        ("sqlcmd", rf"\bsqlcmd\s{_GAP}-P\s{{1,3}}"),
        ("cqlsh", rf"\bcqlsh\s{_GAP}-p\s{{1,3}}"),
        ("twine", rf"\btwine upload\s{_GAP}-p\s{{1,3}}"),
        ("-pw ", rf"\b(?:plink|pscp|psftp|putty|kitty)\S{{0,4}}\s{_GAP}-pw\s{{1,3}}"),
        ("ldap", rf"\bldap(?:search|modify|add|delete|whoami|passwd|compare)\s{_GAP}-w\s{{1,3}}"),
        ("smb", rf"\bsmb(?:client|get|map)\s{_GAP}-U\s{{1,3}}[^\s%\x7f]{{1,60}}%"),
        ("freerdp", rf"\b[xw]l?freerdp\S{{0,2}}\s{_GAP}/p:"),
        ("identified", r"\bidentified\s{1,3}(?:with\s{1,3}\S{1,40}\s{1,3})?by\s{1,3}(?:password\s{1,3})?(?=['\"])"),
        ("securestring", r"\bconvertto-securestring\s{1,3}(?:-string\s{1,3})?(?=['\"])"),
        ("networkcredential", r"\bnetworkcredential\(\s{0,3}['\"][^'\"\n\x7f]{1,60}['\"]\s{0,3},\s{0,3}(?=['\"])"),
    )
)
_PASSWORD_FILE = re.compile(
    # PostgreSQL's .pgpass: host:port:database:user:password
    r":(?:\d{2,5}|\*):[\w*-]{1,60}:[\w.*-]{1,60}:(?P<secret>[^\s:\x7f]{4,120})(?=\s|$)"
)
_HOST = re.compile(r"(?:[\w-]{1,60}\.[\w.-]{1,200}|tsohlacol|\*)(?![\w./:-])")
"""A host's name, backwards."""
_SIGNATURE = re.compile(
    # What a storage service signs a link with, so that the link alone opens the file (Azure SAS, S3, Google Cloud).
    r"[?&;](?:sig|x-amz-signature|x-goog-signature)=(?P<secret>[\w%+/=-]{40,800})",
    re.IGNORECASE,
)


def on_command_lines(text: str) -> Iterator[Found]:
    """The passwords that programs are told, and the signatures of links."""
    low = text.lower()
    for needle, place in _PLACES:
        if needle in low:
            yield from (_found("password", hit) for hit in place.finditer(text) if not is_dummy(hit["secret"]))
    if "sig=" in low or "signature=" in low:
        yield from (_found("token", hit) for hit in _SIGNATURE.finditer(text) if not is_dummy(hit["secret"]))
    for hit in _PASSWORD_FILE.finditer(text):
        host = _HOST.match(text[max(0, hit.start() - 200) : hit.start()][::-1])
        if host and is_strong_password(hit["secret"]) and not is_dummy(hit["secret"]):
            yield _found("password", hit)


def _found(kind: str, hit: re.Match[str]) -> Found:
    start, end = hit.span("secret")
    while end > start and hit.string[end - 1] in ".,;)\"']}":
        end -= 1
    return Found(kind, start, end)
