"""Substitution: a secret's name on the way out becomes its value, and its value on the way back becomes its name."""

import base64
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from runtime.broker.decision import Target
from runtime.broker.outbound import Outbound
from runtime.broker.refusal import Refusal
from runtime.broker.vault import zero

PLACEHOLDER = re.compile(rb"\{\{secret:([A-Za-z][A-Za-z0-9_-]{0,79})\}\}")
_CONTROL = re.compile(rb"[^\t -~]")


@dataclass(frozen=True)
class Opened:
    """A secret's value for one call. `close` overwrites it."""

    name: str
    hosts: Collection[str]
    value: bytearray

    def close(self) -> None:
        """Forget the value."""
        zero(self.value)


def names(outbound: Outbound) -> frozenset[str]:
    """The secrets that a request names, wherever they stand."""
    texts = [outbound.body, outbound.url.encode(), *(value.encode() for _, value in outbound.headers)]
    return frozenset(name.decode() for text in texts for name in PLACEHOLDER.findall(text))


def against(target: Target, outbound: Outbound, secrets: Mapping[str, Opened]) -> Refusal | None:
    """What stands against sending these secrets to this target, if anything."""
    if PLACEHOLDER.search(outbound.url.encode()):
        return missing(next(iter(sorted(names(outbound)))), "a secret is not put into a URL, which servers write down")
    for name in sorted(names(outbound)):
        secret = secrets[name]
        if target.scheme != "https":
            return missing(name, "it is only sent over https")
        if target.name not in secret.hosts:
            return missing(name, f"it may be sent to {', '.join(sorted(secret.hosts))}, not to {target.name}")
    for _, value in outbound.headers:
        for found in PLACEHOLDER.findall(value.encode()):
            if _CONTROL.search(secrets[found.decode()].value):
                return missing(found.decode(), "its value cannot stand in a header")
    return None


def missing(name: str, why: str = "") -> Refusal:
    """A call without its secret is no call."""
    return Refusal("secret", f"secret not available: {name}{': ' if why else ''}{why}", {"secret": name})


def put_in(outbound: Outbound, secrets: Mapping[str, Opened]) -> tuple[Sequence[tuple[bytes, bytes]], bytes]:
    """The headers and the body as they are sent. In a body, a value is escaped for the place it lands in."""
    kind = next((value.lower() for name, value in outbound.headers if name == "content-type"), "")
    headers = [(name.encode(), _replace(value.encode(), secrets, "")) for name, value in outbound.headers]
    return headers, _replace(outbound.body, secrets, kind)


def _replace(text: bytes, secrets: Mapping[str, Opened], kind: str) -> bytes:
    return PLACEHOLDER.sub(lambda found: _escaped(bytes(secrets[found[1].decode()].value), kind), text)


def _escaped(value: bytes, kind: str) -> bytes:
    if "json" in kind:
        return json.dumps(value.decode(errors="replace"))[1:-1].encode()
    if "form-urlencoded" in kind:
        return quote_plus(value).encode()
    return value


def scrub(text: bytes, secrets: Collection[Opened]) -> bytes:
    """The text with every form of every value replaced by the secret's placeholder."""
    for secret in secrets:
        for form in _forms(bytes(secret.value)):
            text = _hidden(text, form, b"{{secret:%b}}" % secret.name.encode())
    return text


def _hidden(text: bytes, form: bytes, name: bytes) -> bytes:
    """Replace a form, in whichever case. Not by a pattern: `re` would keep the value in its cache."""
    lowered, sought = text.lower(), form.lower()
    parts, at = [], 0
    while (found := lowered.find(sought, at)) >= 0:
        parts += [text[at:found], name]
        at = found + len(sought)
    return b"".join([*parts, text[at:]]) if parts else text


def _forms(value: bytes) -> Sequence[bytes]:
    """A value as it stands, as JSON, URLs, hex and base64 write it; the longest first, so that nothing is left over."""
    text = value.decode(errors="replace")
    forms = {value, value.hex().encode(), quote(value, safe="").encode(), quote(value).encode()}
    forms |= {quote_plus(value).encode(), json.dumps(text)[1:-1].encode(), text.encode("unicode_escape")}
    forms |= {json.dumps(text)[1:-1].replace("/", "\\/").encode(), json.dumps(text, ensure_ascii=False)[1:-1].encode()}
    for shift in range(3):
        # Whatever stands before it, the bytes of base64 that hold nothing but the value are these.
        encoded = base64.b64encode(b"\0" * shift + value)
        whole = len(value) + shift - (len(value) + shift) % 3
        core = encoded[(0, 2, 3)[shift] : whole * 4 // 3]
        forms |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return sorted((one for one in forms if len(one) >= 6), key=len, reverse=True)
