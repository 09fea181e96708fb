"""Texts written to trace_marker that are not valid UTF-8, as trace processor reads them.

Atrace cuts texts at a number of bytes, which may fall into the middle of a Chinese character.
"""

from __future__ import annotations

_LENGTHS = ((0x80, 1), (0xC0, 0), (0xE0, 2), (0xF0, 3), (0xF8, 4))


def readable(raw: bytes) -> str:
    """Return a text without what is no UTF-8: of a sequence that is wrong all the bytes it claims to have."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    out = []
    at = 0
    while at < len(raw):
        length = next((length for below, length in _LENGTHS if raw[at] < below), 0)
        piece = raw[at : at + length]
        if not length or len(piece) < length:
            at += 1
            continue
        at += length
        try:
            out.append(piece.decode())
        except UnicodeDecodeError:
            continue
    return "".join(out)
