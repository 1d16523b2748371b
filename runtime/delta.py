"""An evaluated app, as the pages of guest memory that its source changed."""

import hmac
from dataclasses import dataclass

from runtime.image import PAGE, WASM_PAGE

ROOM = 2048 - 16
"""Bytes, with a closing NUL; they and the allocator's head fit a block of 2 KB."""
MAGIC = b"slipway-delta-3\n"
PART = 16 * PAGE


@dataclass(frozen=True)
class Delta:
    """An app's source, evaluated: the pages of the guest's memory that differ from its booted image."""

    origin: bytes
    """SHA-256 over the guest and the source: a delta of another guest or source is never used."""
    size: int
    """Bytes of memory the instance needs."""
    room: int
    """Where ROOM bytes are free for what a Call is told: a call into the guest less."""
    runs: tuple[tuple[int, bytes], ...]
    """Where each lies, within `size`, and its bytes."""

    def held(self) -> int:
        """Bytes that it keeps in memory."""
        return sum(len(run) for _, run in self.runs)

    def to_bytes(self, key: bytes) -> bytes:
        """`MAGIC`, a keyed checksum of the rest, then origin, size, room and runs."""
        body = self.origin + self.size.to_bytes(4, "little") + self.room.to_bytes(4, "little")
        body += b"".join(at.to_bytes(4, "little") + len(run).to_bytes(4, "little") + run for at, run in self.runs)
        return MAGIC + hmac.digest(key, body, "sha256") + body


def read(kept: bytes, origin: bytes, key: bytes) -> Delta:
    """What `Delta.to_bytes` wrote with this key; ValueError when it is damaged, forged, or of another guest or source.

    A delta is memory that a guest starts from: whoever could write one would write what an app does.
    """
    head, body = kept[: len(MAGIC) + 32], kept[len(MAGIC) + 32 :]
    if not hmac.compare_digest(head, MAGIC + hmac.digest(key, body, "sha256")) or body[:32] != origin:
        raise ValueError("not a delta of ours, of this guest and source")
    size, room = (int.from_bytes(body[at : at + 4], "little") for at in (32, 36))
    if size % WASM_PAGE or not room <= size - ROOM:
        raise ValueError("a delta of a memory that no instance has")
    at, runs = 40, []
    while at < len(body):
        where, length = (int.from_bytes(body[at + i : at + i + 4], "little") for i in (0, 4))
        run = body[at + 8 : at + 8 + length]
        if len(run) != length or where + length > size:
            raise ValueError("a delta with a run outside of its memory")
        runs.append((where, run))
        at += 8 + length
    return Delta(origin, size, room, tuple(runs))


def between(booted: bytes, image: bytes, stack: int, room: int, origin: bytes) -> Delta:
    """What differs from the booted image above the stack, which a Call starts empty."""
    padded = booted + bytes(len(image) - len(booted))
    spans: list[list[int]] = []
    # Most of the memory is as it was: look closer only where something changed.
    for part in range(stack, len(image), PART):
        if image[part : part + PART] == padded[part : part + PART]:
            continue
        for at in range(part, part + PART, PAGE):
            if image[at : at + PAGE] == padded[at : at + PAGE]:
                continue
            if spans and spans[-1][1] == at:
                spans[-1][1] += PAGE
            else:
                spans.append([at, at + PAGE])
    return Delta(origin, len(image), room, tuple((start, image[start:end]) for start, end in spans))
