"""Tell what a text file is, by what stands in it."""

from __future__ import annotations

import re
from enum import StrEnum

from traces.text.dress import read_text


class Kind(StrEnum):
    """What a text recording is."""

    FRAMESTATS = "framestats"
    """`dumpsys gfxinfo <pkg> framestats`, with frame rows."""
    GFXINFO = "gfxinfo"
    """`dumpsys gfxinfo <pkg>`: summaries without frame rows, or a process without statistics."""
    LATENCY = "latency"
    """`dumpsys SurfaceFlinger --latency <layer>`."""
    LAYER_LIST = "layer-list"
    """`dumpsys SurfaceFlinger --list`."""
    TIMESTATS = "timestats"
    """`dumpsys SurfaceFlinger --timestats -dump`."""
    SF_FRAMETIMELINE = "sf-frametimeline"
    """`dumpsys SurfaceFlinger --frametimeline -all` or `-jank`."""
    SURFACEFLINGER = "surfaceflinger"
    """`dumpsys SurfaceFlinger` or its `--displays`."""
    INPUT_METHOD = "input-method"
    """`dumpsys input_method`."""
    WINDOW = "window"
    """`dumpsys window`, with any of its sections."""
    DISPLAY = "display"
    """`dumpsys display`."""
    BATTERY = "battery"
    """`dumpsys battery`."""
    THERMAL = "thermal"
    """`dumpsys thermalservice`."""
    GETPROP = "getprop"
    """`getprop`."""
    IMETRACKER = "imetracker"
    """logcat with lines of ImeTracker."""
    GETEVENT = "getevent"
    """`getevent`."""
    ERROR_REPLY = "error-reply"
    """The platform's or adb's refusal in place of a dump."""
    EMPTY = "empty"
    """No text at all."""
    UNKNOWN = "unknown"
    """None of these."""


_ERROR_REPLY = re.compile(
    r"^[ \t]*(?:No process found for:|Can't find service:|Failure while dumping|Permission Denial:|"
    r"error: |adb: |/system/bin/sh: |sh: |cmd: Can't find service|dumpsys: |java\.lang\.SecurityException)",
    re.MULTILINE,
)

_PROOFS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.MULTILINE))
    for kind, pattern in (
        (Kind.FRAMESTATS, r"^[ \t]*Flags,(?:FrameTimelineVsyncId,)?IntendedVsync,"),
        (
            Kind.TIMESTATS,
            r"^(?:SurfaceFlinger )?TimeStats:|^present(?:2present|ToPresent) histogram is as below:",
        ),
        (Kind.SF_FRAMETIMELINE, r"^Number of display frames : [0-9]|^Display Frame [0-9]+(?: \[\*\])? *$"),
        (Kind.THERMAL, r"^[ \t]*Thermal Status: "),
        (Kind.BATTERY, r"^[ \t]*Current Battery Service state:"),
        (Kind.INPUT_METHOD, r"^Current Input Method Manager state:|\bmInputShown=(?:true|false)\b"),
        (
            Kind.WINDOW,
            r"^WINDOW MANAGER [A-Z ]+\(dumpsys window|^[ \t]*(?:mCurrentFocus=|InsetsSource (?:id|type)=)",
        ),
        (Kind.DISPLAY, r"^DISPLAY MANAGER \(dumpsys display\)|\bDisplayDeviceInfo\{|\bDisplayInfo\{"),
        (
            Kind.SURFACEFLINGER,
            r"^Build configuration: \[sf|^Display [0-9]+ \((?:internal|HWC|external|virtual|active|inactive)",
        ),
        (Kind.LAYER_LIST, r"^RequestedLayerState\{"),
        (Kind.GETPROP, r"^\[[\w.\-@+]+\]: \["),
        (Kind.IMETRACKER, r"\bImeTracker\s*(?:\(\s*[0-9]+\))?:\s+\S+:[0-9a-f]+: \w+"),
        (
            Kind.GETEVENT,
            r"^add device [0-9]+: /dev/input/|^(?:\[\s*[0-9]+\.[0-9]+\] )?/dev/input/event[0-9]+: \w+\s+\w+",
        ),
        (
            Kind.GFXINFO,
            r"^Applications Graphics Acceleration Info:|^\*\* Graphics info for pid |^Total frames ",
        ),
    )
)
_LATENCY = re.compile(
    r"\A\s*+[0-9]{5,12}[ \t]*+(?:\s*\Z|\n\s*-?[0-9]+[ \t]+-?[0-9]+[ \t]+-?[0-9]+[ \t]*(?:\n|\Z))"
)
_LAYER_LINE = re.compile(r"^\S.*#[0-9]+$")
_SMALL = 600


def sniff(data: bytes | str, name: str = "") -> Kind:
    """Say what a recording is. Never raises.

    Args:
        data: the recording in any dress.
        name: its file name; used only where the content alone leaves two readings.

    Returns:
        The kind; `Kind.UNKNOWN` where nothing proves one.
    """
    text = read_text(data)
    if not text.strip():
        return Kind.EMPTY
    if len(text) < _SMALL and _ERROR_REPLY.search(text):
        return Kind.ERROR_REPLY
    if _LATENCY.match(text):
        return Kind.LATENCY
    for kind, proof in _PROOFS:
        if proof.search(text):
            return kind
    lines = [line for line in text.splitlines() if line.strip()]
    named = sum(1 for line in lines if _LAYER_LINE.match(line))
    if named and (named == len(lines) or (named * 2 > len(lines) and "list" in name.lower())):
        return Kind.LAYER_LIST
    return Kind.ERROR_REPLY if _ERROR_REPLY.search(text) else Kind.UNKNOWN
