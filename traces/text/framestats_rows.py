"""Frame rows as text read into a `FrameStatsTable`: layout by layout, thousands of rows at a time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from traces.tables import NA, Bools, Ints
from traces.text.framestats_table import (
    ANR_NS,
    COLUMNS,
    INTERVAL_LIMIT_NS,
    LONG_MAX,
    FrameFlag,
    FrameStatsTable,
    Unusable,
)
from traces.text.integers import fits, read_integers

_NOT_TIMES = {
    "flags",
    "vsync_id",
    "input_event_id",
    "dequeue_duration_ns",
    "queue_duration_ns",
    "workload_target_ns",
}


@dataclass(frozen=True, slots=True)
class RowRun:
    """Consecutive rows under one heading of one window."""

    dump: int
    pid: int
    window: int
    headings: tuple[str, ...]
    text: str
    """Its rows, each with its LF."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What `read_rows` makes of the runs; `vendor` columns are aligned with `frames`, `NA` where absent."""

    frames: FrameStatsTable
    vendor: dict[str, Ints]
    malformed: dict[int, int]
    swapped: frozenset[int]


def read_rows(runs: list[RowRun]) -> Rows:
    """Read all rows of a file, layout by layout.

    Args:
        runs: rows with their headings; every heading tuple contains `NEEDED`.

    Returns:
        The table in file order; per window the number of malformed rows (another number of fields than the
        heading, or not integers), which are left out; and the windows whose interval and start time stood
        under each other's heading.
    """
    layouts: dict[tuple[str, ...], list[tuple[int, RowRun]]] = {}
    for order, run in enumerate(runs):
        layouts.setdefault(run.headings, []).append((order, run))
    parts = [_read_layout(headings, members) for headings, members in layouts.items()]
    names = sorted({name for part in parts for name in part.vendor})
    malformed: dict[int, int] = {}
    for part in parts:
        malformed.update(part.malformed)
    swapped = frozenset(window for part in parts for window in part.swapped)
    if not parts:
        return Rows(FrameStatsTable.empty(), {}, malformed, swapped)
    rank = np.argsort(np.concatenate([part.order for part in parts]), kind="stable")
    columns = {
        field.name: np.concatenate([getattr(part.frames, field.name) for part in parts])[rank]
        for field in fields(FrameStatsTable)
    }
    vendor = {name: np.concatenate([_or_na(part, name) for part in parts])[rank] for name in names}
    return Rows(FrameStatsTable(**columns), vendor, malformed, swapped)


@dataclass(frozen=True, slots=True)
class _Part:
    frames: FrameStatsTable
    vendor: dict[str, Ints]
    order: Ints
    malformed: dict[int, int]
    swapped: set[int]


def _or_na(part: _Part, name: str) -> Ints:
    return part.vendor.get(name, np.full(len(part.order), NA, dtype=np.int64))


def _read_layout(headings: tuple[str, ...], members: list[tuple[int, RowRun]]) -> _Part:
    width = len(headings)
    malformed: dict[int, int] = {}
    values = _rectangle("".join(run.text for _, run in members), width)
    if values is not None:
        counts = [run.text.count("\n") for _, run in members]
    else:
        blocks, counts = [], []
        for _, run in members:
            block, dropped = _good_rows(run.text, width)
            blocks.append(block)
            counts.append(len(block))
            if dropped:
                malformed[run.window] = malformed.get(run.window, 0) + dropped
        values = np.concatenate(blocks) if blocks else np.zeros((0, width), dtype=np.int64)
    places = [(order, run.dump, run.pid, run.window) for order, run in members]
    key = np.repeat(np.asarray(places, dtype=np.int64).reshape(len(places), 4), counts, axis=0)
    columns: dict[str, Ints] = {}
    vendor: dict[str, Ints] = {}
    by_column = np.ascontiguousarray(values.T)
    for index, heading in enumerate(headings):
        if heading in COLUMNS:
            columns.setdefault(COLUMNS[heading], by_column[index])
        else:
            vendor.setdefault(heading, by_column[index])
    swapped = _mend_interval(columns, key[:, 3])
    frames = _table(columns, key)
    return _Part(frames, vendor, key[:, 0], malformed, swapped)


def _rectangle(text: str, width: int) -> Ints | None:
    """Return rows x width of text in which every line is a well-formed row; None if one is not."""
    if ",," in text or "\n," in text or text[:1] == ",":
        return None
    block = read_integers(text, ",")
    if block is None or (block.per_line != width).any():
        return None
    return block.values.reshape(len(block.per_line), width)


def _good_rows(text: str, width: int) -> tuple[Ints, int]:
    """Return the well-formed rows of one run, and how many are not."""
    whole = _rectangle(text, width)
    if whole is not None:
        return whole, 0
    lines = [line.strip() for line in text.split("\n")[:-1]]
    kept = _split(lines, width)
    read = _rectangle("".join(f"{line}\n" for line in kept), width)
    if read is None:  # `_split` lets nothing through that is no rectangle
        read, kept = np.zeros((0, width), dtype=np.int64), []
    return read, len(lines) - len(kept)


def _split(lines: list[str], width: int) -> list[str]:
    """Return the well-formed lines without their trailing comma."""
    wanted = (width - 1, width)
    kept = [line.removesuffix(",") for line in lines if line.count(",") in wanted]
    return [
        line
        for line in kept
        if line.count(",") == width - 1 and all(fits(field) for field in line.split(","))
    ]


def _mend_interval(columns: dict[str, Ints], windows: Ints) -> set[int]:
    """Put interval and start time under their own names; say which windows had them swapped."""
    if "interval_ns" not in columns or "start_ns" not in columns:
        return set()
    labelled, other = columns["interval_ns"], columns["start_ns"]
    right = (labelled > 0) & (labelled < INTERVAL_LIMIT_NS) & (other >= INTERVAL_LIMIT_NS)
    wrong = (other > 0) & (other < INTERVAL_LIMIT_NS) & (labelled >= INTERVAL_LIMIT_NS)
    columns["interval_ns"] = np.where(right, labelled, np.where(wrong, other, NA))
    columns["start_ns"] = np.where(right, other, np.where(wrong, labelled, NA))
    return {int(window) for window in np.unique(windows[wrong])}


def _table(columns: dict[str, Ints], key: Ints) -> FrameStatsTable:
    rows = len(key)
    unusable = _judge(columns)
    made: dict[str, Any] = {}
    for name in COLUMNS.values():
        raw = columns.get(name)
        if raw is None:
            made[name] = np.full(rows, NA, dtype=np.int64)
        elif name == "vsync_id":
            made[name] = np.where(raw < 0, NA, raw)
        elif name in _NOT_TIMES:
            made[name] = np.where(raw == LONG_MAX, NA, raw)
        else:
            made[name] = np.where((raw <= 0) | (raw == LONG_MAX), NA, raw)
    made |= {"dump": key[:, 1], "pid": key[:, 2], "window": key[:, 3]}
    made |= {"unusable": unusable, "usable": unusable == 0, "duplicate": np.zeros(rows, dtype=np.bool_)}
    return FrameStatsTable(**made)


def _judge(columns: dict[str, Ints]) -> Ints:
    intended, completed = columns["intended_vsync_ns"], columns["completed_ns"]
    finished = (completed > intended) & (intended > 0) & (completed < LONG_MAX)
    length = np.where(finished, completed - np.where(finished, intended, 0), 0)
    return (
        np.where(columns["flags"] & FrameFlag.SKIPPED, int(Unusable.SKIPPED), 0)
        | np.where(finished, 0, int(Unusable.UNFINISHED))
        | np.where(length >= ANR_NS, int(Unusable.TOO_LONG), 0)
        | np.where(columns["sync_start_ns"] == 0, int(Unusable.NO_SYNC), 0)
    ).astype(np.int64)


def tag_duplicates(frames: FrameStatsTable, identity: Ints) -> Bools:
    """Return which rows another dump holds again, keeping the fullest and then latest copy.

    A frame is identified by (pid, window identity, vsync id, IntendedVsync); rows of one dump never count as
    copies of each other.

    Args:
        frames: rows of all dumps of a file.
        identity: per row a number that is the same for the same window in every dump.
    """
    rows = len(frames)
    duplicate = np.zeros(rows, dtype=np.bool_)
    if rows == 0:
        return duplicate
    vsync = np.where(frames.vsync_id > 0, frames.vsync_id, 0)
    key = (frames.intended_vsync_ns, vsync, identity, frames.pid)
    order = np.lexsort((frames.dump, frames.usable, *key))
    changes = np.zeros(rows, dtype=np.bool_)
    for column in key:
        changes[1:] |= column[order][1:] != column[order][:-1]
    group = np.cumsum(changes)
    last = np.zeros(int(group[-1]) + 1, dtype=np.int64)
    last[group] = np.arange(rows)  # the last write wins: the fullest and latest copy
    dump = frames.dump[order]
    duplicate[order] = dump != dump[last[group]]
    return duplicate
