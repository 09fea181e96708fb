"""What a run that was cut off leaves running or lying on a phone: ended and removed, if it is silky's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devices.driver.recording.perfetto import TRACE_PREFIX
from devices.driver.screen.u2server import COMMAND, JAR

if TYPE_CHECKING:
    from devices.driver.phone import Phone

_TURNS = 30
"""Times 0.1 s of the phone: how long a process may take to end."""


def leftovers(phone: Phone) -> list[int]:
    """Return the processes on the phone that only silky starts: traces into its files, its UI server."""
    found = []
    for line in phone.shell("ps -A -o PID,ARGS").text.splitlines():
        match = re.match(r"\s*(\d+)\s+(.*)", line)
        if match and (f"-o {TRACE_PREFIX}" in match[2] or match[2].endswith(COMMAND)):
            found.append(int(match[1]))
    return found


def sweep(phone: Phone) -> None:
    """End what `leftovers` finds and remove silky's files; nothing of it may run that is still wanted.

    Raises:
        PhoneError: the connection failed.
    """
    script = ""
    if pids := leftovers(phone):
        listed = " ".join(map(str, pids))
        # a perfetto that is told to end writes its file first: the files go last
        script = (
            f"kill -TERM {listed} 2>/dev/null; n=0; "
            f"while kill -0 {listed} 2>/dev/null && [ $n -lt {_TURNS} ]; do sleep 0.1; n=$((n+1)); done; "
            f"kill -KILL {listed} 2>/dev/null; sleep 0.1; "
        )
    # before Android 11 the shell may not remove traces; the next one overwrites the only one there is
    phone.shell(f"{script}rm -f {JAR} {TRACE_PREFIX}*.perfetto-trace 2>/dev/null; true", seconds=40.0)
