"""`dumpsys SurfaceFlinger` (frameworks/native SurfaceFlinger::doDump, FrameTracker::dumpStats)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import Layer

_RECORDS = 127
"""Rows printed of a ring of 128."""


def full_name(layer: Layer) -> str:
    """Return a layer's name with its number, which --latency takes."""
    return f"{layer.name}#{layer.id if layer.number is None else layer.number}"


def _list(phone: Phone) -> str:
    if phone.world.persona.sdk < 35:
        return "".join(full_name(layer) + "\n" for layer in phone.world.layers())
    lines = []
    for layer in phone.world.layers():
        parent = "" if layer.parent_id is None else f" parentId={layer.parent_id}"
        lines.append(f"RequestedLayerState{{{full_name(layer)}{parent}}}\n")
    return "".join(lines)


def period_ns(phone: Phone) -> int:
    """Return the vsync period of the active mode, ns."""
    return round(1e9 / phone.world.active_mode().refresh_hz)


def _from_timeline(phone: Phone) -> bool:
    """Whether --latency reads FrameTimeline: as many rows as there are, none to fill up."""
    persona = phone.world.persona
    return persona.sdk >= 36 and "deprecate_frame_tracker" in persona.flags


def _latency(phone: Phone, names: list[str]) -> str:
    text = f"{period_ns(phone)}\n"
    if not names or "latency" in phone.world.persona.lacks:
        return text
    for layer in phone.world.layers():
        if full_name(layer) != names[0]:
            continue
        if _from_timeline(phone):
            shown = phone.world.layer_presents(layer.id)
            return text + "".join(f"{one.desired}\t{one.actual}\t{one.ready}\n" for one in shown) + "\n"
        since = phone.latency_cleared.get(layer.id, 0)
        rows = [one for one in phone.world.layer_presents(layer.id) if one.desired > since][-_RECORDS:]
        text += "0\t0\t0\n" * (_RECORDS - len(rows))
        text += "".join(f"{one.desired}\t{one.actual}\t{one.ready}\n" for one in rows) + "\n"
    return text


def _clear_latency(phone: Phone, names: list[str]) -> str:
    now = phone.world.clocks().monotonic_ns
    for layer in phone.world.layers():
        if not names or full_name(layer) == names[0]:
            phone.latency_cleared[layer.id] = now
            phone.world.clear_layer_presents(layer.id)
    return ""


def _displays(phone: Phone) -> str:
    persona = phone.world.persona
    modes = "".join(
        f"      {{id={mode.id - 1}, hwcId={mode.id - 1}, resolution={mode.width}x{mode.height}, "
        f"refreshRate={mode.refresh_hz:.2f} Hz, dpi={persona.density:.2f}x{persona.density:.2f}, group=0}}\n"
        for mode in persona.modes
    )
    power = "On" if phone.world.screen_on else "Off"
    highest = max(mode.refresh_hz for mode in persona.modes)
    return (
        'Display 4619827259835644672 (internal, primary, "Primary display")\n'
        f"   deviceProductInfo={{}}\n   powerMode={power}\n   "
        f"activeModeId={phone.world.active_mode().id - 1}\n"
        f"   displayModes=\n{modes}"
        f"   displayManagerPolicy={{defaultModeId={persona.active_mode - 1}, allowGroupSwitching=false, "
        f"primaryRange=[0.00 Hz, {highest:.2f} Hz], appRequestRange=[0.00 Hz, {highest:.2f} Hz]}}\n"
        "   supportsFrameRateOverrideByContent=false\n   idleTimer=off (platform)\n\n"
    )


@service("SurfaceFlinger")
def surfaceflinger(phone: Phone, args: list[str]) -> str:
    """Print --list, --latency [layer], --latency-clear [layer], --displays, or an overview."""
    option, names = (args[0] if args else ""), args[1:]
    if option == "--list":
        return _list(phone)
    if option == "--latency":
        return _latency(phone, names)
    if option == "--latency-clear":
        return _clear_latency(phone, names)
    if option == "--displays" and phone.world.persona.sdk >= 33:
        return _displays(phone)
    layers = "".join(f"+ {'BufferStateLayer' if one.has_buffer else 'EffectLayer'} ({full_name(one)})\n"
                     for one in phone.world.layers())  # fmt: skip
    return (
        "Build configuration: [sf PRESENT_TIME_OFFSET=0 NUM_FRAMEBUFFER_SURFACE_BUFFERS=3]\n\n"
        f"      present offset:         0 ns\t     VSYNC period:  {period_ns(phone)} ns\n\n"
        f"Visible layers (count = {len(phone.world.layers())})\n{layers}\n{_displays(phone)}"
    )
