"""Android's trace_marker texts (`B|pid|name`, `E|pid`, `S|pid|name|cookie`, ...) as columns.

Format: frameworks/native libs/cutils `trace-dev` and perfetto's docs/data-sources/atrace.md. What a text
means depends on nothing but the text, and texts repeat; so each distinct one is read once, and its meaning is
spread to all places where it stands.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from traces.perfetto.compiled import calls, loops
from traces.perfetto.interning import Interner
from traces.perfetto.memory import Kept
from traces.perfetto.readable import readable
from traces.tables import NA

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from traces.perfetto.ftrace import Prints
    from traces.perfetto.memory import Scratch
    from traces.perfetto.wire import Index
    from traces.tables import MarkTable

UNNAMED = "[empty slice name]"
NOT_KEPT, INSTANT = -1, -2
"""In place of the number of a name: it is not wanted; and for an end: its slice has no length."""
NESTING = b"G|"
"""What the names of tracks begin with that `G` and `H` name; names of `S` and `F` have no bar."""


class Names:
    """Names, each kept once and known by a small number; and which of them are wanted.

    Args:
        globs: shell patterns of the names to keep, case-sensitive; None keeps all.
    """

    def __init__(self, globs: Sequence[str] | None) -> None:
        self.texts: list[str] = []
        self._number: dict[bytes, int] = {}
        self._wanted: dict[bytes, int] = {}
        self._match = None
        self.globs = _plain_globs(globs or ())
        """The patterns, each with its length (one byte) before it; empty where that does not say it all."""
        if globs is not None:
            self._match = re.compile("|".join(fnmatch.translate(glob) for glob in globs) or r"(?!)").match

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
        if number is not None:
            return number
        if self._match is not None:
            try:
                name = raw.decode()
            except UnicodeDecodeError:
                name = readable(raw)
            if not self._match(name or UNNAMED):
                return NOT_KEPT
        number = self._wanted[raw] = self.keep(raw)
        return number


def _plain_globs(globs: Sequence[str]) -> bytes:
    """Return patterns of nothing but ASCII, `*` and `?`, empty where any of them is more."""
    if not all(glob.isascii() and "[" not in glob and len(glob) < 1 << 8 for glob in globs):
        return b""
    return b"".join(bytes([len(glob)]) + glob.encode() for glob in globs)


@dataclass
class Edges:
    """Begins (`step` +1) and ends (-1) of thread slices; `name` is a number of `Names`."""

    time_ns: Index
    tid: Index
    tgid: Index
    step: npt.NDArray[np.signedinteger[Any]]
    name: Index

    @classmethod
    def join(cls, parts: list[Edges]) -> Edges:
        """Return edges one part after another."""
        if len(parts) == 1:
            return parts[0]
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})


class _Meaning(NamedTuple):
    """What a text says, whenever and by whomever it is written.

    `step` is what it does to the slices of its thread: +1 begins one, -1 ends one, `_INSTANTLY` does both;
    `slice_name` is that slice's. The rest is what else it says: see `Texts`.
    """

    step: int = 0
    pid: int = 0
    slice_name: int = NOT_KEPT
    kind: int = 0
    name: int = 0
    value: int = NA
    track: int = 0
    begins: bool = False


_STEP, _PID, _SLICE_NAME, _KIND, _NAME, _VALUE, _TRACK, _BEGINS = range(8)
_INSTANTLY = 2
_IS_UNREADABLE, _IS_MARK, _IS_ASYNC = 1, 2, 3
_MARK_COLUMNS, _ASYNC_COLUMNS = [_PID, _NAME, _VALUE], [_TRACK, _VALUE, _BEGINS]
_NOTHING, _UNREADABLE = _Meaning(), _Meaning(kind=_IS_UNREADABLE)
_MOST_TEXTS, _MOST_BYTES = 1 << 14, 1 << 21
_COLUMNS = 4
_MOST_DIGITS = 7
_END = ord("E")


class Texts:
    """Reads the texts of prints, each distinct one once, and files what is no slice of a thread.

    `asynchronous` are columns (time, track and name, cookie, begins); `marks` are columns (time, pid, name,
    value).
    """

    def __init__(self, names: Names) -> None:
        self.asynchronous = Kept(np.int64, np.int32, np.int64, np.int8)
        self.marks = Kept(np.int64, np.int64, np.int32, np.int64)
        self.tracks: list[tuple[int, bytes, bytes]] = []
        """(pid, track name, name), numbered."""
        self.unreadable = 0
        self._names = names
        self._track_number: dict[tuple[int, bytes, bytes], int] = {}
        self._interner = Interner(self._read, self._unwanted, names.globs)
        self._held = 0
        self._meanings: list[_Meaning] = []
        self._numbers: dict[_Meaning, int] = {}
        self._begins: dict[tuple[int, int], int] = {}
        self._table = np.zeros((len(_NOTHING), 0), np.int64)

    def edges(self, prints: Prints, scratch: Scratch) -> Edges:
        """Return the begins and ends of thread slices; file all other texts.

        They may be in memory that `scratch` lends. An instant (`I|`) is also a slice of its thread, of no
        length.
        """
        self._forget()
        numbers = self._interner.numbers(prints.block, prints.start, prints.end)
        if new := self._meanings[self._table.shape[1] :]:
            self._table = np.concatenate([self._table, np.asarray(new, np.int64).T], axis=1)
        if loops() is not None:
            columns, step, *rows, unreadable = calls.spread(
                numbers, prints.time_ns, prints.tid, self._table.T, scratch
            )
            for into, more in zip((self.marks, self.asynchronous), rows, strict=True):
                into.add(*more.T)
            self.unreadable += unreadable
            times, tids, tgids, names = columns
            return Edges(times, tids, tgids, step, names)
        self._file(numbers, prints.time_ns)
        step = self._table[_STEP].astype(np.int8)[numbers]
        picked = np.flatnonzero(step)
        step, numbers = step[picked], numbers[picked]
        if len(step) and step.max() == _INSTANTLY:
            twice = np.repeat(np.arange(len(step)), 1 + (step == _INSTANTLY))
            picked, step, numbers = picked[twice], step[twice], numbers[twice]
            begins = np.flatnonzero(step == _INSTANTLY)[::2]
            step[begins], step[begins + 1] = 1, -1
            name = self._table[_SLICE_NAME][numbers]
            name[begins + 1] = INSTANT
        else:
            name = self._table[_SLICE_NAME][numbers]
        return Edges(prints.time_ns[picked], prints.tid[picked], self._table[_PID][numbers], step, name)

    @staticmethod
    def in_order(rows: Kept, known_from_ns: int) -> list[Index]:
        """Return columns in the order of time, without what is older than a time; let go of the rows."""
        time_ns = rows.column(0)
        order = np.argsort(time_ns, kind="stable")
        order = order[np.searchsorted(time_ns, known_from_ns, sorter=order) :]
        columns: list[Index] = []
        for column in range(_COLUMNS):
            # One at a time, as there may be millions of rows.
            columns.append(rows.column(column)[order].astype(np.int64, copy=False))
            rows.let_go(column)
        rows.clear()
        return columns

    def processes(self, marks: MarkTable, known_from_ns: int) -> list[tuple[int, int]]:
        """Return (time, pid): when a counter or an asynchronous slice first told of each process.

        Args:
            marks: all of them, in order of time.
            known_from_ns: what is older does not count.
        """
        owners = np.asarray([pid for pid, _, _ in self.tracks], np.int64)
        time_ns, pid = self.asynchronous.column(0), owners[self.asynchronous.column(1)]
        first: dict[int, int] = {}
        order = np.argsort(time_ns, kind="stable")
        order = order[np.searchsorted(time_ns, known_from_ns, sorter=order) :]
        for pids, times in ((marks.pid, marks.time_ns), (pid[order], time_ns[order])):
            told, at = np.unique(pids, return_index=True)
            for one, ns in zip(told.tolist(), times[at].tolist(), strict=True):
                first[one] = min(first.get(one, ns), ns)
        return [(ns, pid) for pid, ns in first.items()]

    def _file(self, numbers: Index, time_ns: Index) -> None:
        kind = self._table[_KIND].astype(np.int8)[numbers]
        said = np.flatnonzero(kind)
        kind, numbers = kind[said], numbers[said]
        self.unreadable += int(np.count_nonzero(kind == _IS_UNREADABLE))
        for wanted, into, columns in (
            (_IS_MARK, self.marks, _MARK_COLUMNS),
            (_IS_ASYNC, self.asynchronous, _ASYNC_COLUMNS),
        ):
            mine = np.flatnonzero(kind == wanted)
            if len(mine):
                more = (self._table[column][numbers[mine]] for column in columns)
                into.add(time_ns[said[mine]], *more)

    def _read(self, text: bytes) -> int:
        """Return the number of a text's meaning."""
        self._held += len(text)
        text = text.rstrip(b"\n\0")
        number = self._begin(text) if text[:2] == b"B|" else None
        return self._number_of(self._meaning(text)) if number is None else number

    def _unwanted(self, pid: int) -> int:
        """Return the number of a begin whose name nobody asked for."""
        return self._number_of(_Meaning(1, pid))

    def _begin(self, text: bytes) -> int | None:
        """Return the same of a begin as nearly all are; None: it is to be looked at closely.

        Of the texts of a trace that differ, most are begins of slices that nobody asked for.
        """
        bar = text.find(b"|", 2)
        pid = text[2:bar]
        if bar < 0 or not pid.isdigit() or len(pid) > _MOST_DIGITS:
            return None
        said = int(pid), self._names.number(text[bar + 1 :])
        number = self._begins.get(said)
        if number is None:
            number = self._begins[said] = self._number_of(_Meaning(1, *said))
        return number

    def _number_of(self, meaning: _Meaning) -> int:
        number = self._numbers.get(meaning)
        if number is None:
            number = self._numbers[meaning] = len(self._meanings)
            self._meanings.append(meaning)
        return number

    def _forget(self) -> None:
        """Keep the memory that meanings take bounded, and the time in which they are asked for."""
        if len(self._meanings) > _MOST_TEXTS or self._held + self._interner.held > _MOST_BYTES:
            self._held = 0
            self._interner.forget()
            self._meanings.clear()
            self._numbers.clear()
            self._begins.clear()
            self._table = self._table[:, :0]

    def _meaning(self, text: bytes) -> _Meaning:
        first = text[:1]
        if first == b"B" or first == b"E":  # noqa: PLR1714  faster than a set
            return self._edge(text)
        if text[1:2] != b"|":
            return _NOTHING
        parts = text.split(b"|")
        pid = _int(parts[1])
        if pid is None or pid < 0 or len(parts) < 3 or not parts[2]:
            return _UNREADABLE if first in {b"S", b"F", b"G", b"H", b"I", b"N", b"C"} else _NOTHING
        if first in {b"I", b"N", b"C"}:
            return self._mark(first, pid, parts)
        if first in {b"S", b"F", b"G", b"H"}:
            return self._async(first, pid, parts)
        return _NOTHING

    def _edge(self, text: bytes) -> _Meaning:
        """Read a begin or an end; as trace processor, the first letter is what counts."""
        kind, *more = text.split(b"|", 2)
        tgid = _int(more[0]) if more else None
        if kind == b"B" or kind == b"E":  # noqa: PLR1714  faster than a set
            # A number of more digits is no process's, nor is a negative one.
            tgid = tgid if tgid is not None and len(more[0]) <= _MOST_DIGITS and tgid >= 0 else None
        if kind[0] == _END:
            return _Meaning(-1, tgid or 0)
        if tgid is None:
            return _UNREADABLE
        return _Meaning(1, tgid, self._names.number(more[1] if len(more) > 1 else b""))

    def _mark(self, kind: bytes, pid: int, parts: list[bytes]) -> _Meaning:
        more = parts[3] if len(parts) > 3 else b""
        name = more if kind == b"N" else parts[2]
        value = _int(more) if kind == b"C" else NA
        slice_name = self._names.number(parts[2]) if kind == b"I" else NOT_KEPT
        step = _INSTANTLY if kind == b"I" else 0
        if value is None or not name:
            return _UNREADABLE
        return _Meaning(
            step=step, pid=pid, slice_name=slice_name, kind=_IS_MARK, name=self._names.keep(name), value=value
        )

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
        return _Meaning(kind=_IS_ASYNC, track=number, value=cookie, begins=kind in {b"S", b"G"})


def _int(text: bytes) -> int | None:
    if text.isdigit():
        if len(text) < 19:
            return int(text)
    elif text[:1] != b"-" or not text[1:].isdigit():
        return None
    value = int(text) if len(text) < 21 else 1 << 64
    return value if -(2**63) < value < 2**63 else None
