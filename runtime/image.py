"""Memory images: which pages hold something, and how an image becomes the data section of a core wasm module."""

from collections.abc import Iterator

PAGE = 4096
WASM_PAGE = 65536
MEMORY, DATA_COUNT, DATA = 5, 12, 11
I32_CONST, END = 0x41, 0x0B


def splice(module: bytes, image: bytes, skip: range) -> bytes:
    """The module with `image` as its data, without the zero pages and without the pages in `skip` (bytes)."""
    segments = list(pages(image, skip))
    data = _vector([b"\x00" + bytes([I32_CONST]) + _signed(at) + bytes([END]) + _sized(part) for at, part in segments])
    out = bytearray(module[:8])
    for section, body in _sections(module):
        if section == DATA:
            continue
        if section == DATA_COUNT:
            body = _unsigned(len(segments))
        elif section == MEMORY:
            body = _grown(body, len(image) // WASM_PAGE)
        out += bytes([section]) + _sized(body)
        if section == 10:
            # The data section follows the code.
            out += bytes([DATA]) + _sized(data)
    return bytes(out)


def pages(image: bytes, skip: range) -> Iterator[tuple[int, bytes]]:
    """Runs of pages that are not all zero: where, and their bytes."""
    start, run = 0, bytearray()
    for at in range(0, len(image), PAGE):
        page = image[at : at + PAGE]
        wanted = page.count(0) != len(page) and at not in skip
        if wanted and not run:
            start = at
        if wanted:
            run += page
        elif run:
            yield start, bytes(run)
            run = bytearray()
    if run:
        yield start, bytes(run)


def _sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    at = 8
    while at < len(module):
        section = module[at]
        length, body = _read(module, at + 1)
        yield section, module[body : body + length]
        at = body + length


def _grown(memory: bytes, least: int) -> bytes:
    """The memory section with at least this many 64 KB pages at the start."""
    count, at = _read(memory, 0)
    flags = memory[at]
    minimum, rest = _read(memory, at + 1)
    if count != 1:
        raise ValueError("the guest must have exactly one memory")
    return _unsigned(1) + bytes([flags]) + _unsigned(max(minimum, least)) + memory[rest:]


def _read(content: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number and where it ends."""
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def _unsigned(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def _signed(value: int) -> bytes:
    out = bytearray()
    while True:
        low = value & 0x7F
        value >>= 7
        done = (value == 0 and not low & 0x40) or (value == -1 and bool(low & 0x40))
        out.append(low if done else low | 0x80)
        if done:
            return bytes(out)


def _sized(body: bytes) -> bytes:
    return _unsigned(len(body)) + body


def _vector(parts: list[bytes]) -> bytes:
    return _unsigned(len(parts)) + b"".join(parts)
