"""What an app's code asks the host for that leads outside, read from the code itself and not from what is said of it.

Only a remark for people: whatever this overlooks cannot be called either, for the host offers nothing undeclared.
"""

import re

_QUOTED = re.compile(
    r'"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'"
    r"|/\*.*?\*/"
    r"|//[^\n]*",
    re.DOTALL,
)
_CALLS = re.compile(r"(?<![\w$.])(egress|mail)\s*\.\s*(?:fetch|send)\s*\(")


def outside(source: bytes) -> frozenset[str]:
    """The kinds of capability, `egress` and `mail`, whose functions the code calls; words in quotes are no calls."""
    code = _QUOTED.sub('""', source.decode(errors="replace"))
    return frozenset(found[1] for found in _CALLS.finditer(code))
