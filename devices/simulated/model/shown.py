"""What dumpsys and getprop show of the model, converted to the clocks that they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.app import full_activity
from devices.simulated.model.hwui import FLAG_WINDOW_CHANGED, UiFrame
from devices.simulated.world import HwuiFrame, LayerPresent, PackageInfo, Persona

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.simulated.model.app import App
    from devices.simulated.model.surfaces import SurfaceLayer

PENDING = (1 << 63) - 1


def properties(persona: Persona, seed: int) -> dict[str, str]:
    """Return what getprop shows."""
    return {
        "ro.build.version.release": persona.android,
        "ro.build.version.sdk": str(persona.sdk),
        "ro.build.type": persona.build_type,
        "ro.build.fingerprint": persona.fingerprint,
        "ro.product.model": persona.model,
        "ro.product.manufacturer": persona.manufacturer,
        "ro.sf.lcd_density": str(persona.density),
        "sys.boot_completed": "1",
        **persona.properties,
        "ro.silky.simulated": "1",
        "ro.silky.persona": persona.name,
        "ro.silky.seed": str(seed),
        "ro.silky.speed": "1",
    }


def package_info(app: App) -> PackageInfo:
    """Return what the package manager knows of an app."""
    one = app.behaviour
    return PackageInfo(
        name=one.package,
        uid=app.uid,
        version_name=one.version_name,
        version_code=one.version_code,
        launcher=full_activity(one),
        actions=one.actions,
        compile_filter=one.compile_filter,
        label=one.label,
    )


def layer_presents(layer: SurfaceLayer | None, now_ns: int, suspended_ns: int) -> list[LayerPresent]:
    """Return a layer's ring on MONOTONIC; INT64_MAX where a fence is pending at `now_ns`."""
    if layer is None:
        return []
    return [
        LayerPresent(
            desired - suspended_ns,
            actual - suspended_ns if actual <= now_ns else PENDING,
            ready - suspended_ns,
        )
        for desired, actual, ready in layer.presents
    ]


def timeline_presents(rows: Sequence[tuple[int, int, int]], suspended_ns: int) -> list[LayerPresent]:
    """Return FrameTimeline's rows of a layer on MONOTONIC; an actual time of 0 stays 0."""
    return [
        LayerPresent(desired - suspended_ns, actual - suspended_ns if actual else 0, ready - suspended_ns)
        for desired, actual, ready in rows
    ]


def hwui_frame(frame: UiFrame, now_ns: int, suspended_ns: int) -> HwuiFrame:
    """Return a frame of HWUI's ring on MONOTONIC; stages that did not run stand at doFrame's start."""
    start = frame.start

    def mono(time_ns: int) -> int:
        return time_ns - suspended_ns if time_ns else 0

    vsync = mono(start.frame_ns)
    done = frame.gpu_done_ns <= now_ns
    return HwuiFrame(
        flags=FLAG_WINDOW_CHANGED if frame.first else 0,
        vsync_id=start.token.id,
        intended_vsync=mono(start.intended_ns),
        vsync=vsync,
        input_event_id=frame.input_id,
        handle_input_start=mono(frame.handle_input_ns) or mono(start.started_ns),
        animation_start=mono(frame.animation_ns) or mono(start.started_ns),
        perform_traversals_start=mono(frame.traversal_ns),
        draw_start=mono(frame.draw_ns),
        deadline=mono(start.token.deadline_ns) + start.interval_ns,
        frame_start=mono(start.started_ns),
        interval=start.interval_ns,
        sync_queued=mono(frame.sync_queued_ns),
        sync_start=mono(frame.sync_ns),
        issue_draw_start=mono(frame.issue_ns),
        swap_buffers=mono(frame.swap_ns),
        frame_completed=mono(max(frame.gpu_done_ns, frame.swapped_ns)) if done else 0,
        dequeue_duration=frame.dequeue_ns,
        queue_duration=frame.queue_ns,
        gpu_completed=mono(frame.gpu_done_ns) if done else 0,
        swap_completed=mono(frame.swapped_ns),
        command_submission_completed=mono(frame.swap_ns),
    )
