"""`dumpsys gfxinfo` (frameworks libs/hwui JankTracker, ProfileData; services ActivityManagerService)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.jank import JankCounts, count_jank, summary_lines
from devices.simulated.userland.dumpsys.services import identity_hash, service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import HwuiFrame, Process, ViewNode

_HEAD_11 = ("Flags", "IntendedVsync", "Vsync", "OldestInputEvent", "NewestInputEvent", "HandleInputStart",
            "AnimationStart", "PerformTraversalsStart", "DrawStart", "SyncQueued", "SyncStart",
            "IssueDrawCommandsStart", "SwapBuffers", "FrameCompleted", "DequeueBufferDuration",
            "QueueBufferDuration",
            "GpuCompleted")  # fmt: skip
_HEAD_START = ("Flags", "FrameTimelineVsyncId", "IntendedVsync", "Vsync", "InputEventId", "HandleInputStart",
               "AnimationStart", "PerformTraversalsStart", "DrawStart", "FrameDeadline")  # fmt: skip
_HEAD_END = ("SyncQueued", "SyncStart", "IssueDrawCommandsStart", "SwapBuffers", "FrameCompleted",
             "DequeueBufferDuration", "QueueBufferDuration", "GpuCompleted", "SwapBuffersCompleted",
             "DisplayPresentTime", "CommandSubmissionCompleted")  # fmt: skip
# Up to 15 the name table has these two the wrong way round: the values come start time first.
_HEAD_MISLABELLED = ("FrameInterval", "FrameStartTime")
_HEAD_16 = ("FrameStartTime", "FrameInterval", "WorkloadTarget")
_LONG_MAX = 2**63 - 1


def header(sdk: int) -> tuple[str, ...]:
    """Return the column names of framestats on an API level."""
    if sdk <= 30:
        return _HEAD_11
    end = _HEAD_END[:-1] if sdk == 31 else _HEAD_END
    return _HEAD_START + (_HEAD_16 if sdk >= 36 else _HEAD_MISLABELLED) + end


def _values(frame: HwuiFrame, sdk: int) -> list[int]:
    ui = [frame.handle_input_start, frame.animation_start, frame.perform_traversals_start, frame.draw_start]
    render = [frame.sync_queued, frame.sync_start, frame.issue_draw_start, frame.swap_buffers,
    frame.frame_completed,
              frame.dequeue_duration, frame.queue_duration, frame.gpu_completed]  # fmt: skip
    if sdk <= 30:
        return [frame.flags, frame.intended_vsync, frame.vsync, _LONG_MAX, 0, *ui, *render]
    timing = [frame.deadline, frame.frame_start, frame.interval] + ([0] if sdk >= 36 else [])
    # DisplayPresentTime stays 0: it is written only for apps that observe their own frame metrics.
    end = [frame.swap_completed, 0] + ([frame.command_submission_completed] if sdk != 31 else [])
    head = [frame.flags, frame.vsync_id, frame.intended_vsync, frame.vsync, frame.input_event_id]
    return [*head, *ui, *timing, *render, *end]


def framestats_block(frames: Sequence[HwuiFrame], sdk: int) -> str:
    """Return one window's table; header and rows end in a comma, frames without sync are left out."""
    rows = [",".join(map(str, _values(frame, sdk))) + "," for frame in frames if frame.sync_start]
    return "\n".join(["---PROFILEDATA---", ",".join(header(sdk)) + ",", *rows, "---PROFILEDATA---"]) + "\n"


def _matching(phone: Phone, names: list[str]) -> list[Process]:
    apps = [
        one
        for one in phone.world.processes()
        if one.uid >= 10000 or one.name.startswith("com.android.systemui")
    ]
    if not names:
        return apps
    return [one for one in apps if one.name == names[0] or one.name.startswith(names[0] + ":")
            or str(one.pid) == names[0]]  # fmt: skip


@service("gfxinfo")
def gfxinfo(phone: Phone, args: list[str]) -> str:
    """Print frame statistics of one package or all; `framestats` adds rows, `reset` clears afterwards."""
    options = [arg for arg in args if arg in ("framestats", "reset")]
    names = [arg for arg in args if arg not in options and not arg.startswith("-")]
    processes = _matching(phone, names)
    if names and not processes:
        return f"No process found for: {names[0]}\n"
    clocks = phone.world.clocks()
    text = (
        "Applications Graphics Acceleration Info:\n"
        f"Uptime: {clocks.monotonic_ns // 1_000_000} Realtime: {clocks.boottime_ns // 1_000_000}\n"
    )
    for process in processes:
        text += _process(phone, process, framestats="framestats" in options)
        if "reset" in options:
            phone.world.hwui_reset(process.pid)
            phone.hwui_epoch[process.pid] = clocks.monotonic_ns
    return text


def _process(phone: Phone, process: Process, *, framestats: bool) -> str:
    windows = phone.world.hwui_frames(process.pid)
    everything = [frame for frames in windows.values() for frame in frames]
    since = phone.hwui_epoch.get(process.pid) or min(
        (frame.intended_vsync for frame in everything), default=0
    )
    text = f"\n** Graphics info for pid {process.pid} [{process.name}] **\n\n"
    text += _summary(since, count_jank(everything)) + "\nPipeline=Skia (OpenGL)\n\nProfile data in ms:\n\n"
    for title, frames in windows.items():
        root = _root_name(title)
        visible = any(one.title == title and one.visible for one in phone.world.windows())
        text += f"\t{root} (visibility={0 if visible else 8})\n"
        if framestats:
            text += f"Window: {title}\n" + _summary(since, count_jank(frames)) + "\n\n\n"
            shown = () if "framestats" in phone.world.persona.lacks else frames
            text += framestats_block(shown, phone.world.persona.sdk) + "\n"
    return text + _hierarchy(phone, list(windows))


def _summary(since: int, counts: JankCounts) -> str:
    return f"Stats since: {since}ns\n" + "\n".join(summary_lines(counts)) + "\n"


def _root_name(title: str) -> str:
    return f"{title}/android.view.ViewRootImpl@{identity_hash('root' + title)}"


def _hierarchy(phone: Phone, titles: list[str]) -> str:
    focused = phone.world.focused_window()
    text, total = "View hierarchy:\n\n", 0
    for title in titles:
        count = _count(phone.world.view_tree()) if focused is not None and focused.title == title else 0
        total += count
        text += f"  {_root_name(title)}\n  {count} views, 0.00 kB of render nodes\n\n"
    return (
        f"{text}\nTotal ViewRootImpl   : {len(titles)}\nTotal attached Views : {total}\n"
        "Total RenderNode     : 0.00 kB (used) / 0.00 kB (capacity)\n\n"
    )


def _count(node: ViewNode) -> int:
    return 1 + sum(_count(child) for child in node.children)
