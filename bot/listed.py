"""Settings that are lists on one line, read strictly. ValueError says what is wrong and how to write it."""

import re
from collections.abc import Iterator, Mapping

from guardrails.personal import KINDS

MAPPED = ("operator", "auditor", "lead")
"""The roles that groups are given; all others follow from the app itself."""
_GROUP = re.compile(r"@?([^\s@|,=]{1,80})")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")


def roles(text: str) -> Mapping[str, tuple[str, ...]]:
    """`operator=@platform, auditor=@audit`: each role with its groups; a role may come again with another one."""
    found: dict[str, tuple[str, ...]] = {}
    for one in _parts(text):
        role, _, named = (part.strip() for part in one.partition("="))
        group = _GROUP.fullmatch(named)
        if role not in MAPPED or group is None:
            raise ValueError(f"has {one!r}: write operator=@group, auditor=@group or lead=@group, separated by commas.")
        found[role] = (*found.get(role, ()), group[1])
    return found


def channels(text: str) -> frozenset[str]:
    """`C0123ABCD, C0456EFGH`: the ids of channels, which stay when a channel is renamed."""
    found = frozenset(_parts(text))
    for one in sorted(found):
        if not _CHANNEL.fullmatch(one):
            raise ValueError(f"has {one!r}: write channels by their ids, such as C0123ABCD, separated by commas.")
    return found


def fallbacks(text: str) -> Mapping[str, str]:
    """`C0123ABCD, ops=C0456EFGH`: where a team is asked whose own channel cannot be; without a team, all others are."""
    found: dict[str, str] = {}
    for one in _parts(text):
        team, _, channel = (part.strip() for part in one.rpartition("="))
        if not _CHANNEL.fullmatch(channel) or team.lower() in found:
            raise ValueError(f"has {one!r}: write C0123ABCD or team=C0123ABCD, separated by commas, each team once.")
        found[team.lower()] = channel
    return found


def tags(text: str) -> Mapping[str, str]:
    """`ops=4711, hr=4712, guests`: each tag with its cost centre, which may be left out."""
    found: dict[str, str] = {}
    for one in _parts(text):
        tag, _, centre = (part.strip() for part in one.partition("="))
        if not tag or len(tag) > 80 or tag in found:
            raise ValueError(f"has {one!r}: write tag=cost centre, separated by commas, each tag once.")
        found[tag] = centre
    return found


def personal(text: str) -> frozenset[str]:
    """`email, phone`: the kinds of personal data that are taken out besides secrets."""
    found = frozenset(_parts(text))
    if strange := sorted(found - KINDS):
        raise ValueError(f"has {', '.join(strange)}: it can have {', '.join(sorted(KINDS))}.")
    return found


def _parts(text: str) -> Iterator[str]:
    return filter(None, (part.strip() for part in text.split(",")))
