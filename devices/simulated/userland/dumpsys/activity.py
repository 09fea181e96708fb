"""`dumpsys activity` (services am/ActivityManagerService): activities, top, processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import (
    component_short,
    identity_hash,
    java_bool,
    service,
    user_of,
)
from devices.simulated.userland.dumpsys.window import activity_record

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone


def _activities(phone: Phone) -> str:
    windows = [one for one in phone.world.windows() if one.kind == "activity"]
    resumed = next((one for one in windows if one.visible), None)
    key = "topResumedActivity" if phone.world.persona.sdk >= 31 else "mResumedActivity"
    lines = [
        "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)",
        "Display #0 (activities from top to bottom):",
    ]
    for window in windows:
        record = activity_record(phone, window)
        task = record.rsplit(" t", 1)[1].rstrip("}")
        head = f"{identity_hash('task' + window.package)} #{task} type=standard A={window.package} U=0"
        lines += [
            f"  * Task{{{head} visible={java_bool(window.visible)} mode=fullscreen translucent=false sz=1}}",
            f"    * Hist  #0: {record}",
            f"      packageName={window.package} processName={window.package}",
            f"      mActivityComponent={component_short(window.title)}",
            f"      state={'RESUMED' if window is resumed else 'STOPPED'}",
        ]
    if resumed is not None and phone.world.screen_on and not phone.world.locked:
        lines += [
            f"    {key}={activity_record(phone, resumed)}",
            f"  ResumedActivity: {activity_record(phone, resumed)}",
        ]
    keyguard = "true" if phone.world.locked else "false"
    lines += ["", "  KeyguardController:", f"    mKeyguardShowing={keyguard}", "    mAodShowing=false"]
    return "\n".join(lines) + "\n"


def _top(phone: Phone) -> str:
    window = next((one for one in phone.world.windows() if one.kind == "activity" and one.visible), None)
    if window is None:
        return ""
    short = component_short(window.title)
    record = activity_record(phone, window)
    task = record.rsplit(" t", 1)[1].rstrip("}")
    return (
        f"TASK {window.package} id={task} userId=0\n"
        f"  ACTIVITY {short} {identity_hash(window.token_hex)} pid={window.pid}\n"
        f"    Local Activity {identity_hash('local' + window.token_hex)} State:\n"
        "      mResumed=true mStopped=false mFinished=false\n"
    )


def _processes(phone: Phone) -> str:
    lines = ["ACTIVITY MANAGER RUNNING PROCESSES (dumpsys activity processes)", "  All known processes:"]
    for process in phone.world.processes():
        if process.uid >= 10000:
            key = identity_hash(process.name + str(process.pid))
            lines.append(
                f"  *APP* UID {process.uid} "
                f"ProcessRecord{{{key} {process.pid}:{process.name}/{user_of(process.uid)}}}"
            )
    return "\n".join(lines) + "\n"


@service("activity")
def activity(phone: Phone, args: list[str]) -> str:
    """Print one section: activities, top, processes; without a name, all."""
    names = [arg for arg in args if not arg.startswith("-")]
    sections = {
        "activities": _activities,
        "a": _activities,
        "top": _top,
        "processes": _processes,
        "p": _processes,
    }
    if names:
        section = sections.get(names[0])
        return section(phone) if section else f"Bad activity command, or no activities match: {names[0]}\n"
    return _activities(phone) + "\n" + _processes(phone)
