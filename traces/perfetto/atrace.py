"""Android's trace_marker texts (`B|pid|name`, `E|pid`, `S|pid|name|cookie`, ...) as columns.

Format: frameworks/native libs/cutils `trace-dev` and perfetto's docs/data-sources/atrace.md. Begins and ends
of thread slices are decoded in columns; the rarer kinds one by one.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.readable import readable
from traces.perfetto.wire import decimal_values, decimals
from traces.tables import NA, Bools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.ftrace import Prints
    from traces.perfetto.wire import Block, Index

UNNAMED = "[empty slice name]"
NOT_KEPT = -1
NESTING = b"G|"
"""What the names of tracks begin with that `G` and `H` name; names of `S` and `F` have no bar."""
_NO_TRACK = -1
_BAR, _BEGIN, _END, _INSTANT = 0x7C, 0x42, 0x45, 0x49
_MAGIC = re.compile(r"[*?\[]")
_TRAILING = (0x0A, 0x00)
_PADDED = 32  # bytes of a literal that are compared; a block goes on for more behind its data


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
        if globs is not None:
            self._match = re.compile("|".join(fnmatch.translate(glob) for glob in globs) or r"(?!)").match
            # Only the first bytes before a magic sign are compared in columns; the pattern decides.
            self._begins = self._pairs(globs)
            self._heads = self._prefixes(globs)
            self._literals = self._inner_literals()

    def keep(self, raw: bytes) -> int:
        """Return the number of a name, whatever the patterns say."""
        number = self._number.get(raw)
        if number is None:
            number = self._number[raw] = len(self.texts)
            self.texts.append(readable(raw) if raw else UNNAMED)
        return number

    def number(self, raw: bytes) -> int:
        """Return the number of a name, `NOT_KEPT` where no pattern matches."""
        number = self._wanted.get(raw)
        if number is None:
            wanted = self._match is None or self._match(readable(raw) or UNNAMED)
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
        octets = block.octets
        hit = self._begins[octets[start].astype(np.uint16) | octets[start + 1].astype(np.uint16) << 8]
        near = np.flatnonzero(hit)
        words, length = block.words[start[near]], end[near] - start[near]
        alike = np.zeros(len(near), np.bool_)
        for mask, head, whole in self._heads:
            found = (words & mask) == head
            alike |= found if whole is None else found & (length == whole)
        hit[near] = alike
        for literal in self._literals:
            if not literal:
                return np.arange(len(start))
            self._mark(hit, block, start, end, literal)
        return np.flatnonzero(hit)

    def _pairs(self, globs: Sequence[str]) -> Bools:
        """Return per pair of first bytes if a name that begins with it may match a pattern."""
        pairs = np.zeros(1 << 16, np.bool_)
        grid = pairs.reshape(256, 256)  # second byte, first byte
        for glob in globs:
            prefix = _MAGIC.split(glob)[0].encode()[:2]
            if len(prefix) == 1:
                grid[:, prefix[0]] = True
            elif prefix:
                grid[prefix[1], prefix[0]] = True
            elif not glob:
                pairs[:] = True
        return pairs

    @staticmethod
    def _prefixes(globs: Sequence[str]) -> list[tuple[np.uint64, np.uint64, int | None]]:
        """Return of each pattern up to eight first bytes as a number, its mask, its length if literal."""
        found = {}
        for glob in globs:
            prefix = _MAGIC.split(glob)[0].encode()
            if prefix or not glob:
                head = prefix[:8]
                mask = np.uint64((1 << 8 * len(head)) - 1)
                whole = None if _MAGIC.search(glob) else len(prefix)
                found[glob] = (mask, np.uint64(int.from_bytes(head, "little")), whole)
        return list(found.values())

    def _inner_literals(self) -> list[bytes]:
        globs = [glob for glob in self._globs or () if _MAGIC.match(glob)]
        # A class such as [ab] is not a literal: such patterns look at every name.
        return [b"" if "[" in glob else max(re.split(r"[*?]", glob), key=len).encode() for glob in globs]

    @staticmethod
    def _mark(hit: Bools, block: Block, start: Index, end: Index, literal: bytes) -> None:
        """Mark the names that hold a literal."""
        if not len(start):
            return
        low = int(start.min())
        high = int(end.max())
        alike = block.octets[low:high] == literal[0]
        for i, octet in enumerate(literal[1:_PADDED], 1):
            alike &= block.octets[low + i : high + i] == octet
        spots = np.flatnonzero(alike) + low
        if not len(spots):
            return
        order = np.argsort(start, kind="stable")
        owner = np.searchsorted(start[order], spots, "right") - 1
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

    @classmethod
    def join(cls, parts: list[Edges]) -> Edges:
        """Return edges one part after another."""
        if len(parts) == 1:
            return parts[0]
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})


@dataclass(frozen=True)
class _Meaning:
    """What a text that is neither begin nor end of a thread slice says, whenever it is written."""

    pid: int = 0
    name: int = 0
    value: int = NA
    track: int = _NO_TRACK
    begins: bool = False
    unreadable: bool = False
    counts: bool = False

    def row(self) -> tuple[int, ...]:
        kind = _IS_ASYNC if self.track != _NO_TRACK else _IS_MARK if self.counts else int(self.unreadable)
        return (kind, self.pid, self.name, self.value, self.track, int(self.begins))


_IS_UNREADABLE, _IS_MARK, _IS_ASYNC = 1, 2, 3
_KIND, _MARK_COLUMNS, _ASYNC_COLUMNS = 0, [1, 2, 3], [4, 3, 5]
_NOTHING, _UNREADABLE = _Meaning(), _Meaning(unreadable=True)
_MOST_TEXTS, _MOST_BYTES = 1 << 14, 1 << 21
_COLUMNS = 4


@dataclass
class Markers:
    """The rarer texts: asynchronous begins and ends, instants, counters.

    Texts repeat, so each is read once. `asynchronous` are columns (time, track and name, cookie, begins);
    `marks` are columns (time, pid, name, value).
    """

    asynchronous: list[Index] = field(default_factory=list)
    marks: list[Index] = field(default_factory=list)
    tracks: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    """(pid, track name, name), numbered."""
    unreadable: int = 0
    _track_number: dict[tuple[int, bytes, bytes], int] = field(default_factory=dict)
    _held: int = 0
    _numbers: dict[bytes, int] = field(default_factory=dict)
    _meanings: list[_Meaning] = field(default_factory=list)
    _table: Index = field(default_factory=lambda: np.zeros((0, _COLUMNS + 2), np.int64))

    def add(self, names: Names, texts: Sequence[bytes], time_ns: Index) -> None:
        """File texts with their times."""
        get = self._numbers.get
        numbers = [get(text, -1) for text in texts]
        if -1 in numbers:
            numbers = [
                self._read(names, text) if number < 0 else number
                for number, text in zip(numbers, texts, strict=True)
            ]
        if len(self._table) < len(self._meanings):
            self._table = np.asarray([meaning.row() for meaning in self._meanings], np.int64)
        rows = self._table[numbers]
        self._forget()
        kind = rows[:, _KIND]
        self.unreadable += int(np.count_nonzero(kind == _IS_UNREADABLE))
        for wanted, into, columns in (
            (_IS_MARK, self.marks, _MARK_COLUMNS),
            (_IS_ASYNC, self.asynchronous, _ASYNC_COLUMNS),
        ):
            mine = np.flatnonzero(kind == wanted)
            if len(mine):
                into.append(np.column_stack([time_ns[mine], rows[mine][:, columns]]))

    @staticmethod
    def joined(parts: list[Index], known_from_ns: int) -> Index:
        """Return columns in the order of time, without what is older than a time."""
        table = np.concatenate([np.zeros((0, _COLUMNS), np.int64), *parts])
        table = table[np.argsort(table[:, 0], kind="stable")]
        return table[np.searchsorted(table[:, 0], known_from_ns) :]

    def _read(self, names: Names, text: bytes) -> int:
        """Return the number of a text's meaning; one that was read before is not read again."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self._meanings)
            self._meanings.append(self._meaning(names, text))
            self._held += len(text)
        return number

    def _forget(self) -> None:
        """Keep the memory that texts take bounded."""
        if len(self._meanings) > _MOST_TEXTS or self._held > _MOST_BYTES:
            self._held = 0
            self._numbers.clear()
            self._meanings.clear()
            self._table = self._table[:0]

    def _meaning(self, names: Names, text: bytes) -> _Meaning:
        parts = text.split(b"|")
        kind = parts[0]
        pid = _int(parts[1]) if len(parts) > 1 else None
        if pid is None or pid < 0 or len(parts) < 3 or not parts[2] or len(kind) != 1:
            return _UNREADABLE if kind in {b"S", b"F", b"G", b"H", b"I", b"N", b"C"} else _NOTHING
        if kind in {b"I", b"N", b"C"}:
            return self._mark(names, kind, pid, parts)
        if kind in {b"S", b"F", b"G", b"H"}:
            return self._async(kind, pid, parts)
        return _NOTHING

    @staticmethod
    def _mark(names: Names, kind: bytes, pid: int, parts: list[bytes]) -> _Meaning:
        more = parts[3] if len(parts) > 3 else b""
        name = more if kind == b"N" else parts[2]
        value = _int(more) if kind == b"C" else NA
        if value is None or not name:
            return _UNREADABLE
        return _Meaning(pid=pid, name=names.keep(name), value=value, counts=True)

    def _async(self, kind: bytes, pid: int, parts: list[bytes]) -> _Meaning:
        # The number stands where it belongs, whatever follows; H may tell the name before it or not.
        place = 4 if kind == b"G" or (kind == b"H" and len(parts) > 4 and parts[4]) else 3
        cookie = _int(parts[place]) if len(parts) > place else None
        name = parts[3] if kind == b"G" else parts[2]
        if cookie is None or not name:
            return _UNREADABLE
        # S and F share their name as track; G and H name the track, which must not mix with those.
        track = parts[2] if kind in {b"S", b"F"} else NESTING + parts[2]
        key = (pid, track, name)
        number = self._track_number.setdefault(key, len(self.tracks))
        if number == len(self.tracks):
            self.tracks.append(key)
        return _Meaning(track=number, value=cookie, begins=kind in {b"S", b"G"})


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
    octets, length = block.octets, end - start
    kind = octets[start]
    bar = octets[start + 1] == _BAR
    framed = bar & (length > 1)
    is_begin = framed & (kind == _BEGIN)
    is_end = (kind == _END) & (framed | (length == 1))
    edge = is_begin | is_end
    rare = _RareEdges(names)
    for i in np.flatnonzero(((kind == _BEGIN) | (kind == _END)) & ~edge & (length > 0)).tolist():
        rare.add_loose(i, block.data[start[i] : end[i]], markers)
    rest = np.flatnonzero(framed & ~edge)
    if len(rest):
        data, spans = block.data, zip(start[rest].tolist(), end[rest].tolist(), strict=True)
        texts = [data[a:b] for a, b in spans]
        markers.add(names, texts, prints.time_ns[rest])
        for i in np.flatnonzero(kind[rest] == _INSTANT).tolist():
            rare.add_instant(int(rest[i]), texts[i])

    picked = np.flatnonzero(edge)
    begins, last = is_begin[picked], end[picked]
    tgid, after, has_tgid = _thread_groups(block, start[picked] + 2, last)
    good = has_tgid | ~begins
    if not good.all():
        markers.unreadable += int(np.count_nonzero(~good))
        picked, begins, last = picked[good], begins[good], last[good]
        tgid, after = tgid[good], after[good]
    name = np.full(len(picked), NOT_KEPT, np.int64)
    where = np.flatnonzero(begins)
    last = last[where]
    name[where] = names.numbers(block, np.minimum(after[where] + 1, last), last)
    step = begins.astype(np.int8) * 2 - 1
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
    octets = prints.block.octets
    last = octets[np.maximum(prints.end - 1, 0)]
    trailing = ((last == _TRAILING[0]) | (last == _TRAILING[1])) & (prints.end > prints.start)
    end: Index = prints.end - trailing
    # More than one are rare.
    left = np.flatnonzero(trailing)
    while len(left):
        last = octets[np.maximum(end[left] - 1, 0)]
        more = ((last == _TRAILING[0]) | (last == _TRAILING[1])) & (end[left] > prints.start[left])
        left = left[more]
        end[left] -= 1
    return end


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
