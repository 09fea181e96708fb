"""`dumpsys window` (services wm/WindowManagerService): policy, displays, windows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import (
    Rect,
    component_short,
    identity_hash,
    java_bool,
    long_rect,
    service,
    short_rect,
    window_name,
)

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import WindowInfo

_LEASH = "animation-leash of insets_animation"
_RULE = "-" * 79 + "\n"
_RECORD = re.compile(r"ActivityRecord\{(?P<token>\w+) u0 (?P<component>\S+) t(?P<task>\d+)\}")
_EMPTY: Rect = (0, 0, 0, 0)
# Name on 13 and before, name and id on 14 and later (frameworks InsetsState.ITYPE_*, InsetsSource.createId).
_IME_TYPE = ("ITYPE_IME", "ime", "3")


def _top_activity(phone: Phone) -> WindowInfo | None:
    return next((one for one in phone.world.windows() if one.kind == "activity" and one.visible), None)


def activity_record(phone: Phone, window: WindowInfo) -> str:
    """Return a window's activity as ActivityRecord.toString; 13 has a brace too many, as the real one.

    Hash and task are those of the activity's layer, if it has one.
    """
    component = component_short(window.title)
    token, task = identity_hash(window.token_hex), str(10 + sum(map(ord, window.package)) % 80)
    for layer in phone.world.layers():
        match = _RECORD.match(layer.name)
        if match is not None and match["component"] == component:
            token, task = match["token"], match["task"]
    brace = "}" if phone.world.persona.sdk <= 33 else ""
    return f"ActivityRecord{{{token} u0 {component}{brace} t{task}}}"


def _insets_source(phone: Phone, type_13: str, type_14: str, number: str, frame: Rect, *, visible: bool,
                   visible_frame: Rect | None = None) -> str:  # fmt: skip
    extra = "" if visible_frame is None else f" visibleFrame={short_rect(visible_frame)}"
    head = f"frame={short_rect(frame)}{extra} visible={java_bool(visible)}"
    sdk = phone.world.persona.sdk
    if sdk <= 33:
        return f"InsetsSource type={type_13} {head} insetsRoundedCornerFrame=false"
    tail = " flags=" if sdk == 34 else " flags= sideHint=NONE boundingRects=null"
    return f"InsetsSource id={number} type={type_14} {head}{tail}"


def _ime_source(phone: Phone) -> str:
    ime = phone.world.ime()
    left, top, right, bottom = ime.frame
    shown = bottom > top and right > left
    return _insets_source(phone, *_IME_TYPE, ime.frame if shown else _EMPTY, visible=shown,
                          visible_frame=ime.frame if shown else None)  # fmt: skip


def _bar_sources(phone: Phone) -> list[str]:
    persona = phone.world.persona
    bars: list[str] = []
    for kind, type_13, type_14, index in (
        ("status-bar", "ITYPE_STATUS_BAR", "statusBars", 0),
        ("navigation-bar", "ITYPE_NAVIGATION_BAR", "navigationBars", 1),
    ):
        window = next((one for one in phone.world.windows() if one.kind == kind), None)
        if window is not None:
            number = f"{0x5A1C0000 + index:x}"
            bars.append(_insets_source(phone, type_13, type_14, number, window.frame, visible=window.visible))
    gestures = (0, persona.height - 1, persona.width, persona.height)
    bars.append(_insets_source(phone, "ITYPE_BOTTOM_MANDATORY_GESTURES", "mandatorySystemGestures",
    "5a1c0025",
                               gestures, visible=True))  # fmt: skip
    return bars


def _displays(phone: Phone) -> str:
    world = phone.world
    persona = world.persona
    focused = world.focused_window()
    activity = _top_activity(phone)
    ime = world.ime()
    awake = java_bool(world.screen_on)
    size = f"{persona.width}x{persona.height}"
    _, top, _, bottom = ime.frame
    lines = [
        "WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)",
        "  Display: mDisplayId=0" + (" (organized)" if persona.sdk >= 34 else " rootTasks=4"),
        f"    init={size} {persona.density}dpi cur={size} app={size}",
        "    deferred=false mLayoutNeeded=false",
        "",
        f"  mCurrentFocus={window_name(focused) if focused else 'null'}",
        f"  mFocusedApp={activity_record(phone, activity) if activity else 'null'}",
        "",
        "  displayId=0",
        "",
        "  PinnedTaskController",
        f"    mIsImeShowing={java_bool(ime.input_shown)}",
        f"    mImeHeight={max(bottom - top, 0)}",
        "",
        f"  DisplayFrames w={persona.width} h={persona.height} r={world.rotation}",
        "",
        "  DisplayPolicy",
        f"    mAwake={awake} mScreenOnEarly={awake} mScreenOnFully={awake}",
        f"    mShowingDream=false mDreamingLockscreen={java_bool(world.locked and not world.screen_on)}",
        f"    isKeyguardShowing={java_bool(world.locked)}",
        f"    mFocusedWindow={window_name(focused) if focused else 'null'}",
        "",
        "  DisplayRotation",
        f"    mRotation={world.rotation} mDeferredRotationPauseCount=0",
        "",
        "  WindowInsetsStateController",
        "    InsetsState",
        f"      mDisplayFrame=Rect(0, 0 - {persona.width}, {persona.height})",
        *[f"        {source}" for source in (*_bar_sources(phone), _ime_source(phone))],
        "    Control map:",
        *_control_map(phone),
        "    InsetsSourceProviders:",
        *_ime_provider(phone),
    ]
    return "\n".join(lines) + "\n"


def _control_map(phone: Phone) -> list[str]:
    served = _served(phone)
    if served is None:
        return []
    if phone.world.persona.sdk <= 33:
        return [f"      ITYPE_IME -> {window_name(served)}"]
    return [f"      {window_name(served)}:", f"        InsetsSourceControl: {{3 mType=ime {_leash(phone)}}}"]


def _served(phone: Phone) -> WindowInfo | None:
    package = phone.world.ime().served_package
    return next((one for one in phone.world.windows() if one.package == package and one.kind != "ime"), None)


def _ime_window(phone: Phone) -> WindowInfo | None:
    return next((one for one in phone.world.windows() if one.kind == "ime"), None)


def _leash(phone: Phone) -> str:
    window = _ime_window(phone)
    _, top, _, bottom = phone.world.ime().frame
    hint = f"mInsetsHint=Insets{{left=0, top=0, right=0, bottom={max(bottom - top, 0)}}}"
    if window is None:
        return hint
    surface = f"Surface(name={window.token_hex} InputMethod)/@0x{identity_hash('surface' + window.token_hex)}"
    name = next(
        (one.name for one in phone.world.layers() if "InputMethod" in one.name and _LEASH in one.name),
        f"{surface} - {_LEASH}",
    )
    leash = f"mLeash=Surface(name={name})/@0x{identity_hash('leash' + window.token_hex)}"
    return f"{leash} mSurfacePosition=Point(0, 0) {hint}"


def _ime_provider(phone: Phone) -> list[str]:
    window, served = _ime_window(phone), _served(phone)
    source = _ime_source(phone)
    lines = ["      ImeInsetsSourceProvider", f"        mSource={source}"]
    if phone.world.ime().frame != _EMPTY:
        lines.append(f"        mSourceFrame={long_rect(phone.world.ime().frame)}")
    if window is not None:
        kind = (
            "InsetsSourceControl type=ITYPE_IME"
            if phone.world.persona.sdk <= 33
            else "InsetsSourceControl mType=ime"
        )
        lines.append(f"        mControl={kind} {_leash(phone)} mSkipAnimationOnce=false")
        lines.append(f"        mWindowContainer={window_name(window)}")
    if served is not None:
        lines.append(f"        mControlTarget={window_name(served)}")
    lines.append(f"        mImeShowing={java_bool(phone.world.ime().input_shown)}")
    return lines


def _windows(phone: Phone) -> str:
    lines = ["WINDOW MANAGER WINDOWS (dumpsys window windows)"]
    for index, window in enumerate(phone.world.windows()):
        lines += [f"  Window #{index} {window_name(window)}:", *_window_lines(phone, window)]
    return "\n".join([*lines, "", _globals(phone)])


def _window_lines(phone: Phone, window: WindowInfo) -> list[str]:
    visible = java_bool(window.visible)
    session = f"Session{{{identity_hash(window.package)} {window.pid}:{window.package}}}"
    kind = _TYPES.get(window.kind, "APPLICATION")
    frame = short_rect(window.frame)
    return [
        f"    mDisplayId=0 rootTaskId=1 mSession={session}",
        f"    mOwnerUid={_uid(phone, window)} showForAllUsers=false package={window.package} appop=NONE",
        f"    mAttrs={{(0,0)(fillxfill) sim={{adjust=resize}} ty={kind} fmt=TRANSLUCENT}}",
        f"    mViewVisibility={'0x0' if window.visible else '0x8'} mHaveFrame=true mObscured=false",
        f"    mHasSurface={visible} isReadyForDisplay()={visible} mWindowRemovalAllowed=false",
        f"    Frames: parent={frame} display={frame} frame={frame} last={frame} insetsChanged=false",
        f"    isOnScreen={visible}",
        f"    isVisible={visible}",
    ]


_TYPES = {
    "activity": "BASE_APPLICATION",
    "dialog": "APPLICATION",
    "ime": "INPUT_METHOD",
    "status-bar": "STATUS_BAR",
    "navigation-bar": "NAVIGATION_BAR",
    "keyguard": "NOTIFICATION_SHADE",
}


def _uid(phone: Phone, window: WindowInfo) -> int:
    return next((one.uid for one in phone.world.processes() if one.pid == window.pid), 1000)


def _globals(phone: Phone) -> str:
    world = phone.world
    served, ime = _served(phone), _ime_window(phone)
    table = world.settings.get("global", {})
    lines = ["  mTopFocusedDisplayId=0"]
    if served is not None:
        targets = ("imeLayeringTarget", "imeInputTarget", "imeControlTarget")
        lines += [f"  {target} in display# 0 {window_name(served)}" for target in targets]
    if ime is not None:
        lines.append(f"  mInputMethodWindow={window_name(ime)}")
    window, transition, animator = (
        table.get(name, "1.0") for name in ("window_animation_scale", "transition_animation_scale",
                                            "animator_duration_scale"))  # fmt: skip
    lines.append("  mSystemBooted=true mDisplayEnabled=true")
    lines.append(
        f"  mDisplayFrozen=false windows=0 client=false apps=0  mRotation={world.rotation}  "
        f"mLastOrientation=-1"
    )
    lines.append(
        f"  Animation settings: disabled=false window={_scale(window)} transition={_scale(transition)} "
        f"animator={_scale(animator)}"
    )
    return "\n".join(lines) + "\n"


def _scale(text: str) -> str:
    try:
        return str(float(text))
    except ValueError:
        return "1.0"


def _policy(phone: Phone) -> str:
    world = phone.world
    screen = "SCREEN_STATE_ON" if world.screen_on else "SCREEN_STATE_OFF"
    interactive = "INTERACTIVE_STATE_AWAKE" if world.screen_on else "INTERACTIVE_STATE_SLEEP"
    return (
        "WINDOW MANAGER POLICY STATE (dumpsys window policy)\n"
        "    mSafeMode=false mSystemReady=true mSystemBooted=true\n"
        f"    mWakefulness={'WAKEFULNESS_AWAKE' if world.screen_on else 'WAKEFULNESS_ASLEEP'}\n"
        "    KeyguardServiceDelegate\n"
        f"      showing={java_bool(world.locked)}\n"
        f"      showingAndNotOccluded={java_bool(world.locked)}\n"
        f"      inputRestricted={java_bool(world.locked)}\n"
        "      occluded=false\n      secure=false\n      dreaming=false\n      systemIsReady=true\n"
        "      deviceHasKeyguard=true\n      enabled=true\n      offReason=OFF_BECAUSE_OF_USER\n"
        "      currentUser=0\n      bootCompleted=true\n"
        f"      screenState={screen}\n      interactiveState={interactive}\n"
    )


@service("window")
def window(phone: Phone, args: list[str]) -> str:
    """Print one section (policy, displays, windows) or all of them."""
    sections = {
        "policy": _policy,
        "p": _policy,
        "displays": _displays,
        "d": _displays,
        "windows": _windows,
        "w": _windows,
    }
    names = [arg for arg in args if not arg.startswith("-")]
    if names:
        section = sections.get(names[0])
        return (
            section(phone)
            if section
            else f"Bad window command, or no windows match: {names[0]}\nUse -h for help.\n"
        )
    return _policy(phone) + "\n" + _RULE + _displays(phone) + "\n" + _RULE + _windows(phone)
