"""Spell the kernel's task states as Perfetto's trace processor spells them.

`sched_switch` tells the state in which a thread left its CPU as a bit mask, whose upper bits moved between
kernels (4.8 and 4.14); traces tell the kernel's version in `SystemInfo.utsname`. The letters are those of the
kernel's own print format of `sched_switch`; the rules are those of trace processor's `TaskState`.
"""

from __future__ import annotations

import re

RUNNING = "Running"
RUNNABLE = "R"

_SHARED_BITS = 0x3F
_LETTERS = "SDTtXZ"  # bits 0 to 5, the same in every kernel
_PREEMPTED = "R+"
_MOST_LETTERS = 3

Kernel = tuple[int, int]
OLDEST: Kernel = (4, 4)
"""What is assumed of traces that do not tell their kernel."""


def kernel_version(system: str, release: str) -> Kernel | None:
    """Return (major, minor) of a `uname`, None where it is not Linux or spelled in another way."""
    parts = re.match(r"(\d+)\.(\d+)(?:\.|$)", release)
    return (int(parts[1]), int(parts[2])) if parts and system == "Linux" else None


def state_name(mask: int, kernel: Kernel | None) -> str | None:
    """Return the letters of a `prev_state`, None where it makes no sense for the kernel."""
    mask &= 0xFFFF
    letters = [letter for bit, letter in enumerate(_LETTERS) if mask & _SHARED_BITS & 1 << bit]
    version = kernel or OLDEST
    if version >= (4, 14):
        if mask & 0xFE00:
            return None
        letters += [letter for bit, letter in ((0x40, "P"), (0x80, "I")) if mask & bit]
        preempted = bool(mask & 0x100)
    else:
        letters += _old_letters(mask)
        if letters == ["D", "N"]:
            letters = ["I"]
        preempted = bool(mask & (0x1000 if version >= (4, 8) else 0x800))
    if not letters:
        return _PREEMPTED if preempted else RUNNABLE
    return "".join(letters)[:_MOST_LETTERS]


def _old_letters(mask: int) -> list[str]:
    """Return the letters of the upper bits before 4.14."""
    bits = ((0x200, "P"), (0x40, "x"), (0x80, "K"), (0x100, "W"), (0x400, "N"))
    return [letter for bit, letter in bits if mask & bit]
