"""One Perfetto trace on the phone: started, stopped, fetched, removed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.errors import PhoneError

if TYPE_CHECKING:
    from pathlib import Path

    from devices.adb.shell import ShellResult
    from devices.driver.phone import Phone
    from devices.driver.recording.trace_config import Message

TRACE_PREFIX = "/data/misc/perfetto-traces/silky"
"""How the paths of all of silky's traces on a phone begin."""
_STOP_TURNS = 300
"""Times 0.1 s of the phone: how long a trace may take to be written."""
_ABANDON_TURNS = 30
"""The same for a trace that nobody wants any more."""


@dataclass(frozen=True, slots=True)
class RunningTrace:
    """A trace that runs: the `perfetto` process and its file on the phone."""

    pid: int
    remote: str


def start(phone: Phone, config: Message) -> RunningTrace:
    """Start a trace and return when its data sources run (12 and older: two phone seconds later).

    Raises:
        PhoneError: no `perfetto` (Android 8), the service is off, SELinux refuses, too many sessions.
    """
    remote = _remote(phone)
    if phone.sdk >= 30:
        # what a killed run left behind; one silky at a time has this phone
        phone.shell(f"rm -f {TRACE_PREFIX}-*.perfetto-trace")
    background = "--background-wait" if phone.sdk >= 33 else "--background"
    after = "" if phone.sdk >= 33 else "; c=$?; sleep 2; exit $c"
    command = f"perfetto {background} -c - -o {remote}{after}"
    result = phone.shell(command, stdin=config.encode(), seconds=45.0)
    pid = re.search(r"^\s*(\d+)\s*$", result.text, re.MULTILINE)
    if not result.ok or pid is None:
        raise _explain(phone, result)
    trace = RunningTrace(int(pid[1]), remote)
    if phone.shell(f"kill -0 {trace.pid}").exit_code not in (0, None):
        raise PhoneError(
            f"Perfetto (process {trace.pid}) on {phone.name} ended as soon as it had begun.",
            next_step="End other traces (System Tracing on the phone, Android Studio), free storage on the "
            "phone, and try again; if it stays so, restart the phone.",
        )
    return trace


def stop(phone: Phone, trace: RunningTrace) -> None:
    """End the trace and wait, on the phone, until its file is written; PhoneError if that takes too long."""
    result = phone.shell(_end_and_wait(trace.pid, _STOP_TURNS), seconds=_STOP_TURNS * 0.1 + 20.0)
    if "stuck" in result.text:
        raise PhoneError(
            f"Perfetto (process {trace.pid}) on {phone.name} did not write its trace within 30 s.",
            next_step=(
                f"Run `adb -s {phone.serial} shell kill -9 {trace.pid}`, free storage on the phone, try "
                "again."
            ),
        )


def fetch(phone: Phone, trace: RunningTrace, local: Path) -> int:
    """Copy the trace to `local`, remove it from the phone, and return its size in bytes."""
    if phone.sdk >= 29:
        size = phone.pull(trace.remote, local)
    else:
        # adbd may not read the folder before Android 10, the shell may
        data = phone.shell(f"cat {trace.remote}", seconds=120.0)
        local.write_bytes(data.stdout)
        size = len(data.stdout)
    if size == 0:
        raise PhoneError(
            f"The trace of {phone.name} is empty.",
            next_step="Free storage on the phone; if it stays so, restart it (the tracing service may hang).",
        )
    discard(phone, trace)
    return size


def abandon(phone: Phone, trace: RunningTrace) -> None:
    """End a trace that nobody wants any more, and remove its file once the process has let go of it."""
    phone.shell(_end_and_wait(trace.pid, _ABANDON_TURNS), seconds=_ABANDON_TURNS * 0.1 + 5.0)
    discard(phone, trace)


def _end_and_wait(pid: int, turns: int) -> str:
    """Return the phone-side script that ends a trace and waits for it; it says `stuck` if in vain."""
    return (
        f"kill -TERM {pid}; n=0; while kill -0 {pid} 2>/dev/null; do sleep 0.1; n=$((n+1)); "
        f"if [ $n -ge {turns} ]; then echo stuck; break; fi; done"
    )


def discard(phone: Phone, trace: RunningTrace) -> None:
    """Remove the trace's file; before Android 11 the shell may not, and the next one overwrites it."""
    if phone.sdk >= 30:
        phone.shell(f"rm -f {trace.remote}")


def _remote(phone: Phone) -> str:
    unique = f"-{secrets.token_hex(4)}" if phone.sdk >= 30 else ""
    return f"{TRACE_PREFIX}{unique}.perfetto-trace"


def _explain(phone: Phone, result: ShellResult) -> PhoneError:
    said = " ".join((result.error_text + " " + result.text).split()) or "nothing"
    low = said.lower()
    if result.exit_code == 127 or "not found" in low or "inaccessible" in low:
        why = f"{phone.name} has no `perfetto` (Android {phone.build.release})"
        step = "Perfetto comes with Android 9; this phone can't be traced."
        if phone.sdk >= 28:
            step = "It belongs to this Android: restart the phone; if it stays so, use another one."
    elif "failed to connect" in low or ("traced" in low and "connect" in low):
        why = f"the tracing service of {phone.name} does not run"
        step = f"Run `adb -s {phone.serial} shell setprop persist.traced.enable 1`, wait a moment, try again."
    elif "permission denied" in low or "avc:" in low or "can't open" in low or "failed to open" in low:
        why = f"{phone.name} does not allow a trace file"
        step = (
            "Its SELinux policy refuses the shell; report phone and build. Another phone will do meanwhile."
        )
    elif "too many" in low or "busy" in low or "already" in low or "concurrent" in low:
        why = f"{phone.name} is being traced by somebody else"
        step = "End the other trace (System Tracing on the phone, Android Studio, another silky), try again."
    else:
        why = f"Perfetto did not start on {phone.name}"
        step = "Restart the phone and try again; if it stays so, report it with this message."
    return PhoneError(f"{why[0].upper()}{why[1:]}; it said: {said[:300].rstrip('.')}.", next_step=step)
