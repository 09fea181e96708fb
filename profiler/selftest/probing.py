"""What a phone answers when it is asked, before anything is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.injectors.input import check_injected
from profiler.selftest.abilities import Ability, State
from traces.errors import InputFileError, PhoneError
from traces.text.gfxinfo import parse_gfxinfo
from traces.text.latency import LatencyOutcome, parse_latency

if TYPE_CHECKING:
    from devices.driver.phone import Phone
    from devices.driver.recording.dumps import Dumps
    from devices.driver.session import PhoneSession

_PROBE = "silky_probe"
_IME_LINES = "logcat -d -s ImeTracker:I"


def ask_phone(session: PhoneSession) -> list[Ability]:
    """Ask for everything that needs no trace and moves nothing on the screen."""
    phone = session.phone
    abilities = session.abilities()
    perfetto = phone.shell("command -v perfetto").text.strip()
    return [
        _touches(session),
        touch_screen(session),
        _seen("press-length", abilities.motion, abilities.injector.name, "`input` can only tap"),
        _settings(phone),
        _seen("thermal", session.read_state().thermal_status is not None, "told", "not told"),
        _seen("trace-marks", abilities.marker is not None, str(abilities.marker), "trace_marker is closed"),
        _seen("perfetto", bool(perfetto), perfetto, "not found"),
    ]


def look_at_dumps(dumps: Dumps) -> list[Ability]:
    """Say whether the rings of gfxinfo and SurfaceFlinger hold frames, after the app has drawn."""
    return [_framestats(dumps.framestats), _latency(dumps.latency)]


def look_at_log(phone: Phone, *, keyboard_was_up: bool) -> Ability:
    """Say whether ImeTracker told of the keyboard."""
    told = any(" ImeTracker" in line for line in phone.shell(_IME_LINES).text.splitlines())
    if not told and phone.sdk < 34:
        return Ability("keyboard-log", State.MISSING, ("comes with Android 14", "Android 14 起才有"))
    if not told and not keyboard_was_up:
        return Ability("keyboard-log", State.UNKNOWN, ("no keyboard came up to tell of", "键盘未弹出过"))
    return _seen("keyboard-log", told, "seen", "no line in logcat")


def _seen(key: str, given: bool, yes: str, no: str) -> Ability:
    return Ability(key, State.GIVEN, (yes, yes)) if given else Ability(key, State.MISSING, (no, no))


def touch_screen(session: PhoneSession) -> Ability:
    """Say whether a touch screen of the shell's own touches, as far as is known by now."""
    found = session.input_facts()
    if found.method in ("uinput", "uhid"):
        return Ability("touch-screen", State.GIVEN, (found.method, found.method))
    said = "; ".join(f"{name}: {why}" for name, why in found.rejected if name in ("uinput", "uhid"))
    return Ability("touch-screen", State.MISSING, (said, said))


def _touches(session: PhoneSession) -> Ability:
    phone, abilities = session.phone, session.abilities()
    if abilities.injector.device:
        return Ability("touches", State.GIVEN, ("by a touch screen of the shell's own", "虚拟触摸屏"))
    try:
        # KEYCODE_UNKNOWN does nothing, but needs the same permission as a touch
        check_injected(phone, phone.shell("input keyevent 0"))
    except PhoneError as error:
        said = f"{error.what} {error.next_step}"
        return Ability("touches", State.MISSING, (said, said))
    return Ability("touches", State.GIVEN, ("allowed", "允许"))


def _settings(phone: Phone) -> Ability:
    phone.shell(f"settings put global {_PROBE} 1")
    took = phone.shell(f"settings get global {_PROBE}").text.strip() == "1"
    if took:
        phone.shell(f"settings delete global {_PROBE}")
    return _seen("settings", took, "allowed", "refused")


def _framestats(text: str) -> Ability:
    try:
        rows = len(parse_gfxinfo(text).require_frames())
    except InputFileError as error:
        return Ability("framestats", State.MISSING, (error.what, error.what))
    return Ability("framestats", State.GIVEN, (f"{rows} frames", f"{rows} 帧"))


def _latency(answers: dict[str, str]) -> Ability:
    for name, text in answers.items():
        try:
            for dump in parse_latency(text):
                if dump.outcome is LatencyOutcome.FRAMES:
                    rows = sum(len(block.frames) for block in dump.blocks)
                    said = f"{rows} frames of {name}"
                    return Ability("latency", State.GIVEN, (said, f"{name}：{rows} 帧"))
        except InputFileError:
            continue
    return Ability("latency", State.MISSING, ("no layer of the app has frames", "应用图层没有帧数据"))
