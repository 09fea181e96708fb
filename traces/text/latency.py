"""`dumpsys SurfaceFlinger --latency <layer>`: when each buffer of a layer was wanted, ready and presented.

Source: `FrameTracker::dumpStats` of AOSP (127 rows of a ring of 128); with `deprecate_frame_tracker` on
Android 16 up to 64 rows from FrameTimeline. Column order in the dump: desired, actual, ready.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np

from traces.tables import NA, Bools, Ints, Table
from traces.text.dress import read_text
from traces.text.fields import not_a
from traces.text.integers import fits, read_integers

PENDING = 2**63 - 1
"""The fence had not signalled when the dump was made."""
FENCE_ERROR = -1
"""SIGNAL_TIME_INVALID."""
EVEN_TOLERANCE_NS = 1_000
EVEN_GAPS = 8
_EVEN_LONGEST_PERIODS = 8


class PresentState(IntEnum):
    """What a row says about the time on screen."""

    PRESENTED = 0
    PENDING = 1
    FENCE_ERROR = 2
    NOT_PRESENTED = 3
    """No time although the row is used: dropped (FrameTimeline rows of Android 16)."""


class LatencyOutcome(StrEnum):
    """What one dump gave."""

    FRAMES = "frames"
    NO_FRAMES = "no-frames"
    """The layer exists and has no buffers: a container, or nothing drawn since `--latency-clear`."""
    UNKNOWN_LAYER = "unknown-layer"
    """Only the period: no layer has exactly that name now."""


@dataclass(frozen=True)
class LatencyTable(Table):
    """One row per buffer, oldest first; int64 ns on MONOTONIC, `NA` where there is no time.

    `actual_ns` is the present fence: the time on screen. `ready_ns` equals `desired_ns` where the buffer had
    no acquire fence. `state` is a `PresentState`.
    """

    desired_ns: Ints
    actual_ns: Ints
    ready_ns: Ints
    state: Ints

    def presented(self) -> LatencyTable:
        """Return the rows with a time on screen."""
        return self.where(self.state == PresentState.PRESENTED)


@dataclass(frozen=True, slots=True)
class LatencyBlock:
    """One layer's ring. `unused` counts its `0 0 0` slots, which are not rows of `frames`."""

    frames: LatencyTable
    unused: int

    def evenly_spaced(self, period_ns: int) -> bool:
        """Whether the times on screen look made up from the vsync grid instead of read from fences.

        True if at least 8 gaps of up to 8 periods exist and 99 % of them are whole periods to within 1 us:
        SurfaceFlinger writes such times where the composer has no present fence (emulators, cheap phones).
        A suspicion, not a proof.
        """
        shown = self.frames.presented().actual_ns
        gaps = np.diff(np.sort(shown))
        gaps = gaps[(gaps > 0) & (gaps <= _EVEN_LONGEST_PERIODS * period_ns)]
        if len(gaps) < EVEN_GAPS or period_ns <= 0:
            return False
        off = np.abs(gaps - np.rint(gaps / period_ns).astype(np.int64) * period_ns)
        return bool(np.mean(off <= EVEN_TOLERANCE_NS) >= 0.99)


@dataclass(frozen=True, slots=True)
class LatencyDump:
    """One answer of `--latency`: the vsync period in ns, and a block per layer of that name."""

    period_ns: int
    blocks: tuple[LatencyBlock, ...]

    @property
    def outcome(self) -> LatencyOutcome:
        """What the dump gave."""
        if not self.blocks:
            return LatencyOutcome.UNKNOWN_LAYER
        if all(len(block.frames) == 0 for block in self.blocks):
            return LatencyOutcome.NO_FRAMES
        return LatencyOutcome.FRAMES


_INTEGER = re.compile(r"-?[0-9]+")
_COLUMNS = 3


def parse_latency(data: bytes | str, source: str = "this --latency dump") -> tuple[LatencyDump, ...]:
    """Read one `--latency` dump or several on end.

    Args:
        data: the dump in any dress.
        source: how to name the file in errors.

    Returns:
        One `LatencyDump` per period line. A time beyond INT64_MAX counts as one not yet known.

    Raises:
        InputFileError: a line is neither a period nor three integers, or rows come before any period.
    """
    text = read_text(data)
    block = read_integers(text, "\t ") or read_integers(_clamped(text), "\t ")
    if block is None or not len(block.values):
        raise _not_latency(text, source)
    kinds = block.per_line
    first = np.cumsum(kinds) - kinds
    periods = np.flatnonzero(kinds == 1)
    rows = np.flatnonzero(kinds == _COLUMNS)
    if len(periods) + len(rows) + np.count_nonzero(kinds == 0) != len(kinds) or not len(periods):
        raise _not_latency(text, source)
    lengths = block.values[first[periods]]
    if (len(rows) and rows[0] < periods[0]) or (lengths < 0).any() or (lengths == PENDING).any():
        raise _not_latency(text, source)
    values = block.values[first[rows][:, None] + np.arange(_COLUMNS)]
    table, used = _table(values)
    begins = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
    ends = np.append(begins[1:], len(rows))[: len(begins)]
    owners = np.searchsorted(periods, rows[begins], "right") - 1
    blocks: list[list[LatencyBlock]] = [[] for _ in periods]
    for begin, end, owner in zip(begins.tolist(), ends.tolist(), owners.tolist(), strict=True):
        own = used[begin:end]
        blocks[owner].append(LatencyBlock(table.where(begin + np.flatnonzero(own)), int((~own).sum())))
    return tuple(
        LatencyDump(int(length), tuple(own)) for length, own in zip(lengths.tolist(), blocks, strict=True)
    )


def _clamped(text: str) -> str:
    """Return the text with every integer that int64 does not have put to its nearest end."""

    def clamp(found: re.Match[str]) -> str:
        sign, digits = "-" * (found[0][0] == "-"), found[0].lstrip("-").lstrip("0") or "0"
        if fits(digits):
            return sign + digits
        return str(FENCE_ERROR if sign else PENDING)

    return _INTEGER.sub(clamp, text)


def _not_latency(text: str, source: str) -> Exception:
    return not_a(
        "a --latency dump", text, source, "Give the output of `dumpsys SurfaceFlinger --latency '<layer>'`."
    )


def _table(values: Ints) -> tuple[LatencyTable, Bools]:
    """Return all rows of a file, and which of them are used slots."""
    desired, actual, ready = np.ascontiguousarray(values.T)
    state = np.full(len(actual), int(PresentState.PRESENTED), dtype=np.int64)
    state[actual == PENDING] = PresentState.PENDING
    state[actual < 0] = PresentState.FENCE_ERROR
    state[actual == 0] = PresentState.NOT_PRESENTED
    table = LatencyTable(_times(desired), _times(actual), _times(ready), state)
    return table, (values != 0).any(axis=1)


def _times(values: Ints) -> Ints:
    return np.where((values <= 0) | (values == PENDING), NA, values)


def merge_latency(dumps: tuple[LatencyDump, ...] | list[LatencyDump], block: int = 0) -> LatencyTable:
    """Join the rings of repeated dumps of one layer into one table, each presented buffer once, by time.

    Rows that had no time on screen in any dump are left out: a pending row returns presented in a later dump.

    Args:
        dumps: dumps of the same layer.
        block: which of several layers with the same name.
    """
    tables = [dump.blocks[block].frames.presented() for dump in dumps if block < len(dump.blocks)]
    if not tables:
        return LatencyTable.empty()
    stacked = np.stack(
        [
            np.concatenate([getattr(table, name) for table in tables])
            for name in ("actual_ns", "desired_ns", "ready_ns")
        ]
    )
    unique = np.unique(stacked, axis=1)
    return LatencyTable(unique[1], unique[0], unique[2], np.zeros(unique.shape[1], dtype=np.int64))
