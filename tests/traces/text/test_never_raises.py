"""Whatever a file holds, a parser answers or says why not: it never breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.traces.text.uses import USES
from traces.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path


# pieces of real dumps, to be put together in any order, so that arbitrary text gets past the first check
PIECES = [
    "Applications Graphics Acceleration Info:",
    "Uptime: 1 Realtime: 99999999999999",
    "\n",
    "\n\n",
    " ",
    "\t",
    "** Graphics info for pid 5 [com.app] **",
    "Stats since: 5ns",
    "Total frames rendered: 3",
    "HISTOGRAM: 5ms=2",
    "50th percentile: 5ms",
    "Window: x",
    "a/android.view.ViewRootImpl@ff (visibility=0)",
    "---PROFILEDATA---",
    "Flags,IntendedVsync,Vsync,SyncStart,FrameCompleted,",
    "0,1,2,3,4,",
    "0,9223372036854775807,1,1,-9,",
    "0,99999999999999999999,1,1,1,",
    "Flags,IntendedVsync,",
    "16666667",
    "0\t0\t0",
    "1 9223372036854775807 2",
    "-1 -1 -1",
    "9" * 19,
    "com.app/com.app.Main#3",
    "RequestedLayerState{a#1 parentId=2}",
    "TimeStats:",
    "layerName = x",
    "totalFrames = 99999999999999999999",
    "averageFPS = nan",
    "p histogram is as below:",
    "1ms=2",
    "mInputShown=true",
    "mInputShown=false",
    "mImeWindowVis=0x",
    "mImeWindowVis=3",
    "mCurMethodId=null",
    "mCurFocusedWindow=x",
    "ClientState{pid=3",
    "08-99 99:99:99.999 1 1 I ImeTracker: a:ff: onShown",
    "I/ImeTracker( 1): a:ff: onRequestShow at A reason B",
    "#1 TYPE_SHOW - STATUS_RUN - a (1ms):",
    "startTime=1-1 1:1 A",
    "reason=B C",
    "requestWindowName=",
    "mCurrentFocus=Window{1 u0 a/b}",
    "mRotation=999",
    "InsetsSource id=3 type=ime frame=[0,0][1,1] visible=true",
    "InsetsSource type=ITYPE_IME frame=x visible=true",
    "Window #1 Window{1 u0 InputMethod}:",
    "isOnScreen=true",
    "mFrame=[0,0][5,5]",
    "mGivenContentInsets=[9,9][9,9]",
    "Animation settings: window=nan transition=1 animator=x",
    'DisplayDeviceInfo{"a": uniqueId="b", 1 x 1, modeId 1,',
    " supportedModes [{id=1, width=1, height=1, fps=0.0},",
    " {id=1, width=1, height=1, fps=...}",
    "}",
    " {id=1, width=1, height=1, fps=1e9, vsync=0.0000}",
    'DisplayInfo{"a", real 1 x 1, mode 1, modes [',
    "{id=1, width=1, height=1, fps=9",
    'Display 0 (internal, "x")',
    "activeModeId=7",
    "{id=0, hwcId=0, resolution=1x1, refreshRate=0.0 Hz",
    "Current Battery Service state:",
    "level: 5",
    "scale: 0",
    "scale: -7",
    "status: 99",
    "temperature: x",
    "Thermal Status: 3",
    "Current temperatures from HAL:",
    "Temperature{mValue=NaN, mType=0, mName=, mStatus=0}",
    "[ro.build.version.sdk]: [34]",
    "[a]: [",
    "[1.000001] /dev/input/event1: 0003 0039 ffffffff",
    "²³",
    "٣",
    "\x00",
]


def refusal(name: str, data: bytes | str) -> InputFileError | None:
    try:
        USES[name](data)
    except InputFileError as error:
        return error
    return None


def whole(error: InputFileError | None) -> bool:
    return error is None or bool(error.what and error.next_step)


def recorded(recordings: Path) -> list[Path]:
    folders = ("gfxinfo", "surfaceflinger", "ime", "ime/logcat", "misc")
    return [path for folder in folders for path in sorted((recordings / folder).glob("*.*"))]


@pytest.mark.parametrize("name", USES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_arbitrary_bytes_and_text(name: str, data: bytes | str):
    assert whole(refusal(name, data))


@pytest.mark.parametrize("name", USES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40), joint=st.sampled_from(["\n", "", " ", "\r\n"]))
def test_shuffled_pieces_of_real_dumps(name: str, pieces: list[str], joint: str):
    assert whole(refusal(name, joint.join(pieces)))


@pytest.mark.data
@pytest.mark.parametrize("name", USES)
def test_every_parser_on_every_recording(recordings: Path, name: str):
    for path in recorded(recordings):
        assert whole(refusal(name, path.read_bytes())), path


@pytest.mark.data
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(cut=st.floats(0, 1), flip=st.floats(0, 0.999), name=st.sampled_from(sorted(USES)), data=st.data())
def test_cut_and_damaged_recordings(
    recordings: Path, cut: float, flip: float, name: str, data: st.DataObject
):
    raw = bytearray(data.draw(st.sampled_from(recorded(recordings))).read_bytes()[:60_000])
    raw = raw[: int(len(raw) * cut)]
    if raw:
        raw[int(len(raw) * flip)] = data.draw(st.integers(0, 255))
    assert whole(refusal(name, bytes(raw)))
