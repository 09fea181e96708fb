"""`dumpsys gfxinfo` (frameworks libs/hwui JankTracker, ProfileData; services ActivityManagerService)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.framestats import framestats_block
from devices.simulated.userland.dumpsys.jank import JankCounts, count_jank, summary_lines
from devices.simulated.userland.dumpsys.services import identity_hash, service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import Process, ViewNode

_DISPLAY_LISTS = 29
"""Level up to which the views' memory is called display lists (WindowManagerGlobal.dumpGfxInfo)."""


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
    sdk = phone.world.persona.sdk
    everything = [frame for frames in windows.values() for frame in frames]
    since = phone.hwui_epoch.get(process.pid) or min(
        (frame.intended_vsync for frame in everything), default=0
    )
    text = f"\n** Graphics info for pid {process.pid} [{process.name}] **\n\n"
    text += _summary(since, count_jank(everything, sdk), sdk)
    text += "\nPipeline=Skia (OpenGL)\n\nProfile data in ms:\n\n"
    for title, frames in windows.items():
        root = _root_name(title)
        visible = any(one.title == title and one.visible for one in phone.world.windows())
        text += f"\t{root} (visibility={0 if visible else 8})\n"
        if framestats:
            text += f"Window: {title}\n" + _summary(since, count_jank(frames, sdk), sdk) + "\n\n\n"
            shown = () if "framestats" in phone.world.persona.lacks else frames
            text += framestats_block(shown, phone.world.persona) + "\n"
    return text + _hierarchy(phone, list(windows))


def _summary(since: int, counts: JankCounts, sdk: int) -> str:
    return f"Stats since: {since}ns\n" + "\n".join(summary_lines(counts, sdk)) + "\n"


def _root_name(title: str) -> str:
    return f"{title}/android.view.ViewRootImpl@{identity_hash('root' + title)}"


def _hierarchy(phone: Phone, titles: list[str]) -> str:
    focused = phone.world.focused_window()
    text, total = "View hierarchy:\n\n", 0
    for title in titles:
        count = _count(phone.world.view_tree()) if focused is not None and focused.title == title else 0
        total += count
        kind = "display lists" if phone.world.persona.sdk <= _DISPLAY_LISTS else "render nodes"
        text += f"  {_root_name(title)}\n  {count} views, 0.00 kB of {kind}\n\n"
    if phone.world.persona.sdk <= _DISPLAY_LISTS:
        return (
            f"{text}\nTotal ViewRootImpl: {len(titles)}\nTotal Views:        {total}\n"
            "Total DisplayList:  0.00 kB\n\n"
        )
    return (
        f"{text}\nTotal ViewRootImpl   : {len(titles)}\nTotal attached Views : {total}\n"
        "Total RenderNode     : 0.00 kB (used) / 0.00 kB (capacity)\n\n"
    )


def _count(node: ViewNode) -> int:
    return 1 + sum(_count(child) for child in node.children)
