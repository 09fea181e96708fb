"""The tables as CSV, column for column and cell for cell as queries on Perfetto's trace processor print them.

For people who compare silky with trace processor. Texts are quoted, numbers are not, `"[NULL]"` stands for
what is not there, and enumerations are spelled as trace processor spells them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from traces.tables import NA, JankType, PredictionType, PresentType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from traces.tables import DisplayTable, FrameTable, SliceTable
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

NULL = '"[NULL]"'

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
    (JankType.MODE_CHANGE, "Display Mode Change In Progress"),
    (JankType.POWER_MODE_CHANGE, "Display Power Mode Change In Progress"),
)


def jank_text(jank_type: int) -> str:
    """Spell a jank bit mask as trace processor does."""
    if jank_type == JankType.UNSPECIFIED:
        return "Unspecified"
    if jank_type == JankType.NONE:
        return "None"
    return ", ".join(text for bit, text in _JANK if jank_type & bit)


def frames_csv(trace: Trace) -> str:
    """Return one line per actual surface frame, by start and layer."""
    layers = trace.frames.layer_name.tolist()
    starts = trace.frames.actual_start_ns.tolist()
    order = np.asarray(sorted(range(len(layers)), key=lambda i: (starts[i], layers[i] or "")), np.int64)
    frames = trace.frames.where(order)
    buffer = zip(trace.is_buffer_stated[order].tolist(), frames.is_buffer.tolist(), strict=True)
    columns: dict[str, Iterable[str]] = {
        "pid": map(str, frames.pid.tolist()),
        "process": map(_quoted, frames.process.tolist()),
        "layer_name": map(_quoted, frames.layer_name.tolist()),
        "token": map(str, frames.token.tolist()),
        "display_token": map(str, frames.display_token.tolist()),
        "actual_start_ns": map(str, frames.actual_start_ns.tolist()),
        "actual_end_ns": map(str, frames.actual_end_ns.tolist()),
        "expected_start_ns": map(_number, frames.expected_start_ns.tolist()),
        "expected_end_ns": map(_number, frames.expected_end_ns.tolist()),
        "display_present_ns": map(_number, frames.display_present_ns.tolist()),
        **_verdicts(frames),
        "is_buffer": (_quoted(("No", "Yes")[has] if stated else "Unspecified") for stated, has in buffer),
        "jank_severity_type": (_quoted(_severity(s)) for s in frames.jank_severity_type.tolist()),
    }
    return _csv(columns)


def display_csv(trace: Trace) -> str:
    """Return one line per actual display frame."""
    display = trace.display
    columns: dict[str, Iterable[str]] = {
        "pid": map(str, display.pid.tolist()),
        "display_token": map(str, display.display_token.tolist()),
        "start_ns": map(str, display.start_ns.tolist()),
        "present_ns": map(str, display.present_ns.tolist()),
        **_verdicts(display),
    }
    return _csv(columns)


def slices_csv(slices: SliceTable) -> str:
    """Return one line per thread slice; read the trace with `DEFAULT_SLICE_NAMES` for the usual selection."""
    columns: dict[str, Iterable[str]] = {
        "pid": map(str, slices.pid.tolist()),
        "process": map(_quoted, slices.process.tolist()),
        "tid": map(str, slices.tid.tolist()),
        "thread": map(_quoted, slices.thread.tolist()),
        "start_ns": map(str, slices.start_ns.tolist()),
        "dur_ns": map(str, slices.dur_ns.tolist()),
        "depth": map(str, slices.depth.tolist()),
        "name": map(_quoted, slices.name.tolist()),
    }
    return _csv(columns)


def _verdicts(table: FrameTable | DisplayTable) -> dict[str, Iterable[str]]:
    return {
        "present_type": (_quoted(_PRESENT[PresentType(value)]) for value in table.present_type.tolist()),
        "on_time_finish": ("1" if value else "0" for value in table.on_time_finish.tolist()),
        "gpu_composition": ("1" if value else "0" for value in table.gpu_composition.tolist()),
        "jank_type": (_quoted(jank_text(value)) for value in table.jank_type.tolist()),
        "prediction_type": (
            _quoted(_PREDICTION[PredictionType(value)]) for value in table.prediction_type.tolist()
        ),
    }


def _severity(value: int) -> str:
    return _SEVERITY[value] if 0 <= value < len(_SEVERITY) else "Unknown"


def _quoted(text: str | None) -> str:
    return NULL if text is None else '"' + text + '"'


def _number(value: int) -> str:
    return NULL if value == NA else str(value)


def _csv(columns: dict[str, Iterable[str]]) -> str:
    header = ",".join(f'"{name}"' for name in columns)
    lines = [header, *(",".join(cells) for cells in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"
