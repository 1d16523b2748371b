"""People and channels that a text names by their handles."""

import re

from generator.found import Found
from generator.utterance import Utterance

_PERSON = re.compile(r"(?<![\w@.])@(\w[\w.-]*\w|\w)(?!\.\w+@)")
_CHANNEL = re.compile(r"(?<![\w#&/])#([^\W_](?:[\w.-]*\w)?)")


def find_people(utterance: Utterance, *, groups: bool = False) -> list[Found[str]]:
    """Everybody whom the asker's own words name as `@handle`, each once, in order; user groups only with `groups`."""
    known: dict[str, Found[str]] = {}
    for match in _PERSON.finditer(utterance.bare):
        if groups or match[1] not in utterance.groups:
            known.setdefault(match[1].casefold(), Found(match[1], match.start(), match.end()))
    return list(known.values())


def find_channels(utterance: Utterance) -> list[Found[str]]:
    """Every `#channel` and user group in the asker's own words, in order; `#12` is a number, not a channel."""
    found = [
        Found(match[1], match.start(), match.end())
        for match in _CHANNEL.finditer(utterance.bare)
        if re.search(r"[^\W\d]", match[1])
    ]
    found += [
        Found(match[1], match.start(), match.end())
        for match in _PERSON.finditer(utterance.bare)
        if match[1] in utterance.groups
    ]
    return sorted(found, key=lambda one: one.start)
