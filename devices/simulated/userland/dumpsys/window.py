"""`dumpsys window` (services wm/WindowManagerService): policy, displays, windows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.insets import ime_window, insets_lines, served
from devices.simulated.userland.dumpsys.services import (
    component_short,
    identity_hash,
    java_bool,
    service,
    window_name,
)
from devices.simulated.userland.dumpsys.windowlist import window_lines

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import WindowInfo

_FOCUS_PER_DISPLAY = 29
"""Level from which focus and policy are a display's; before, `dumpsys window windows` tells the focus."""
_FIRST_INSETS = 30
_NO_APP_TOKENS = 30
"""Level from which an activity's record is its own window container."""
_SPARE_BRACE = 33
"""Level whose ActivityRecord.toString has a brace too many (in recordings of 13; none in one of 12)."""
_RULE = "-" * 79 + "\n"
_RECORD = re.compile(r"ActivityRecord\{(?P<token>\w+) u0 (?P<component>\S+) t(?P<task>\d+)\}")


def _top_activity(phone: Phone) -> WindowInfo | None:
    return next((one for one in phone.world.windows() if one.kind == "activity" and one.visible), None)


def activity_record(phone: Phone, window: WindowInfo) -> str:
    """Return a window's activity as ActivityRecord.toString; 13 has a brace too many, as the real one.

    Hash and task are those of the activity's layer, if it has one.
    """
    component = component_short(window.title)
    token, task = identity_hash(window.token_hex), str(10 + sum(map(ord, window.package)) % 80)
    for layer in phone.world.layers():
        match = _RECORD.search(layer.name)
        if match is not None and match["component"] == component:
            token, task = match["token"], match["task"]
    brace = "}" if phone.world.persona.sdk == _SPARE_BRACE else ""
    return f"ActivityRecord{{{token} u0 {component}{brace} t{task}}}"


def _focus(phone: Phone) -> list[str]:
    focused, activity = phone.world.focused_window(), _top_activity(phone)
    return [
        f"  mCurrentFocus={window_name(focused) if focused else 'null'}",
        f"  mFocusedApp={_focused_app(phone, activity) if activity else 'null'}",
    ]


def _focused_app(phone: Phone, activity: WindowInfo) -> str:
    """Return the app that has focus: its AppWindowToken up to Android 10, its ActivityRecord then."""
    record = activity_record(phone, activity)
    if phone.world.persona.sdk >= _NO_APP_TOKENS:
        return record
    inner = f"Token{{{identity_hash('token' + activity.token_hex)} {record}}}"
    return f"AppWindowToken{{{identity_hash('app' + activity.token_hex)} token={inner}}}"


def _display_head(sdk: int) -> str:
    if sdk >= 34:
        return " (organized)"
    return " rootTasks=4" if sdk > _FIRST_INSETS else " stacks=4" if sdk >= _FOCUS_PER_DISPLAY else ""


def _displays(phone: Phone) -> str:
    world = phone.world
    persona = world.persona
    ime = world.ime()
    size = f"{persona.width}x{persona.height}"
    _, top, _, bottom = ime.frame
    controller = "Task" if persona.sdk > _FIRST_INSETS else "Stack"
    lines = [
        "WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)",
        "  Display: mDisplayId=0" + _display_head(persona.sdk),
        f"    init={size} {persona.density}dpi cur={size} app={size}",
        "    deferred=false mLayoutNeeded=false",
        "",
        *([*_focus(phone), ""] if persona.sdk >= _FOCUS_PER_DISPLAY else []),
        *(["  displayId=0", ""] if persona.sdk > _FIRST_INSETS else []),
        f"  Pinned{controller}Controller",
        f"    mIsImeShowing={java_bool(ime.input_shown)}",
        f"    mImeHeight={max(bottom - top, 0)}",
        "",
        f"  DisplayFrames w={persona.width} h={persona.height} r={world.rotation}",
        "",
        *(_display_policy(phone) if persona.sdk >= _FOCUS_PER_DISPLAY else []),
        *insets_lines(phone),
    ]
    return "\n".join(lines) + "\n"


def _display_policy(phone: Phone) -> list[str]:
    world = phone.world
    focused = world.focused_window()
    return [
        "  DisplayPolicy",
        f"    {_awake(phone)}",
        f"    mShowingDream=false mDreamingLockscreen={java_bool(world.locked and not world.screen_on)}",
        f"    isKeyguardShowing={java_bool(world.locked)}",
        f"    mFocusedWindow={window_name(focused) if focused else 'null'}",
        "",
        "  DisplayRotation",
        f"    mRotation={world.rotation} mDeferredRotationPauseCount=0",
        "",
    ]


def _awake(phone: Phone) -> str:
    awake = java_bool(phone.world.screen_on)
    return f"mAwake={awake} mScreenOnEarly={awake} mScreenOnFully={awake}"


def _windows(phone: Phone) -> str:
    lines = ["WINDOW MANAGER WINDOWS (dumpsys window windows)"]
    for index, window in enumerate(phone.world.windows()):
        lines += [f"  Window #{index} {window_name(window)}:", *window_lines(phone, window)]
    return "\n".join([*lines, "", _globals(phone)])


def _globals(phone: Phone) -> str:
    world = phone.world
    target, ime = served(phone), ime_window(phone)
    table = world.settings.get("global", {})
    sdk = world.persona.sdk
    lines = ["  mTopFocusedDisplayId=0"] if sdk >= _FOCUS_PER_DISPLAY else _focus(phone)
    if target is not None:
        lines += [f"  {name}{window_name(target)}" for name in _target_names(sdk)]
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


def _target_names(sdk: int) -> list[str]:
    """Return what the windows are called that the keyboard is laid over, serves and is controlled by."""
    if sdk < _FOCUS_PER_DISPLAY:
        return ["mInputMethodTarget="]
    names = ["mInputMethodTarget"]
    if sdk > _FIRST_INSETS:
        names = ["imeLayeringTarget", "imeInputTarget", "imeControlTarget"]
    elif sdk == _FIRST_INSETS:
        names = ["mInputMethodTarget", "mInputMethodInputTarget", "inputMethodControlTarget"]
    return [f"{name} in display# 0 " for name in names]


def _scale(text: str) -> str:
    try:
        return str(float(text))
    except ValueError:
        return "1.0"


def _policy(phone: Phone) -> str:
    world = phone.world
    screen = "SCREEN_STATE_ON" if world.screen_on else "SCREEN_STATE_OFF"
    interactive = "INTERACTIVE_STATE_AWAKE" if world.screen_on else "INTERACTIVE_STATE_SLEEP"
    early = "" if world.persona.sdk >= _FOCUS_PER_DISPLAY else f"    {_awake(phone)}\n"
    return (
        "WINDOW MANAGER POLICY STATE (dumpsys window policy)\n"
        "    mSafeMode=false mSystemReady=true mSystemBooted=true\n"
        f"{early}"
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
