"""ImeTracker's history in `dumpsys input_method` (Android 14+): every request to show or hide the keyboard.

Source: `ImeTrackerService` of AOSP 14 to 16, which keeps the last 100 (14) or 200 (16) requests. Durations
are of the wall clock (REALTIME) and include the slide itself: no measure of latency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from traces.text.dress import read_text
from traces.text.imetracker import ImeEnd


@dataclass(frozen=True, slots=True)
class ImeHistoryEntry:
    """One request in the history of `dumpsys input_method`.

    Attributes:
        sequence: its number since boot.
        active: still under way.
        show: to show or to hide; None if the type reads neither.
        end: how it ended.
        tag: `component:hex`; "" in the first form of Android 14, which does not print it.
        duration_ms: on the wall clock, slide included; 0 while active.
        start_wall: the phone's local wall time as printed.
        start_boottime_ms: elapsedRealtime of the request (16), else None.
        origin, reason, phase: as printed, e.g. `ORIGIN_CLIENT`, `SHOW_SOFT_INPUT`, `PHASE_...`.
        window: the window that asked; "not set" where the platform says so.
    """

    sequence: int
    active: bool
    show: bool | None
    end: ImeEnd
    tag: str
    duration_ms: int
    start_wall: str
    start_boottime_ms: int | None
    origin: str
    reason: str
    phase: str
    window: str


_STATUSES = {
    "STATUS_RUN": ImeEnd.OPEN,
    "STATUS_CANCEL": ImeEnd.CANCELLED,
    "STATUS_FAIL": ImeEnd.FAILED,
    "STATUS_SUCCESS": ImeEnd.SUCCEEDED,
    "STATUS_TIMEOUT": ImeEnd.TIMED_OUT,
}


_ENTRY = re.compile(
    r"#(?P<seq>[0-9]{1,9}) (?P<type>TYPE_\w+) - (?P<status>STATUS_\w+) - (?P<tag>.{0,300}) "
    r"\((?P<ms>-?[0-9]{1,15})ms\):\s*\n"
    r"\s*startTime=(?P<wall>[0-9-]+ [0-9:.]+)(?: \(timestamp=(?P<boot>[0-9]{1,15})\))? (?P<origin>\S+)\s*\n"
    r"\s*reason=(?P<reason>\S+) (?P<phase>\S+)[^\n]*\n"
    r"\s*requestWindowName=(?P<window>[^\n]*)"
)
_FIRST_FORM = re.compile(
    r"ImeTrackerService#History #(?P<seq>[0-9]{1,9}):\s+startTime=(?P<wall>[0-9-]+ [0-9:.]+)\s+"
    r"duration=(?P<ms>-?[0-9]{1,15})ms\s+type=(?P<type>\S+)\s+status=(?P<status>\S+)\s+origin=(?P<origin>\S+)\s+"
    r"reason=(?P<reason>\S+)\s+phase=(?P<phase>\S+)\s+requestWindowName="
    r"(?P<window>[^\n]{0,512}?)(?=\s{0,40}(?:\n|ImeTrackerService#History|\Z))"
)
_ACTIVE = re.compile(r"mLiveEntries:|mActiveEntries:")
_COMPLETED = re.compile(r"\bmEntries:|mCompletedEntries:")


def parse_ime_history(data: bytes | str) -> tuple[ImeHistoryEntry, ...]:
    """Return ImeTracker's history out of `dumpsys input_method`, oldest first as printed.

    Empty below Android 14, and where the dump was cut. Handles the first form of 14 (fields on one line), the
    later one of 14 and 15, and that of 16 with boot time stamps.
    """
    text = read_text(data)
    if "startTime=" not in text:
        return ()
    active = [found.start() for found in _ACTIVE.finditer(text)]
    completed = [found.start() for found in _COMPLETED.finditer(text)]
    found_any = [*_ENTRY.finditer(text)] or [*_FIRST_FORM.finditer(text)]
    return tuple(_entry(found, active, completed) for found in found_any)


def _entry(found: re.Match[str], active: list[int], completed: list[int]) -> ImeHistoryEntry:
    groups = found.groupdict()
    last_active = max((place for place in active if place < found.start()), default=-1)
    last_completed = max((place for place in completed if place < found.start()), default=-1)
    return ImeHistoryEntry(
        sequence=int(groups["seq"]),
        active=last_active > last_completed,
        show={"TYPE_SHOW": True, "TYPE_HIDE": False}.get(groups["type"]),
        end=_STATUSES.get(groups["status"], ImeEnd.OPEN),
        tag=groups.get("tag") or "",
        duration_ms=int(groups["ms"]),
        start_wall=groups["wall"],
        start_boottime_ms=int(groups["boot"]) if groups.get("boot") else None,
        origin=groups["origin"],
        reason=groups["reason"],
        phase=groups["phase"],
        window=groups["window"].strip(),
    )
