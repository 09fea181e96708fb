"""What a bare trace shows without a plan: frames by process and layer, cadences, slides, health."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.cadence import cadence
from profiler.analysis.columns import first_of_equal, to_ms
from profiler.analysis.doframes import main_thread
from profiler.analysis.interactions import inputs, interactions
from profiler.analysis.jank import jank_names
from profiler.analysis.period import Periods, display_presents
from profiler.analysis.popup import measure_popup
from profiler.analysis.scene import make_scene, times_on_screen
from profiler.analysis.slide import ASYNCHRONOUS, SYNCHRONISED
from traces.tables import NA, Bools, PresentType

if TYPE_CHECKING:
    from profiler.analysis.results import PopupResult
    from traces.tables import Ints
    from traces.trace import Trace

NO_JANK = "No Jank"


@dataclass(frozen=True, slots=True)
class LayerOverview:
    """The rows of one layer of one process."""

    process: str
    pid: int
    layer: str
    frames: int
    shown: int
    """With a time on screen."""
    dropped: int
    buffers: int
    late: int
    """Overrun > 0."""
    judged: int
    """With a deadline to be judged by."""
    worst_overrun_ms: float | None
    jank: dict[str, int]
    """Rows by jank types; `No Jank` for none."""
    first_ms: float | None
    """First time on screen, ms after the trace's first."""
    last_ms: float | None
    missed_vsyncs: int | None
    """Over all its gaps: stillness counts as misses, so this is no measure of smoothness."""
    median_gap_ms: float | None
    longest_gap_ms: float | None


@dataclass(frozen=True, slots=True)
class DisplayOverview:
    """The display frames."""

    frames: int
    shown: int
    period_ms: float
    """Of the mode nearest the whole trace's gaps."""
    median_gap_ms: float | None
    longest_gap_ms: float | None
    jank: dict[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """What `silky analyze FILE` shows of a trace."""

    path: str
    duration_ms: float
    scorable: bool
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    clock_error_ms: float | None
    """Bound of the error of MONOTONIC to BOOTTIME; None: the trace can't convert."""
    display: DisplayOverview
    layers: tuple[LayerOverview, ...]
    """Most frames first."""
    popups: tuple[PopupResult, ...]
    """Presses that a keyboard slide followed, `app` being the process; numbered in each process."""
    simulated: bool = False
    """Whether a phone in software recorded it: it says so, or lies in the bundle of such a run."""


def overview(
    trace: Trace,
    *,
    keyboard: str | None = None,
    modes_hz: tuple[float, ...] = (),
    active_hz: float | None = None,
) -> Overview:
    """Return what a trace shows by itself.

    Args:
        trace: what `read_trace` returned, with at least `SLICE_NAMES`.
        keyboard: the keyboard's package if it is known.
        modes_hz: rates of the panel's modes; empty: the usual ones.
        active_hz: rate of the active mode; None: taken from the trace's gaps.
    """
    periods = Periods(display_presents(trace.display), modes_hz, active_hz)
    return Overview(
        path=str(trace.path),
        duration_ms=to_ms(trace.health.duration_ns),
        scorable=trace.health.scorable,
        reasons=tuple(trace.health.reasons),
        warnings=tuple(trace.health.warnings),
        clock_error_ms=to_ms(trace.clocks.monotonic_error_ns) if len(trace.clocks.monotonic_ns) else None,
        display=_display(trace, periods),
        layers=_layers(trace, periods),
        popups=_popups(trace, keyboard, modes_hz, active_hz),
        simulated=trace.simulated,
    )


def _display(trace: Trace, periods: Periods) -> DisplayOverview:
    gaps = np.diff(periods.present_ns)
    return DisplayOverview(
        frames=len(trace.display),
        shown=len(periods.present_ns),
        period_ms=to_ms(periods.active_ns),
        median_gap_ms=to_ms(float(np.median(gaps))) if len(gaps) else None,
        longest_gap_ms=to_ms(gaps.max()) if len(gaps) else None,
        jank=_count_jank(trace.display.jank_type),
    )


def _count_jank(bits: Ints) -> dict[str, int]:
    counts = Counter(jank_names(value) or NO_JANK for value in bits.tolist())
    return dict(counts.most_common())


def _layers(trace: Trace, periods: Periods) -> tuple[LayerOverview, ...]:
    frames, shown = trace.frames, times_on_screen(trace)
    overrun = frames.overrun_ns()
    origin = int(shown[shown != NA].min()) if (shown != NA).any() else 0
    members: dict[tuple[int, str], list[int]] = {}
    for row, key in enumerate(zip(frames.pid.tolist(), frames.layer_name.tolist(), strict=True)):
        members.setdefault((key[0], key[1] or ""), []).append(row)
    found = [
        _layer(trace, np.asarray(rows, np.int64), shown, overrun, origin=origin, periods=periods)
        for rows in members.values()
    ]
    return tuple(sorted(found, key=lambda one: (-one.frames, one.process, one.layer)))


def _layer(
    trace: Trace, rows: Ints, shown: Ints, overrun: Ints, *, origin: int, periods: Periods
) -> LayerOverview:
    frames = trace.frames.where(rows)
    pid = int(frames.pid[0])
    times = np.sort(shown[rows][shown[rows] != NA])
    times = times[first_of_equal(times)]
    gaps = np.diff(times)
    judged = overrun[rows][overrun[rows] != NA]
    return LayerOverview(
        process=frames.process[0] or trace.processes.get(pid) or f"pid {pid}",
        pid=pid,
        layer=frames.layer_name[0] or "",
        frames=len(rows),
        shown=int((shown[rows] != NA).sum()),
        dropped=int((frames.present_type == PresentType.DROPPED).sum()),
        buffers=int(frames.is_buffer.sum()),
        late=int((judged > 0).sum()),
        judged=len(judged),
        worst_overrun_ms=to_ms(judged.max()) if len(judged) else None,
        jank=_count_jank(frames.jank_type),
        first_ms=to_ms(int(times[0]) - origin) if len(times) else None,
        last_ms=to_ms(int(times[-1]) - origin) if len(times) else None,
        missed_vsyncs=cadence(times, periods.at(times)).missed_vsyncs if len(gaps) else None,
        median_gap_ms=to_ms(float(np.median(gaps))) if len(gaps) else None,
        longest_gap_ms=to_ms(gaps.max()) if len(gaps) else None,
    )


def _popups(
    trace: Trace, keyboard: str | None, modes_hz: tuple[float, ...], active_hz: float | None
) -> tuple[PopupResult, ...]:
    table = trace.async_slices
    slid: Bools = (table.name == SYNCHRONISED) | (table.name == ASYNCHRONOUS)
    found: list[PopupResult] = []
    for pid in dict.fromkeys(table.pid[slid].tolist()):
        name = trace.processes.get(pid) or f"pid {pid}"
        scene = make_scene(trace, name, pid=pid, keyboard=keyboard, modes_hz=modes_hz, active_hz=active_hz)
        if scene is None:
            continue
        events = inputs(main_thread(trace.slices, pid))
        measured = (
            measure_popup(scene, one, app=name, round_number=1, attempt=1)
            for one in interactions(trace.marks, events, trace.clocks)
        )
        found.extend(popup for popup in measured if popup.slide_start_ms is not None)
    return tuple(found)
