"""View of `dumpsys gfxinfo`, with or without frame rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.report.dumps.view import Cell, DumpView, Grid, percentiles_ms
from traces.errors import InputFileError
from traces.tables import NA
from traces.text.framestats_table import FrameFlag
from traces.text.gfxinfo import Outcome, parse_gfxinfo
from traces.text.gfxinfo_checks import recounts

if TYPE_CHECKING:
    from traces.text.framestats_table import FrameStatsTable
    from traces.text.gfxinfo import Gfxinfo, ProcessStats, WindowStats
    from traces.text.gfxinfo_summary import GfxSummary

_SUMMARY_COLUMNS = ("process", "pid", "frames", "janky", "janky %", "P50", "P90", "P95", "P99")
_ROW_COLUMNS = ("window", "rows", "usable", "first", "lost", "P50", "P90", "P95", "P99", "late of judged")
_SUMMARY_NOTE = "Janky is HWUI's own count since process start or reset; its meaning changed in Android 12."
_ROWS_NOTES = (
    "Total time is FrameCompleted minus IntendedVsync: how long a frame took to make, not when it was seen.",
    "first: the first frame of a window or after a change of its visibility.",
    "lost: frames that the summary counts and no row holds.",
    "late of judged: completed after FrameDeadline, of those that have one.",
)


def view_gfxinfo(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the frames of each window and the summary of each process.

    Raises:
        InputFileError: the text is no gfxinfo dump.
    """
    info = parse_gfxinfo(data, source)
    if info.outcome in {Outcome.NO_PROCESS, Outcome.FAILED, Outcome.NO_STATS}:
        return _without_frames(info, source, kind)
    grids = [g for g in (_summaries(info), _windows(info)) if g.rows]
    dumps = len(info.dumps)
    return DumpView(
        kind,
        source,
        f"gfxinfo of {_names(info)}" + (f", {dumps} dumps" if dumps > 1 else ""),
        facts=_facts(info),
        grids=tuple(grids),
        notes=(*_warnings(info), *(_ROWS_NOTES if info.outcome is Outcome.FRAMES else ()), _SUMMARY_NOTE),
    )


def _without_frames(info: Gfxinfo, source: str, kind: str) -> DumpView:
    try:
        info.require_frames()
    except InputFileError as error:
        return DumpView(
            kind, source, f"gfxinfo of {_names(info)}", problem=error.what, next_step=error.next_step
        )
    raise AssertionError(info.outcome)


def _names(info: Gfxinfo) -> str:
    names = [process.name for process in info.processes if process.name] or list(info.not_found)
    return ", ".join(dict.fromkeys(names)) or "an unnamed process"


def _facts(info: Gfxinfo) -> tuple[tuple[str, Cell], ...]:
    frames = info.frames
    if not len(frames):
        return ()
    reasons = {r.name.lower(): n for r, n in frames.unusable_counts().items() if n and r.name}
    return (
        ("rows", len(frames)),
        ("usable rows, each frame once", len(frames.counted())),
        ("rows that another dump of the file holds again", int(frames.duplicate.sum())),
        ("unusable rows", ", ".join(f"{n} {name}" for name, n in reasons.items()) or 0),
        ("rows with another number of fields than headings", sum(w.malformed_rows for w in info.windows)),
        ("vendor columns", ", ".join(info.vendor) or None),
        ("windows whose summary follows from their rows", _recounted(info)),
    )


def _recounted(info: Gfxinfo) -> str | None:
    """Return how many complete windows give their own totals again; None where no ring holds all frames."""
    counted = recounts(info)
    return f"{sum(one.agrees for one in counted)} of {len(counted)}" if counted else None


def _warnings(info: Gfxinfo) -> list[str]:
    notes = [f"{one}: {text}" for p in info.processes if p.summary for one, text in _contradictions(p)]
    if any(window.swapped_headings for window in info.windows):
        notes.append(
            "FrameInterval and FrameStartTime stand under each other's heading; read by their values."
        )
    if any(window.overflowed for window in info.windows):
        notes.append("The ring of frames overflowed: frames between the dumps are missing.")
    return list(dict.fromkeys(notes))


def _contradictions(process: ProcessStats) -> list[tuple[str, str]]:
    return [(process.name, text) for text in process.summary.disagreements()] if process.summary else []


def _summaries(info: Gfxinfo) -> Grid:
    latest: dict[tuple[int, str], tuple[Cell, ...]] = {}
    for process in info.processes:
        if process.summary is not None:
            pid = None if process.pid == NA else process.pid
            latest[process.pid, process.name] = (process.name, pid, *_summary(process.summary))
    return Grid("By HWUI's own summary (the last of each process)", _SUMMARY_COLUMNS, tuple(latest.values()))


def _summary(summary: GfxSummary) -> tuple[Cell, ...]:
    janky, total = summary.janky_frames, summary.total_frames
    part = 100.0 * janky / total if janky is not None and total else None
    percents = (summary.percentiles_ms.get(p) if total else None for p in (50, 90, 95, 99))
    return (total, janky, part, *percents)


def _windows(info: Gfxinfo) -> Grid:
    members: dict[tuple[str, str, str], list[int]] = {}
    for index, window in enumerate(info.windows):
        if window.headings:
            members.setdefault((window.process, window.title, window.root), []).append(index)
    rows = tuple(_window(info.frames, [info.windows[i] for i in many], many) for many in members.values())
    return Grid("By the rows: total time of usable frames, ms", _ROW_COLUMNS, rows)


def _window(frames: FrameStatsTable, windows: list[WindowStats], indices: list[int]) -> tuple[Cell, ...]:
    own = frames.where(np.isin(frames.window, indices))
    counted = own.counted()
    overrun = counted.overrun_ns()
    judged = overrun[overrun != NA]
    lost = [w.lost_frames for w in windows]
    known = [n for n in lost if n is not None]
    return (
        windows[0].title or windows[0].process,
        len(own),
        len(counted),
        int(np.count_nonzero(counted.flags & FrameFlag.WINDOW_VISIBILITY_CHANGED)),
        sum(known) if len(known) == len(lost) else None,
        *percentiles_ms(counted.duration_ns()),
        f"{int(np.count_nonzero(judged > 0))}/{len(judged)}",
    )
