"""Find the lines of a text trace, whatever it is in: adb's chatter, HTML, zlib (`atrace -z`), gzip."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from traces.systrace.translate import Translator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_TRACE = b"TRACE:"
_PIECE = 1 << 20
_LONGEST_LINE = 1 << 20
UNWRAPPED_LIMIT = 8 << 30
"""Bytes that a compressed text may unpack to."""
_LINES = 20_000
"""Lines that are translated at a time."""
_EVENT = re.compile(rb"-\d{1,9}\s[^\[\n]{0,40}\[\d{3}\]\s*[a-z0-9.]{0,6}\s*\d{1,9}\.\d{6}:\s+\S+:\s")
"""An event, as the kernel writes it."""
_STARTS = (b"# tracer:", b"trace:", b"capturing trace", b"<!doctype html", b"<html")


@dataclass
class Reading:
    """What was noticed while reading."""

    cut_short: bool = False
    """The compressed text is damaged or ends early."""
    unreadable: int = 0
    """Lines that are no events."""


def is_systrace(head: bytes) -> bool:
    """Return whether a file that begins with `head` may be a text trace, or a page that holds one."""
    if head.startswith(_GZIP_MAGIC):
        try:
            head = zlib.decompressobj(31).decompress(head, 4096)
        except zlib.error:
            return False
    start = head.removeprefix(_BOM).lstrip().lower()
    marked = start.startswith(_STARTS) or b"\ntrace:\n" in start or b"\n# tracer:" in start
    return marked or any(_EVENT.search(line) for line in start.split(b"\n", 2)[:2])


def packets_of(path: Path, reading: Reading) -> Iterator[bytes]:
    """Yield the trace's packets in pieces of whole packets; `reading` is filled along the way."""
    translator = Translator()
    with path.open("rb") as file:
        gathered: list[bytes] = []
        for line in _trace_lines(_pieces(file, reading), reading):
            gathered.append(line)
            if len(gathered) >= _LINES:
                yield translator.packets(gathered)
                gathered = []
        yield translator.packets(gathered)
    reading.unreadable = translator.unreadable


def _pieces(file: IO[bytes], reading: Reading) -> Iterator[bytes]:
    head = file.read(2)
    file.seek(0)
    raw = iter(lambda: file.read(_PIECE), b"")
    yield from _inflated(raw, 31, reading) if head == _GZIP_MAGIC else raw


def _inflated(raw: Iterator[bytes], window_bits: int, reading: Reading) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window_bits)
    total = 0
    for piece in raw:
        left = piece
        while left and not inflater.eof:
            try:
                out = inflater.decompress(left, _PIECE)
            except zlib.error:
                reading.cut_short = True
                return
            total += len(out)
            if total > UNWRAPPED_LIMIT:
                reading.cut_short = True
                return
            yield out
            left = inflater.unconsumed_tail
    reading.cut_short |= not inflater.eof


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    left = b""
    for piece in pieces:
        *whole, left = (left + piece).split(b"\n")
        yield from whole
        # No event is that long: what has no line ends is no text.
        left = left[:_LONGEST_LINE]
    if left:
        yield left


def _trace_lines(pieces: Iterator[bytes], reading: Reading) -> Iterator[bytes]:
    """Yield the lines of the trace itself."""
    pieces = _unzipped(pieces, reading)
    in_page = in_data = False
    for number, raw in enumerate(_lines(pieces)):
        line = raw.rstrip(b"\r")
        if number == 0:
            in_page = line.removeprefix(_BOM).lstrip().lower().startswith((b"<!doctype", b"<html"))
        if not in_page:
            yield line if number else line.removeprefix(_BOM)
        elif in_data:
            body, _, end = line.partition(b"</script>")
            if body:
                yield body
            in_data = not (end or line.endswith(b"</script>"))
        elif b'class="trace-data"' in line:
            in_data = True
            body = line.partition(b'class="trace-data"')[2].partition(b">")[2]
            if body:
                yield body


def _unzipped(pieces: Iterator[bytes], reading: Reading) -> Iterator[bytes]:
    """Undo `atrace -z`: what follows the line TRACE: is then a zlib stream."""
    first = next(pieces, b"")
    before, mark, after = first[:4096].partition(_TRACE + b"\n")
    if not mark or after[:1] != b"\x78":
        yield first
        yield from pieces
        return
    yield before + mark

    def rest() -> Iterator[bytes]:
        yield first[len(before) + len(mark) :]
        yield from pieces

    yield from _inflated(rest(), 15, reading)
