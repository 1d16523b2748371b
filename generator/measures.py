"""Units said with a name, out of the way while a sentence is read: no `/`, `in` or bracket of theirs parts it."""

import re
from dataclasses import dataclass

from templates.units import read

_FIRST = 0xA000
"""Letters that stand for units meanwhile: of a script (Yi) that no one here writes; whoever does has no units read."""
_MOST = 60
_WORD = r"(?:[^\W\d_]+²?³?|[€$£%])"
_SAID = re.compile(
    rf"(?<=[\w%])(?:\s*\((?P<within>[^()\n]{{1,40}})\)|\s+in\s+(?:(?P<quotient>{_WORD}(?:\s?/\s?|\s(?:per|pro|je)\s)(?:100\s?)?"
    rf"[^\W\d_]+)|(?P<two>{_WORD}\s[^\W\d_]+)|(?P<one>{_WORD}))(?!\w))",
    re.I,
)


@dataclass(frozen=True)
class Hidden:
    """A text whose units are single letters; `shown` writes them out again, as they were said."""

    text: str
    said: tuple[str, ...] = ()

    def shown(self, text: str) -> str:
        """The same words with their units."""
        return re.sub(r"[\ua000-\ua48c]", lambda found: self.said[ord(found[0]) - _FIRST], text) if self.said else text

    def with_unit(self, name: str) -> str:
        """The name with the unit that it is said to have anywhere in the text, as it was said."""
        match = re.search(rf"(?<!\w){re.escape(name)}[\ua000-\ua48c]", self.text, re.I)
        return self.shown(name + match[0][-1]) if match and self.said else self.shown(name)


def hide(text: str) -> Hidden:
    """The text with a letter for each unit that stands behind a name: `distance (km)`, `price in EUR per litre`."""
    if re.search(r"[\ua000-\ua48c]", text):
        return Hidden(text)
    said: list[str] = []

    def letter(found: re.Match[str]) -> str:
        whole = found[0]
        for kind in ("within", "quotient", "two", "one"):
            if found[kind] is None:
                continue
            if read(found[kind]):
                break
            if kind == "two" and read(found[kind].split()[0]):
                # “in km please”: the second word is none of the unit's.
                whole = whole[: whole.rindex(found[kind].split()[1])].rstrip()
                break
            return found[0]
        if len(said) == _MOST:
            return found[0]
        said.append(whole)
        return chr(_FIRST + len(said) - 1) + found[0][len(whole) :]

    return Hidden(_SAID.sub(letter, text), tuple(said))
