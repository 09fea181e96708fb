"""A trace's tables as views: columns, names and spellings as queries on Perfetto's trace processor give them.

For people who compare silky with trace processor: enumerations are spelled as trace processor spells them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from traces.tables import JankType, PredictionType, PresentType
from traces.views import Column, View, csv_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from traces.tables import DisplayTable, FrameTable, Ints, SliceTable, Strings
    from traces.trace import Trace

DEFAULT_SLICE_NAMES = (
    "Choreographer#doFrame*",
    "DrawFrame*",
    "deliverInputEvent*",
    "Insets*",
    "*IME*",
    "traversal",
    "measure",
    "layout",
    "draw",
    "input",
    "animation",
)
"""Frame, input, insets and keyboard work of threads."""

_PRESENT = {
    PresentType.UNSPECIFIED: "Unspecified Present",
    PresentType.ON_TIME: "On-time Present",
    PresentType.LATE: "Late Present",
    PresentType.EARLY: "Early Present",
    PresentType.DROPPED: "Dropped Frame",
    PresentType.UNKNOWN: "Unknown Present",
}
_PREDICTION = {
    PredictionType.UNSPECIFIED: "Unspecified Prediction",
    PredictionType.VALID: "Valid Prediction",
    PredictionType.EXPIRED: "Expired Prediction",
    PredictionType.UNKNOWN: "Unknown Prediction",
}
FRAME_TIMELINE = "FrameTimeline (android.surfaceflinger.frametimeline)"

_UNSTATED = 2
_BUFFER = ("No", "Yes", "Unspecified")
_SEVERITY = ("Unknown", "None", "Partial", "Full")
_JANK = (
    (JankType.SF_SCHEDULING, "SurfaceFlinger Scheduling"),
    (JankType.PREDICTION_ERROR, "Prediction Error"),
    (JankType.DISPLAY_HAL, "Display HAL"),
    (JankType.SF_CPU_DEADLINE_MISSED, "SurfaceFlinger CPU Deadline Missed"),
    (JankType.SF_GPU_DEADLINE_MISSED, "SurfaceFlinger GPU Deadline Missed"),
    (JankType.APP_DEADLINE_MISSED, "App Deadline Missed"),
    (JankType.APP_RESYNCED_JITTER, "App Resynced Jitter"),
    (JankType.BUFFER_STUFFING, "Buffer Stuffing"),
    (JankType.UNKNOWN, "Unknown Jank"),
    (JankType.SF_STUFFING, "SurfaceFlinger Stuffing"),
    (JankType.DROPPED, "Dropped Frame"),
    (JankType.NON_ANIMATING, "Non Animating"),
    (JankType.DISPLAY_NOT_ON, "Display not ON"),
    (JankType.MODE_CHANGE, "ModeChange in progress"),
    (JankType.POWER_MODE_CHANGE, "PowerModeChange in progress"),
)


def jank_text(jank_type: int) -> str:
    """Spell a jank bit mask as trace processor does."""
    if jank_type == JankType.UNSPECIFIED:
        return "Unspecified"
    if jank_type == JankType.NONE:
        return "None"
    return ", ".join(text for bit, text in _JANK if jank_type & bit)


def frames_view(trace: Trace) -> View:
    """Return one row per actual surface frame, by start and layer."""
    layers = trace.frames.layer_name.tolist()
    starts = trace.frames.actual_start_ns.tolist()
    order = np.asarray(sorted(range(len(layers)), key=lambda i: (starts[i], layers[i] or "")), np.int64)
    frames = trace.frames.where(order)
    buffer = np.where(trace.is_buffer_stated[order], frames.is_buffer.astype(np.int64), _UNSTATED)
    return View(
        "frames",
        FRAME_TIMELINE,
        (
            Column("pid", frames.pid, "process that the layer is booked under"),
            Column("process", frames.process, "its name"),
            Column("layer_name", frames.layer_name, "SurfaceFlinger's layer"),
            Column("token", frames.token, "vsync id of the app"),
            Column("display_token", frames.display_token, "vsync id of the display frame"),
            Column("actual_start_ns", frames.actual_start_ns, "start of the frame", "ns"),
            Column("actual_end_ns", frames.actual_end_ns, "buffer ready; start - 1: never ended", "ns"),
            Column("expected_start_ns", frames.expected_start_ns, "start that was predicted", "ns"),
            Column("expected_end_ns", frames.expected_end_ns, "deadline", "ns"),
            Column(
                "display_present_ns", frames.display_present_ns, "end of the display frame: on screen", "ns"
            ),
            *_verdicts(frames),
            Column("is_buffer", _spelt(buffer, _BUFFER.__getitem__), "whether the frame brought a buffer"),
            Column(
                "jank_severity_type",
                _spelt(frames.jank_severity_type, _severity),
                "how bad the jank is (Android 15+)",
            ),
        ),
    )


def display_view(trace: Trace) -> View:
    """Return one row per actual display frame."""
    display = trace.display
    return View(
        "display",
        FRAME_TIMELINE,
        (
            Column("pid", display.pid, "SurfaceFlinger's process"),
            Column("display_token", display.display_token, "vsync id of the display frame"),
            Column("start_ns", display.start_ns, "SurfaceFlinger woke up", "ns"),
            Column("present_ns", display.present_ns, "on screen; start - 1: never ended", "ns"),
            *_verdicts(display),
        ),
    )


def slices_view(slices: SliceTable) -> View:
    """Return one row per thread slice; read the trace with `DEFAULT_SLICE_NAMES` for the usual selection."""
    return View(
        "slices",
        "trace_marker",
        (
            Column("pid", slices.pid, "process of the thread"),
            Column("process", slices.process, "its name"),
            Column("tid", slices.tid, "thread"),
            Column("thread", slices.thread, "its name"),
            Column("start_ns", slices.start_ns, "start", "ns"),
            Column("dur_ns", slices.dur_ns, "duration; -1: never ended", "ns", clock=""),
            Column("depth", slices.depth, "nesting among all slices of the thread, 0 outermost"),
            Column("name", slices.name, "name"),
        ),
    )


def threads_view(trace: Trace) -> View:
    """Return one row per state of a thread; read the trace with `thread_states`."""
    states = trace.thread_states
    return View(
        "threads",
        "sched",
        (
            Column("tid", states.tid, "thread"),
            Column("start_ns", states.start_ns, "start", "ns"),
            Column("dur_ns", states.dur_ns, "duration; -1: went on when the trace ended", "ns", clock=""),
            Column("state", states.state, "Running, or the kernel's letters"),
            Column("cpu", states.cpu, "CPU that it ran on"),
        ),
    )


def buffers_view(trace: Trace) -> View:
    """Return one row per buffer that FrameTracer saw."""
    buffers = trace.buffers
    return View(
        "buffers",
        "FrameTracer (android.surfaceflinger.frame)",
        (
            Column("layer_name", buffers.layer_name, "SurfaceFlinger's layer"),
            Column("frame_number", buffers.frame_number, "number of the frame in its layer"),
            Column("dequeue_ns", buffers.dequeue_ns, "the app took the buffer", "ns"),
            Column("queue_ns", buffers.queue_ns, "the app gave it back, drawn", "ns"),
            Column("acquire_fence_ns", buffers.acquire_fence_ns, "the GPU was done", "ns"),
            Column("latch_ns", buffers.latch_ns, "SurfaceFlinger took it", "ns"),
            Column("present_ns", buffers.present_ns, "present fence: on screen", "ns"),
        ),
    )


def frames_csv(trace: Trace) -> str:
    """Return `frames_view` as CSV."""
    return "".join(csv_pieces(frames_view(trace)))


def display_csv(trace: Trace) -> str:
    """Return `display_view` as CSV."""
    return "".join(csv_pieces(display_view(trace)))


def slices_csv(slices: SliceTable) -> str:
    """Return `slices_view` as CSV."""
    return "".join(csv_pieces(slices_view(slices)))


def _verdicts(table: FrameTable | DisplayTable) -> tuple[Column, ...]:
    return (
        Column(
            "present_type",
            _spelt(table.present_type, lambda value: _PRESENT[PresentType(value)]),
            "how the present time met the prediction",
        ),
        Column("on_time_finish", table.on_time_finish.astype(np.int64), "1: ready in time"),
        Column("gpu_composition", table.gpu_composition.astype(np.int64), "1: composed by the GPU"),
        Column("jank_type", _spelt(table.jank_type, jank_text), "FrameTimeline's reasons for jank"),
        Column(
            "prediction_type",
            _spelt(table.prediction_type, lambda value: _PREDICTION[PredictionType(value)]),
            "whether there was a prediction",
        ),
    )


def _spelt(values: Ints, spell: Callable[[int], str]) -> Strings:
    """Return the text of each value; each distinct one is spelt once."""
    distinct, inverse = np.unique(values, return_inverse=True)
    texts = np.empty(len(distinct), np.object_)
    texts[:] = [spell(value) for value in distinct.tolist()]
    return texts[inverse]


def _severity(value: int) -> str:
    return _SEVERITY[value] if 0 <= value < len(_SEVERITY) else "Unknown"
