"""Android's trace_marker texts (`B|pid|name`, `E|pid`, `S|pid|name|cookie`, ...) as columns.

Format: frameworks/native libs/cutils `trace-dev` and perfetto's docs/data-sources/atrace.md. Begins and ends
of thread slices are decoded in columns; the rarer kinds one by one.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.wire import decimal_values, decimals
from traces.tables import NA, Bools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.ftrace import Prints
    from traces.perfetto.wire import Block, Index

UNNAMED = "[empty slice name]"
NOT_KEPT = -1
_BAR = 0x7C
_MAGIC = re.compile(r"[*?\[]")
_TRAILING = (0x0A, 0x00)


class Names:
    """Names, each kept once and known by a small number; and which of them are wanted.

    Args:
        globs: shell patterns of the names to keep, case-sensitive; None keeps all.
    """

    def __init__(self, globs: Sequence[str] | None) -> None:
        self.texts: list[str] = []
        self._number: dict[bytes, int] = {}
        self._wanted: dict[bytes, int] = {}
        self._globs = globs
        self._match = None
        self._prefixes: list[bytes] = []
        if globs is not None:
            self._match = re.compile("|".join(fnmatch.translate(glob) for glob in globs) or r"(?!)").match
            # Only the first eight bytes before a magic sign are compared in columns; the pattern decides.
            self._prefixes = [_MAGIC.split(glob)[0].encode()[:8] for glob in globs]

    def keep(self, raw: bytes) -> int:
        """Return the number of a name, whatever the patterns say."""
        number = self._number.get(raw)
        if number is None:
            number = self._number[raw] = len(self.texts)
            self.texts.append(raw.decode("utf-8", "replace") if raw else UNNAMED)
        return number

    def number(self, raw: bytes) -> int:
        """Return the number of a name, `NOT_KEPT` where no pattern matches."""
        number = self._wanted.get(raw)
        if number is None:
            wanted = self._match is None or self._match(raw.decode("utf-8", "replace") or UNNAMED)
            number = self._wanted[raw] = self.keep(raw) if wanted else NOT_KEPT
        return number

    def numbers(self, block: Block, start: Index, end: Index) -> Index:
        """Return the numbers of the names at `block.data[start:end]`."""
        out = np.full(len(start), NOT_KEPT, np.int64)
        likely = np.arange(len(start)) if self._match is None else self._likely(block, start, end)
        data, number = block.data, self.number
        spans = zip(start[likely].tolist(), end[likely].tolist(), strict=True)
        out[likely] = [number(data[a:b]) for a, b in spans]
        return out

    def _likely(self, block: Block, start: Index, end: Index) -> Index:
        """Return the places of names that may match: those that share a pattern's first bytes."""
        words = block.words[start]
        hit = np.zeros(len(start), np.bool_)
        for prefix in set(self._prefixes):
            if prefix:
                mask = np.uint64((1 << (8 * len(prefix))) - 1)
                hit |= (words & mask) == np.uint64(int.from_bytes(prefix, "little"))
        for literal in self._inner_literals():
            if not literal:
                return np.arange(len(start))
            self._mark(hit, block, start, end, literal)
        return np.flatnonzero(hit)

    def _inner_literals(self) -> list[bytes]:
        globs = [glob for glob in self._globs or () if _MAGIC.match(glob)]
        # A class such as [ab] is not a literal: such patterns look at every name.
        return [b"" if "[" in glob else max(re.split(r"[*?]", glob), key=len).encode() for glob in globs]

    @staticmethod
    def _mark(hit: Bools, block: Block, start: Index, end: Index, literal: bytes) -> None:
        """Mark the names that hold a literal."""
        if not len(start):
            return
        order = np.argsort(start, kind="stable")
        places, low = start[order], int(start.min())
        spots = np.flatnonzero(block.octets[low : int(end.max())] == literal[0]) + low
        spots = spots[spots <= len(block.data) - len(literal)]
        for i, octet in enumerate(literal[1:], 1):
            spots = spots[block.octets[spots + i] == octet]
        owner = np.searchsorted(places, spots, "right") - 1
        rows = order[owner[owner >= 0]]
        hit[rows[spots[owner >= 0] < end[rows]]] = True


@dataclass
class Edges:
    """Begins (`step` +1) and ends (-1) of thread slices; `name` is a number of `Names`."""

    time_ns: Index
    tid: Index
    tgid: Index
    step: Index
    name: Index


@dataclass
class Markers:
    """The rarer texts, row by row, each time first: asynchronous begins and ends, instants, counters."""

    asynchronous: list[tuple[int, int, bool, bytes, bytes, int]] = field(default_factory=list)
    """(time, pid, begins, track name, name, cookie)"""
    time_ns: list[int] = field(default_factory=list)
    pid: list[int] = field(default_factory=list)
    name: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)
    unreadable: int = 0

    def add(self, names: Names, text: bytes, time_ns: int) -> None:
        """File one text that is neither a begin nor an end of a thread slice."""
        parts = text.split(b"|")
        kind = parts[0]
        pid = _int(parts[1]) if len(parts) > 1 else None
        if pid is None or pid < 0 or len(parts) < 3 or not parts[2] or len(kind) != 1:
            self.unreadable += kind in {b"S", b"F", b"G", b"H", b"I", b"N", b"C"}
        elif kind in {b"I", b"N"}:
            self._mark(
                time_ns, pid, names.keep(parts[3] if kind == b"N" and len(parts) > 3 else parts[2]), NA
            )
        elif kind == b"C":
            value = _int(parts[3]) if len(parts) > 3 else None
            if value is None:
                self.unreadable += 1
            else:
                self._mark(time_ns, pid, names.keep(parts[2]), value)
        elif kind in {b"S", b"F", b"G", b"H"}:
            self._async(kind, pid, parts, time_ns)

    def _mark(self, time_ns: int, pid: int, name: int, value: int) -> None:
        self.time_ns.append(time_ns)
        self.pid.append(pid)
        self.name.append(name)
        self.value.append(value)

    def _async(self, kind: bytes, pid: int, parts: list[bytes], time_ns: int) -> None:
        cookie = _int(parts[-1])
        if cookie is None or len(parts) < (5 if kind == b"G" else 4 if kind != b"H" else 3):
            self.unreadable += 1
            return
        name = parts[3] if kind == b"G" else parts[2]
        # S and F share their name as track; G and H name the track, which must not mix with those.
        track = parts[2] if kind in {b"S", b"F"} else b"G|" + parts[2]
        self.asynchronous.append((time_ns, pid, kind in {b"S", b"G"}, track, name, cookie))


def _int(text: bytes) -> int | None:
    if not text.isdigit() and not (text[:1] == b"-" and text[1:].isdigit()):
        return None
    value = int(text) if len(text) < 21 else 1 << 64
    return value if -(2**63) < value < 2**63 else None


def decode_prints(prints: Prints, names: Names, markers: Markers) -> Edges:
    """Return the begins and ends of thread slices; file all other texts in `markers`.

    An instant (`I|`) is also a slice of its thread, of no length.
    """
    block, start, end = prints.block, prints.start, _without_trailing(prints)
    length = end - start
    kind = np.where(length > 0, block.octets[start], 0)
    framed = (length > 1) & (block.octets[start + 1] == _BAR)
    is_begin = framed & (kind == ord("B"))
    is_end = (kind == ord("E")) & (framed | (length == 1))
    loose = np.flatnonzero(((kind == ord("B")) | (kind == ord("E"))) & ~is_begin & ~is_end)
    rare = _RareEdges(names)
    for i in loose.tolist():
        rare.add_loose(i, block.data[start[i] : end[i]], markers)
    rest = np.flatnonzero(framed & ~is_begin & ~is_end)
    for i in rest.tolist():
        text = block.data[start[i] : end[i]]
        markers.add(names, text, int(prints.time_ns[i]))
        if kind[i] == ord("I"):
            rare.add_instant(i, text)

    picked = np.flatnonzero(is_begin | is_end)
    begins = is_begin[picked]
    tgid, after, has_tgid = _thread_groups(block, start[picked] + 2, end[picked])
    good = has_tgid | ~begins
    markers.unreadable += int(np.count_nonzero(~good))
    picked, begins, tgid, after = picked[good], begins[good], tgid[good], after[good]
    name = np.full(len(picked), NOT_KEPT, np.int64)
    where = np.flatnonzero(begins)
    last = end[picked[where]]
    name[where] = names.numbers(block, np.minimum(after[where] + 1, last), last)
    step = np.where(begins, 1, -1)
    if rare.rows:
        picked, tgid, step, name = rare.merged(picked, tgid, step, name)
    return Edges(prints.time_ns[picked], prints.tid[picked], tgid, step, name)


class _RareEdges:
    """Edges of unusual texts: (place, process, step, name) each."""

    def __init__(self, names: Names) -> None:
        self.rows: list[tuple[int, int, int, int]] = []
        self._names = names

    def add_loose(self, place: int, text: bytes, markers: Markers) -> None:
        """Take a text that only begins with B or E: as trace processor, the first letter is what counts."""
        parts = text.split(b"|", 2)
        tgid = _int(parts[1]) if len(parts) > 1 else None
        if text.startswith(b"E"):
            self.rows.append((place, tgid or 0, -1, NOT_KEPT))
        elif tgid is None:
            markers.unreadable += 1
        else:
            self.rows.append((place, tgid, 1, self._names.number(parts[2] if len(parts) > 2 else b"")))

    def add_instant(self, place: int, text: bytes) -> None:
        """Take an instant, if its name is wanted."""
        parts = text.split(b"|")
        tgid = _int(parts[1])
        if tgid is None or tgid < 0 or len(parts) < 3 or not parts[2]:
            return
        name = self._names.number(parts[2])
        if name != NOT_KEPT:
            self.rows += [(place, tgid, 1, name), (place, tgid, -1, NOT_KEPT)]

    def merged(self, *columns: Index) -> tuple[Index, ...]:
        """Return the columns place, process, step and name with these rows among them, in order of place."""
        mine = np.asarray(self.rows, np.int64).T
        joined = [np.concatenate([column, more]) for column, more in zip(columns, mine, strict=True)]
        order = np.argsort(joined[0], kind="stable")
        return tuple(column[order] for column in joined)


def _without_trailing(prints: Prints) -> Index:
    """Return the ends without the newline and zero bytes that writers leave behind."""
    end = prints.end.copy()
    octets = prints.block.octets
    while True:
        last = octets[np.maximum(end - 1, 0)]
        trailing = ((last == _TRAILING[0]) | (last == _TRAILING[1])) & (end > prints.start)
        if not trailing.any():
            return end
        end -= trailing


def _thread_groups(block: Block, at: Index, end: Index) -> tuple[Index, Index, Index]:
    """Read the process number at `at`: return it (0: none), the place after it, and if it is one."""
    words = block.words[np.minimum(at, end)]
    tgid, count = decimals(words)
    room = np.clip(end - at, 0, 8)
    over = count > room
    if over.any():
        count = np.minimum(count, room)
        tgid = decimal_values(words ^ np.uint64(0x3030303030303030), count)
    after = at + count
    good = (count > 0) & (count < 8) & ((after >= end) | (block.octets[np.minimum(after, end)] == _BAR))
    return np.where(good, tgid.astype(np.int64), 0), after, good
