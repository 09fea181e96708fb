"""`dumpsys SurfaceFlinger --latency <layer>`: when each buffer of a layer was wanted, ready and presented.

Source: `FrameTracker::dumpStats` of AOSP (127 rows of a ring of 128); with `deprecate_frame_tracker` on
Android 16 up to 64 rows from FrameTimeline. Column order in the dump: desired, actual, ready.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np

from traces.tables import NA, Ints, Table
from traces.text.dress import read_text
from traces.text.fields import not_a

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


_PERIOD = re.compile(r"[0-9]{1,18}")
_ROW = re.compile(r"(-?[0-9]{1,19})\s+(-?[0-9]{1,19})\s+(-?[0-9]{1,19})")


def parse_latency(data: bytes | str, source: str = "this --latency dump") -> tuple[LatencyDump, ...]:
    """Read one `--latency` dump or several on end.

    Args:
        data: the dump in any dress.
        source: how to name the file in errors.

    Returns:
        One `LatencyDump` per period line.

    Raises:
        InputFileError: a line is neither a period nor three integers, or rows come before any period.
    """
    text = read_text(data)
    dumps: list[tuple[int, list[list[tuple[int, int, int]]]]] = []
    open_block = False
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            open_block = False
        elif found := _ROW.fullmatch(line):
            if not dumps:
                raise _not_latency(text, source)
            if not open_block:
                dumps[-1][1].append([])
            open_block = True
            dumps[-1][1][-1].append((int(found[1]), int(found[2]), int(found[3])))
        elif _PERIOD.fullmatch(line):
            dumps.append((int(line), []))
            open_block = False
        else:
            raise _not_latency(text, source)
    if not dumps:
        raise _not_latency(text, source)
    return tuple(LatencyDump(period, tuple(_block(rows) for rows in blocks)) for period, blocks in dumps)


def _not_latency(text: str, source: str) -> Exception:
    return not_a(
        "a --latency dump", text, source, "Give the output of `dumpsys SurfaceFlinger --latency '<layer>'`."
    )


def _block(rows: list[tuple[int, int, int]]) -> LatencyBlock:
    clamped = [tuple(min(max(value, NA), PENDING) for value in row) for row in rows]
    values = np.asarray(clamped, dtype=np.int64).reshape(len(rows), 3)
    used = (values != 0).any(axis=1)
    desired, actual, ready = (values[used, column] for column in range(3))
    state = np.full(len(actual), int(PresentState.PRESENTED), dtype=np.int64)
    state[actual == PENDING] = PresentState.PENDING
    state[actual < 0] = PresentState.FENCE_ERROR
    state[actual == 0] = PresentState.NOT_PRESENTED
    frames = LatencyTable(_times(desired), _times(actual), _times(ready), state)
    return LatencyBlock(frames, int(np.count_nonzero(~used)))


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
