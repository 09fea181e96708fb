"""Injecting touches: what this phone can do, and what it says when it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.errors import NeedsPersonError
from devices.driver.state.vendor_menus import refused_switch
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.adb.shell import ShellResult
    from devices.driver.phone import Phone

_MARKERS = ("/sys/kernel/tracing/trace_marker", "/sys/kernel/debug/tracing/trace_marker")


def find_marker(phone: Phone) -> str | None:
    """Return the path of trace_marker that the shell may write; None if there is none."""
    tests = "; ".join(f"if [ -w {path} ]; then echo {path}; fi" for path in _MARKERS)
    paths = [line for line in phone.shell(tests).text.split() if line in _MARKERS]
    for path in paths:
        # what the rights allow, the security policy may still refuse; a counter at 0 is no mark of a press
        if phone.shell(f'echo "C|$$|silky_probe|0" > {path}').ok:
            return path
    return None


def has_motionevent(phone: Phone) -> bool:
    """Return whether `input motionevent` exists: `input` without arguments lists what it can do."""
    result = phone.shell("input")
    usage = result.text + result.error_text
    return "motionevent" in usage if "tap" in usage else phone.sdk >= 30


def tap(phone: Phone, x: int, y: int) -> None:
    """Tap outside measured windows; PhoneError if the phone refuses."""
    check_injected(phone, phone.shell(phone.by_hand(f"input tap {x} {y}")))


def refused(result: ShellResult) -> bool:
    """Return whether an injection was refused for want of a permission."""
    said = result.error_text + result.text
    return "INJECT_EVENTS" in said or "SecurityException" in said


def check_injected(phone: Phone, result: ShellResult) -> None:
    """Raise NeedsPersonError, naming the vendor's switch, if an injection was refused."""
    said = result.error_text + result.text
    if refused(result):
        raise NeedsPersonError(
            f"{phone.name} does not allow touches from adb (INJECT_EVENTS).",
            next_step=f"{refused_switch(phone.build.manufacturer).en}.",
        )
    if not result.ok:
        first = (said.strip() or "nothing").splitlines()[0]
        raise PhoneError(
            f"`{result.command.splitlines()[0]}` failed on {phone.name} with code {result.exit_code}: "
            f"{first}",
            next_step="Unlock the phone, look at its screen, and try again.",
        )
