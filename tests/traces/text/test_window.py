"""`dumpsys window`: the keyboard's place, focus, keyguard, scales; Android 8 to 16."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.errors import InputFileError
from traces.text.fields import Rect
from traces.text.window import WindowFocus, parse_insets, parse_window

if TYPE_CHECKING:
    from pathlib import Path


def android_14(visible: str = "true", ime: str = "[0,1440][1080,2424]") -> str:
    return f"""\
WINDOW MANAGER POLICY STATE (dumpsys window policy)
  KeyguardServiceDelegate
    showing=false
    occluded=false
WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)
  Display: mDisplayId=0 (organized)
    init=1080x2424 420dpi cur=1080x2424 app=1080x2361 rng=1080x1017-2424x2361
  mCurrentFocus=Window{{c48019c u0 com.app/com.app.Main}}
  mFocusedApp=ActivityRecord{{1f72345 u0 com.app/.Main t12}}
    mAwake=true mScreenOnEarly=true mScreenOnFully=true
  DisplayRotation
    mRotation=ROTATION_0 mDeferredRotationPauseCount=0
  WindowInsetsStateController
    InsetsState
      mDisplayFrame=Rect(0, 0 - 1080, 2424)
        InsetsSource id=f1880000 type=statusBars frame=[0,0][1080,142] visible=true flags= sideHint=TOP
        InsetsSource id=3 type=ime frame={ime} visible={visible} flags= insetsRoundedCornerFrame=false
    InsetsSourceProviders:
      ImeInsetsSourceProvider
        mSource=InsetsSource id=3 type=ime frame=[0,0][1,1] visible=false flags=
        mImeShowing={visible}
  imeInputTarget in display# 0 Window{{c48019c u0 com.app/com.app.Main}}
  Animation settings: disabled=false window=1.0 transition=0.5 animator=0.0
"""


ANDROID_9 = """\
WINDOW MANAGER WINDOWS (dumpsys window windows)
  Window #9 Window{6c306bc u0 InputMethod}:
    mDisplayId=0 stackId=0
    mOwnerUid=10056 mShowToOwnerOnly=true package=com.keys appop=NONE
    mHasSurface=true isReadyForDisplay()=true mWindowRemovalAllowed=false
    mGivenContentInsets=[0,900][0,0] mGivenVisibleInsets=[0,900][0,0]
    mFrame=[0,84][1080,1920] last=[0,84][1080,1920]
    isOnScreen=true
    isVisible=true
  Window #8 Window{11 u0 com.app/com.app.Main}:
    mFrame=[0,0][1080,1920] last=[0,0][1080,1920]
    isOnScreen=false
    isVisible=false
  mCurrentFocus=Window{11 u0 com.app/com.app.Main}
  mFocusedApp=AppWindowToken{fde865c token=Token{5151ccf ActivityRecord{2d5092e u0 com.app/.Main t1089}}}
  mInputMethodTarget=Window{11 u0 com.app/com.app.Main}
"""


def test_android_14_keyboard_shown():
    state = parse_window(android_14())
    assert state.keyboard_shown is True
    assert state.keyboard_frame == Rect(0, 1440, 1080, 2424)
    assert state.keyboard_frame.height == 984
    assert state.focus == WindowFocus("com.app/com.app.Main", "com.app")
    assert state.focused_app == WindowFocus("com.app/.Main", "com.app")
    assert (state.ime_showing, state.ime_target) == (True, "com.app/com.app.Main")
    assert (state.display_frame, state.rotation) == (Rect(0, 0, 1080, 2424), 0)
    assert (state.keyguard_showing, state.awake) == (False, True)
    assert state.animation_scales == (1.0, 0.5, 0.0)


@pytest.mark.parametrize(
    "text", [android_14("false"), android_14("true", "[0,0][0,0]"), android_14("false", "[0,0][0,0]")]
)
def test_a_hidden_keyboard_may_keep_its_frame_and_an_empty_frame_shows_nothing(text: str):
    state = parse_window(text)
    assert state.keyboard_shown is False
    assert state.keyboard_frame is None


def test_the_state_at_the_last_anr_is_not_the_state_now():
    then = android_14().split("WINDOW MANAGER DISPLAY CONTENTS")[1].replace("com.app", "com.frozen")
    last_anr = (
        "WINDOW MANAGER LAST ANR (dumpsys window lastanr)\n  ANR time: Jan 1\n"
        f"WINDOW MANAGER DISPLAY CONTENTS{then}\n"
    )
    state = parse_window(last_anr + android_14("false"))
    assert state.focus == WindowFocus("com.app/com.app.Main", "com.app")
    assert state.keyboard_shown is False
    with pytest.raises(InputFileError, match="not a window dump"):
        parse_window(last_anr)


def test_up_to_10_the_keyboards_own_window_tells():
    state = parse_window(ANDROID_9)
    assert state.insets == ()
    assert state.keyboard_shown is True
    assert state.keyboard_frame == Rect(0, 984, 1080, 1920)
    assert state.keyboard_window is not None
    assert state.keyboard_window.package == "com.keys"
    assert state.focused_app == WindowFocus("com.app/.Main", "com.app")
    assert state.ime_target == "com.app/com.app.Main"


@pytest.mark.parametrize(
    ("line", "focus"),
    [
        ("mCurrentFocus=null", None),
        ("mCurrentFocus=Window{1 u0 NotificationShade}", WindowFocus("NotificationShade", None)),
        ("mCurrentFocus=Window{1 u10 com.a/com.a.B}", WindowFocus("com.a/com.a.B", "com.a")),
        (
            "mCurrentFocus=Window{1 u0 Application Not Responding: com.a}",
            WindowFocus("Application Not Responding: com.a", None),
        ),
        ("mCurrentFocus=null\n  mCurrentFocus=Window{1 u0 com.a/.B}", WindowFocus("com.a/.B", "com.a")),
    ],
)
def test_focus(line: str, focus: WindowFocus | None):
    assert parse_window(f"  {line}\n").focus == focus


@pytest.mark.parametrize(
    ("line", "showing"),
    [
        ("isKeyguardShowing=true", True),
        ("isStatusBarKeyguard=false", False),
        ("mShowingLockscreen=true mShowingDream=false mDreamingLockscreen=false", True),
        ("KeyguardServiceDelegate\n    showing=true", True),
        ("nothing=true", None),
    ],
)
def test_keyguard(line: str, showing: bool | None):
    assert parse_window(f"  mCurrentFocus=null\n    {line}\n").keyguard_showing is showing


def test_what_a_section_does_not_hold_is_none():
    state = parse_window("  mCurrentFocus=null\n")
    assert (state.keyboard, state.keyboard_shown, state.keyboard_frame) == (None, None, None)
    assert (state.awake, state.rotation, state.animation_scales, state.display_frame) == (
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("text", ["", "Can't find service: window\n"])
def test_anything_else_is_refused(text: str):
    with pytest.raises(InputFileError, match="not a window dump"):
        parse_window(text, "emulator-5554")


@pytest.mark.data
def test_four_real_keyboard_lines(recordings: Path):
    sources = parse_insets((recordings / "ime/averi_real_ime_insets_lines_api33.txt").read_bytes())
    assert [(source.is_keyboard, source.visible, source.frame.top) for source in sources] == [
        (True, True, 1398),
        (True, False, 0),
        (True, False, 1398),
        (True, True, 1285),
    ]
    assert sources[1].visible_frame == Rect(0, 2088, 1080, 2220)


@pytest.mark.data
def test_real_android_13_keyboard_shown(recordings: Path):
    text = (recordings / "ime/averi_window_displays_api33_keyboard_shown_EXCERPT.txt").read_bytes()
    state = parse_window(text)
    assert (state.keyboard_shown, state.ime_showing) == (True, True)
    assert state.keyboard_frame == Rect(0, 1398, 1080, 2220)
    assert state.display_frame == Rect(0, 0, 1080, 2220)
    assert len(state.insets) == 9, "the providers' copies are not counted"


@pytest.mark.data
def test_real_android_16_that_never_showed_a_keyboard(recordings: Path):
    state = parse_window((recordings / "ime/averi_window_displays_api36_insets_EXCERPT.txt").read_bytes())
    assert [source.type for source in state.insets] == [
        "statusBars",
        "mandatorySystemGestures",
        "tappableElement",
    ]
    assert (state.keyboard, state.keyboard_shown) == (None, False)


@pytest.mark.data
def test_real_samsung_windows_section(recordings: Path):
    state = parse_window((recordings / "ime/flashlight_dumpsys-window.txt").read_bytes())
    assert state.keyboard_window is not None
    assert state.keyboard_window.package == "com.google.android.inputmethod.latin"
    assert state.keyboard_shown is False
    assert state.ime_target == "com.twitter.android/com.twitter.app.main.MainActivity"
    assert (state.animation_scales, state.rotation) == ((1.0, 1.0, 1.0), 0)
    assert (state.focus, state.keyguard_showing) == (None, None), "this section does not hold them"


@pytest.mark.data
def test_real_android_13_locked_with_the_screen_off(recordings: Path):
    state = parse_window((recordings / "ime/healer_mtk_a13_dumpsys_window_displays_windows.txt").read_bytes())
    assert state.focus == WindowFocus("NotificationShade", None)
    assert state.focused_app == WindowFocus("com.mediatek.camera/.CameraLauncher", "com.mediatek.camera")
    assert (state.keyguard_showing, state.awake) == (True, False)
    assert (state.keyboard_shown, state.ime_showing) == (False, False)
    assert (state.display_frame, state.rotation) == (Rect(0, 0, 480, 800), 0)
    assert state.animation_scales == (1.0, 1.0, 1.0)
