"""One app in one trace, with everything that its pop-ups are measured from looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import matching
from profiler.analysis.doframes import DoFrames, do_frames, has_view_slices, main_thread
from profiler.analysis.interactions import Inputs, inputs
from profiler.analysis.period import Periods, believed_displays, display_presents
from profiler.analysis.rates import SURFACEFLINGER_SLICES, told_rates
from traces.tables import NA, Bools, FrameTable, Ints

if TYPE_CHECKING:
    from traces.tables import SliceTable
    from traces.trace import Trace

SLICE_NAMES = (
    "Choreographer#doFrame*",
    "DrawFrame*",
    "deliverInputEvent*",
    "traversal",
    "measure",
    "layout",
    "insets_animation",
    *SURFACEFLINGER_SLICES,
    "InputConnection#*",
    "bindApplication",
    "activityStart",
    "activityResume",
    "reportFullyDrawn*",
)
"""Thread slices that the analysis reads: hand them to `read_trace`, which then skips the rest."""


@dataclass(frozen=True)
class Scene:
    """The frames of an app, the keyboard's leash and the keyboard, as row numbers of `frames`.

    `on_screen_ns` and `overrun_ns` stand for all rows of `frames`. The row numbers hold only rows with a time
    on screen and are ascending by it.
    """

    trace: Trace
    package: str
    pid: int
    on_screen_ns: Ints
    overrun_ns: Ints
    app_rows: Ints
    leash_rows: Ints
    keyboard_leash: Bools
    """Which of all rows stand on the keyboard's leash, shown or not."""
    keyboard_rows: Ints
    do_frames: DoFrames
    """Of the app's main thread."""
    app_frame: Ints
    """For each of `app_rows` the index into `do_frames`, -1 for none."""
    inputs: Inputs
    periods: Periods
    view_slices: bool
    """Whether the app wrote any view slice."""

    @property
    def frames(self) -> FrameTable:
        """All FrameTimeline rows of the trace."""
        return self.trace.frames

    @property
    def slices(self) -> SliceTable:
        """All thread slices of the trace."""
        return self.trace.slices

    @property
    def timed(self) -> bool:
        """Whether FrameTimeline saw anything at all (Android 12+)."""
        return len(self.frames) > 0

    @property
    def tells_input(self) -> bool:
        """Whether the recording would tell of an input, had there been one."""
        return self.timed or self.view_slices

    @property
    def tells_slide(self) -> bool:
        """Whether the recording would tell of a slide: to Android 10 nothing does.

        Android 11 brought both the slide's slices and the time in `deliverInputEvent`.
        """
        return self.timed or (self.view_slices and not self.inputs.delivered_only)

    def layout_frames(self) -> Bools:
        """Return which of `app_rows` are layout frames."""
        if not len(self.do_frames.token):
            return np.zeros(len(self.app_rows), np.bool_)
        return (self.app_frame >= 0) & self.do_frames.layout[self.app_frame]


def times_on_screen(trace: Trace) -> Ints:
    """Return the time on screen of every row, `NA` for none (section 1).

    A row is not to be believed either where its display frame never ended or had a bad present fence.
    """
    shown = trace.frames.on_screen_ns()
    believed = believed_displays(trace.display)
    doubted = np.setdiff1d(trace.display.display_token[~believed], trace.display.display_token[believed])
    return np.where(np.isin(trace.frames.display_token, doubted), NA, shown)


def process_of(trace: Trace, package: str, hint: int | None = None) -> int | None:
    """Return the pid of a package's main process; `hint` wins if the trace knows that pid.

    Without process names: the owner of the buffers on a layer of the package.
    """
    seen = set(trace.slices.pid.tolist()) | set(trace.frames.pid.tolist())
    if hint is not None and hint in seen:
        return hint
    named = [pid for pid, name in trace.processes.items() if name == package]
    for pid in (*(p for p in named if p in seen), *named):
        return pid
    for table in (trace.frames, trace.slices):
        by_name = table.pid[matching(table.process, lambda name: name == package)]
        if len(by_name):
            return int(by_name[0])
    owners = trace.frames.pid[app_layers(trace.frames, package) & trace.frames.is_buffer]
    return int(owners[0]) if len(owners) else None


def processes_of(trace: Trace, package: str) -> list[int]:
    """Return the pids of a package's main process and of those that are named `package:suffix`."""

    def own(name: str) -> bool:
        return name == package or name.startswith(f"{package}:")

    pids = {pid for pid, name in trace.processes.items() if name is not None and own(name)}
    for table in (trace.frames, trace.slices):
        pids |= set(table.pid[matching(table.process, own)].tolist())
    if (main := process_of(trace, package)) is not None:
        pids.add(main)
    return sorted(pids)


def app_layers(frames: FrameTable, package: str) -> Bools:
    """Return the rows on an app's windows: the layer's name holds the package, and no `insets_animation`."""
    return matching(frames.layer_name, lambda name: package in name and "insets_animation" not in name)


def keyboard_leash(frames: FrameTable) -> Bools:
    """Return the rows on the keyboard's insets leash, whichever process they are booked under."""
    return matching(frames.layer_name, lambda name: "InputMethod" in name and "insets_animation" in name)


def keyboard_buffers(trace: Trace, keyboard: str | None) -> Bools:
    """Return the buffers of the keyboard's processes; without a keyboard, those on an `InputMethod` layer.

    A keyboard's window may live in a process named with a suffix, `com.example.keyboard:ime`.
    """
    frames = trace.frames
    pids = processes_of(trace, keyboard) if keyboard else []
    if pids:
        return np.asarray(frames.is_buffer & np.isin(frames.pid, pids), np.bool_)
    on_window = matching(frames.layer_name, lambda n: "InputMethod" in n and "insets_animation" not in n)
    return np.asarray(frames.is_buffer & on_window, np.bool_)


def make_scene(
    trace: Trace,
    package: str,
    *,
    pid: int | None = None,
    keyboard: str | None = None,
    modes_hz: tuple[float, ...] = (),
    active_hz: float | None = None,
    steady_hz: float | None = None,
    before_hz: float | None = None,
) -> Scene | None:
    """Look up an app in a trace; None if the trace does not know its process.

    Args:
        trace: what `read_trace` returned, with at least `SLICE_NAMES`.
        package: the app's package, also the name of its main process.
        pid: the app's process as the phone told it before the round.
        keyboard: the keyboard's package.
        modes_hz: rates of the panel's modes.
        active_hz: rate of the active mode.
        steady_hz: rate that the phone told before and after the recording, if it was the same.
        before_hz: rate that the phone told just before it.
    """
    process = process_of(trace, package, pid)
    if process is None:
        return None
    frames = trace.frames
    shown = times_on_screen(trace)
    main = main_thread(trace.slices, process)
    own = do_frames(main)

    def rows(mask: Bools) -> Ints:
        index = np.flatnonzero(mask & (shown != NA))
        return index[np.argsort(shown[index], kind="stable")]

    leash = keyboard_leash(frames)
    app_rows = rows(frames.is_buffer & (frames.pid == process) & app_layers(frames, package))
    return Scene(
        trace=trace,
        package=package,
        pid=process,
        on_screen_ns=shown,
        overrun_ns=frames.overrun_ns(),
        app_rows=app_rows,
        leash_rows=rows(leash),
        keyboard_leash=leash,
        keyboard_rows=rows(keyboard_buffers(trace, keyboard)),
        do_frames=own,
        app_frame=own.of(frames.token[app_rows]),
        inputs=inputs(main, trace.async_slices, process),
        periods=Periods(
            display_presents(trace.display),
            modes_hz,
            active_hz,
            steady_hz,
            told=told_rates(trace),
            before_hz=before_hz,
        ),
        view_slices=has_view_slices(trace.slices, process),
    )
