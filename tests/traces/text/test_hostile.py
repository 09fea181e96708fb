"""Texts made to hang a parser: every one must be read in time that grows with its length, not its square.

No clock is read: at this length a parser that looks at every place from every place would take hours, and the
time limit of the tests would end it.
"""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from tests.traces.text.uses import USES
from traces.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTH = 400_000

HEADS = {
    "gfxinfo": "** Graphics info for pid 5 [com.app] **\n",
    "latency": "16666667\n",
    "battery": "Current Battery Service state:\n",
    "thermal": "Thermal Status: 0\nCurrent temperatures from HAL:\n",
    "frametimeline": "Display Frame 0\n    Layer - a\n",
    "input_method": "mInputShown=true\n",
    "window": "mCurrentFocus=null\n",
    "timestats": "TimeStats:\n",
}
"""What gets a text past a parser's first check."""

EVERYONE = tuple(USES)
REPEATED: dict[str, tuple[str, ...]] = {
    "\n": EVERYONE,
    " ": EVERYONE,
    "\r": ("dress",),
    "\t": ("sniff", "battery"),
    "9": ("latency", "gfxinfo"),
    "a": ("getevent", "layers"),
    "0,": ("gfxinfo",),
    ")": ("display",),
    "#1": ("layers", "sniff"),
    "imeInputTarget ": ("window",),
    "mCurrentFocus=Window{1 u0 ": ("window",),
    "mFocusedApp=AppWindowToken{": ("window",),
    "Animation settings: ": ("window",),
    "WINDOW MANAGER LAST ANR (dumpsys window lastanr)\n": ("window",),
    "mCurIntent=Intent { ": ("input_method",),
    "mCurClient=ClientState{ ": ("input_method",),
    "#1 TYPE_SHOW - STATUS_RUN - startTime=": ("ime_history",),
    "ImeTrackerService#History #1: startTime=": ("ime_history",),
    "ImeTracker: ": ("imetracker", "sniff"),
    "DisplayDeviceInfo{": ("display",),
    "RequestedLayerState{a#1 z": ("layers",),
    "Flags,IntendedVsync,SyncStart,FrameCompleted,\n": ("gfxinfo",),
    "Flags,IntendedVsync,SyncStart,FrameCompleted,\n0,1,2,3,\n": ("gfxinfo",),
    "** Graphics info for pid 5 [a] **\n": ("gfxinfo",),
    "Temperature{mValue=1, ": ("thermal",),
    "Current temperatures from HAL:\n": ("thermal",),
    "[a]: [\n": ("getprop",),
    "Actual | ": ("frametimeline",),
    "layerName = \n": ("timestats",),
}
"""Piece -> the parsers that could trip over it."""


@pytest.mark.parametrize(("piece", "names"), REPEATED.items(), ids=[repr(piece[:24]) for piece in REPEATED])
def test_one_piece_over_and_over(piece: str, names: tuple[str, ...]):
    body = piece * (LENGTH // len(piece))
    for name in names:
        answered(USES[name], HEADS.get(name, "") + body + "x")


def test_whitespace_before_something_else():
    starts = {
        "latency": "16666667",
        "sniff": "16666667",
        "ime_history": "ImeTrackerService#History #1: startTime=1-1 1:1 duration=1ms type=a status=b origin=c "
        "reason=d phase=e requestWindowName=",
        "battery": "level: 5",
        "frametimeline": "Actual",
        "window": "mCurrentFocus=Window{1 u0 a",
    }
    for name, start in starts.items():
        answered(USES[name], HEADS.get(name, "") + start + " " * LENGTH + "x\n")


def answered(use: Callable[[Any], object], text: str) -> None:
    said = ""
    try:
        use(text)
    except InputFileError as error:
        said = error.what
    assert len(said) < 2_000, "an error does not quote a megabyte"


@pytest.mark.parametrize("name", ["gfxinfo", "latency", "frametimeline", "dress"])
def test_memory_is_a_small_multiple_of_one_endless_line(name: str):
    text = HEADS.get(name, "") + "7" * 4_000_000
    tracemalloc.start()
    answered(USES[name], text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * len(text)


ABSURD = ["9223372036854775808", "-9223372036854775809", "1e30", "1" * 5_000, "0x10", "NaN", "inf"]


@pytest.mark.parametrize("value", ABSURD, ids=lambda value: value[:20])
def test_framestats_rows_with_absurd_numbers_are_malformed(value: str):
    from traces.text.gfxinfo import parse_gfxinfo

    text = (
        f"Flags,IntendedVsync,SyncStart,FrameCompleted,\n0,100,150,190,\n0,{value},150,190,\n0,200,250,290,\n"
    )
    info = parse_gfxinfo(text)
    assert info.frames.intended_vsync_ns.tolist() == [100, 200]
    assert info.windows[0].malformed_rows == 1


@pytest.mark.parametrize(
    ("value", "state"), [("9223372036854775808", 1), ("9" * 5_000, 1), ("-9223372036854775809", 2)]
)
def test_latency_beyond_int64_is_a_time_that_is_not_known(value: str, state: int):
    from traces.tables import NA
    from traces.text.latency import parse_latency

    (dump,) = parse_latency(f"100\n10\t{value}\t20\n11\t30\t21\n\n")
    assert dump.blocks[0].frames.actual_ns.tolist() == [NA, 30]
    assert dump.blocks[0].frames.state.tolist() == [state, 0]


@pytest.mark.parametrize("value", ["1e30", "1.5", "0x10", "٣"])
def test_latency_refuses_what_is_no_integer(value: str):
    from traces.text.latency import parse_latency

    with pytest.raises(InputFileError, match="not a --latency dump"):
        parse_latency(f"100\n10\t{value}\t20\n\n")
