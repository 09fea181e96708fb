"""`dumpsys input_method` of Android 8 to 16."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.errors import InputFileError
from traces.text.imetracker import ImeEnd
from traces.text.input_method import IME_ACTIVE, IME_VISIBLE, parse_input_method

if TYPE_CHECKING:
    from pathlib import Path

LATIN = "com.google.android.inputmethod.latin/com.android.inputmethod.latin.LatinIME"


def android_9(shown: str, vis: str) -> str:
    return f"""\
Current Input Method Manager state:
  mCurMethodId={LATIN}
  mCurClient=ClientState{{8e1d503 uid 10090 pid 3784}} mCurSeq=41
  mCurFocusedWindow=android.os.BinderProxy@7327549 softInputMode=X client=ClientState{{8 uid 1 pid 3784}}
  mCurId={LATIN} mHaveConnect=true mBoundToMethod=true
  mImeWindowVis={vis}
  mShowRequested={shown} mShowExplicitlyRequested=false mShowForced=false mInputShown={shown}
  mSystemReady=true mInteractive=true
"""


ANDROID_15 = f"""\
Current Input Method Manager state:
  mImeBindingState:
    mFocusedWindow=android.os.BinderProxy@abc
    mFocusedWindowSoftInputMode=STATE_UNSPECIFIED
    mFocusedWindowClient=ClientState{{67f6ea6 mUid=10214 mPid=4311 mSelfReportedDisplayId=0}}
  mSelectedMethodId={LATIN}
  mInputShown=true
  mSystemReady=true mInteractive=true
  mImeTrackerService#History:
    ImeTrackerService#History.mLiveEntries: 0 elements
    ImeTrackerService#History.mEntries: 1 elements
     #12 TYPE_SHOW - STATUS_SUCCESS - com.app:5bd1e995 (312ms):
       startTime=2026-06-10 09:02:44.062 ORIGIN_CLIENT
       reason=SHOW_SOFT_INPUT PHASE_CLIENT_ANIMATION_FINISHED_SHOW
       requestWindowName=com.app/com.app.Main
"""


@pytest.mark.parametrize(
    ("shown", "vis"), [("true", "3"), ("false", "0x1"), ("true", "IME_ACTIVE|IME_VISIBLE")]
)
def test_android_8_to_13(shown: str, vis: str):
    state = parse_input_method(android_9(shown, vis))
    assert (state.shown, state.shown_by) == (shown == "true", "mInputShown")
    assert state.window_vis == (IME_ACTIVE if vis == "0x1" else IME_ACTIVE | IME_VISIBLE)
    assert (state.method_id, state.method_package) == (LATIN, "com.google.android.inputmethod.latin")
    assert (state.focused_window, state.focused_pid) == ("android.os.BinderProxy@7327549", 3784)
    assert state.interactive is True
    assert state.history == ()


def test_android_15_with_binding_state_and_history():
    state = parse_input_method(ANDROID_15)
    assert (state.shown, state.method_id) == (True, LATIN)
    assert (state.focused_window, state.focused_pid) == ("android.os.BinderProxy@abc", 4311)
    assert [(entry.show, entry.end) for entry in state.history] == [(True, ImeEnd.SUCCEEDED)]


def test_window_visibility_decides_where_there_is_nothing_else():
    state = parse_input_method("  mImeWindowVis=2\n  mCurMethodId=null\n  mCurFocusedWindow=null\n")
    assert (state.shown, state.shown_by, state.method_id, state.focused_window) == (
        True,
        "mImeWindowVis",
        None,
        None,
    )


def test_two_users_who_contradict_each_other_are_not_guessed():
    with pytest.raises(InputFileError, match="both"):
        parse_input_method("user 0\n mInputShown=true\nuser 10\n mInputShown=false\n", "emulator-5554")


@pytest.mark.parametrize("text", ["", "Can't find service: input_method\n", "mImeShown=true"])
def test_anything_else_is_refused(text: str):
    with pytest.raises(InputFileError, match="emulator-5554 is not a dump of input_method") as error:
        parse_input_method(text, "emulator-5554")
    assert error.value.next_step == "Give the output of `dumpsys input_method`."


@pytest.mark.data
def test_a_real_android_13_with_the_screen_off(recordings: Path):
    state = parse_input_method((recordings / "ime/healer_mtk_a13_dumpsys_input_method.txt").read_bytes())
    assert (state.shown, state.shown_by, state.interactive) == (False, "mInputShown", False)
    assert state.method_id == "com.android.inputmethod.latin/.LatinIME"
    assert (state.focused_window, state.focused_pid) == ("android.os.BinderProxy@7327549", 3784)
    assert state.editor_package == "com.mediatek.camera"


@pytest.mark.data
def test_a_real_android_15_with_the_keyboard_up(recordings: Path):
    state = parse_input_method((recordings / "ime/mobium_input_method_shown_api35.txt").read_bytes())
    assert (state.shown, state.interactive) == (True, True)
    assert state.method_id == LATIN, "taken from the bound intent: the excerpt holds no method id"
    assert state.focused_window is None
