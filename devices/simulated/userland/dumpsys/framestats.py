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

COLUMNS: dict[int, tuple[str, ...]] = {
    16: (*_UI_11, *_STAGES, *_RENDER),
    17: (*_UI_11, *_STAGES, *_RENDER, "GpuCompleted"),
    22: (*_UI, *_STAGES, *_TIMING_15, *_RENDER, *_END),
    23: (*_UI, *_STAGES, *_TIMING_15, *_RENDER, *_END, "CommandSubmissionCompleted"),
    24: (*_UI, *_STAGES, *_TIMING_16, *_RENDER, *_END, "CommandSubmissionCompleted"),
    25: (*_UI, *_STAGES, *_TIMING_16, "AnimationTime", *_RENDER, *_END, "CommandSubmissionCompleted"),
}
"""Column names by their number."""

_LONG_MAX = 2**63 - 1


def columns(persona: Persona) -> tuple[str, ...]:
    """Return the column names that this phone prints."""
    return COLUMNS[persona.framestats or _count(persona)]


def _count(persona: Persona) -> int:
    sdk = persona.sdk
    if sdk >= 36:
        return 25 if persona.sdk_minor else 24
    newest = ((32, 23), (31, 22), (30, 17))
    return next((count for first, count in newest if sdk >= first), 16)


def _values(frame: HwuiFrame, count: int) -> list[int]:
    """Return the values in the order of the enum, whatever the name table says."""
    ui = [frame.handle_input_start, frame.animation_start, frame.perform_traversals_start, frame.draw_start]
    render = [frame.sync_queued, frame.sync_start, frame.issue_draw_start, frame.swap_buffers]
    durations = [frame.dequeue_duration, frame.queue_duration]
    if count <= 17:
        # doFrame resets both input times, and a touch was delivered before it. Completed: the swap's end.
        head = [frame.flags, frame.intended_vsync, frame.vsync, _LONG_MAX, 0]
        end = [frame.gpu_completed] if count == 17 else []
        return [*head, *ui, *render, frame.swap_completed, *durations, *end]
    head = [frame.flags, frame.vsync_id, frame.intended_vsync, frame.vsync, frame.input_event_id]
    timing = [frame.deadline, frame.frame_start, frame.interval]
    timing += [0] if count >= 24 else []
    timing += [frame.vsync] if count >= 25 else []
    # DisplayPresentTime stays 0: it is written only for apps that observe their own frame metrics.
    end = [frame.gpu_completed, frame.swap_completed, 0]
    end += [frame.command_submission_completed] if count >= 23 else []
    return [*head, *ui, *timing, *render, frame.frame_completed, *durations, *end]


def framestats_block(frames: Sequence[HwuiFrame], persona: Persona) -> str:
    """Return one window's table; header and rows end in a comma, frames without sync are left out."""
    names = columns(persona)
    rows = [",".join(map(str, _values(one, len(names)))) + "," for one in frames if one.sync_start]
    return "\n".join(["---PROFILEDATA---", ",".join(names) + ",", *rows, "---PROFILEDATA---"]) + "\n"
