"""Which view a text dump gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.report.dumps import gfxinfo, sf_frametimeline, state, surfaceflinger
from profiler.report.dumps.view import DumpView
from traces.errors import InputFileError
from traces.text.dress import read_text
from traces.text.sniff import Kind, sniff

if TYPE_CHECKING:
    from collections.abc import Callable

_VIEWS: dict[Kind, Callable[[bytes | str, str, str], DumpView]] = {
    Kind.FRAMESTATS: gfxinfo.view_gfxinfo,
    Kind.GFXINFO: gfxinfo.view_gfxinfo,
    Kind.LATENCY: surfaceflinger.view_latency,
    Kind.LAYER_LIST: surfaceflinger.view_layer_list,
    Kind.TIMESTATS: surfaceflinger.view_timestats,
    Kind.SF_FRAMETIMELINE: sf_frametimeline.view_sf_frametimeline,
    Kind.SURFACEFLINGER: state.view_display,
    Kind.INPUT_METHOD: state.view_input_method,
    Kind.WINDOW: state.view_window,
    Kind.DISPLAY: state.view_display,
    Kind.BATTERY: state.view_battery,
    Kind.THERMAL: state.view_thermal,
    Kind.GETPROP: state.view_getprop,
    Kind.IMETRACKER: state.view_imetracker,
    Kind.GETEVENT: state.view_getevent,
}


def view_dump(data: bytes, source: str) -> DumpView:
    """Return what a text dump says, whatever dump it is.

    Args:
        data: the file's bytes, in any dress.
        source: its name.

    Raises:
        InputFileError: it is none of the known dumps, or is one and can't be read.
    """
    kind = sniff(data, source)
    if kind in _VIEWS:
        return _VIEWS[kind](data, source, kind.value)
    if kind is Kind.EMPTY:
        return _useless(kind, source, "an empty file", f"{source} is empty.", "Make the dump again.")
    if kind is Kind.ERROR_REPLY:
        return _refusal(data, source)
    raise InputFileError(
        f"{source} is neither a trace nor a text dump that silky knows.",
        next_step="Give a Perfetto trace, or the output of getprop, getevent or of dumpsys gfxinfo, "
        "SurfaceFlinger, input_method, window, display, battery, thermalservice.",
    )


_REFUSALS = (
    ("No process found for", "the app was not running", "Start the app, then dump again."),
    ("Failure while dumping", "the app did not answer", "Wait until the app responds, then dump again."),
    ("Permission Denial", "the phone did not permit it", "Run the dump through `adb shell`."),
    ("SecurityException", "the phone did not permit it", "Run the dump through `adb shell`."),
    ("Can't find service", "the phone has no such service", "Look the name up with `dumpsys -l`."),
)
"""Part of the message, what it means, what to do."""


def _refusal(data: bytes, source: str) -> DumpView:
    lines = [" ".join(line.split()) for line in read_text(data).splitlines() if line.strip()]
    found = ((line, why, step) for part, why, step in _REFUSALS for line in lines if part in line)
    other = (lines[0], "the command failed", "Make sure that the phone answers, then dump again.")
    said, meaning, step = next(found, other)
    problem = f"{source} holds no dump, because {meaning}: “{said[:300]}”"
    return _useless(Kind.ERROR_REPLY, source, "an error message", problem, step)


def _useless(kind: Kind, source: str, what: str, problem: str, step: str) -> DumpView:
    return DumpView(kind.value, source, what, problem=problem, next_step=step)
