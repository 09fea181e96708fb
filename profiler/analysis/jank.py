"""FrameTimeline's jank types as people know them from Perfetto."""

from __future__ import annotations

from functools import lru_cache

from traces.tables import JankType

NAMES = {
    JankType.SF_SCHEDULING: "SurfaceFlinger Scheduling",
    JankType.PREDICTION_ERROR: "Prediction Error",
    JankType.DISPLAY_HAL: "Display HAL",
    JankType.SF_CPU_DEADLINE_MISSED: "SurfaceFlinger CPU Deadline Missed",
    JankType.SF_GPU_DEADLINE_MISSED: "SurfaceFlinger GPU Deadline Missed",
    JankType.APP_DEADLINE_MISSED: "App Deadline Missed",
    JankType.BUFFER_STUFFING: "Buffer Stuffing",
    JankType.UNKNOWN: "Unknown Jank",
    JankType.SF_STUFFING: "SurfaceFlinger Stuffing",
    JankType.DROPPED: "Dropped Frame",
    JankType.NON_ANIMATING: "Non Animating",
    JankType.APP_RESYNCED_JITTER: "App Resynced Jitter",
    JankType.DISPLAY_NOT_ON: "Display not ON",
    JankType.MODE_CHANGE: "ModeChange",
    JankType.POWER_MODE_CHANGE: "PowerModeChange",
}


@lru_cache(maxsize=256)
def jank_names(bits: int) -> str:
    """Return the names of a frame's jank types, joined by comma; empty for none."""
    return ", ".join(name for flag, name in NAMES.items() if bits & flag)
