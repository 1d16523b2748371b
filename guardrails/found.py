"""One secret seen in a text: its kind and where it stands."""

from typing import NamedTuple


class Found(NamedTuple):
    """`type` is a short kebab-case kind (`aws-key`); `start` and `end` are code-point offsets, end exclusive."""

    type: str
    start: int
    end: int


def merged(found: list[Found]) -> list[Found]:
    """The same stretches of text, sorted, overlaps made one. The wider find names the kind, the earlier on a tie."""
    whole: list[Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if whole and one.start < whole[-1].end:
            last = whole[-1]
            name = one.type if one.end - one.start > last.end - last.start else last.type
            whole[-1] = Found(name, last.start, max(last.end, one.end))
        else:
            whole.append(one)
    return whole
