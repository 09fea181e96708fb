"""The lines of one window in `dumpsys window windows` (WindowState.dump of each release)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import identity_hash, java_bool, short_rect

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import WindowInfo

_TYPES = {
    "activity": ("BASE_APPLICATION", 1),
    "dialog": ("APPLICATION", 2),
    "ime": ("INPUT_METHOD", 2011),
    "status-bar": ("STATUS_BAR", 2000),
    "navigation-bar": ("NAVIGATION_BAR", 2019),
    "keyguard": ("NOTIFICATION_SHADE", 2040),
}
_NAMES_TYPES = 28
"""Level from which layout parameters are printed by name."""
_ALL_USERS = 30
"""Level from which `showForAllUsers` stands where `mShowToOwnerOnly` did, and `rootTaskId` for `stackId`."""
_FRAMES_LINE = 31


def window_lines(phone: Phone, window: WindowInfo) -> list[str]:
    """Return the lines below a window's name."""
    sdk = phone.world.persona.sdk
    visible = java_bool(window.visible)
    uid = next((one.uid for one in phone.world.processes() if one.pid == window.pid), 1000)
    session = f"Session{{{identity_hash(window.package)} {window.pid}:{window.package}}}"
    stack = "rootTaskId" if sdk >= _ALL_USERS else "stackId"
    owner = "showForAllUsers=false" if sdk >= _ALL_USERS else "mShowToOwnerOnly=true"
    return [
        f"    mDisplayId=0 {stack}=1 mSession={session}",
        f"    mOwnerUid={uid} {owner} package={window.package} appop=NONE",
        f"    mAttrs={_attributes(window, sdk)}",
        f"    mViewVisibility={'0x0' if window.visible else '0x8'} mHaveFrame=true mObscured=false",
        *(_given_insets(phone, window) if window.kind == "ime" else []),
        f"    mHasSurface={visible} isReadyForDisplay()={visible} mWindowRemovalAllowed=false",
        *_frames(phone, window),
        f"    isOnScreen={visible}",
        f"    isVisible={visible}",
    ]


def _attributes(window: WindowInfo, sdk: int) -> str:
    name, number = _TYPES.get(window.kind, ("APPLICATION", 2))
    if sdk < _NAMES_TYPES:
        return f"WM.LayoutParams{{(0,0)(fillxfill) sim=#10 ty={number} fl=#81810100 fmt=-3}}"
    return f"{{(0,0)(fillxfill) sim={{adjust=resize}} ty={name} fmt=TRANSLUCENT}}"


def _given_insets(phone: Phone, window: WindowInfo) -> list[str]:
    """Return what the keyboard gives as its insets: its window is larger than what it shows."""
    if phone.world.persona.sdk >= _FRAMES_LINE:
        return []
    left, top, right, bottom = window.frame
    region = f"SkRegion(({left},{top},{right},{bottom}))" if window.visible else "SkRegion()"
    given = f"[0,{top}][0,0]"
    return [
        f"    mGivenContentInsets={given} mGivenVisibleInsets={given}",
        "    mTouchableInsets=3 mGivenInsetsPending=false",
        f"    touchable region={region}",
    ]


def _frames(phone: Phone, window: WindowInfo) -> list[str]:
    frame = window.frame
    if phone.world.persona.sdk >= _FRAMES_LINE:
        text = short_rect(frame)
        return [
            f"    Frames: parent={text} display={text} frame={text} last={text} insetsChanged=false",
        ]
    if window.kind == "ime":
        frame = (frame[0], 0, frame[2], frame[3])
    text = short_rect(frame)
    return [
        f"    Frames: containing={text} parent={text}",
        f"    mFrame={text} last={text}",
    ]
