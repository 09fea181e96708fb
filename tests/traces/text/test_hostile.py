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

LENGTH = 1_500_000

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

REPEATED = [
    "\r",
    " ",
    "\t",
    "\n",
    "9",
    "a",
    "0,",
    "-",
    ")",
    "#1",
    "imeInputTarget ",
    "mCurrentFocus=Window{1 u0 ",
    "mFocusedApp=AppWindowToken{",
    "Animation settings: ",
    "mCurIntent=Intent { ",
    "mCurClient=ClientState{ ",
    "#1 TYPE_SHOW - STATUS_RUN - ",
    "ImeTrackerService#History #1: ",
    "requestWindowName= ",
    "ImeTracker: ",
    "DisplayDeviceInfo{",
    'DisplayInfo{"a" }',
    "RequestedLayerState{a#1 z",
    "Flags,IntendedVsync,SyncStart,FrameCompleted,\n",
    "Flags,IntendedVsync,SyncStart,FrameCompleted,\n0,1,2,3,\n",
    "** Graphics info for pid 5 [a] **\n",
    "Temperature{mValue=1, ",
    "Current temperatures from HAL:\n",
    "[a]: [",
    "[a]: [\n",
    "Actual | ",
    "Display 0 (",
    "layerName = \n",
    "WINDOW MANAGER LAST ANR (dumpsys window lastanr)\n",
]


@pytest.mark.parametrize("piece", REPEATED, ids=lambda piece: repr(piece[:24]))
def test_one_piece_over_and_over(piece: str):
    body = piece * (LENGTH // len(piece))
    for name, use in USES.items():
        answered(use, HEADS.get(name, "") + body + "x")


def test_whitespace_before_something_else():
    for name, use in USES.items():
        for start in ("16666667", "requestWindowName=", "level: 5", "Actual", "mCurrentFocus=Window{1 u0 a"):
            answered(use, HEADS.get(name, "") + start + " " * LENGTH + "x\n")


def answered(use: Callable[[Any], object], text: str) -> None:
    said = ""
    try:
        use(text)
    except InputFileError as error:
        said = error.what
    assert len(said) < 2_000, "an error does not quote a megabyte"


@pytest.mark.parametrize("name", ["gfxinfo", "latency", "frametimeline", "dress"])
def test_memory_is_a_small_multiple_of_one_endless_line(name: str):
    text = HEADS.get(name, "") + "7" * 8_000_000
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
