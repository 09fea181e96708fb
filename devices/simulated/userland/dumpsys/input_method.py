"""`dumpsys input_method` (services inputmethod/InputMethodManagerService, ImeTrackerService)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import identity_hash, java_bool, service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import ImeRequest

_LIVE = "RUN"
_PERCEPTIBLE = (30, 33)
_DISPLAYS = 29
"""Level from which clients and tokens name their display."""
_SHOW_HIDE_HISTORY = 30
_MAP_UPDATES = 30
_STYLUS = 33
_VR = 28
"""Levels from which a method prints more of its flags."""
_METHOD_FLAGS = (
    "mIsVrOnly=false mSupportsSwitchingToNextInputMethod=true mInlineSuggestionsEnabled=false "
    "mSupportsInlineSuggestionsWithTouchExploration=false mSuppressesSpellChecker=false "
    "mShowInInputMethodPicker=true mSupportsStylusHandwriting=false"
)


def wall(realtime_ns: int) -> str:
    """Return a wall-clock time as Android's dumps write it, ms."""
    moment = datetime.fromtimestamp(realtime_ns // 1_000_000_000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{realtime_ns // 1_000_000 % 1000:03d}"


def _flags(sdk: int) -> str:
    if sdk >= _STYLUS:
        return _METHOD_FLAGS
    words = _METHOD_FLAGS.split()
    if sdk >= _MAP_UPDATES:
        return " ".join(words[:3])
    return words[1] if sdk < _VR else " ".join(words[:2])


def _methods(phone: Phone) -> list[str]:
    sdk = phone.world.persona.sdk
    lines = ["  Input Methods: mMethodMapUpdateCount=1" if sdk >= _MAP_UPDATES else "  Input Methods:"]
    for index, method in enumerate(phone.world.ime().enabled_ids):
        package, _, name = method.partition("/")
        full = package + name if name.startswith(".") else name
        lines += [
            f"  InputMethod #{index}:",
            f"    mId={method} mSettingsActivityName=null {_flags(sdk)}",
            "    mIsDefaultResId=0x0",
            "    Service:",
            "      ServiceInfo:",
            f"        name={full}",
            f"        packageName={package}",
            "        permission=android.permission.BIND_INPUT_METHOD",
        ]
    return lines


def _request(entry: ImeRequest, indent: str, boot_offset_ns: int | None) -> list[str]:
    kind = "TYPE_SHOW" if entry.show else "TYPE_HIDE"
    duration = entry.duration_ms or 0
    stamp = ""
    if boot_offset_ns is not None:
        stamp = f" (timestamp={(entry.start_realtime_ns - boot_offset_ns) // 1_000_000})"
    return [
        f"{indent}#{entry.sequence} {kind} - STATUS_{entry.status} - {entry.tag} ({duration}ms):",
        f"{indent}  startTime={wall(entry.start_realtime_ns)}{stamp} {entry.origin}",
        f"{indent}  reason={entry.reason} {entry.phase}",
        f"{indent}  requestWindowName={entry.window}",
    ]


def _tracker(phone: Phone) -> list[str]:
    """Return the ImeTracker history, which Android has from 14 on."""
    sdk = phone.world.persona.sdk
    history = phone.world.ime().history
    live = [entry for entry in history if entry.status == _LIVE]
    done = [entry for entry in history if entry.status != _LIVE][-(200 if sdk >= 36 else 100) :]
    if sdk == 34:
        blocks = (
            ("    ImeTrackerService#History.mLiveEntries", live),
            ("    ImeTrackerService#History.mEntries", done),
        )
        lines: list[str] = []
        indent = "    "
    else:
        names = ("mLiveEntries", "mEntries") if sdk == 35 else ("mActiveEntries", "mCompletedEntries")
        blocks = ((f"    {names[0]}", live), (f"    {names[1]}", done))
        lines = ["  mImeTrackerService#History:"]
        indent = "      "
    clocks = phone.world.clocks()
    offset = clocks.realtime_ns - clocks.boottime_ns if sdk >= 36 else None
    for title, entries in blocks:
        lines.append(f"{title}: {len(entries)} elements")
        for entry in entries:
            lines += _request(entry, indent, offset)
    return lines


@service("input_method")
def input_method(phone: Phone, args: list[str]) -> str:
    """Print the input method manager's state and its histories."""
    del args
    world = phone.world
    ime = world.ime()
    sdk = world.persona.sdk
    focused = world.focused_window()
    client_hash = identity_hash(str(ime.served_package))
    client = _client(client_hash, _served_pid(phone), sdk)
    bound = java_bool(ime.pid is not None)
    focused_binder = f"android.os.BinderProxy@{focused.token_hex if focused else '0'}"
    observer = f"mUserId=0 mRegistered=true mLastEnabled={':'.join(ime.enabled_ids)}"
    shown = java_bool(ime.input_shown)
    lines = [
        "Current Input Method Manager state:",
        *_methods(phone),
        "  Clients:",
        f"  mCurMethodId={ime.method_id}",
        f"  mCurClient={client} mCurSeq=1",
        "  mCurPerceptible=true" if _PERCEPTIBLE[0] <= sdk <= _PERCEPTIBLE[1] else "",
        f"  mCurFocusedWindow={focused_binder} softInputMode=STATE_UNSPECIFIED|ADJUST_RESIZE client={client}",
        f"  mCurId={ime.method_id} {_connection(bound, shown, sdk)}",
        f"  mCurToken=android.os.Binder@{identity_hash(ime.method_id)}",
        "  mCurTokenDisplayId=0" if sdk >= _DISPLAYS else "",
        f"  mCurIntent=Intent {{ act=android.view.InputMethod cmp={ime.method_id} (has extras) }}",
    ]
    if sdk <= 33:
        lines.append(
            f"  mShowRequested={shown} mShowExplicitlyRequested=false mShowForced=false mInputShown={shown}"
        )
    else:
        lines += [
            "  mRequestedShowExplicitly=false mShowForced=false",
            "  mImeHiddenByDisplayPolicy=false",
            f"  mInputShown={shown}",
        ]
    lines += [
        "  mInFullscreenMode=false",
        f"  mSystemReady=true mInteractive={java_bool(world.screen_on)}",
        f"  mSettingsObserver=SettingsObserver{{{observer}}}",
        "  mStartInputHistory:",
        *(["  mSoftInputShowHideHistory:", *_show_hide(phone)] if sdk >= _SHOW_HIDE_HISTORY else []),
        *(_tracker(phone) if sdk >= 34 else []),
        "Input method service state:",
        "  mInputEditorInfo:",
        f"    inputType=0x{ime.input_type:x} imeOptions=0x0 privateImeOptions=null",
        "    actionLabel=null actionId=0",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _client(key: str, pid: int, sdk: int) -> str:
    if sdk < _DISPLAYS:
        return f"ClientState{{{key} uid 10000 pid {pid}}}"
    return f"ClientState{{{key} uid=10000 pid={pid} displayId=0}}"


def _connection(bound: str, shown: str, sdk: int) -> str:
    if sdk < _SHOW_HIDE_HISTORY:
        return f"mHaveConnect={bound} mBoundToMethod={bound}"
    return f"mHaveConnection={bound} mBoundToMethod={bound} mVisibleBound={shown}"


def _served_pid(phone: Phone) -> int:
    served = phone.world.ime().served_package
    return next((one.pid for one in phone.world.processes() if one.name == served), 0)


def _show_hide(phone: Phone) -> list[str]:
    sdk = phone.world.persona.sdk
    clocks = phone.world.clocks()
    offset = clocks.realtime_ns - clocks.boottime_ns
    indent = "   " if sdk <= 33 else "    "
    user = "" if sdk <= 34 else "[0]"
    lines: list[str] = []
    for entry in phone.world.ime().history[-16:]:
        timestamp = (entry.start_realtime_ns - offset) // 1_000_000
        lines += [
            f"{indent}SoftInputShowHide{user} #{entry.sequence}:",
            f"{indent}  time={wall(entry.start_realtime_ns)} (timestamp={timestamp})",
            f"{indent}  reason={entry.reason} inFullscreenMode=false",
            f"{indent}  focusedWindowName={entry.window}",
            f"{indent}  requestWindowName={entry.window}",
        ]
    return lines
