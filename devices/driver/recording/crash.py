"""Did the app crash during a round? The phone's own crash log, read before and after.

What is new in it counts, not what is dated after the round's begin: a wall clock may be set back meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.driver.phone import Phone

_READ = "logcat -d -v threadtime -b crash,events | grep -E 'am_crash|am_anr|AndroidRuntime|>>> '"


def crash_lines(phone: Phone, package: str) -> list[str]:
    """Return the lines of the crash and event logs that say that the app crashed or hung; [] if unknown.

    Any process of the app counts: `am_crash` and `am_anr` of the event log, the headings of Java and native
    crashes.
    """
    log = phone.shell(_READ, seconds=30.0).text
    process = re.escape(package) + r"(?![\w.])"
    told = re.compile(
        rf"\bam_(?:crash|anr)\b.*[\[,]{process}|AndroidRuntime: Process: {process}|>>> {process}"
    )
    return [line for line in log.splitlines() if told.search(line)]
