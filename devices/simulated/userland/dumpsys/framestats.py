"""The table of `dumpsys gfxinfo PACKAGE framestats`: which columns a release prints, and their values.

Source: frameworks/base libs/hwui FrameInfo.cpp of each release, and JankTracker::dumpFrames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.simulated.world import HwuiFrame, Persona

_UI_11 = ("Flags", "IntendedVsync", "Vsync", "OldestInputEvent", "NewestInputEvent")
_UI = ("Flags", "FrameTimelineVsyncId", "IntendedVsync", "Vsync", "InputEventId")
_STAGES = ("HandleInputStart", "AnimationStart", "PerformTraversalsStart", "DrawStart")
# Up to 15 the name table has the last two the wrong way round: the values come start time first.
_TIMING_15 = ("FrameDeadline", "FrameInterval", "FrameStartTime")
_TIMING_16 = ("FrameDeadline", "FrameStartTime", "FrameInterval", "WorkloadTarget")
_RENDER = ("SyncQueued", "SyncStart", "IssueDrawCommandsStart", "SwapBuffers", "FrameCompleted",
           "DequeueBufferDuration", "QueueBufferDuration")  # fmt: skip
_END = ("GpuCompleted", "SwapBuffersCompleted", "DisplayPresentTime")

COLUMNS: dict[str, tuple[str, ...]] = {
    "8": (*_UI_11, *_STAGES, *_RENDER),
    "11": (*_UI_11, *_STAGES, *_RENDER, "GpuCompleted"),
    "12": (*_UI, *_STAGES, *_TIMING_15, *_RENDER, *_END),
    "13": (*_UI, *_STAGES, *_TIMING_15, *_RENDER, *_END, "CommandSubmissionCompleted"),
    "16": (*_UI, *_STAGES, *_TIMING_16, *_RENDER, *_END, "CommandSubmissionCompleted"),
    "16.1": (*_UI, *_STAGES, *_TIMING_16, "AnimationTime", *_RENDER, *_END, "CommandSubmissionCompleted"),
    "huawei": (*_UI, *_STAGES, *_TIMING_15, *_RENDER, *_END, "MetaDataFps"),
}
"""Column names by the release that brought them, or by the vendor (recorded on a phone of Huawei)."""

_LONG_MAX = 2**63 - 1
_BY_LEVEL = ((32, "13"), (31, "12"), (30, "11"), (0, "8"))


def columns(persona: Persona) -> tuple[str, ...]:
    """Return the column names that this phone prints."""
    return COLUMNS[persona.framestats or _layout(persona)]


def _layout(persona: Persona) -> str:
    if persona.sdk >= 36:
        return "16.1" if persona.sdk_minor else "16"
    return next(name for first, name in _BY_LEVEL if persona.sdk >= first)


def _values(frame: HwuiFrame, names: Sequence[str]) -> dict[str, int]:
    """Return the values by the names that they stand under."""
    values = {
        "Flags": frame.flags,
        "FrameTimelineVsyncId": frame.vsync_id,
        "IntendedVsync": frame.intended_vsync,
        "Vsync": frame.vsync,
        # doFrame resets both input times, and a touch was delivered before it
        "OldestInputEvent": _LONG_MAX,
        "NewestInputEvent": 0,
        "InputEventId": frame.input_event_id,
        "HandleInputStart": frame.handle_input_start,
        "AnimationStart": frame.animation_start,
        "PerformTraversalsStart": frame.perform_traversals_start,
        "DrawStart": frame.draw_start,
        "FrameDeadline": frame.deadline,
        "FrameStartTime": frame.frame_start,
        "FrameInterval": frame.interval,
        "WorkloadTarget": 0,
        "AnimationTime": frame.vsync,
        "SyncQueued": frame.sync_queued,
        "SyncStart": frame.sync_start,
        "IssueDrawCommandsStart": frame.issue_draw_start,
        "SwapBuffers": frame.swap_buffers,
        "FrameCompleted": frame.frame_completed,
        "DequeueBufferDuration": frame.dequeue_duration,
        "QueueBufferDuration": frame.queue_duration,
        "GpuCompleted": frame.gpu_completed,
        "SwapBuffersCompleted": frame.swap_completed,
        # written only for apps that observe their own frame metrics
        "DisplayPresentTime": 0,
        "CommandSubmissionCompleted": frame.command_submission_completed,
        "MetaDataFps": 0,
    }
    if "OldestInputEvent" in names:  # up to 11 a frame is complete when its buffer is swapped
        values["FrameCompleted"] = frame.swap_completed
    if _TIMING_15[1:] == _labels(names):
        values["FrameInterval"], values["FrameStartTime"] = frame.frame_start, frame.interval
    return values


def _labels(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in _TIMING_15[1:])


def framestats_block(frames: Sequence[HwuiFrame], persona: Persona) -> str:
    """Return one window's table; header and rows end in a comma, frames without sync are left out."""
    names = columns(persona)
    kept = [_values(one, names) for one in frames if one.sync_start]
    rows = [",".join(str(values[name]) for name in names) + "," for values in kept]
    return "\n".join(["---PROFILEDATA---", ",".join(names) + ",", *rows, "---PROFILEDATA---"]) + "\n"
