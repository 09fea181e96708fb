"""`dumpsys gfxinfo [<package>] [framestats]`: dumps, processes, windows, summaries and frame rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from traces.errors import InputFileError
from traces.text.dress import read_text
from traces.text.fields import not_a
from traces.text.framestats_rows import RowRun, Rows, read_rows, tag_duplicates
from traces.text.gfxinfo_scan import ClockPair, RawProcess, RawWindow, Scanner

if TYPE_CHECKING:
    from traces.tables import Ints
    from traces.text.framestats_table import FrameStatsTable
    from traces.text.gfxinfo_summary import GfxSummary

RING_FRAMES = 120
"""Rows that AOSP keeps per window: 2 s at 60 Hz, 1 s at 120 Hz. Vendors keep fewer."""


class Outcome(StrEnum):
    """What a dump, or one process of it, gave."""

    FRAMES = "frames"
    SUMMARY = "summary"
    """A summary, but no frame rows: dumped without `framestats`, or nothing drawn yet."""
    NO_STATS = "no-stats"
    """The process answered and has drawn nothing."""
    FAILED = "failed"
    """The process did not answer: "Failure while dumping the app"."""
    NO_PROCESS = "no-process"
    """ "No process found for": the package is not running."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One run of `dumpsys gfxinfo` inside a file; `clocks` from its line `Uptime: ... Realtime: ...`."""

    index: int
    clocks: ClockPair | None


@dataclass(frozen=True, slots=True)
class ProcessStats:
    """One process of one dump. `pid` is `NA` where the file starts in the middle of a dump."""

    dump: int
    pid: int
    name: str
    outcome: Outcome
    detail: str
    summary: GfxSummary | None


@dataclass(frozen=True, slots=True)
class WindowStats:
    """One window of one process of one dump.

    Attributes:
        title: e.g. `com.pkg/com.pkg.Activity`, `InputMethod`, `StatusBar`.
        root: the ViewRootImpl's hash, which tells windows of equal title apart; "" if not printed.
        visibility: 0 visible, 4 invisible, 8 gone; None if not printed.
        headings: the columns of its rows, vendor columns included; empty without rows.
        rows: rows that could be read.
        malformed_rows: rows with another number of fields than headings.
        lost_frames: frames that the summary counts and neither this dump nor an earlier one holds, because
            the ring had overflowed; None where there is no summary to tell.
        swapped_headings: whether FrameInterval and FrameStartTime stood under each other's heading.
    """

    dump: int
    pid: int
    process: str
    title: str
    root: str
    visibility: int | None
    summary: GfxSummary | None
    headings: tuple[str, ...]
    rows: int
    malformed_rows: int
    lost_frames: int | None
    swapped_headings: bool

    @property
    def overflowed(self) -> bool:
        """Whether frames are missing from the rows (or may be, where no summary tells)."""
        return self.rows >= RING_FRAMES if self.lost_frames is None else self.lost_frames > 0


@dataclass(frozen=True, slots=True)
class Gfxinfo:
    """Everything in a gfxinfo file. `not_found` names packages that had no process.

    `frames` holds the rows of all windows and dumps in file order; `vendor` holds columns that AOSP does not
    have, aligned with `frames`.
    """

    source: str
    dumps: tuple[Dump, ...]
    processes: tuple[ProcessStats, ...]
    windows: tuple[WindowStats, ...]
    frames: FrameStatsTable
    vendor: dict[str, Ints]
    not_found: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """The best that any process of the file gave."""
        have = {process.outcome for process in self.processes}
        for best in (Outcome.FRAMES, Outcome.SUMMARY, Outcome.NO_STATS, Outcome.FAILED):
            if best in have:
                return best
        return Outcome.NO_PROCESS

    def require_frames(self) -> FrameStatsTable:
        """Return the counted rows.

        Raises:
            InputFileError: there are none; says why and what to do.
        """
        frames = self.frames.counted()
        if len(frames):
            return frames
        what, next_step = _why_no_frames(self)
        raise InputFileError(f"{self.source} holds no finished frames: {what}.", next_step=next_step)


def _why_no_frames(info: Gfxinfo) -> tuple[str, str]:
    names = ", ".join(dict.fromkeys(process.name for process in info.processes)) or "the app"
    match info.outcome:
        case Outcome.FRAMES:
            return "no row of it is a finished frame", "Dump again a second after the app has drawn."
        case Outcome.SUMMARY:
            return (
                "only summaries",
                "Dump again as `dumpsys gfxinfo <package> framestats` while the app is visible.",
            )
        case Outcome.NO_STATS:
            return f"{names} has drawn nothing", "Bring the app to the foreground and dump again."
        case Outcome.FAILED:
            return f"{names} did not answer the dump", "Wait until the app responds, then dump again."
        case _:
            missing = ", ".join(info.not_found) or names
            return f"no process of {missing} was running", "Start the app, then dump again."


def parse_gfxinfo(data: bytes | str, source: str = "this gfxinfo dump") -> Gfxinfo:
    """Read a gfxinfo file: one dump or several, with frame rows or without.

    Args:
        data: the dump in any dress.
        source: how to name the file in errors.

    Returns:
        All that the file holds; look at `outcome` before using it.

    Raises:
        InputFileError: the text is no gfxinfo dump, or its rows lack a column that is needed.
    """
    text = read_text(data)
    scanner = Scanner(source)
    scanner.scan(text)
    if not scanner.processes and not scanner.not_found and not scanner.clocks:
        raise not_a(
            "a gfxinfo dump", text, source, "Give the output of `dumpsys gfxinfo <package> framestats`."
        )
    runs: list[RowRun] = []
    places: list[tuple[RawProcess, RawWindow]] = []
    for process in scanner.processes:
        for window in process.windows:
            runs += [
                RowRun(process.dump, process.pid, len(places), headings, rows)
                for headings, rows in window.runs
            ]
            places.append((process, window))
    rows = read_rows(runs)
    frames = replace(rows.frames, duplicate=tag_duplicates(rows.frames, _identities(rows.frames, places)))
    windows = _windows(places, rows, frames)
    return Gfxinfo(
        source=source,
        dumps=tuple(Dump(index, clocks) for index, clocks in enumerate(scanner.clocks)),
        processes=_finish_processes(scanner.processes, windows),
        windows=windows,
        frames=frames,
        vendor=rows.vendor,
        not_found=tuple(scanner.not_found),
    )


def _identities(frames: FrameStatsTable, places: list[tuple[RawProcess, RawWindow]]) -> Ints:
    numbers: dict[tuple[str, str], int] = {}
    by_window = [numbers.setdefault((window.title, window.root), len(numbers)) for _, window in places]
    return np.asarray(by_window, dtype=np.int64)[frames.window] if by_window else np.zeros(0, dtype=np.int64)


def _windows(
    places: list[tuple[RawProcess, RawWindow]], rows: Rows, frames: FrameStatsTable
) -> tuple[WindowStats, ...]:
    counts = np.bincount(frames.window, minlength=len(places))
    made: list[WindowStats] = []
    seen: dict[tuple[int, str, str], tuple[GfxSummary, set[tuple[int, int]]]] = {}
    bounds = np.searchsorted(frames.window, np.arange(len(places) + 1))
    for index, (process, window) in enumerate(places):
        summary = window.summary.finish()
        part = slice(int(bounds[index]), int(bounds[index + 1]))
        own = set(zip(frames.vsync_id[part].tolist(), frames.intended_vsync_ns[part].tolist(), strict=True))
        lost = None
        if summary is not None and window.headings:
            identity = (process.pid, window.title, window.root)
            before = seen.get(identity)
            lost = _lost(summary, own, before)
            seen[identity] = (summary, own)
        made.append(
            WindowStats(
                dump=process.dump,
                pid=process.pid,
                process=process.name,
                title=window.title,
                root=window.root,
                visibility=window.visibility,
                summary=summary,
                headings=window.headings,
                rows=int(counts[index]),
                malformed_rows=rows.malformed.get(index, 0),
                lost_frames=lost,
                swapped_headings=index in rows.swapped,
            )
        )
    return tuple(made)


def _lost(
    summary: GfxSummary, own: set[tuple[int, int]], before: tuple[GfxSummary, set[tuple[int, int]]] | None
) -> int:
    """Return how many frames came since the dump before, or since a reset, and are not in the rows."""
    came, fresh = summary.total_frames, own
    if before is not None and before[0].since_ns == summary.since_ns:
        came -= before[0].total_frames
        fresh = own - before[1]
    return max(0, came - len(fresh))


def _finish_processes(
    processes: list[RawProcess], windows: tuple[WindowStats, ...]
) -> tuple[ProcessStats, ...]:
    own: dict[tuple[int, int], list[WindowStats]] = {}
    for window in windows:
        own.setdefault((window.dump, window.pid), []).append(window)
    return tuple(_finish_process(one, own.get((one.dump, one.pid), [])) for one in processes)


def _finish_process(process: RawProcess, own: list[WindowStats]) -> ProcessStats:
    summary = process.summary.finish()
    if process.failure is not None:
        outcome = Outcome.FAILED
    elif any(window.rows for window in own):
        outcome = Outcome.FRAMES
    elif summary is not None or any(window.summary for window in own):
        outcome = Outcome.SUMMARY
    else:
        outcome = Outcome.NO_STATS
    return ProcessStats(process.dump, process.pid, process.name, outcome, process.failure or "", summary)
