"""/proc/PID/stat of the model's processes, as proc(5) orders its fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import Special

if TYPE_CHECKING:
    from devices.simulated.world import Process, World

_STAT = re.compile(r"/proc/(\d+)/stat")
_TICK_NS = 10_000_000
"""sysconf(_SC_CLK_TCK) is 100 on Android."""
_FIELDS = 52


def process_file(path: str, world: World) -> Special | None:
    """Return the file that the kernel makes up for a process, None where there is none of that name."""
    found = _STAT.fullmatch(path)
    if found is None:
        return None
    process = next((one for one in world.processes() if one.pid == int(found[1])), None)
    return None if process is None else Special(lambda: _stat(process))


def _stat(process: Process) -> bytes:
    """Return the line. What the model does not have (memory, faults, signals) is 0; all work is utime."""
    fields = ["0"] * _FIELDS
    # Zygote names the main thread by the end of the package's name
    fields[:4] = [str(process.pid), f"({process.name[-15:]})", "S", "1"]
    fields[13] = str(process.cpu_ns // _TICK_NS)
    fields[19] = str(len(process.threads))
    return (" ".join(fields) + "\n").encode()
